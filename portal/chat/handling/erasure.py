"""The erasure: everything about a visitor goes, in one transaction, and everybody is told.

Gone are his words, what was said to him, files, way, opinion, letters, and what of them could be
found. What staff did stays in their log, without a name or a word of his.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.acts import Acts
from portal.chat.handling.log import note
from portal.errors import Refused
from portal.identity import Visitor, VisitorId
from portal.storage.tables import chat, desk, outreach

Eraser = Callable[[AsyncConnection, Sequence[str]], Awaitable[None]]
"""Removes what else there is of these conversations, in the transaction."""

OF_CONVERSATIONS: tuple[Table, ...] = (
    chat.file,
    chat.visit,
    chat.rating,
    chat.conversation_label,
    desk.mention,
    outreach.letter,
    outreach.way_back,
    chat.entry,
)


@dataclass(frozen=True)
class Gone:
    """What was erased."""

    visitor: VisitorId
    conversations: tuple[str, ...]
    files: tuple[str, ...]


class Erasure:
    """Removes visitors. Keeps nothing.

    Attributes:
        erasers: what else removes something, in the same transaction.
        forget_files: removes the content of files, once their rows are gone for good.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self.erasers: list[Eraser] = []
        self.forget_files: Callable[[Iterable[str]], Awaitable[None]] = _no_files

    async def forget(self, visitor: Visitor) -> Gone:
        """Remove everything about a visitor.

        Raises:
            Refused: `not_found`, there is nothing.
        """

        async def work(c: AsyncConnection) -> Gone:
            # Held until the end: nothing is begun or said meanwhile that would stay.
            himself = select(chat.visitor.c.id).where(chat.visitor.c.id == visitor.id)
            await c.execute(himself.with_for_update())
            gone = await _what(c, visitor.id)
            if not gone.conversations:
                raise Refused("not_found", "there is nothing about you")
            await self._erase(c, gone)
            await note(c, self._acts.now(), None, "chat.forget", "")
            return gone

        gone = await self._acts.db.write(work)
        await self.forget_files(gone.files)
        return gone

    async def _erase(self, c: AsyncConnection, gone: Gone) -> None:
        ids, rows = list(gone.conversations), chat.visitor.c
        for eraser in self.erasers:
            await eraser(c, ids)
        for table in OF_CONVERSATIONS:
            await c.execute(delete(table).where(table.c.conversation_id.in_(ids)))
        his = outreach.way_back.c.visitor_id == gone.visitor
        await c.execute(delete(outreach.way_back).where(his))
        await c.execute(delete(chat.conversation).where(chat.conversation.c.id.in_(ids)))
        await c.execute(
            delete(chat.visitor_key).where(chat.visitor_key.c.visitor_id == gone.visitor)
        )
        # A block of his network goes on, without saying for whose sake it was made.
        network = select(rows.network).where(rows.id == gone.visitor).scalar_subquery()
        block = desk.block.c
        about_him = and_(block.kind == "network", block.whom == network)
        nameless = update(desk.block).where(about_him).values(name="", reason="")
        await c.execute(nameless)
        himself = and_(block.kind == "visitor", block.whom == gone.visitor)
        await c.execute(delete(desk.block).where(himself))
        await c.execute(delete(chat.visitor).where(rows.id == gone.visitor))


async def _what(c: AsyncConnection, visitor: VisitorId) -> Gone:
    row, file = chat.conversation.c, chat.file.c
    query = select(row.id).where(row.visitor_id == visitor).order_by(row.id)
    ids = tuple((await c.execute(query.with_for_update())).scalars())
    files = select(file.id).where(file.conversation_id.in_(ids))
    return Gone(visitor, ids, tuple((await c.execute(files)).scalars()))


async def _no_files(ids: Iterable[str]) -> None:
    """Know of no files."""
