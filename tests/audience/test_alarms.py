"""Alarms: every console learns what lasts, and that numbers stand still."""

from typing import Any

import pytest

from portal.audience.alarms import MOST
from portal.audience.alerts import SITE, Alert
from portal.audience.stall import LASTS_SECONDS, Stall
from portal.errors import Unavailable
from tests.audience.conftest import DRAFT, STORY, Elapsed, Node, Page
from tests.audience.test_counting import AGENT

SPIKE = Alert(2, "spike", STORY, 1_000, 60, 10)
DROP = Alert(1, "drop", SITE, 500, 30, 100)


def console(node: Node) -> Page:
    """A console that is open; what works here is told as it opens."""
    page = node.page(None, article_id=None, door="staff", actor=AGENT)
    node.room.alarms.opened(page.connection)
    return page


async def test_every_console_is_told_what_lasts_by_name(a: Node) -> None:
    """Once, and again when it is over; a story that readers may not see is not named."""
    page, reader = console(a), a.page("t")
    a.room.alarms.opened(reader.connection)
    a.room.alerts._lasting = (SPIKE, DROP, Alert(3, "spike", DRAFT, 0, 60, 0))
    for _ in range(3):
        await a.room.upkeep.tell_alarms()
    told = await page.told("board.alarms")
    a.room.alerts._lasting = ()
    await a.room.upkeep.tell_alarms()
    after = await page.told("board.alarms")

    assert [(each["kind"], each["title"], each["url"]) for each in told[0]["alarms"]] == [
        ("spike", "The story", "/news/story"),
        ("drop", "The whole site", "/"),
    ]
    assert [len(frame["alarms"]) for frame in after] == [2, 0]
    assert await reader.told("board.alarms") == []


async def test_a_flood_fills_no_console(a: Node) -> None:
    """The newest are told; all of them stand in SQL."""
    page = console(a)
    a.room.alerts._lasting = tuple(Alert(at, "held", STORY, at, 100, 0) for at in range(200, 0, -1))
    await a.room.upkeep.tell_alarms()
    told = (await page.told("board.alarms"))[-1]

    assert [each["id"] for each in told["alarms"]] == list(range(200, 200 - MOST, -1))


async def test_who_comes_later_is_told_at_once(a: Node) -> None:
    """And nobody is told that there is nothing."""
    quiet = console(a)
    a.room.alerts._lasting = (SPIKE,)
    await a.room.upkeep.tell_alarms()
    late = console(a)

    assert len(await quiet.told("board.alarms")) == 1
    assert [frame["alarms"][0]["id"] for frame in await late.told("board.alarms")] == [2]


async def test_numbers_that_stand_still_are_said_within_a_minute(
    a: Node, elapsed: Elapsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever becomes of the names; and taken back when clicks are written again."""
    page = console(a)

    async def away(*_: Any) -> dict[int, tuple[str, str]]:
        raise Unavailable("away")

    a.room.alerts._lasting = (SPIKE,)
    monkeypatch.setattr(a.room.alarms, "_titles", away)
    elapsed.seconds += LASTS_SECONDS + 1
    await a.room.upkeep.tell_alarms()
    told = await page.told("board.alarms")
    for step in (a.room.upkeep.sweep, a.room.upkeep.book, a.room.upkeep.write_record):
        await step()
        await a.room.upkeep.tell_alarms()

    assert [frame["still"] for frame in told] == [True]
    assert [frame["still"] for frame in await page.told("board.alarms")] == [True, False]


def test_a_step_that_never_comes_back_is_a_stall_too(elapsed: Elapsed) -> None:
    """What counts is when each came through last; what nobody watches counts for nothing."""
    stall = Stall(elapsed)
    elapsed.seconds += 1_000
    idle = stall.lasts
    stall.watch("booking", "sweeping")
    elapsed.seconds += LASTS_SECONDS
    stall.through("booking")
    stall.through("something else")
    before = stall.lasts
    elapsed.seconds += 1
    after = stall.lasts
    stall.through("sweeping")

    assert (idle, before, after, stall.lasts) == (False, False, True, False)
