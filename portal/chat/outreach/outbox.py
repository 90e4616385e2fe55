"""The outbox: letters that are written and wait to be sent, in SQL.

A letter is written in the transaction of what it tells of, under a key that is never used twice.
An answer's letter is *owed* first: it has a range of entries and no words yet. Its words are put
in when it is due, so that all that was said in one go is one letter, and it is dropped if the
visitor reads them here before it was sent. What becomes of a letter that is due: `tries`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, MINUTE
from portal.identity import ConversationId
from portal.storage.tables.chat import conversation as talk
from portal.storage.tables.outreach import letter as table
from portal.storage.upsert import insert_for

ANSWER: Final = "answer"
TRANSCRIPT: Final = "transcript"
QUIET_MS: Final = 2 * MINUTE
"""An answer's letter waits for so long after the last words: more may follow."""
LONGEST_MS: Final = 10 * MINUTE
"""And not longer than that after the first."""
UNDER_WAY_MS: Final = 5 * MINUTE
"""A try of which nothing was heard for so long was left by a process that is gone."""
STALE_MS: Final = 7 * DAY
"""A letter nobody could send for so long tells nobody anything new."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of `letter`.

    Attributes:
        key: what it tells of.
        kind: `answer`, `transcript`, or what another room calls its own.
        first_seq, last_seq: the entries an answer's letter tells of.
        attempts: tries so far, one that goes on included.
        begun_at: when that one began; None: none goes on.
        doubts: tries of which nobody knows how they ended.
        error: why the last one failed.
    """

    id: int
    key: str
    kind: str
    conversation: ConversationId | None
    first_seq: int | None
    last_seq: int | None
    recipient: str
    subject: str
    text: str
    html: str
    status: str
    attempts: int
    begun_at: int | None
    doubts: int
    error: str
    created_at: int
    due_at: int
    sent_at: int | None

    @property
    def owed(self) -> bool:
        """Whether its words are still to be put in."""
        return not self.text


def mark(address: str) -> str:
    """Return what stands for an address in a key."""
    return sha256(address.lower().encode()).hexdigest()[:16]


async def write(
    connection: AsyncConnection,
    *,
    key: str,
    kind: str,
    conversation: ConversationId | None,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    now: int,
) -> bool:
    """Write a letter; of one key there is never a second.

    Returns:
        Whether it is new.
    """
    insert = insert_for(connection, table).values(
        key=key,
        kind=kind,
        conversation_id=conversation,
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        created_at=now,
        due_at=now,
    )
    kept = insert.on_conflict_do_nothing(index_elements=[table.c.key]).returning(table.c.id)
    return (await connection.execute(kept)).first() is not None


async def owe(
    connection: AsyncConnection,
    conversation: ConversationId,
    recipient: str,
    seqs: Sequence[int],
    now: int,
) -> None:
    """Note that a visitor was answered: he gets a letter unless he reads it here first.

    The conversation's row is locked by whoever calls this, so of two answers one comes second.

    Args:
        seqs: numbers of the answers, rising.
    """
    least = func.min if connection.dialect.name == "sqlite" else func.least
    more = await connection.execute(
        update(table)
        .where(
            table.c.conversation_id == conversation,
            table.c.kind == ANSWER,
            table.c.status == "waiting",
            table.c.text == "",
        )
        .values(
            last_seq=seqs[-1],
            recipient=recipient,
            due_at=least(table.c.created_at + LONGEST_MS, now + QUIET_MS),
        )
        .returning(table.c.id)
    )
    if more.first() is not None:
        return
    insert = insert_for(connection, table).values(
        key=f"{ANSWER}:{conversation}:{seqs[0]}",
        kind=ANSWER,
        conversation_id=conversation,
        first_seq=seqs[0],
        last_seq=seqs[-1],
        recipient=recipient,
        subject="",
        text="",
        created_at=now,
        due_at=now + QUIET_MS,
    )
    await connection.execute(insert.on_conflict_do_nothing(index_elements=[table.c.key]))


async def tidy(connection: AsyncConnection, now: int) -> None:
    """Drop what its reader has read meanwhile, and give up what nobody could send for long."""
    free = or_(table.c.begun_at.is_(None), table.c.begun_at <= now - UNDER_WAY_MS)
    waiting = (table.c.status == "waiting") & free
    read_here = exists().where(
        talk.c.id == table.c.conversation_id, talk.c.visitor_seen >= table.c.last_seq
    )
    await connection.execute(
        update(table)
        .where(waiting, table.c.kind == ANSWER, read_here)
        .values(status="dropped", begun_at=None)
    )
    await connection.execute(
        update(table)
        .where(waiting, table.c.created_at <= now - STALE_MS)
        .values(status="failed", begun_at=None, error="nothing could send it for a week")
    )


async def due(
    connection: AsyncConnection, now: int, limit: int, *, owed: bool = False
) -> list[Letter]:
    """Return letters whose time has come, the longest due first; or those without words."""
    return await _read(
        connection,
        select(table)
        .where(
            table.c.status == "waiting",
            table.c.due_at <= now,
            (table.c.text == "") if owed else (table.c.text != ""),
            or_(table.c.begun_at.is_(None), table.c.begun_at <= now - UNDER_WAY_MS),
        )
        .order_by(table.c.due_at, table.c.id)
        .limit(limit),
    )


async def by_id(connection: AsyncConnection, id: int, *, lock: bool = False) -> Letter | None:
    """Return a letter."""
    query = select(table).where(table.c.id == id)
    found = await _read(connection, query.with_for_update() if lock else query)
    return found[0] if found else None


async def is_written(connection: AsyncConnection, key: str) -> bool:
    """Say whether there is a letter of this key."""
    return bool(await connection.scalar(select(exists().where(table.c.key == key))))


async def latest(connection: AsyncConnection, limit: int) -> list[Letter]:
    """Return the newest letters, whatever became of them; for the staff's page."""
    return await _read(connection, select(table).order_by(table.c.id.desc()).limit(limit))


async def written(
    connection: AsyncConnection,
    kind: str,
    since: int,
    *,
    conversation: ConversationId | None = None,
    recipient: str | None = None,
) -> int:
    """Count letters of a kind in a conversation, or to a recipient, since a moment."""
    query = select(func.count()).where(table.c.kind == kind, table.c.created_at > since)
    if conversation is not None:
        query = query.where(table.c.conversation_id == conversation)
    if recipient is not None:
        query = query.where(table.c.recipient == recipient)
    return await connection.scalar(query) or 0


async def put_words(
    connection: AsyncConnection, id: int, *, subject: str, text: str, html: str
) -> None:
    """Put its words into a letter that was owed."""
    await _set(connection, id, subject=subject, text=text, html=html)


async def wait(connection: AsyncConnection, id: int, until: int) -> None:
    """Let a letter wait without having been tried."""
    await _set(connection, id, due_at=until)


async def drop(connection: AsyncConnection, id: int) -> None:
    """Note that nobody needs it any more."""
    await _set(connection, id, status="dropped", begun_at=None)


async def _set(connection: AsyncConnection, id: int, **columns: Any) -> None:
    await connection.execute(update(table).where(table.c.id == id).values(**columns))


async def _read(connection: AsyncConnection, query: Any) -> list[Letter]:
    rows: Sequence[Any] = (await connection.execute(query)).mappings().all()
    return [
        Letter(
            **{k: v for k, v in row.items() if k != "conversation_id"},
            conversation=row["conversation_id"],
        )
        for row in rows
    ]
