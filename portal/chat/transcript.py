"""The transcript: what was said, in the order in which it was committed.

`append` runs inside the transaction that holds the conversation's row. It raises `last_seq` and
inserts under that lock, so numbers are dense and commit in order. A counter of the database
commits out of order, and whoever reads "behind my last one" then misses an entry for ever.

Nothing here is ever updated, save by erasure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from msgspec import UNSET
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation, Move
from portal.chat.entry import PORTAL as PORTAL
from portal.chat.entry import VISITOR as VISITOR
from portal.chat.entry import Author as Author
from portal.chat.entry import Draft as Draft
from portal.chat.entry import Entry as Entry
from portal.chat.entry import author_of as author_of
from portal.chat.entry import event as event
from portal.chat.entry import numbered, row_of
from portal.chat.entry import read as read
from portal.chat.finding import index
from portal.chat.outreach import outbox
from portal.errors import Refused
from portal.identity import ConversationId
from portal.storage.tables import chat as tables

LAST_TEXT_LONGEST: Final = 200
"""Characters of the last line kept for the list."""


async def repeated(
    connection: AsyncConnection, conversation: ConversationId, draft: Draft
) -> Entry | None:
    """Return the entry this author stored under this id before, if he did.

    Raises:
        Refused: `conflict`, it was another text; the first one stays.
    """
    query = select(tables.entry).where(
        tables.entry.c.conversation_id == conversation,
        tables.entry.c.author == draft.author,
        tables.entry.c.client_id == draft.id,
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    found = read(row)
    if (found.kind, found.text) != (draft.kind, draft.text):
        raise Refused("conflict", "this id was used for another text")
    return found


async def append(
    connection: AsyncConnection,
    before: Conversation,
    move: Move,
    drafts: Sequence[Draft],
    at: int,
    agent_name: str,
) -> tuple[Conversation, tuple[Entry, ...]]:
    """Give `drafts` their numbers and store them, together with what the conversation becomes.

    Args:
        before: the row as it was read in this transaction, under its lock.
        move: what it becomes.
        at: now; an entry is never older than the one before it.
        agent_name: of the agent `move` makes its owner, if it does.

    Returns:
        The row as it is now, and the entries.

    Raises:
        Refused: `busy`, somebody changed the row since it was read. Cannot be while its lock is
            held; it is what a lost lock would look like.
    """
    at = max(at, before.last_at)
    last_text, last_by, last_at = before.last_text, before.last_by, before.last_at
    if (last := _last_words(drafts)) is not None:
        shown = last.text or ", ".join(file.name for file in last.files)
        last_text = shown[:LAST_TEXT_LONGEST]
        last_by, last_at = last.author.partition(":")[0], at
    desk = before.desk if move.desk is UNSET else move.desk
    assigned = move.agent is not None and move.agent != before.agent
    after = replace(
        before,
        desk=desk,
        snoozed_until=move.snoozed_until,
        assigned_at=at if assigned else before.assigned_at,
        asked_at=before.asked_at or (at if _speaks(drafts, VISITOR) else None),
        answered_at=before.answered_at
        or (at if before.asked_at and _speaks(drafts, "agent:") else None),
        status=move.status,
        agent=move.agent,
        agent_name=before.agent_name if move.agent == before.agent else agent_name,
        waiting_since=move.waiting_since,
        closed_at=move.closed_at,
        last_seq=before.last_seq + len(drafts),
        last_text=last_text,
        last_by=last_by,
        last_at=last_at,
        revision=before.revision + 1,
    )
    row, entry = tables.conversation, tables.entry.c
    # `last_at` is of the last words; a note or an event may be younger, by another node's clock.
    earlier = select(entry.at).where(
        entry.conversation_id == before.id, entry.seq == before.last_seq
    )
    raised = await connection.execute(
        update(row)
        .where(row.c.id == before.id, row.c.revision == before.revision)
        .values(
            status=after.status.value,
            agent_id=after.agent,
            waiting_since=after.waiting_since,
            closed_at=after.closed_at,
            desk_id=after.desk,
            snoozed_until=after.snoozed_until,
            assigned_at=after.assigned_at,
            asked_at=after.asked_at,
            answered_at=after.answered_at,
            last_seq=row.c.last_seq + len(drafts),
            last_text=last_text,
            last_by=last_by,
            last_at=last_at,
            revision=row.c.revision + 1,
        )
        .returning(row.c.last_seq, earlier.scalar_subquery())
    )
    found = raised.one_or_none()
    if found is None:
        raise Refused("busy", "the conversation changed just now", retry_ms=100)
    last_seq, earlier_at = found
    at = max(at, earlier_at or 0)
    first = last_seq - len(drafts) + 1
    entries = tuple(numbered(before.id, seq, draft, at) for seq, draft in enumerate(drafts, first))
    answers = [each.seq for each in entries if _said_by(each, "agent:")]
    if answers and before.email:
        await outbox.owe(connection, before.id, before.email, answers, at)
    if entries:
        await connection.execute(insert(tables.entry), [row_of(entry) for entry in entries])
        await index.add(connection, after, entries)
    return after, entries


async def page(
    connection: AsyncConnection, conversation: ConversationId, since: int, head: int, limit: int
) -> list[Entry]:
    """Return the entries behind `since`, up to `head`, at most `limit`, in order."""
    query = (
        select(tables.entry)
        .where(
            tables.entry.c.conversation_id == conversation,
            tables.entry.c.seq > since,
            tables.entry.c.seq <= head,
        )
        .order_by(tables.entry.c.seq)
        .limit(limit)
    )
    return [read(row) for row in (await connection.execute(query)).mappings()]


async def heads(
    connection: AsyncConnection, conversations: Iterable[ConversationId]
) -> dict[str, int]:
    """Return how far each of these conversations goes."""
    row = tables.conversation.c
    query = select(row.id, row.last_seq).where(row.id.in_(list(conversations)))
    return {found.id: found.last_seq for found in await connection.execute(query)}


def _speaks(drafts: Sequence[Draft], author: str) -> bool:
    return any(_said_by(draft, author) for draft in drafts)


def _said_by(said: Draft | Entry, author: str) -> bool:
    return said.kind in ("text", "file") and said.author.startswith(author)


def _last_words(drafts: Sequence[Draft]) -> Draft | None:
    said = [draft for draft in drafts if draft.kind in ("text", "file")]
    return said[-1] if said else None
