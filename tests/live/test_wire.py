"""The wire: what it relies on in uvicorn, and what it writes."""

import asyncio
import gc
import inspect
import json
import re
import socket
import struct
from collections import Counter
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from portal.live.connection import BEHIND_BYTES, Connection
from portal.live.send_wire import SendWire
from portal.live.wire import (
    SERVER_OPTIONS,
    PortalWebSocketProtocol,
    text_frame,
)
from tests.live.conftest import HELLO, House, Open, asked, closed, heard, until


async def test_uvicorn_is_as_the_wire_relies_on_it() -> None:
    """An upgrade of uvicorn that moves what we stand on fails here, loudly."""
    config = Config(lambda: None, ws=SERVER_OPTIONS["ws"], lifespan="off", log_config=None)
    config.load()
    bare = WebSocketsSansIOProtocol(config, ServerState(), {})
    attributes = {
        *("transport", "writable", "handshake_complete", "close_sent", "close_timer", "queue"),
        *("conn", "frames", "read_paused", "disconnected", "curr_msg_data_type", "loop"),
        *("handshake_initiated",),
    }
    overridden = {
        *("handle_connect", "pause_writing", "resume_writing", "connection_lost"),
        *("data_received", "handle_cont", "handle_ping", "send_receive_event_to_app"),
        *("handle_parser_exception", "handle_close", "keepalive_timeout", "shutdown"),
        *("stop_keepalive", "send"),
    }
    added = {"behind", "buffered", "write", "on_drained", "close", "abort", "settle"}

    assert config.ws_protocol_class is PortalWebSocketProtocol
    assert {name for name in attributes if not hasattr(bare, name)} == set()
    assert bare.conn.handshake_exc is None
    assert {n for n in overridden if not callable(getattr(bare, n, None))} == set()
    assert {name for name in added if hasattr(bare, name)} == set()
    source = inspect.getsource(WebSocketsSansIOProtocol)
    of_queue = set(re.findall(r"self\.queue\.(\w+)", source))
    of_writable = set(re.findall(r"self\.writable\.(\w+)", source))

    assert of_queue == {"put_nowait", "get", "empty"}  # what our Inbox offers
    assert of_writable == {"set", "clear", "wait"}  # what our Gate offers
    assert "self.scope" in inspect.getsource(WebSocketsSansIOProtocol.handle_connect)
    assert "close_timer is None" in inspect.getsource(WebSocketsSansIOProtocol.run_asgi)
    assert "parser_exc" in inspect.getsource(WebSocketsSansIOProtocol.data_received)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_text_frame_is_what_the_library_would_have_made(size: int) -> None:
    """Every length is framed as RFC 6455 says."""
    payload = b"x" * size
    expected = Frame(Opcode.TEXT, payload).serialize(mask=False)

    assert expected == text_frame(payload)


async def test_frames_arrive_whole_and_in_order(house: House) -> None:
    """Small and large frames told in one turn are heard as they were told."""
    reader = await house.enter()
    told = [json.dumps({"type": "x", "n": n, "fill": "é" * (n * 900)}) for n in range(30)]
    for text in told:
        house.opened[0].tell(text.encode())
    received = [await reader.recv() for _ in told]

    assert told == received


async def test_frames_of_one_turn_leave_in_one_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system call is the cost; sixteen frames cost one."""
    reader = await house.enter()
    writes: list[int] = []
    wire: Any = house.opened[0].wire
    write = wire.write

    def counted(frames: bytes) -> None:
        writes.append(len(frames))
        write(frames)

    monkeypatch.setattr(wire, "write", counted)
    for n in range(16):
        house.opened[0].tell(json.dumps({"n": n}).encode())
    received = [(await heard(reader))["n"] for _ in range(16)]

    assert received == list(range(16))
    assert len(writes) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\xff" + struct.pack("!Q", 2**32) + b"mask", 1009),  # a header of 4 GiB
        (b"\x81\xfe\xff\xff" + b"\0" * 4 + b"x" * 100, None),  # 65,535 bytes are allowed
        (b"\x81\xff" + struct.pack("!Q", 65_537) + b"\0" * 4, 1009),  # one byte more is not
        (b"\x81\x82\0\0\0\0\xff\xfe", 1007),  # no UTF-8
        (b"\x81\x82\0\0\0\0\xc0\xaf", 1007),  # overlong UTF-8
        (b"\x81\x83\0\0\0\0\xed\xa0\x80", 1007),  # a surrogate
        (b"\x01\x81\0\0\0\0a" + b"\x00\x80\0\0\0\0" * 1100, 1009),  # fragments without end
        (b"\x09\x80\0\0\0\0", 1002),  # a control frame in pieces
        (b"\x89\xfe\x00\x7e\0\0\0\0" + b"p" * 126, 1002),  # a ping of 126 bytes
        (b"\x81\x02hi", 1002),  # not masked
        (b"\xc1\x82\0\0\0\0hi", 1002),  # a reserved bit
        (b"\x83\x82\0\0\0\0hi", 1002),  # a reserved opcode
        (b"\x80\x82\0\0\0\0hi", 1002),  # a continuation of nothing
    ],
)
async def test_bytes_that_are_no_frame_are_answered_with_their_code(
    house: House, raw: bytes, code: int | None
) -> None:
    """The close frame arrives before the end of the line, also when much more was sent."""
    reader, writer = await _handshake(house)
    writer.write(raw + b"\x89\x80\0\0\0\0" * 3_000)
    found = await _close_code(reader) if code else None
    writer.close()
    await writer.wait_closed()

    assert found == code


async def test_a_character_split_over_fragments_is_one_character(house: House) -> None:
    """UTF-8 is judged over the whole message, not over its pieces."""
    reader, writer = await _handshake(house)
    text = json.dumps({"type": "room.é"}, ensure_ascii=False).encode()
    cut = text.index(b"\xc3") + 1
    writer.write(_client_frame(text[:cut], 0x01) + _client_frame(text[cut:], 0x80))
    answer = await _text(reader)
    writer.close()
    await writer.wait_closed()

    assert answer["re"] == "room.é"


async def test_a_flood_of_pings_that_reads_nothing_is_cut_off(house: House) -> None:
    """Pongs for a peer who does not read are not kept without end."""
    _, writer = await _handshake(house, keep_reading=False)
    ping = b"\x89\xfd\0\0\0\0" + b"p" * 125
    with pytest.raises((ConnectionError, TimeoutError)):
        async with asyncio.timeout(15):
            while True:
                writer.write(ping * 500)
                await writer.drain()
                await asyncio.sleep(0)
    writer.transport.abort()
    await until(lambda: len(house.closed) == 1)

    assert len(house.hub.connections()) == 0


async def test_a_slow_reader_gets_the_newest_state_only(house: House) -> None:
    """While he is behind, states replace each other; when he reads again he gets the last."""
    _, writer = await _handshake(house, keep_reading=False)
    connection = house.opened[0]
    for n in range(400):
        connection.tell_state("filler", json.dumps({"n": n, "fill": "x" * 4000}).encode())
        connection.tell_state("count", json.dumps({"count": n}).encode())
        await asyncio.sleep(0)
    was_behind, buffered = connection.wire.behind, connection.wire.buffered
    reader = _resume(writer)
    counts: list[int] = []
    while not counts or counts[-1] != 399:
        frame = await _text(reader)
        if "count" in frame:
            counts.append(frame["count"])
    writer.close()
    await writer.wait_closed()

    assert was_behind
    assert buffered < BEHIND_BYTES
    assert len(counts) < 400
    assert counts == sorted(set(counts))


async def test_a_slow_reader_is_closed_when_the_log_does_not_fit(house: House) -> None:
    """He is told 4001 and comes back for the gap; nothing was lost in the middle."""
    _, writer = await _handshake(house, keep_reading=False)
    connection = house.opened[0]
    taken = 0
    while connection.tell(json.dumps({"n": taken, "fill": "x" * 4000}).encode()):
        taken += 1
        await asyncio.sleep(0)
    reader = _resume(writer)
    numbers = []
    while True:
        opcode, payload = await _frame(reader)
        if opcode == 8:
            break
        numbers.append(json.loads(payload).get("n"))
    writer.close()
    await writer.wait_closed()

    assert connection.ended
    assert numbers == list(range(taken))
    assert struct.unpack("!H", payload[:2]) == (4001,)


async def test_a_stalled_reader_of_states_is_cut_off_by_the_kernel(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He is never closed for being behind, for states can wait; but not for ever (here: 1 s)."""
    monkeypatch.setattr("portal.live.listening.USER_TIMEOUT_MS", 1_000)
    house = await open_house()
    _, writer = await _handshake(house, keep_reading=False)
    stalled = house.opened[0]
    await until(lambda: _fill(stalled))
    for n in range(200):
        stalled.tell_state("count", json.dumps({"count": n}).encode())
    kept = stalled.wire.buffered, len(stalled._slots or {})
    ended = stalled.ended
    await until(lambda: len(house.closed) == 1, seconds=15)
    writer.transport.abort()

    assert not ended
    assert kept[0] < BEHIND_BYTES
    assert kept[1] <= 2  # the newest of each slot
    assert house.hub.connections() == ()


async def test_a_stalled_reader_does_not_hold_the_others(house: House) -> None:
    """A fan-out goes past him."""
    _, writer = await _handshake(house, keep_reading=False)
    stalled = house.opened[0]
    await until(lambda: _fill(stalled))
    others = [await house.enter() for _ in range(5)]
    for each in house.opened:
        house.hub.join("topic", each)
    members = house.hub.publish("topic", b'{"type":"news"}', slot="news")
    heard_by = [(await heard(other))["type"] for other in others]
    writer.transport.abort()

    assert members == 6
    assert heard_by == ["news"] * 5


async def test_shutdown_does_not_wait_for_a_stalled_reader(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends within seconds though one socket is never read."""
    monkeypatch.setattr("portal.live.wire.GOODBYE_SECONDS", 0.3)
    house = await open_house()
    _, writer = await _handshake(house, keep_reading=False)
    await until(lambda: _fill(house.opened[0]))
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(5):
        await house.server.shutdown()
    took = loop.time() - began
    writer.transport.abort()

    assert took < 2


async def test_without_the_extension_frames_go_through_send(open_house: Open) -> None:
    """Another server, or uvicorn's own class: the same frames in the same order."""
    own = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol"
    house = await open_house(options={"ws": own})
    reader = await house.enter()
    connection = house.opened[0]
    connection.tell(b'{"n":1}')
    connection.tell(json.dumps({"n": 2, "fill": "é" * 90_000}, ensure_ascii=False).encode())
    connection.tell(b'{"n":3}')
    received = [(await heard(reader))["n"] for _ in range(3)]
    pong = await asked(reader, {"type": "live.ping", "ref": "p"})
    connection.end(4002, "resync")
    code = await closed(reader)

    assert isinstance(connection.wire, SendWire)
    assert received == [1, 2, 3]
    assert pong["type"] == "live.pong"
    assert code == 4002


def _fill(connection: Connection) -> bool:
    connection.tell_state("filler", b"x" * 60_000)
    return connection.wire.behind


def _client_frame(payload: bytes, first: int) -> bytes:
    size = len(payload)
    head = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return bytes([first]) + head + b"\0\0\0\0" + payload


async def _handshake(
    house: House, *, keep_reading: bool = True
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket by hand, say hello and read the welcome."""
    plain = socket.create_connection(("127.0.0.1", house.port))
    plain.setblocking(False)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    reader, writer = await asyncio.open_connection(sock=plain, limit=2**14)
    writer.write(
        b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Origin: http://portal.example\r\n\r\n"
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    writer.write(_client_frame(json.dumps(HELLO).encode(), 0x81))
    assert (await _text(reader))["type"] == "live.welcome"
    await until(lambda: bool(house.opened))
    if not keep_reading:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer


def _resume(writer: asyncio.StreamWriter) -> asyncio.StreamReader:
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    reader: asyncio.StreamReader = writer._protocol._stream_reader  # type: ignore[attr-defined]
    return reader


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    async with asyncio.timeout(5):
        first, size = await reader.readexactly(2)
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2), "big")
        elif size == 127:
            size = int.from_bytes(await reader.readexactly(8), "big")
        return first & 15, await reader.readexactly(size)


async def _text(reader: asyncio.StreamReader) -> dict[str, Any]:
    opcode, payload = await _frame(reader)
    assert opcode == 1, payload
    found: dict[str, Any] = json.loads(payload)
    return found


async def _close_code(reader: asyncio.StreamReader) -> int:
    while True:
        opcode, payload = await _frame(reader)
        if opcode == 8:
            return int.from_bytes(payload[:2], "big")


async def test_a_socket_that_is_gone_is_gone_at_once(house: House) -> None:
    """Nothing of it waits for the collector, which seldom looks, or for its next beat."""
    kinds = ("PortalHttpProtocol", "PortalWebSocketProtocol", "ServerProtocol", "Connection")

    def alive() -> dict[str, int]:
        found = Counter(type(each).__name__ for each in gc.get_objects())
        return {kind: found[kind] for kind in kinds}

    gc.collect()
    before = alive()
    gc.disable()
    try:
        for _ in range(5):
            peer = await house.enter()
            peer.transport.abort()
            await peer.wait_closed()
        del peer
        await until(lambda: len(house.closed) == 5 and not house.server.server_state.connections)
        house.opened.clear()
        house.closed.clear()
        await asyncio.sleep(0.05)
        after = alive()
    finally:
        gc.enable()

    assert after == before
