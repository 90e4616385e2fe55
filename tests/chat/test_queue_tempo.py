"""The tempo: what a visitor is told of waiting is what others waited lately, or nothing."""

import secrets
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.desk import Desk
from portal.chat.queue.tempo import NEWEST, REPLY_WITHIN, TAKEN_WITHIN, Tempo, read
from portal.clock import SECOND
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, visitor
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import Screen, secret
from tests.conftest import HeldClock

NOW = HeldClock().at


async def there_were(database: Database, *rows: dict[str, Any]) -> None:
    """Keep conversations of which only this is known."""
    people = [{"id": secrets.token_hex(32), "created_at": 0} for _ in rows]
    made = [
        {
            "id": secrets.token_urlsafe(16),
            "visitor_id": who["id"],
            "status": "closed",
            "last_at": 0,
            "created_at": 0,
            "desk_id": None,
            "asked_at": None,
            "answered_at": None,
            "assigned_at": None,
            **row,
        }
        for who, row in zip(people, rows, strict=True)
    ]

    async def work(c: AsyncConnection) -> None:
        await c.execute(insert(visitor), people)
        await c.execute(insert(conversation), made)

    await database.write(work)


def answered(seconds: float, *, ago: int = SECOND, desk: int | None = None) -> dict[str, Any]:
    """One whose visitor waited so long for the first answer."""
    at = NOW - ago
    return {"asked_at": at - round(seconds * SECOND), "answered_at": at, "desk_id": desk}


def taken(seconds_ago: float, *, desk: int | None = None) -> dict[str, Any]:
    """One that somebody took then."""
    return {"assigned_at": NOW - round(seconds_ago * SECOND), "desk_id": desk}


async def test_nothing_is_known_of_an_empty_house(database: Database) -> None:
    """Where nobody ever asked, nothing is said."""
    assert await read(database, NOW) == Tempo()


async def test_fewer_than_five_say_nothing(database: Database) -> None:
    """Four answers are chance, five are a number; so are five steps between six that were taken."""
    await there_were(database, *[answered(n) for n in (10, 20, 30, 40)])
    await there_were(database, *[taken(n) for n in (0, 10, 20, 30, 40)])
    four = await read(database, NOW)
    await there_were(database, answered(90), taken(100))
    five = await read(database, NOW)

    assert four == Tempo()
    assert five == Tempo({None: 30}, {None: 10.0})


async def test_the_median_of_each_desk(database: Database) -> None:
    """One who was forgotten for hours moves nothing; of a desk with four there is no word."""
    await there_were(
        database,
        *[answered(n, desk=1) for n in (4, 5, 6, 7, 36_000)],
        *[answered(n, desk=2) for n in (100, 200, 300, 400)],
    )
    tempo = await read(database, NOW)

    assert tempo.reply_seconds == {1: 6, None: 100}


async def test_each_queue_goes_on_at_its_own_pace(database: Database) -> None:
    """A busy desk makes no promises to those who wait for everybody, nor to another desk's."""
    await there_were(
        database,
        *[taken(5 * n, desk=1) for n in range(6)],
        *[taken(60 * n) for n in range(6)],
        *[taken(2 * n, desk=2) for n in range(5)],
    )
    tempo = await read(database, NOW)

    assert tempo.taken_seconds == {1: 5.0, None: 60.0}


async def test_only_what_was_lately(database: Database) -> None:
    """Answers of last week and the pace of this morning are no promise for now."""
    long_ago, earlier = REPLY_WITHIN + SECOND, TAKEN_WITHIN / SECOND + 1
    await there_were(
        database,
        *[answered(5, ago=long_ago) for _ in range(9)],
        *[taken(earlier + n) for n in range(9)],
    )
    old = await read(database, NOW)
    await there_were(database, *[answered(50, ago=REPLY_WITHIN) for _ in range(5)])
    new = await read(database, NOW)

    assert old == Tempo()
    assert new == Tempo({None: 50}, {})


async def test_the_newest_count(database: Database) -> None:
    """Of more than can be looked at every minute, the newest."""
    await there_were(
        database,
        *[answered(10, ago=n) for n in range(NEWEST)],
        *[answered(90, ago=NEWEST + n) for n in range(NEWEST + 1)],
    )

    assert (await read(database, NOW)).reply_seconds == {None: 10}


async def test_at_once_is_a_second(database: Database) -> None:
    """Nobody is promised an answer in no time."""
    await there_were(database, *[answered(0.02) for _ in range(5)])

    assert (await read(database, NOW)).reply_seconds == {None: 1}


async def test_what_the_desk_writes_is_what_is_read(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """From the first words to the first answer, whatever is said between and afterwards."""
    mei = await hire("mei")
    for n in range(1, 7):
        ann = somebody()
        which = (await desk.open(ann.id)).id
        for _ in range(2):
            await desk.say(ann, which, message_id(), "hello?")
            clock.forward(5 * SECOND * n)
        for _ in range(2):
            await desk.say(mei, which, message_id(), "here I am")
            clock.forward(SECOND)
    tempo = await read(database, clock())

    # Answered after 10, 20 … 60 seconds; each taken with its answer, two seconds lie between.
    assert tempo == Tempo({None: 35}, {None: 42.0})


@pytest.mark.parametrize(
    ("tempo", "position", "agents", "seconds"),
    [
        (Tempo(), 1, 3, None),
        (Tempo({1: 20}, {}), 1, 3, 20),
        (Tempo({1: 20}, {}), 3, 3, 20),
        (Tempo({1: 20}, {}), 4, 3, 40),
        (Tempo({1: 20}, {}), 1, 0, None),
        (Tempo({1: 20}, {1: 12.5}), 1, 3, 12),
        (Tempo({1: 20}, {1: 12.5}), 4, 0, 50),
        (Tempo({}, {1: 0.0}), 9, 1, 1),
        (Tempo({None: 20, 2: 20}, {None: 9.0, 2: 9.0}), 1, 3, None),
    ],
)
def test_how_long_one_waits(tempo: Tempo, position: int, agents: int, seconds: int | None) -> None:
    """By the steps of the queue; without them by answers, several at a time; or unknown."""
    assert tempo.wait_seconds(1, position, agents) == seconds


async def test_a_visitor_is_told_how_long(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """Each at his place in the line, and every page how soon one is answered; at first nothing."""
    node = await start_node(sweeping=False)
    queue = node.chat.queue
    await node.agent(await hire("mei"))
    pages: list[Screen] = []
    for _ in range(2):
        clock.forward(SECOND)
        page = await node.visitor()
        await page.ask("chat.open", visitor=secret())
        await page.ask("chat.say", id=message_id(), text="hello")
        pages.append(page)
    await queue.stand_in_line()
    unknown = [await page.hears("chat.state", position=n) for n, page in enumerate(pages, 1)]
    unsaid = queue.sign.state(None).reply_seconds
    await there_were(database, *[answered(40) for _ in range(5)])
    await queue.measure()
    queue.look()
    await queue.stand_in_line()

    for n, page in enumerate(pages, 1):
        told = await page.hears("chat.state", wait_seconds=40 * n)
        assert told["position"] == n
        assert (await page.hears("desk.state", reply_seconds=40))["open"]
    assert [told.get("wait_seconds") for told in unknown] == [None, None]
    assert not isinstance(unsaid, int)
