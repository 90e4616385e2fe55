"""Whatever is added up: stories come to their categories, these to the site, in every window."""

import random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.account import Accounts
from portal.audience.among import ALL, Among
from portal.audience.kinds import Kinds
from portal.audience.usual import Usual, last_day
from portal.clock import HOUR
from portal.storage.database import Database
from portal.storage.tables.audience import click_hour, click_refused, reading_fact
from portal.storage.tables.news import article
from tests.conftest import HeldClock

PATHS = ("about", "news/a", "news/town/b", "news/town/c", "newsroom/d", "news_/e")
CATEGORIES = ("/news/", "/newsroom/", "/news_/")


@pytest.fixture
async def read(database: Database, clock: HeldClock) -> Database:
    """Six stories in four places, read at random for two days."""
    dice = random.Random(12)

    async def work(c: AsyncConnection) -> None:
        for id_, path in enumerate(PATHS, 1):
            row = {"id": id_, "slug": path[-1], "path": path, "created_at": 0}
            await c.execute(insert(article).values(**row))
            for hour in [at - 24 * HOUR * day for day in (0, 1) for at in last_day(clock.at)]:
                key = {"article_id": id_, "hour": hour}
                clicks, released = dice.randrange(9), dice.randrange(3)
                await c.execute(insert(click_hour).values(**key, clicks=clicks, released=released))
                refused = {"reason": "seen", "clicks": dice.randrange(1, 5)}
                await c.execute(insert(click_refused).values(**key, **refused))
                fact = {"kind": "device", "value": dice.choice(["phone", "desktop"])}
                await c.execute(insert(reading_fact).values(**key, **fact, n=dice.randrange(1, 9)))

    await database.write(work)
    return database


async def test_stories_and_categories_come_to_the_site(read: Database, clock: HeldClock) -> None:
    """Clicks of each hour, the facts of each kind, and what was no click; `_` is no wildcard."""
    stories = [Among(id=id_) for id_ in range(1, len(PATHS) + 1)]
    # What has no category stands beside them.
    parts = [Among(id=1), *(Among(within=path) for path in CATEGORIES)]
    usual = Usual(read, ZoneInfo("UTC"))
    hours = last_day(clock.at)
    whole = await usual.of(hours)
    for some in (stories, parts):
        found = [await usual.of(hours, each) for each in some]
        for hour in hours:
            assert whole[hour][0] == sum(each[hour][0] for each in found)

    kinds, accounts = Kinds(read), Accounts(read)
    for since in (0, hours[0], hours[-1]):
        came = await kinds.since(since)
        left_out = await accounts.left_out(since, ALL)
        for some in (stories, parts):
            devices = [(await kinds.since(since, each)).by["device"] for each in some]
            refused = [await accounts.left_out(since, each) for each in some]
            assert came.by["device"].total() == sum(each.total() for each in devices)
            assert left_out.total() == sum(each.total() for each in refused)
