"""Where: what a visitor reads now, from the moment he opened chat.

It comes from the hello of his sockets, so it follows him from article to article; the newest
counts. It is kept in the conversation's row, with the revision he was served, and beside what he
says; each page he comes to is a row of his way. What an article is called
and where it stands is the newsroom's word (`lists.page_of`): a visitor cannot make us show a
title or an address of his own under one of our articles.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from msgspec import UNSET
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, words
from portal.chat.conversation import Conversation
from portal.chat.outcome import Outcome
from portal.clock import Clock, system_clock
from portal.identity import ConversationId
from portal.live.hello import Hello
from portal.storage.database import Database
from portal.storage.tables.chat import visit

VISITS_MOST: Final = 200
"""Kept of one conversation; whoever leafs on for hours loses the first ones."""
REVISION_MOST: Final = 2**31 - 1
"""A database's INTEGER; no article was ever changed that often."""


class Page(NamedTuple):
    """A page a visitor has open, as his browser told it."""

    article: int | None
    url: str
    title: str
    revision: int | None

    def same_as(self, other: "Page") -> bool:
        """Say whether it is the same page, be it loaded again or changed meanwhile."""
        if self.article is not None or other.article is not None:
            return self.article == other.article
        return self.url == other.url


class Where:
    """Writes down what visitors read. Keeps nothing."""

    def __init__(
        self, db: Database, announce: Callable[[Outcome], None], now: Clock = system_clock
    ) -> None:
        """Begin. `announce` tells the world what was committed; it does not wait."""
        self._db = db
        self._announce = announce
        self._now = now

    async def reads(self, conversation: ConversationId, hello: Hello) -> None:
        """Note the page a visitor's socket belongs to, and that he came to it."""
        page = told_page(hello)
        if page.article is None and not page.url:
            return
        async with self._db.read() as c:
            if _page(await register.by_id(c, conversation)) in (page, None):
                return
        at = self._now()

        async def work(c: AsyncConnection) -> Outcome | None:
            row = await register.by_id(c, conversation, lock=True)
            before = _page(row)
            if row is None or before is None or before == page:
                return None
            await register.set_columns(
                c,
                row,
                article_id=page.article,
                url=page.url or None,
                title=page.title or None,
                article_revision=page.revision,
            )
            if not page.same_as(before):
                await _visit(c, conversation, page, at)
            return Outcome(
                replace(
                    row,
                    article=page.article,
                    url=page.url,
                    title=page.title,
                    article_revision=page.revision,
                    revision=row.revision + 1,
                )
            )

        outcome = await self._db.write(work)
        if outcome is not None:
            self._announce(outcome)


def told_page(hello: Hello) -> Page:
    """Return the page a socket belongs to."""
    article = hello.article if isinstance(hello.article, int) else None
    revision = hello.revision if isinstance(hello.revision, int) else None
    if article is None or (revision is not None and revision > REVISION_MOST):
        revision = None
    url = words.address(None if hello.url is UNSET else hello.url)
    title = None if hello.title is UNSET else words.line(hello.title)
    return Page(article, url or "", title or "", revision)


def _page(row: Conversation | None) -> Page | None:
    return None if row is None else Page(row.article, row.url, row.title, row.article_revision)


async def _visit(c: AsyncConnection, conversation: str, page: Page, at: int) -> None:
    await c.execute(
        insert(visit).values(
            conversation_id=conversation,
            article_id=page.article,
            revision=page.revision,
            url=page.url,
            title=page.title,
            at=at,
        )
    )
    his = visit.c.conversation_id == conversation
    last = select(visit.c.id).where(his).order_by(visit.c.id.desc()).offset(VISITS_MOST).limit(1)
    await c.execute(delete(visit).where(his, visit.c.id <= last.scalar_subquery()))
