"""The hub: who hears of what."""

import asyncio

from portal.live.hub import Hub
from portal.live.protocol import Ok
from portal.live.wire import text_frame
from tests.live.test_connection import WatchedWire, connected


async def test_members_of_a_topic_are_told_and_nobody_else() -> None:
    """Once each, in the order in which they joined."""
    hub = Hub()
    wires = [WatchedWire() for _ in range(4)]
    connections = [connected(wire, hub.turn) for wire in wires]
    for connection in connections[:3]:
        hub.join("a", connection)
    hub.join("a", connections[0])
    hub.leave("a", connections[2])
    hub.leave("a", connections[3])
    told = hub.publish("a", Ok(ref="x")), hub.publish("nobody", Ok())
    await asyncio.sleep(0)

    assert told == (2, 0)
    assert [len(wire.written) for wire in wires] == [1, 1, 0, 0]
    assert wires[0].written == [text_frame(b'{"type":"ok","ref":"x"}')]
    assert list(hub.members("a")) == connections[:2]


async def test_a_slot_makes_it_state() -> None:
    """Who is behind gets the newest; who is not gets every one."""
    hub = Hub()
    wires = [WatchedWire(), WatchedWire()]
    for wire in wires:
        hub.join("a", connected(wire, hub.turn))
    wires[1].behind = True
    for n in range(3):
        hub.publish("a", str(n).encode(), slot="count")
    await asyncio.sleep(0)
    wires[1].drain()
    await asyncio.sleep(0)

    assert wires[0].written == [b"".join(text_frame(str(n).encode()) for n in range(3))]
    assert wires[1].written == [text_frame(b"2")]


async def test_a_closed_socket_is_forgotten_everywhere() -> None:
    """Topics nobody hears of are forgotten too; an ended socket joins nothing any more."""
    hub = Hub()
    connection = connected(WatchedWire(), hub.turn)
    hub.open(connection)
    hub.join("a", connection)
    hub.join("b", connection)
    was_open = list(hub.connections())
    connection.end(1000)
    hub.close(connection)
    hub.close(connection)
    hub.join("a", connection)

    assert was_open == [connection]
    assert list(hub.connections()) == []
    assert hub.count("a") == hub.count("b") == 0
    assert hub._topics == {}


async def test_members_may_leave_while_they_are_walked() -> None:
    """The answer is of that moment; a caller may end or remove whom he finds."""
    hub = Hub()
    wires = [WatchedWire() for _ in range(5)]
    for wire in wires:
        hub.join("a", connected(wire, hub.turn))
    for connection in hub.members("a"):
        hub.leave("a", connection)

    assert hub.count("a") == 0
