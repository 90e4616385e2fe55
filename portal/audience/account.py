"""The account of an article: why its number is what it is, hour by hour, and what was decided.

`shown = counted + released`. Counted are the hours' clicks; released are clicks that were held and
that an editor let count, in the hour they came. What was refused, is held or was discarded stands
beside it and is in no number.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.among import ALL, Among
from portal.audience.decisions import Verdict
from portal.storage.database import Database
from portal.storage.tables.audience import (
    click_day,
    click_decided,
    click_decision,
    click_held,
    click_hour,
    click_refused,
    click_total,
)
from portal.storage.tables.news import article, revision
from portal.storage.tables.staff import staff

CHUNK: Final = 100
"""Articles read at once for an export."""
TRIES: Final = 10
"""Clicks are booked once a second, and an account is read in milliseconds."""
_SHOWN: Final = (revision.c.article_id == article.c.id) & (
    revision.c.number == article.c.published_revision
)


@dataclass(slots=True)
class Line:
    """One hour, or one day of those that are long over."""

    at: int
    """Its first millisecond."""
    span: Literal["hour", "day"] = "hour"
    counted: int = 0
    released: int = 0
    held: int = 0
    discarded: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def shown(self) -> int:
        """Return what it added to the number that readers see."""
        return self.counted + self.released


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the audit: who let how many clicks count, or not, and when."""

    id: int
    at: int
    by: str
    verdict: Verdict
    clicks: int
    note: str


@dataclass(frozen=True, slots=True)
class Account:
    """All that is known of an article's number; `lines` are oldest first and add up to it."""

    article: int
    title: str
    path: str
    counted: int
    released: int
    lines: list[Line]
    decisions: list[Decision]
    """The newest first."""

    @property
    def shown(self) -> int:
        """Return the number that readers see."""
        return self.counted + self.released

    @property
    def held(self) -> int:
        """Return how many clicks wait for a decision."""
        return sum(line.held for line in self.lines)

    @property
    def discarded(self) -> int:
        """Return how many held clicks were decided not to count."""
        return sum(line.discarded for line in self.lines)

    @property
    def refused(self) -> Counter[str]:
        """Return how many views were no click, by reason."""
        return sum((line.refused for line in self.lines), Counter[str]())


class Accounts:
    """Reads accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, article_id: int) -> Account | None:
        """Return the account of an article; None: there is no such article.

        Raises:
            Unavailable: the database does not answer.
        """
        return (await self._at_once([article_id])).get(article_id)

    async def every(self) -> AsyncIterator[Account]:
        """Yield the account of every article, by its id; nothing is held between two of them."""
        last = 0
        while True:
            async with self._database.read() as connection:
                some = select(article.c.id).where(article.c.id > last).order_by(article.c.id)
                ids = list((await connection.execute(some.limit(CHUNK))).scalars())
            if not ids:
                return
            accounts = await self._at_once(ids)
            for id_ in ids:
                yield accounts[id_]
            last = ids[-1]

    async def _at_once(self, ids: Collection[int]) -> dict[int, Account]:
        """Read accounts as they were at one moment: again, if something was booked meanwhile."""
        async with self._database.read() as connection:
            for _ in range(TRIES):
                before = await _stamp(connection, ids)
                accounts = await _read(connection, ids)
                if await _stamp(connection, ids) == before:
                    break
        return accounts

    async def waiting(self, most: int | None = 100) -> list[tuple[int, int]]:
        """Return (article, clicks) of what waits for a decision, the most first; None: all."""
        clicks = func.sum(click_held.c.clicks)
        query = select(click_held.c.article_id, clicks.label("n")).group_by(click_held.c.article_id)
        async with self._database.read() as connection:
            found = await connection.execute(query.order_by(clicks.desc()).limit(most))
            return [(row.article_id, int(row.n)) for row in found]

    async def left_out(self, hour: int, among: Among = ALL) -> Counter[str]:
        """Return by reason how many views were no click since an hour; of all: of none too."""
        clicks = func.sum(click_refused.c.clicks)
        query = select(click_refused.c.reason, clicks).where(
            click_refused.c.hour >= hour, among.are(click_refused.c.article_id)
        )
        async with self._database.read() as connection:
            found = await connection.execute(query.group_by(click_refused.c.reason))
            return Counter({reason: int(n) for reason, n in found})


async def _stamp(connection: AsyncConnection, ids: Collection[int]) -> list[Any]:
    """Return what changes with every booking and every decision about these articles."""
    totals = select(click_total).where(click_total.c.article_id.in_(ids))
    newest = select(func.max(click_decision.c.id)).where(click_decision.c.article_id.in_(ids))
    rows = await connection.execute(totals.order_by(click_total.c.article_id))
    return [tuple(row) for row in rows] + [(await connection.execute(newest)).scalar()]


async def _read(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Account]:
    lines: dict[int, dict[tuple[int, str], Line]] = defaultdict(dict)

    def line(id_: int, at: int, span: Literal["hour", "day"] = "hour") -> Line:
        return lines[id_].setdefault((at, span), Line(at, span))

    for row in await connection.execute(_of(click_hour, ids)):
        this = line(row.article_id, row.hour)
        this.counted, this.released = row.clicks, row.released
    for row in await connection.execute(_of(click_day, ids)):
        this = line(row.article_id, row.day, "day")
        this.counted, this.released = row.clicks, row.released
    for row in await connection.execute(_of(click_held, ids)):
        line(row.article_id, row.hour).held += row.clicks
    for row in await connection.execute(_of(click_refused, ids)):
        line(row.article_id, row.hour).refused[row.reason] += row.clicks
    decided = (
        select(click_decision.c.article_id, click_decided.c.hour, click_decided.c.clicks)
        .join_from(click_decided, click_decision)
        .where(click_decision.c.article_id.in_(ids), click_decision.c.verdict == "discarded")
    )
    for row in await connection.execute(decided):
        line(row.article_id, row.hour).discarded += row.clicks
    decisions = await _decisions(connection, ids)
    heads = (
        select(
            article.c.id,
            article.c.path,
            revision.c.title,
            click_total.c.clicks,
            click_total.c.released,
        )
        .join_from(article, revision, _SHOWN, isouter=True)
        .join(click_total, click_total.c.article_id == article.c.id, isouter=True)
        .where(article.c.id.in_(ids))
    )
    return {
        row.id: Account(
            article=row.id,
            title=row.title or row.path,
            path=row.path,
            counted=row.clicks or 0,
            released=row.released or 0,
            lines=sorted(lines[row.id].values(), key=lambda each: each.at),
            decisions=decisions[row.id],
        )
        for row in await connection.execute(heads)
    }


def _of(table: Table, ids: Collection[int]) -> Select[Any]:
    return select(table).where(table.c.article_id.in_(ids))


async def _decisions(
    connection: AsyncConnection, ids: Collection[int]
) -> dict[int, list[Decision]]:
    found: dict[int, list[Decision]] = defaultdict(list)
    query = (
        select(click_decision, staff.c.name)
        .join_from(click_decision, staff)
        .where(click_decision.c.article_id.in_(ids))
        .order_by(click_decision.c.at.desc(), click_decision.c.id.desc())
    )
    for row in await connection.execute(query):
        made = Decision(row.id, row.at, row.name, row.verdict, row.clicks, row.note)
        found[row.article_id].append(made)
    return found
