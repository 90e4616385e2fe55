"""Who is told that messages take longer, when, and when no more."""

import asyncio
import json
from typing import Any

from portal.identity import Actor, Reader, Visitor, VisitorId
from portal.live.connection import Connection, Door
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.strain import LASTS_SECONDS, LOOK_SECONDS, Strain
from tests.live.conftest import AGENT
from tests.live.test_connection import WatchedWire


class House:
    """A hub whose sockets are watched, a link that is broken at will, and a clock."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.well = True
        self.seconds = 0.0
        self.strain = Strain(self.hub, well=lambda: self.well, elapsed=lambda: self.seconds)
        self.wires: dict[Connection, WatchedWire] = {}

    def enter(self, actor: Actor, door: Door = "live") -> Connection:
        wire = WatchedWire()
        connection = Connection(
            wire, self.hub.turn, door=door, actor=actor, hello=Hello(protocol=1), network="n"
        )
        self.wires[connection] = wire
        self.hub.open(connection)
        self.strain.opened(connection)
        return connection

    async def passes(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_SECONDS)):
            self.seconds += LOOK_SECONDS
            await self.strain.look()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def told(self, connection: Connection) -> list[dict[str, Any]]:
        return [json.loads(frame[2:]) for frame in self.wires[connection].written]


DOWN = {"type": "live.health", "degraded": True}
UP = {"type": "live.health", "degraded": False}
READER, VISITOR = Reader(), Visitor(VisitorId("v"))


async def test_staff_and_visitors_are_told_and_readers_are_not() -> None:
    """Once each, when it has lasted, and once when it is over."""
    house = House()
    agent, visitor, reader = house.enter(AGENT, "staff"), house.enter(VISITOR), house.enter(READER)
    await house.passes(5)
    house.well = False
    await house.passes(LASTS_SECONDS)
    before = house.told(agent)
    await house.passes(60)
    during = house.told(agent)
    house.well = True
    await house.passes(60)

    assert before == []
    assert during == [DOWN]
    assert house.told(agent) == house.told(visitor) == [DOWN, UP]
    assert house.told(reader) == []
    assert not house.strain.degraded


async def test_what_is_over_at_once_is_not_told() -> None:
    """Redis restarted is half a second without it: nobody reads that fast."""
    house = House()
    agent = house.enter(AGENT, "staff")
    for _ in range(20):
        house.well = not house.well
        await house.passes(LASTS_SECONDS)

    assert house.told(agent) == []


async def test_whoever_comes_while_it_lasts_is_told() -> None:
    """A new socket after its welcome; a reader when he has become a visitor."""
    house = House()
    house.well = False
    await house.passes(2 * LASTS_SECONDS)
    agent, reader = house.enter(AGENT, "staff"), house.enter(READER)
    await house.passes(LOOK_SECONDS)
    before = house.told(reader)
    reader.actor = VISITOR
    await house.passes(LOOK_SECONDS)

    assert house.told(agent) == [DOWN]
    assert before == []
    assert house.told(reader) == [DOWN]


async def test_whoever_comes_afterwards_hears_nothing_of_it() -> None:
    """Well is not said to somebody who never heard otherwise."""
    house = House()
    house.well = False
    await house.passes(2 * LASTS_SECONDS)
    house.well = True
    await house.passes(2 * LASTS_SECONDS)
    agent = house.enter(AGENT, "staff")
    await house.passes(LASTS_SECONDS)

    assert house.told(agent) == []
