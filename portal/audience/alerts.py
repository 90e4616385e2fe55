"""Alerts: a story or the site is read far more, or far less, than is usual.

*Spike*: a story's last ten minutes brought at least fifty clicks and three times what ten minutes
of the fifty before them did; the site's, three times what is usual at this hour. *Drop*: the site's
brought a third of the usual or less, where sixty an hour are usual. *Held*: a hundred clicks on one
story wait for a decision. An alert ends when that is over and is not raised again within its hour.
Of several nodes one raises it: its slot is unique in SQL. Every node looks there what lasts, so
that all who work here learn of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.account import Accounts
from portal.audience.ticker import Ticker
from portal.audience.usual import Usual
from portal.clock import HOUR, MINUTE, Clock
from portal.storage.database import Database
from portal.storage.tables.audience import reading_alert
from portal.storage.upsert import insert_for

Kind = Literal["spike", "drop", "held"]
SITE: Final = 0
"""Instead of an article."""
LOOK_SECONDS: Final = 10.0
TEN: Final = 10
SPIKE_CLICKS: Final = 50
SPIKE_TIMES: Final = 3
CALM_TIMES: Final = 2
"""A spike is over below so many times the usual."""
DROP_USUAL: Final = 60
"""Clicks an hour; where fewer are usual, silence means nothing."""
DROP_SHARE: Final = 1 / 3
CALM_SHARE: Final = 1 / 2
HELD_CLICKS: Final = 100


@dataclass(frozen=True, slots=True)
class Alert:
    """One that lasts, or that somebody should look at.

    Attributes:
        article: its id; `SITE`: all of it.
        clicks: of the ten minutes in which it was raised; those that were held by then.
        usual: of ten minutes, then.
    """

    id: int
    kind: Kind
    article: int
    began_at: int
    clicks: int
    usual: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What ten minutes brought, beside what is usual."""

    article: int
    clicks: int
    usual: int | None


Raised = Callable[[AsyncConnection, Alert], Awaitable[None]]
"""Does what belongs to an alert, in the transaction in which it begins."""


class Alerts:
    """Looks, raises, ends, and knows what lasts."""

    def __init__(
        self,
        *,
        database: Database,
        ticker: Ticker,
        usual: Usual,
        clock: Clock,
    ) -> None:
        """Begin to look; nothing lasts yet."""
        self._database = database
        self._ticker = ticker
        self._usual = usual
        self._clock = clock
        self._accounts = Accounts(database)
        self._raised: list[Raised] = []
        self._began = clock()
        self._lasting: tuple[Alert, ...] = ()

    @property
    def lasting(self) -> tuple[Alert, ...]:
        """What lasts, as of the last look; the newest first."""
        return self._lasting

    def on_raised(self, call: Raised) -> None:
        """Have `call` told, on one node and once, of each alert that begins."""
        self._raised.append(call)

    async def look(self) -> None:
        """Raise and end what is to be, and learn what lasts.

        Raises:
            Unavailable: the database does not answer.
        """
        now = self._clock()
        held = dict(await self._accounts.waiting(None))
        for article, clicks in held.items():
            if clicks >= HELD_CLICKS:
                await self._raise("held", Reading(article, clicks, None), now)
        # What a process has not lived through it would take for silence.
        lived = now - self._began >= (TEN + 1) * MINUTE
        readings = {each.article: each for each in await self._readings(now)} if lived else {}
        for reading in readings.values():
            kind = self._calls(reading, now)
            if kind is not None:
                await self._raise(kind, reading, now)
        for alert in await self._find():
            if alert.kind == "held":
                over = alert.article not in held
            else:
                over = lived and _is_over(alert, readings.get(alert.article), now)
            if over:
                await self._end(alert, now)
        self._lasting = await self._find()

    async def _readings(self, now: int) -> list[Reading]:
        minutes = self._ticker.minutes(61)
        found = []
        site = 0
        for article, clicks in minutes.items():
            # The minute that still fills is no whole one.
            last, before = sum(clicks[-TEN - 1 : -1]), sum(clicks[: -TEN - 1])
            site += last
            found.append(Reading(article, last, round(before / 5)))
        hour = now - now % HOUR
        _, usual = (await self._usual.of([hour]))[hour]
        found.append(Reading(SITE, site, None if usual is None else round(usual / 6)))
        return found

    def _calls(self, reading: Reading, now: int) -> Kind | None:
        # What a process has not lived through it knows as silence.
        hours = now - self._began >= (6 * TEN + 1) * MINUTE
        if reading.usual is None or not (hours or reading.article == SITE):
            return None
        many = reading.clicks >= max(SPIKE_CLICKS, SPIKE_TIMES * reading.usual)
        if many:
            return "spike"
        few = reading.clicks <= reading.usual * DROP_SHARE and reading.usual >= DROP_USUAL / 6
        return "drop" if reading.article == SITE and few else None

    async def _raise(self, kind: Kind, reading: Reading, now: int) -> None:
        row = {
            "kind": kind,
            "article_id": reading.article,
            "began_at": now,
            "slot": now - now % HOUR,
            "clicks": reading.clicks,
            "usual": reading.usual or 0,
        }

        async def work(c: AsyncConnection) -> None:
            lasts = select(reading_alert.c.id).where(
                reading_alert.c.kind == kind,
                reading_alert.c.article_id == reading.article,
                reading_alert.c.ended_at.is_(None),
            )
            if (await c.execute(lasts)).first() is not None:
                return
            insert = insert_for(c, reading_alert).values(row).on_conflict_do_nothing()
            made: int | None = (await c.execute(insert.returning(reading_alert.c.id))).scalar()
            if made is None:
                return
            alert = Alert(made, kind, reading.article, now, reading.clicks, reading.usual or 0)
            for tell in self._raised:
                await tell(c, alert)

        await self._database.write(work)

    async def _end(self, alert: Alert, now: int) -> None:
        ended = update(reading_alert).where(
            reading_alert.c.id == alert.id, reading_alert.c.ended_at.is_(None)
        )

        async def work(c: AsyncConnection) -> None:
            await c.execute(ended.values(ended_at=now))

        await self._database.write(work)

    async def _find(self) -> tuple[Alert, ...]:
        table = reading_alert.c
        query = select(reading_alert).where(table.ended_at.is_(None)).order_by(table.id.desc())
        async with self._database.read() as connection:
            return tuple(
                Alert(row.id, row.kind, row.article_id, row.began_at, row.clicks, row.usual)
                for row in await connection.execute(query)
            )


def _is_over(alert: Alert, reading: Reading | None, now: int) -> bool:
    """Tell whether it is calm again, by what was usual when it was raised."""
    clicks = reading.clicks if reading else 0
    if alert.kind == "spike":
        return clicks < max(SPIKE_CLICKS / 2, CALM_TIMES * alert.usual)
    return clicks > alert.usual * CALM_SHARE or now - alert.began_at > 24 * HOUR
