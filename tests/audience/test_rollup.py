"""Old hours become days: no sum moves, whoever does it, how often and at once."""

import asyncio

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.account import Accounts
from portal.audience.books import recount, written
from portal.audience.kinds import Kinds
from portal.audience.ledger import Ledger
from portal.audience.record import Record
from portal.audience.rollup import Rollup
from portal.clock import DAY, HOUR
from portal.storage.database import Database
from portal.storage.tables.audience import click_day, click_decision, click_hour, click_total
from portal.storage.tables.staff import staff
from tests.audience.conftest import OTHER, STORY
from tests.conftest import HeldClock

KEEP = 10


async def history(database: Database, clock: HeldClock, days: int) -> None:
    """Let two articles be clicked three times a day for so long, up to now."""
    hour = clock.at - clock.at % HOUR
    rows = [
        {"article_id": article, "hour": hour - at * 8 * HOUR, "clicks": at % 3 + 1, "released": 1}
        for article in (STORY, OTHER)
        for at in range(days * 3)
    ]

    def released(article: int, clicks: int) -> dict[str, object]:
        sums = {"article_id": article, "clicks": clicks}
        return {**sums, "staff_id": 1, "at": clock.at, "verdict": "released"}

    async def work(c: AsyncConnection) -> None:
        who = {"id": 1, "email": "ed@example.com", "name": "Ed", "role": "editor"}
        await c.execute(insert(staff).values(**who, created_at=0))
        await c.execute(insert(click_hour), rows)
        for article in (STORY, OTHER):
            mine = [row for row in rows if row["article_id"] == article]
            clicks = sum(row["clicks"] for row in mine)
            total = {"article_id": article, "clicks": clicks, "released": len(mine)}
            await c.execute(insert(click_total).values(total))
            await c.execute(insert(click_decision).values(released(article, len(mine))))

    await database.write(work)


async def days_and_hours(database: Database) -> tuple[int, int]:
    async with database.read() as c:
        return (
            len((await c.execute(select(click_day))).all()),
            len((await c.execute(select(click_hour))).all()),
        )


async def test_old_hours_become_days_and_no_sum_moves(articles: Database, clock: HeldClock) -> None:
    """The account still comes to what is shown; the second time there is nothing to do."""
    await history(articles, clock, 25)
    before = await Accounts(articles).of(STORY)
    rollup = Rollup(articles, clock, KEEP)
    rolled, again = await rollup.roll(), await rollup.roll()
    after = await Accounts(articles).of(STORY)
    assert before is not None
    assert after is not None
    lines = [line async for account in Accounts(articles).every() for line in written(account)]

    assert (rolled, again) == (14, 0)
    assert (await days_and_hours(articles))[0] == 28
    assert sum(line.shown for line in after.lines) == before.shown == after.shown
    assert {line.span for line in after.lines} == {"day", "hour"}
    assert min(line.at for line in after.lines if line.span == "hour") >= (
        clock.at - clock.at % DAY - KEEP * DAY
    )
    assert recount(lines).wrong == []


async def test_two_who_roll_at_once_add_nothing_twice(articles: Database, clock: HeldClock) -> None:
    """While clicks are booked beside them."""
    await history(articles, clock, 20)
    before = await Accounts(articles).of(STORY)
    assert before is not None
    ledger = Ledger(articles, clock)
    rollups = [Rollup(articles, clock, KEEP) for _ in range(4)]
    await asyncio.gather(
        *(rollup.roll() for rollup in rollups),
        *(ledger.book({STORY: before.counted + n}) for n in range(1, 5)),
    )
    after = await Accounts(articles).of(STORY)
    assert after is not None

    assert after.shown == before.shown + 4
    assert sum(line.shown for line in after.lines) == after.shown


async def test_a_late_release_finds_its_day(articles: Database, clock: HeldClock) -> None:
    """Held clicks of an hour that was rolled up are released into it, and rolled up again."""
    await history(articles, clock, 12)
    rollup = Rollup(articles, clock, KEEP)
    await rollup.roll()
    old = clock.at - clock.at % DAY - 12 * DAY

    async def work(c: AsyncConnection) -> None:
        values = {"article_id": STORY, "hour": old, "clicks": 0, "released": 3}
        await c.execute(insert(click_hour).values(values))
        await c.execute(
            click_total.update()
            .where(click_total.c.article_id == STORY)
            .values(released=click_total.c.released + 3)
        )

    await articles.write(work)
    await rollup.roll()
    after = await Accounts(articles).of(STORY)
    assert after is not None

    assert sum(line.shown for line in after.lines) == after.shown


async def test_reasons_and_facts_of_that_age_go(articles: Database, clock: HeldClock) -> None:
    """They are in no number."""
    record = Record(articles, clock)
    record.add_refused(STORY, "seen")
    record.add_fact(STORY, "device", "phone")
    await record.book()
    rollup = Rollup(articles, clock, KEEP)
    await rollup.forget()
    kept = await Kinds(articles).since(0)
    clock.forward((KEEP + 2) * DAY)
    await rollup.forget()
    account = await Accounts(articles).of(STORY)
    assert account is not None

    assert kept.by["device"] == {"phone": 1}
    assert (await Kinds(articles).since(0)).by == {}
    assert account.refused == {}


async def test_kept_for_good_nothing_is_rolled(articles: Database, clock: HeldClock) -> None:
    """A setting of 0."""
    await history(articles, clock, 25)
    hours = (await days_and_hours(articles))[1]

    assert await Rollup(articles, clock, 0).roll() == 0
    assert await days_and_hours(articles) == (0, hours)
