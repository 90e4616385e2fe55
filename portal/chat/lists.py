"""The lists of the console: waiting, mine, all, a page at a time, and single rows when they change.

A page goes on behind the last row of the one before ("after"), not at a number of rows: between
two pages rows come and go, and none may be skipped by that.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register
from portal.chat.conversation import Conversation, Status
from portal.chat.told import DeskList, Owner, Row
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.storage.database import Database
from portal.storage.tables import chat as tables

PAGE: Final = 100

Titles = Callable[[Collection[int]], Awaitable[Mapping[int, tuple[str, str]]]]
"""Title and address of those of these articles that are published."""


async def no_titles(articles: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """Know no article."""
    return {}


class Lists:
    """Reads rows as the console shows them. Keeps nothing."""

    def __init__(
        self,
        db: Database,
        titles: Titles = no_titles,
        online: Callable[[str], bool] = lambda conversation: False,
    ) -> None:
        """Begin.

        Args:
            titles: what the newsroom calls its articles.
            online: whether a conversation's visitor has a page of ours open.
        """
        self._db = db
        self._titles = titles
        self._online = online

    async def page(self, agent: Agent, name: str, after: str | None) -> DeskList:
        """Return one page of a list.

        Raises:
            Refused: `bad_field`, `after` is none of ours.
        """
        table = tables.conversation.c
        if name == "waiting":
            within, at, rising = _waiting(), table.waiting_since, True
        elif name == "mine":
            mine = and_(table.agent_id == agent.id, table.status == Status.OPEN.value)
            within, at, rising = mine, table.last_at, False
        else:
            # `all` holds those nobody spoke in, too.
            within, at, rising = table.id.is_not(None), table.last_at, False
        query = register.ROWS.where(within)
        if after is not None:
            query = query.where(_behind(after, at, rising))
        order = [at.asc(), table.id.asc()] if rising else [at.desc(), table.id.desc()]
        count = select(func.count()).select_from(tables.conversation).where(within)
        async with self._db.read() as c:
            found = await _read(c, query.order_by(*order).limit(PAGE + 1))
            total = await c.scalar(count) or 0
            unread = await _unread(c, found[:PAGE])
        rows = await self._rows(found[:PAGE], unread)
        told = DeskList(list=name, conversations=rows, total=total)
        told.after = after if after is not None else UNSET
        if len(found) > PAGE:
            last = found[PAGE - 1]
            moment = last.waiting_since if name == "waiting" else last.last_at
            told.next = f"{moment}.{last.id}"
        return told

    async def rows(self, conversations: Iterable[str]) -> list[Row]:
        """Return the rows of these conversations as they are now."""
        async with self._db.read() as c:
            found = await register.by_ids(c, conversations)
            unread = await _unread(c, found)
        return await self._rows(found, unread)

    async def queue(self) -> list[str]:
        """Return who waits for anybody, the longest waiting first."""
        table = tables.conversation.c
        query = select(table.id).where(_waiting()).order_by(table.waiting_since, table.id)
        async with self._db.read() as c:
            return list((await c.execute(query.limit(500))).scalars())

    async def revisions(self) -> dict[str, int]:
        """Return the revision of every conversation that is not closed."""
        table = tables.conversation.c
        query = select(table.id, table.revision).where(table.status != Status.CLOSED.value)
        async with self._db.read() as c:
            return {row.id: row.revision for row in await c.execute(query)}

    async def loads(self, agents: Collection[StaffId]) -> dict[int, int]:
        """Return how many open conversations each of these agents has."""
        table = tables.conversation.c
        query = (
            select(table.agent_id, func.count().label("load"))
            .where(table.agent_id.in_(agents), table.status == Status.OPEN.value)
            .group_by(table.agent_id)
        )
        async with self._db.read() as c:
            return {row.agent_id: row.load for row in await c.execute(query)}

    async def _rows(self, found: list[Conversation], unread: Mapping[str, int]) -> list[Row]:
        articles = {each.article for each in found if each.article is not None}
        titles = await self._titles(articles) if articles else {}
        return [self._row(each, unread.get(each.id, 0), titles) for each in found]

    def _row(self, c: Conversation, unread: int, titles: Mapping[int, tuple[str, str]]) -> Row:
        article, title, url = page_of(c, titles)
        return Row(
            conversation=c.id,
            status=c.status.value,
            name=c.visitor_name,
            email=c.email,
            topic=c.topic,
            article=article,
            title=title,
            url=url,
            agent=None if c.agent is None else Owner(id=c.agent, name=c.agent_name),
            last_text=c.last_text,
            last_by=c.last_by,
            last_at=c.last_at,
            last_seq=c.last_seq,
            staff_seen=c.staff_seen,
            visitor_seen=c.visitor_seen,
            unread=unread,
            waiting_since=c.waiting_since,
            created_at=c.created_at,
            online=self._online(c.id),
            revision=c.revision,
        )


def page_of(
    conversation: Conversation, titles: Mapping[int, tuple[str, str]]
) -> tuple[int | None, str, str]:
    """Return article, title and address of what the visitor reads.

    Of our own articles we believe ourselves; of an article we do not know, nothing.
    """
    article = conversation.article
    if article is not None and article in titles:
        return article, *titles[article]
    return None, conversation.title, conversation.url


def _waiting() -> ColumnElement[bool]:
    # A conversation its visitor did not speak in rings nobody.
    table = tables.conversation.c
    return and_(table.status == Status.WAITING.value, table.waiting_since.is_not(None))


def _behind(after: str, at: Any, rising: bool) -> ColumnElement[bool]:
    match = re.fullmatch(r"(\d{1,15})\.([A-Za-z0-9_-]{1,64})", after)
    if match is None:
        raise Refused("bad_field", "`after` is the `next` of a page before")
    moment = bindparam("after_at", int(match[1]), BigInteger)
    id_ = tables.conversation.c.id
    if rising:
        return or_(at > moment, and_(at == moment, id_ > match[2]))
    return or_(at < moment, and_(at == moment, id_ < match[2]))


async def _read(c: AsyncConnection, query: Select[Any]) -> list[Conversation]:
    return [register.read(row) for row in (await c.execute(query)).mappings()]


async def _unread(c: AsyncConnection, found: list[Conversation]) -> dict[str, int]:
    entry, table = tables.entry.c, tables.conversation.c
    query = (
        select(entry.conversation_id, func.count().label("unread"))
        .join(tables.conversation, table.id == entry.conversation_id)
        .where(
            entry.conversation_id.in_([each.id for each in found]),
            entry.seq > table.staff_seen,
            entry.author == "visitor",
            entry.kind.in_(["text", "file"]),
        )
        .group_by(entry.conversation_id)
    )
    return {row.conversation_id: row.unread for row in await c.execute(query)}
