"""What was no click, and how readers came: added up in SQL exactly once, on both databases."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from portal.audience import counting
from portal.audience import record as recording
from portal.audience.reasons import REASONS, WORDS
from portal.audience.record import Record
from portal.clock import HOUR
from portal.errors import Unavailable
from portal.memory.tally import Budgets
from portal.storage.database import Database
from portal.storage.tables.audience import (
    booking,
    click_held,
    click_refused,
    click_total,
    reading_fact,
)
from tests.audience.conftest import DRAFT, OTHER, STORY, Node
from tests.conftest import HeldClock

CRAWLER = "Googlebot/2.1 (+http://www.google.com/bot.html)"


async def rows(database: Database, table: Table, *names: str) -> Counter[tuple[Any, ...]]:
    """Return a table's sums by these columns."""
    *_, sum_ = table.c
    async with database.read() as connection:
        found = await connection.execute(select(*[table.c[name] for name in names], sum_))
        sums: Counter[tuple[Any, ...]] = Counter()
        for *key, n in found:
            sums[tuple(key)] += n
        return sums


async def test_every_refused_view_has_its_reason(a: Node, articles: Database) -> None:
    """Counted by article and reason; what does not exist stands under no article."""
    page = a.page("tab-000000000000000001")
    for article in (STORY, STORY, STORY, DRAFT, 9_999):
        await page.view(article)
    await a.page("tab-000000000000000002", browser=CRAWLER).view(OTHER)
    await a.room.upkeep.write_record()

    assert await rows(articles, click_refused, "article_id", "reason") == {
        (STORY, "seen"): 2,
        (DRAFT, "unpublished"): 1,
        (0, "unknown"): 1,
        (OTHER, "machine"): 1,
    }


async def test_what_exceeds_the_budget_is_held(
    a: Node, articles: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By article, hour and network; nothing in SQL tells which network that is."""
    monkeypatch.setattr(counting, "BUDGETS", Budgets(article=2, site=9, held=4))
    for number in range(8):
        await a.page(f"tab-{number:018}").view()
    await a.room.upkeep.write_record()

    held = await rows(articles, click_held, "article_id", "network")
    assert [(article, n) for (article, _), n in held.items()] == [(STORY, 4)]
    assert "192.0.2" not in str(held)
    assert await rows(articles, click_refused, "article_id", "reason") == {(STORY, "flood"): 2}


async def test_a_batch_is_added_once(articles: Database, clock: HeldClock) -> None:
    """Whose answer was lost, so that it is written again, adds nothing the second time."""
    record = Record(articles, clock)
    record.add_refused(STORY, "seen")
    record.add_fact(STORY, "device", "phone", 3)
    open_ = record._open
    await record.book()
    record._sent = open_
    record.add_refused(STORY, "seen")
    await record.book()

    assert await rows(articles, click_refused, "article_id", "reason") == {(STORY, "seen"): 2}
    assert await rows(articles, reading_fact, "kind", "value") == {("device", "phone"): 3}


async def test_eight_writers_add_up(articles: Database, clock: HeldClock) -> None:
    """Whatever many write at once is all there, to the unit."""
    records = [Record(articles, clock) for _ in range(8)]

    async def write(record: Record) -> None:
        for _ in range(5):
            for article in (OTHER, STORY):
                record.add_refused(article, "seen")
                record.add_held(article, "n")
                record.add_fact(article, "device", "phone")
            await record.book()

    await asyncio.gather(*map(write, records))

    expected = {(STORY,): 40, (OTHER,): 40}
    for table in (click_refused, click_held, reading_fact):
        assert await rows(articles, table, "article_id") == expected


async def test_nothing_is_lost_while_the_database_is_away(
    articles: Database, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens meanwhile waits beside what was being written."""
    record = Record(articles, clock)

    async def away(*_: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(articles, "write", away)
        for _ in range(3):
            record.add_refused(STORY, "seen")
            with pytest.raises(Unavailable):
                await record.book()
    await record.book()

    assert await rows(articles, click_refused, "article_id", "reason") == {(STORY, "seen"): 3}


async def test_made_up_articles_fill_no_memory(
    articles: Database, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond so many different sums the rest is one sum."""
    monkeypatch.setattr(recording, "MOST_KEYS", 10)
    record = Record(articles, clock)
    for made_up in range(1_000, 1_100):
        record.add_refused(made_up, "unpublished")
    for network in range(100):
        record.add_held(STORY, f"{network:024}")
    await record.book()

    assert await rows(articles, click_refused, "article_id", "reason") == {
        (0, "unknown"): 10,
        (0, "unpublished"): 90,
    }
    held = await rows(articles, click_held, "network")
    assert (len(held), held.total(), held[("elsewhere",)]) == (11, 100, 90)


async def test_hours_stand_apart(articles: Database, clock: HeldClock) -> None:
    """What comes after the hour goes into the next, though it is written together."""
    record = Record(articles, clock)
    hour = clock.at - clock.at % HOUR
    record.add_refused(STORY, "seen")
    clock.forward(HOUR)
    record.add_refused(STORY, "seen")
    await record.book()

    assert await rows(articles, click_refused, "hour") == {(hour,): 1, (hour + HOUR,): 1}


async def test_tokens_are_forgotten_after_a_day(articles: Database, clock: HeldClock) -> None:
    """A batch is repeated within seconds or not at all."""
    record = Record(articles, clock)
    record.add_refused(STORY, "seen")
    await record.book()
    async with articles.read() as connection:
        kept = len((await connection.execute(select(booking))).all())
    clock.forward(25 * HOUR)

    assert (kept, await record.forget(), await record.forget()) == (1, 1, 0)


async def test_released_clicks_are_shown_beside_the_counted(
    a: Node, b: Node, articles: Database
) -> None:
    """A release takes nothing from what was counted since, and reaches every node at once."""
    await a.page("tab-000000000000000001").view()
    await a.room.clicks.tell_released({STORY: 5})
    await a.page("tab-000000000000000002").view()
    await a.room.upkeep.flush()
    await asyncio.sleep(0.1)
    await a.room.upkeep.book()
    await a.room.upkeep.reconcile()

    assert (a.room.clicks.total(STORY), b.room.clicks.total(STORY)) == (7, 7)
    assert await a.room.ledger.totals() == {STORY: 2}
    assert a.room.clicks.most_read(1) == [(STORY, 7)]


async def test_a_node_learns_of_a_release_from_sql(a: Node, articles: Database) -> None:
    """The bus may lose it: five seconds later it is read."""

    async def work(connection: Any) -> None:
        row = {"article_id": STORY, "clicks": 10, "released": 4}
        await connection.execute(insert(click_total).values(row))

    await articles.write(work)
    await a.room.upkeep.reconcile()

    assert a.room.clicks.total(STORY) == 14


def test_every_reason_is_said_in_words() -> None:
    """Nobody has to guess what a name means."""
    assert set(WORDS) == set(REASONS)
    assert all(len(reason) <= 20 for reason in REASONS)
