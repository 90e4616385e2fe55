"""The index: the words of what was said, written in the transaction that writes what was said.

An entry stands in it under its number, the visitor himself under 0: his name, address and topic.
Notes are in it, too: only staff can search.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register
from portal.storage.search import cut
from portal.storage.tables import chat as tables
from portal.storage.tables.search import entry_words as table

if TYPE_CHECKING:
    from portal.chat.conversation import Conversation
    from portal.chat.transcript import Entry

KINDS: Final = frozenset({"text", "file", "note"})
"""Entries somebody wrote."""
PERSON: Final = 0
"""The number under which the visitor himself stands."""
_ADD: Final = insert(table)
"""Built once: building it costs as much as running it."""


async def add(
    connection: AsyncConnection, conversation: "Conversation", entries: Iterable["Entry"]
) -> None:
    """Let these entries be found; with the first of a conversation, its visitor, too.

    Who never spoke is no more than an open panel, and nobody looks for that.
    """
    rows = [_row(e.conversation, e.seq, text_of(e)) for e in entries if e.kind in KINDS]
    if any(e.seq == 1 for e in entries):
        rows.insert(0, _row(conversation.id, PERSON, person_of(conversation)))
    if rows:
        await connection.execute(_ADD, rows if len(rows) > 1 else rows[0])


async def rename(connection: AsyncConnection, visitor: str) -> None:
    """Let a visitor be found by what he now says of himself, in all he ever spoke in."""
    row = tables.conversation.c
    spoken = select(row.id).where(row.visitor_id == visitor, row.last_seq > 0)
    ids = list((await connection.execute(spoken)).scalars())
    if not ids:
        return
    await connection.execute(
        delete(table).where(table.c.conversation_id.in_(ids), table.c.seq == PERSON)
    )
    found = await register.by_ids(connection, ids)
    await connection.execute(_ADD, [_row(c.id, PERSON, person_of(c)) for c in found])


async def erase(connection: AsyncConnection, conversations: Collection[str]) -> None:
    """Let nothing of these conversations be found."""
    await connection.execute(delete(table).where(table.c.conversation_id.in_(list(conversations))))


def text_of(entry: "Entry") -> str:
    """Return what of an entry can be found: its text, and what its files are called."""
    return " ".join(part for part in (entry.text, *(f.name for f in entry.files)) if part)


def person_of(conversation: "Conversation") -> str:
    """Return what of a visitor can be found."""
    c = conversation
    return " ".join(part for part in (c.visitor_name, c.email, c.topic) if part)


def _row(conversation: str, seq: int, text: str) -> dict[str, Any]:
    return {"conversation_id": conversation, "seq": seq, "words": cut(text)}
