"""The shelf: which files were brought into a conversation, and which entry says them.

A file is brought first (over HTTP) and said after; until then nobody but who brought it may fetch
it. A file is said once: an entry that names it again is refused, whoever sends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation
from portal.chat.told import File
from portal.errors import Refused
from portal.storage.tables.chat import conversation as conversations
from portal.storage.tables.chat import file as table


async def take(
    connection: AsyncConnection, conversation: Conversation, author: str, ids: Sequence[str]
) -> tuple[File, ...]:
    """Return files that `author` brought and has not said yet, in the order of `ids`.

    Raises:
        Refused: `bad_field`, one of them is none of his or was said before.
    """
    if not ids:
        return ()
    # A visitor's next conversation may be another one than that for which he brought it.
    row = table.c
    query = (
        select(table)
        .join(conversations, conversations.c.id == row.conversation_id)
        .where(
            row.id.in_(list(ids)),
            row.author == author,
            row.seq.is_(None),
            conversations.c.visitor_id == conversation.visitor,
        )
        # Two who say it at once, or one who sweeps meanwhile: the second sees what the first did.
        .with_for_update(of=table)
    )
    found = {each["id"]: each for each in (await connection.execute(query)).mappings()}
    if len(found) != len(ids):
        raise Refused("bad_field", "a file is not there any more; please attach it again")
    return tuple(_file(found[id]) for id in ids)


async def say(
    connection: AsyncConnection, conversation: str, seq: int, files: Sequence[File]
) -> None:
    """Note which entry says these files: from now on whoever sees it may fetch them."""
    if files:
        await connection.execute(
            update(table)
            .where(table.c.id.in_([each.id for each in files]))
            .values(conversation_id=conversation, seq=seq)
        )


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file as its row tells it: whose, and which entry says it (None: none yet)."""

    file: File
    conversation: str
    seq: int | None
    author: str


async def put(
    connection: AsyncConnection, conversation: str, author: str, file: File, now: int
) -> None:
    """Note that a file was brought; nobody says it yet."""
    await connection.execute(
        insert(table).values(
            id=file.id,
            conversation_id=conversation,
            author=author,
            name=file.name,
            kind=file.kind,
            size_bytes=file.size,
            width=None if file.width is UNSET else file.width,
            height=None if file.height is UNSET else file.height,
            created_at=now,
        )
    )


async def find(connection: AsyncConnection, id: str) -> Shelved | None:
    """Return a file, if there is one of this id."""
    row = (await connection.execute(select(table).where(table.c.id == id))).mappings().first()
    if row is None:
        return None
    return Shelved(_file(row), row["conversation_id"], row["seq"], row["author"])


async def brought_since(
    connection: AsyncConnection, conversation: str, author: str, since: int
) -> tuple[int, int, int]:
    """Return how many files, how many bytes, and when the first of them came."""
    query = select(
        func.count(), func.coalesce(func.sum(table.c.size_bytes), 0), func.min(table.c.created_at)
    ).where(
        table.c.conversation_id == conversation,
        table.c.author == author,
        table.c.created_at > since,
    )
    count, size, first = (await connection.execute(query)).one()
    return int(count), int(size), int(first or 0)


async def remove_unsaid(connection: AsyncConnection, id: str, author: str) -> bool:
    """Remove a file nobody said yet; tell whether it was there."""
    gone = delete(table).where(table.c.id == id, table.c.author == author, table.c.seq.is_(None))
    return (await connection.execute(gone)).rowcount > 0


async def sweep_unsaid(connection: AsyncConnection, before: int, most: int) -> list[str]:
    """Remove files that were brought before a moment and never said; return their ids."""
    row = table.c
    old = select(row.id).where(row.seq.is_(None), row.created_at < before).limit(most)
    gone = delete(table).where(row.id.in_(old.scalar_subquery()), row.seq.is_(None))
    return list((await connection.execute(gone.returning(row.id))).scalars())


async def known(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    """Return those of these ids that have a row."""
    query = select(table.c.id).where(table.c.id.in_(list(ids)))
    return set((await connection.execute(query)).scalars())


def _file(row: Mapping[Any, Any]) -> File:
    return File(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        size=row["size_bytes"],
        width=UNSET if row["width"] is None else row["width"],
        height=UNSET if row["height"] is None else row["height"],
    )
