"""The lists of the console, a page at a time, and single rows when they change.

A conversation is snoozed while `snoozed_until` is set; whoever wakes it unsets it. It stands in
*snoozed* and *all* then, and in no list of work to be done.

A page goes on behind the last row of the one before ("after"), not at a number of rows: between
two pages rows come and go, and none may be skipped by that.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import UNSET
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from portal.chat import register
from portal.chat.conversation import Conversation, Status
from portal.chat.finding import details
from portal.chat.finding.details import Details
from portal.chat.requests import Quote, Quoted
from portal.chat.told import DeskList, Owner, Row
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables import desk as tables_of_desk

PAGE: Final = 100
UNSEEN_FIRST: Final = 10**14
"""More milliseconds than anybody counts: a mention not seen yet stands before all that were."""
MENTIONED: Final = tables_of_desk.mention.c.conversation_id == tables.conversation.c.id

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

    async def page(
        self,
        agent: Agent,
        name: str,
        after: str | None,
        label: int | None = None,
        article: int | None = None,
    ) -> DeskList:
        """Return one page of a list.

        Args:
            label, article: only those that carry it, whose visitor reads it.

        Raises:
            Refused: `bad_field`, `after` is none of ours.
        """
        view = _view(name, agent)
        within = [view.within, *_narrowed(label, article)]
        query = register.ROWS.add_columns(view.at.label("moment")).where(*within)
        if after is not None:
            query = query.where(_behind(after, view.at, view.rising))
        id_ = tables.conversation.c.id
        order = [view.at.asc(), id_.asc()] if view.rising else [view.at.desc(), id_.desc()]
        count = select(func.count()).select_from(tables.conversation).where(*within)
        if name == "mentions":
            query, count = (each.join(tables_of_desk.mention, MENTIONED) for each in (query, count))
        async with self._db.read() as c:
            read = (await c.execute(query.order_by(*order).limit(PAGE + 1))).mappings().all()
            found = [register.read(row) for row in read[:PAGE]]
            total = await c.scalar(count) or 0
            more = await details.read(c, found)
        rows = await self._rows(found, more)
        told = DeskList(list=name, conversations=rows, total=total)
        told.after = after if after is not None else UNSET
        told.label = label if label is not None else UNSET
        told.article = article if article is not None else UNSET
        if len(read) > PAGE:
            told.next = f"{read[PAGE - 1]['moment']}.{read[PAGE - 1]['id']}"
        return told

    async def rows(self, conversations: Iterable[str]) -> list[Row]:
        """Return the rows of these conversations as they are now."""
        async with self._db.read() as c:
            found = await register.by_ids(c, conversations)
            more = await details.read(c, found)
        return await self._rows(found, more)

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
        """Return how many open conversations each of these agents has, but for snoozed ones."""
        table = tables.conversation.c
        query = (
            select(table.agent_id, func.count().label("load"))
            .where(
                table.agent_id.in_(agents),
                table.status == Status.OPEN.value,
                table.snoozed_until.is_(None),
            )
            .group_by(table.agent_id)
        )
        async with self._db.read() as c:
            return {row.agent_id: row.load for row in await c.execute(query)}

    async def _rows(self, found: list[Conversation], more: Mapping[str, Details]) -> list[Row]:
        articles = {each.article for each in found if each.article is not None}
        titles = await self._titles(articles) if articles else {}
        return [self._row(each, more.get(each.id, details.NOTHING), titles) for each in found]

    async def quoted(self, quote: Quote) -> Quoted:
        """Add what the newsroom calls the article that is quoted, and where it stands."""
        title, url = (await self._titles({quote.article})).get(quote.article, ("", ""))
        return Quoted(**msgspec.structs.asdict(quote), title=title, url=url)

    def _row(self, c: Conversation, more: Details, titles: Mapping[int, tuple[str, str]]) -> Row:
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
            unread=more.unread,
            waiting_since=c.waiting_since,
            created_at=c.created_at,
            online=self._online(c.id),
            desk=c.desk,
            labels=more.labels,
            snoozed_until=c.snoozed_until,
            rating=more.rating,
            language=c.language,
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


@dataclass(frozen=True, slots=True)
class _View:
    """What belongs to a list, and by which moment it is sorted."""

    within: ColumnElement[bool]
    at: ColumnElement[int]
    rising: bool = False


def _view(name: str, agent: Agent) -> _View:
    table = tables.conversation.c
    awake, open_ = table.snoozed_until.is_(None), table.status == Status.OPEN.value
    match name:
        case "waiting":
            return _View(_waiting(), table.waiting_since, rising=True)
        case "mine":
            return _View(and_(table.agent_id == agent.id, open_, awake), table.last_at)
        case "unanswered":
            return _View(and_(table.waiting_since.is_not(None), awake), table.waiting_since, True)
        case "closed":
            return _View(table.status == Status.CLOSED.value, table.last_at)
        case "snoozed":
            return _View(and_(open_, ~awake), table.snoozed_until, rising=True)
        case "mentions":
            mention = tables_of_desk.mention.c
            unseen = case((mention.seen_at.is_(None), UNSEEN_FIRST), else_=0)
            return _View(mention.staff_id == agent.id, mention.at + unseen)
    # `all` holds those nobody spoke in, too.
    return _View(table.id.is_not(None), table.last_at)


def _narrowed(label: int | None, article: int | None) -> list[ColumnElement[bool]]:
    table, labels = tables.conversation.c, tables.conversation_label.c
    narrowed: list[ColumnElement[bool]] = []
    if label is not None:
        carries = exists().where(labels.conversation_id == table.id, labels.label_id == label)
        narrowed.append(carries)
    if article is not None:
        narrowed.append(table.article_id == article)
    return narrowed


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
