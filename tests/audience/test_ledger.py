"""Clicks in SQL, on both databases: booked once whatever is repeated."""

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import update

from portal.audience.ledger import Ledger, spread
from portal.clock import DAY, HOUR
from portal.errors import Unavailable
from portal.storage.database import Database
from portal.storage.tables.news import article
from tests.audience.conftest import OTHER, STORY, AwayDatabase
from tests.conftest import HeldClock

NOW = 1_780_000_000_000


@pytest.fixture
def ledger(articles: Database, clock: HeldClock) -> Ledger:
    """The ledger of a database with three articles."""
    return Ledger(articles, clock)


def total(hours: Iterable[tuple[int, int]]) -> int:
    return sum(clicks for _, clicks in hours)


async def test_booking_twice_is_booking_once(ledger: Ledger) -> None:
    """The answer to the first may have been lost."""
    assert await ledger.book({STORY: 5, OTHER: 1}) == 6
    assert await ledger.book({STORY: 5, OTHER: 1}) == 0

    assert await ledger.totals() == {STORY: 5, OTHER: 1}


async def test_a_late_booking_lowers_nothing(ledger: Ledger) -> None:
    """A node that slept books what it knew then."""
    await ledger.book({STORY: 9})

    assert await ledger.book({STORY: 7}) == 0
    assert await ledger.totals() == {STORY: 9}


async def test_growth_enters_the_hour_it_was_booked_in(ledger: Ledger, clock: HeldClock) -> None:
    """The hours of an article add up to its total."""
    hour = clock.at - clock.at % HOUR
    await ledger.book({STORY: 3})
    await ledger.book({STORY: 5})
    clock.forward(HOUR)
    await ledger.book({STORY: 6})

    assert await ledger.history(STORY, 0, clock.at) == [(hour, 5), (hour + HOUR, 1)]


async def test_eight_nodes_at_once_book_exactly(ledger: Ledger, clock: HeldClock) -> None:
    """Each books what it knows; the hours hold the largest and not the sum."""
    await asyncio.gather(
        *(ledger.book({STORY: 10 * round_ + node}) for round_ in range(5) for node in range(8))
    )

    assert await ledger.totals() == {STORY: 47}
    assert total(await ledger.history(STORY, 0, clock.at)) == 47


async def test_articles_the_database_does_not_know_are_passed_over(ledger: Ledger) -> None:
    """A Valkey may outlive its database."""
    assert await ledger.book({STORY: 1, 9_999: 50}) == 1

    assert await ledger.totals() == {STORY: 1}


async def test_a_first_total_is_given_once(ledger: Ledger, articles: Database) -> None:
    """Importing again, or after readers came, changes nothing; its hours look like reading."""
    await articles.write(
        lambda c: c.execute(
            update(article).where(article.c.id == STORY).values(published_at=NOW - 3 * DAY)
        )
    )

    assert await ledger.book_initial(STORY, 119, NOW)
    assert await ledger.book_initial(STORY, 500, NOW) is False
    assert await ledger.totals() == {STORY: 119}
    hours = await ledger.history(STORY, 0, NOW + HOUR)
    assert total(hours) == 119
    assert total(hour for hour in hours if hour[0] < NOW - 2 * DAY) > 119 / 4


@pytest.mark.parametrize(
    ("clicks", "age"), [(0, DAY), (1, DAY), (119, 0), (119, 900 * DAY), (1_000_000, 7 * DAY)]
)
def test_a_spread_adds_up(clicks: int, age: int) -> None:
    """To the click, within the time, without empty hours."""
    hours = spread(clicks, NOW - age, NOW)

    assert total(hours) == clicks
    assert all(some > 0 for _, some in hours)
    assert all(hour % HOUR == 0 and hour <= NOW for hour, _ in hours)


async def test_without_the_database_it_says_so(articles: Database, clock: HeldClock) -> None:
    """And what was to be booked is booked the next time."""
    away = AwayDatabase(articles.url)
    away.away = True
    with pytest.raises(Unavailable):
        await Ledger(away, clock).book({STORY: 1})
