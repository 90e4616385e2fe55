"""What a door counts for the operator: by door, type and outcome, never by what was said."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from portal.live.refusal import Refusal
from portal.meter import Meter
from tests.live.conftest import Open


async def _ask(socket: Any, **frame: Any) -> dict[str, Any]:
    await socket.send(json.dumps(frame))
    found: dict[str, Any] = json.loads(await socket.recv())
    return found


async def test_handshakes_requests_and_closes_are_counted(open_house: Open) -> None:
    """Each once, by its outcome; what clients make up is one word."""
    meter = Meter()
    house = await open_house(meter=meter)
    socket = await house.enter()
    said = {"type": "room.say", "id": "i" * 16}
    for text in ("hello", "refuse", "break", "away"):
        await _ask(socket, ref="r", text=text, **said)
    await _ask(socket, type="made.up." + "x" * 40)
    await socket.send("no JSON")
    await socket.recv()
    with pytest.raises(InvalidStatus):
        await house.knock(origin="http://elsewhere.example")
    house.hooks.refuse = lambda peer: Refusal("restarting", 1_000)
    with pytest.raises(InvalidStatus):
        await house.knock()
    house.opened[0].end(4001, "too slow")
    await socket.wait_closed()
    async with asyncio.timeout(10):
        while not meter.counts["closes", "live", "4001"]:
            await asyncio.sleep(0.005)

    assert dict(meter.counts) == {
        ("handshakes", "live", "accepted"): 1,
        ("handshakes", "live", "origin"): 1,
        ("handshakes", "live", "restarting"): 1,
        ("frames", "live"): 6,
        ("requests", "live", "room.say", "ok"): 1,
        ("requests", "live", "room.say", "taken"): 1,
        ("requests", "live", "room.say", "busy"): 2,
        ("requests", "live", "unreadable", "unknown_type"): 1,
        ("requests", "live", "unreadable", "bad_frame"): 1,
        ("closes", "live", "4001"): 1,
    }
    assert {key: sum(each) for key, each in meter.durations.items()} == {("request", "room.say"): 4}


async def test_what_a_peer_makes_up_is_one_number(open_house: Open) -> None:
    """Thousands of close codes are a peer's to choose; they are no thousands of lines."""
    meter = Meter()
    house = await open_house(meter=meter)
    for code in (1001, 3777, 4999, 4001):
        socket = await house.enter()
        await socket.close(code)
    async with asyncio.timeout(10):
        while sum(n for key, n in meter.counts.items() if key[0] == "closes") < 4:
            await asyncio.sleep(0.005)

    assert meter.counts["closes", "live", "1001"] == 1
    assert meter.counts["closes", "live", "other"] == 3
