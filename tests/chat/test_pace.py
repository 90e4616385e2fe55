"""The pace: what exceeds is refused with a time to wait, and nothing that was typed is lost."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from portal.chat.pace import BEGUN_AT_ONCE, Pace
from portal.errors import Refused
from portal.identity import ConversationId, StaffId
from portal.live.haste import OPS_AT_ONCE
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Screen, secret

OFFICE = "198.51.100.7"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def many(take: Callable[[], None], times: int) -> list[int]:
    """Take so often; return the waits of those that were refused."""
    waits = []
    for _ in range(times):
        try:
            take()
        except Refused as refused:
            assert refused.code == "limited"
            waits.append(refused.retry_ms or 0)
    return waits


def test_a_visitor_says_ten_at_once_and_then_thirty_a_minute() -> None:
    """Over all of his tabs, for it is counted by conversation."""
    clock = Clock()
    pace = Pace(clock)
    ada = ConversationId("ada")
    first = many(lambda: pace.visitor(ada), 11)
    other = many(lambda: pace.visitor(ConversationId("ben")), 10)
    clock.at += 2
    second = many(lambda: pace.visitor(ada), 2)
    refused = 0
    for _ in range(60):
        clock.at += 2
        refused += len(many(lambda: pace.visitor(ada), 1))

    assert first == [2_000]
    assert other == []
    assert second == [2_000]
    assert refused == 0


def test_a_network_has_ten_letters_sent_at_once_and_then_twenty_an_hour() -> None:
    """However many conversations it begins for that; nobody's house is a relay for strangers."""
    clock = Clock()
    pace = Pace(clock)
    first = many(lambda: pace.mails(OFFICE), 11)
    clock.at += 3600
    second = many(lambda: pace.mails(OFFICE), 11)
    here = many(lambda: pace.mails("127.0.0.1"), 30)

    assert first == [180_000]
    assert len(second) == 1
    assert here == []


def test_staff_say_a_hundred_at_once_and_then_thirty_a_second() -> None:
    """By person, whatever conversation it is."""
    clock = Clock()
    pace = Pace(clock)
    first = many(lambda: pace.staff(StaffId(1)), 101)
    clock.at += 1
    second = many(lambda: pace.staff(StaffId(1)), 31)

    assert len(first) == len(second) == 1
    assert 0 < first[0] <= 34


def test_an_office_asks_for_chat_and_a_script_does_not() -> None:
    """Two hundred people at once and a hundred more; then one every six seconds. From loopback,
    where a proxy that was not named brings everybody, it is not counted."""
    clock = Clock()
    pace = Pace(clock)
    office = many(lambda: pace.begins(OFFICE), BEGUN_AT_ONCE)
    script = many(lambda: pace.begins(OFFICE), 50)
    elsewhere = many(lambda: pace.begins("203.0.113.1"), 1)
    here = many(lambda: pace.begins("127.0.0.1"), 2 * BEGUN_AT_ONCE)
    clock.at += script[-1] / 1000
    later = many(lambda: pace.begins(OFFICE), 1)

    assert (office, elsewhere, here, later) == ([], [], [], [])
    assert len(script) == 50
    assert all(5_000 < wait <= 6_000 for wait in script)


async def test_what_was_limited_is_said_again_with_its_id(start_node: StartNode) -> None:
    """Two tabs of one visitor say thirteen at once; those refused are stored after the time they
    were told, each once, and whoever repeats what is stored gets its number again."""
    node = await start_node()
    key = secret()
    tabs = [await node.visitor(), await node.visitor()]
    for tab in tabs:
        opened = await tab.ask("chat.open", visitor=key)
    ids = [message_id() for _ in range(13)]
    answers = await asyncio.gather(
        *(tabs[n % 2].ask("chat.say", id=id, text=f"line {n}") for n, id in enumerate(ids))
    )
    limited = [a for a in answers if a["type"] == "error"]
    # The clock of the buckets goes on by itself; a minute need not pass for a test of it.
    node.chat.socket._pace._elapsed = lambda: _later(limited)
    for bucket in node.chat.socket._pace._buckets.values():
        bucket._now = lambda: _later(limited)
    again = [await tabs[0].ask("chat.say", id=a["re"], text=_line(ids, a["re"])) for a in limited]
    first = next(a for a in answers if a["type"] == "chat.stored")
    repeated = await tabs[1].ask("chat.say", id=first["id"], text=_line(ids, first["id"]))
    for tab in tabs:
        await tab.reaches(opened["conversation"], 13)

    assert {a["code"] for a in limited} == {"limited"}
    assert len(limited) == 3
    assert all(a["re"] in ids and 0 < a["retry_ms"] <= 2_000 for a in limited)
    assert sorted(a["seq"] for a in [*answers, *again] if "seq" in a) == list(range(1, 14))
    assert repeated["seq"] == first["seq"]
    for tab in tabs:
        assert tab.stream(opened["conversation"]) == list(range(1, 14))


def _later(limited: list[dict[str, Any]]) -> float:
    return time.monotonic() + 60


def _line(ids: list[str], id: str) -> str:
    return f"line {ids.index(id)}"


async def test_a_network_that_begins_too_many_is_told_and_the_rest_goes_on(
    start_node: StartNode,
) -> None:
    """Who has a conversation opens it as ever; a new one waits, on a socket that lives."""
    node = await start_node()
    key = secret()
    page = await node.visitor()
    mine = await page.ask("chat.open", visitor=key)
    for _ in range(BEGUN_AT_ONCE):
        try:
            node.chat.socket._pace.begins("192.0.2.1")
        except Refused:
            break
    stranger = await node.visitor()
    refused = await stranger.ask("chat.open", visitor=secret())
    again = await (await node.visitor()).ask("chat.open", visitor=key)
    alive = await stranger.ask("live.ping")

    assert (refused["code"], refused["re"]) == ("limited", "chat.open")
    assert 0 < refused["retry_ms"] <= 6_000
    assert again["conversation"] == mine["conversation"]
    assert alive["type"] == "live.pong"


@pytest.mark.parametrize("role", ["visitor", "agent"])
async def test_a_say_in_haste_is_answered_by_its_id(
    start_node: StartNode, hire: Hire, role: str
) -> None:
    """The socket's own bound speaks of the id as well, so that it can be said again."""
    node = await start_node()
    page = await node.visitor()
    opened = await page.ask("chat.open", visitor=secret())
    screen: Screen = page
    fields: dict[str, object] = {}
    if role == "agent":
        screen = await node.agent(await hire("mei"))
        fields = {"conversation": opened["conversation"]}
    pings = OPS_AT_ONCE * (1 if role == "visitor" else 10) + 40
    for _ in range(5):  # a slow machine gives the bucket time to fill again
        id = message_id()
        await asyncio.gather(*(screen.tell("live.ping") for _ in range(pings)))
        hasty = await screen.ask("chat.say", id=id, text="hello", **fields)
        if hasty["type"] == "error":
            break
    await asyncio.sleep(hasty.get("retry_ms", 0) / 1000 + 2.0)
    said = await screen.ask("chat.say", id=id, text="hello", **fields)

    assert (hasty["code"], hasty["re"]) == ("limited", id)
    assert hasty["retry_ms"] > 0
    assert said["type"] == "chat.stored"
