"""The connection: two classes of news, told to a wire that is watched."""

import asyncio
from collections.abc import Callable

from portal.identity import Reader
from portal.live.connection import BEHIND_BYTES, Connection, Turn
from portal.live.hello import Hello
from portal.live.protocol import Ok
from portal.live.wire import text_frame


class WatchedWire:
    """A wire that notes what is written to it."""

    def __init__(self) -> None:
        self.behind = False
        self.buffered = 0
        self.written: list[bytes] = []
        self.closed: list[tuple[int, str]] = []
        self._drained: Callable[[], None] = lambda: None

    def write(self, frames: bytes) -> None:
        self.written.append(frames)

    def on_drained(self, call: Callable[[], None]) -> None:
        self._drained = call

    def close(self, code: int, reason: str = "") -> None:
        self.closed.append((code, reason))

    def abort(self) -> None:
        self.closed.append((1006, ""))

    def settle(self) -> None:
        pass

    def drain(self) -> None:
        self.behind, self.buffered = False, 0
        self._drained()


def connected(wire: WatchedWire, turn: Turn | None = None) -> Connection:
    """Return a connection on `wire`."""
    return Connection(
        wire, turn or Turn(), door="live", actor=Reader(), hello=Hello(protocol=1), network="n"
    )


async def _turn() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_frames_of_one_turn_are_one_write_in_their_order() -> None:
    """Log and state together, as they were told."""
    wire = WatchedWire()
    connection = connected(wire)
    taken = connection.tell(b"1"), connection.tell(Ok(ref="2"))
    connection.tell_state("s", b"3")
    before_the_turn = list(wire.written)
    await _turn()
    connection.tell(b"4")
    await _turn()

    assert taken == (True, True)
    assert before_the_turn == []
    assert wire.written == [
        text_frame(b"1") + text_frame(b'{"type":"ok","ref":"2"}') + text_frame(b"3"),
        text_frame(b"4"),
    ]


async def test_a_peer_that_is_behind_gets_the_newest_of_each_slot_later() -> None:
    """A count of a minute ago is worth nothing."""
    wire = WatchedWire()
    connection = connected(wire)
    wire.behind = True
    for n in range(5):
        connection.tell_state("a", f"a{n}".encode())
        connection.tell_state("b", f"b{n}".encode())
    await _turn()
    while_behind = list(wire.written)
    wire.drain()
    await _turn()

    assert while_behind == []
    assert wire.written == [text_frame(b"a4") + text_frame(b"b4")]


async def test_the_log_is_written_though_the_peer_is_behind() -> None:
    """Until too much is unread; then he is closed 4001 and nothing more is told."""
    wire = WatchedWire()
    connection = connected(wire)
    wire.behind, wire.buffered = True, BEHIND_BYTES
    fits = connection.tell(b"1")
    wire.buffered += 1
    does_not = connection.tell(b"2")
    after = connection.tell(b"3")
    connection.tell_state("s", b"4")
    wire.drain()
    await _turn()

    assert (fits, does_not, after) == (True, False, False)
    assert wire.written == [text_frame(b"1")]
    assert wire.closed == [(4001, "too slow")]


async def test_what_was_told_before_the_end_leaves_before_the_end() -> None:
    """An error and the close code behind it arrive in this order; ending twice is ending once."""
    wire = WatchedWire()
    connection = connected(wire)
    connection.tell(b"1")
    connection.end(4002, "resync")
    connection.end(4003)
    written_at_once = list(wire.written)
    await _turn()

    assert written_at_once == wire.written == [text_frame(b"1")]
    assert wire.closed == [(4002, "resync")]


async def test_sockets_that_were_told_the_same_share_the_joined_bytes() -> None:
    """A fan-out of several frames joins them once, not once a socket."""
    turn = Turn()
    wires = [WatchedWire() for _ in range(4)]
    connections = [connected(wire, turn) for wire in wires]
    for frame in (text_frame(b"1"), text_frame(b"2")):
        for connection in connections:
            connection.tell_frame(frame)
    connections[3].tell(b"3")
    await _turn()

    assert wires[0].written[0] is wires[1].written[0] is wires[2].written[0]
    assert wires[3].written == [wires[0].written[0] + text_frame(b"3")]


async def test_a_room_keeps_one_object_of_its_own_kind() -> None:
    """Made on first use, the same afterwards, unknown to other kinds."""
    connection = connected(WatchedWire())
    nothing_yet = connection.kept(list)
    made = connection.keep(list, list)
    again = connection.keep(list, list)

    assert nothing_yet is None
    assert made is again is connection.kept(list)
    assert connection.kept(dict) is None


async def test_keys_are_unguessable_and_never_the_same() -> None:
    """A key names a socket over all nodes."""
    keys = {connected(WatchedWire()).key for _ in range(1000)}

    assert len(keys) == 1000
    assert min(len(key) for key in keys) == 22
