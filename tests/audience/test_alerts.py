"""Alerts: what is far from the usual is said once, by one node, and taken back when it is over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.alerts import HELD_CLICKS, SITE, Alert, Alerts, Raised
from portal.audience.usual import Usual
from portal.clock import DAY, HOUR, MINUTE
from portal.errors import Unavailable
from portal.storage.database import Database
from portal.storage.tables.audience import click_held, click_hour, reading_alert
from portal.storage.tables.news import article
from tests.audience.conftest import OTHER, STORY
from tests.conftest import HeldClock


@dataclass
class Minutes:
    """Clicks by minute as somebody says them, instead of as they come."""

    by: dict[int, list[int]] = field(default_factory=dict)

    def minutes(self, n: int) -> Mapping[int, list[int]]:
        return {article: clicks[-n:] for article, clicks in self.by.items()}

    def say(self, article: int, before: int, last: int) -> None:
        """So many in each of the fifty minutes before, and in each of the last ten."""
        self.by[article] = [before] * 50 + [last] * 10 + [0]


@pytest.fixture
def minutes() -> Minutes:
    """Nothing is read."""
    return Minutes()


def keep(told: list[Alert]) -> Raised:
    """Note what begins."""

    async def note(_: AsyncConnection, alert: Alert) -> None:
        told.append(alert)

    return note


def make(database: Database, minutes: Minutes, clock: HeldClock) -> tuple[Alerts, list[Alert]]:
    told: list[Alert] = []
    usual = Usual(database, ZoneInfo("UTC"))
    alerts = Alerts(database=database, ticker=cast(Any, minutes), usual=usual, clock=clock)
    alerts.on_raised(keep(told))
    clock.forward(HOUR + MINUTE)
    return alerts, told


async def usually(database: Database, clock: HeldClock, clicks: int) -> None:
    """Let this hour of the four weeks before have brought so many, and the next one too."""
    hour = clock.at - clock.at % HOUR
    rows = [
        {"article_id": STORY, "hour": hour - week * 7 * DAY + later * HOUR, "clicks": clicks}
        for week in range(1, 5)
        for later in range(4)
    ]

    async def work(c: AsyncConnection) -> None:
        await c.execute(insert(click_hour), rows)

    await database.write(work)


async def test_a_story_that_is_suddenly_read(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """Raised once; over when it is calm, and not raised again in its hour."""
    alerts, told = make(articles, minutes, clock)
    minutes.say(STORY, before=1, last=6)
    minutes.say(OTHER, before=5, last=6)
    for _ in range(3):
        await alerts.look()
    lasting = alerts.lasting
    minutes.say(STORY, before=1, last=1)
    await alerts.look()
    calm = alerts.lasting
    minutes.say(STORY, before=1, last=6)
    await alerts.look()

    assert [(a.kind, a.article, a.clicks, a.usual) for a in told] == [("spike", STORY, 60, 10)]
    assert lasting == tuple(told)
    assert (calm, alerts.lasting) == ((), ())
    clock.forward(HOUR)
    await alerts.look()
    assert len(alerts.lasting) == 1


@pytest.mark.parametrize(
    ("before", "last"), [(0, 4), (3, 8), (100, 250)], ids=["few", "usual here", "not thrice"]
)
async def test_what_is_no_spike(
    articles: Database, clock: HeldClock, minutes: Minutes, before: int, last: int
) -> None:
    """Fewer than fifty, or less than three times what was before."""
    alerts, told = make(articles, minutes, clock)
    minutes.say(STORY, before, last)
    await alerts.look()

    assert told == []


async def test_of_several_nodes_one_raises(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """And all of them know that it lasts."""
    nodes = [make(articles, minutes, clock) for _ in range(4)]
    minutes.say(STORY, before=0, last=10)
    await asyncio.gather(*(alerts.look() for alerts, _ in nodes))
    await asyncio.gather(*(alerts.look() for alerts, _ in nodes))

    assert sum(len(told) for _, told in nodes) == 1
    assert {len(alerts.lasting) for alerts, _ in nodes} == {1}


async def test_a_process_that_has_just_begun_judges_nothing(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """It knows of no clicks before it: another's alert lasts, a steady story is no spike."""
    old, _ = make(articles, minutes, clock)
    minutes.say(STORY, before=0, last=10)
    await old.look()
    told: list[Alert] = []
    usual = Usual(articles, ZoneInfo("UTC"))
    nothing = Minutes()
    young = Alerts(database=articles, ticker=cast(Any, nothing), usual=usual, clock=clock)
    young.on_raised(keep(told))
    await young.look()
    clock.forward(20 * MINUTE)
    nothing.say(STORY, before=0, last=10)
    nothing.say(OTHER, before=0, last=10)
    await young.look()

    assert told == []
    assert [alert.article for alert in young.lasting] == [STORY]


async def test_a_site_that_falls_silent(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """A third of the usual or less; over with half of it."""
    alerts, told = make(articles, minutes, clock)
    await usually(articles, clock, 600)
    minutes.say(STORY, before=10, last=3)
    await alerts.look()
    lasting = alerts.lasting
    minutes.say(STORY, before=10, last=6)
    await alerts.look()

    assert [(a.kind, a.article, a.clicks, a.usual) for a in told] == [("drop", SITE, 30, 100)]
    assert (len(lasting), alerts.lasting) == (1, ())


async def test_silence_where_little_is_usual_is_no_alert(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """Nor in the first minutes of a process, which has heard of nothing yet."""
    alerts, told = make(articles, minutes, clock)
    await usually(articles, clock, 50)
    await alerts.look()
    young = Alerts(
        database=articles,
        ticker=cast(Any, minutes),
        usual=Usual(articles, ZoneInfo("UTC")),
        clock=clock,
    )
    young.on_raised(keep(told))
    clock.forward(5 * MINUTE)
    await young.look()

    assert told == []


async def test_a_site_that_is_read_thrice_as_much(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """Against the same hour of the weeks before; without any there is no usual."""
    alerts, told = make(articles, minutes, clock)
    minutes.say(STORY, before=30, last=31)
    await alerts.look()
    nothing = list(told)
    await usually(articles, clock, 600)
    await alerts.look()
    async with articles.read() as c:
        rows = (await c.execute(select(reading_alert))).all()

    assert nothing == []
    assert [(a.kind, a.article, a.clicks, a.usual) for a in told] == [("spike", SITE, 310, 100)]
    assert len(rows) == 1


async def test_clicks_that_wait_for_a_decision(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """A hundred of a story are said; it is over when somebody has decided."""
    alerts, told = make(articles, minutes, clock)

    async def hold(article: int, clicks: int) -> None:
        row = {"article_id": article, "hour": 0, "network": "n", "clicks": clicks}
        await articles.write(lambda c: c.execute(insert(click_held).values(row)))

    await hold(STORY, HELD_CLICKS)
    await hold(OTHER, HELD_CLICKS - 1)
    await alerts.look()
    lasting = alerts.lasting
    await articles.write(lambda c: c.execute(delete(click_held)))
    await alerts.look()

    assert [(a.kind, a.article, a.clicks) for a in told] == [("held", STORY, HELD_CLICKS)]
    assert lasting == tuple(told)
    assert alerts.lasting == ()


async def test_a_flood_over_many_stories_lasts_until_it_is_decided(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """However many hold more: none ends because others hold more."""
    alerts, _ = make(articles, minutes, clock)

    async def hold(c: AsyncConnection) -> None:
        for id_ in range(1_000, 1_120):
            row = {"id": id_, "slug": f"b{id_}", "path": f"news/b{id_}", "created_at": 0}
            await c.execute(insert(article).values(**row))
            held = {"article_id": id_, "hour": 0, "network": "n", "clicks": id_}
            await c.execute(insert(click_held).values(**held))

    await articles.write(hold)
    for _ in range(2):
        await alerts.look()

    assert len(alerts.lasting) == 120


async def test_what_cannot_be_told_is_not_raised(
    articles: Database, clock: HeldClock, minutes: Minutes
) -> None:
    """The letter and the alert stand in one transaction: both or neither."""
    alerts, _ = make(articles, minutes, clock)
    fails = True

    async def letter(_: AsyncConnection, alert: Alert) -> None:
        if fails:
            raise Unavailable("away")

    alerts.on_raised(letter)
    minutes.say(STORY, before=0, last=10)
    with pytest.raises(Unavailable):
        await alerts.look()
    async with articles.read() as c:
        none = (await c.execute(select(reading_alert))).all()
    fails = False
    await alerts.look()

    assert none == []
    assert [alert.article for alert in alerts.lasting] == [STORY]
