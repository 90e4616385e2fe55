"""Where: what a visitor reads now, from the moment he opened chat.

It comes from the hello of his sockets, so it follows him from article to article; the newest
counts. It is kept in the conversation's row, and beside what he says. What an article is called
and where it stands is the newsroom's word (`lists.page_of`): a visitor cannot make us show a
title or an address of his own under one of our articles.
"""

from collections.abc import Callable
from dataclasses import replace

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, words
from portal.chat.conversation import Conversation
from portal.chat.outcome import Outcome
from portal.identity import ConversationId
from portal.live.hello import Hello
from portal.storage.database import Database


class Where:
    """Writes down what visitors read. Keeps nothing."""

    def __init__(self, db: Database, announce: Callable[[Outcome], None]) -> None:
        """Begin. `announce` tells the world what was committed; it does not wait."""
        self._db = db
        self._announce = announce

    async def reads(self, conversation: ConversationId, hello: Hello) -> None:
        """Note the page a visitor's socket belongs to."""
        article = hello.article if isinstance(hello.article, int) else None
        url = words.address(None if hello.url is UNSET else hello.url)
        title = None if hello.title is UNSET else words.line(hello.title)
        if article is None and url is None:
            return

        page = (article, url or "", title or "")
        async with self._db.read() as c:
            if _page(await register.by_id(c, conversation)) in (page, None):
                return

        async def work(c: AsyncConnection) -> Outcome | None:
            row = await register.by_id(c, conversation, lock=True)
            if row is None or _page(row) == page:
                return None
            await register.set_columns(c, row, article_id=article, url=url, title=title)
            now = {"article": page[0], "url": page[1], "title": page[2]}
            return Outcome(replace(row, **now, revision=row.revision + 1))  # type: ignore[arg-type]

        outcome = await self._db.write(work)
        if outcome is not None:
            self._announce(outcome)


def _page(row: Conversation | None) -> tuple[int | None, str, str] | None:
    return None if row is None else (row.article, row.url, row.title)
