"""The http line: it waits for nobody for ever, and says so when there is no place."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.live import http_line
from portal.live.endpoint import Endpoint
from tests.live.conftest import Open, until

GET = b"GET /page HTTP/1.1\r\nHost: portal.example\r\n\r\n"
UPGRADE = (
    b"GET /live HTTP/1.1\r\nHost: portal.example\r\nOrigin: http://portal.example\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
Message = MutableMapping[str, Any]


class Echo:
    """Sockets to the endpoint; to a plain request, how long its body is."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.pause = 0.0

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "websocket":
            await self.endpoint(scope, receive, send)
            return
        await asyncio.sleep(self.pause)
        size, more = 0, True
        while more:
            event = await receive()
            size += len(event.get("body", b""))
            more = event.get("more_body", False)
            if event["type"] == "http.disconnect":
                return
        body = str(size).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port(open_house: Open, monkeypatch: pytest.MonkeyPatch) -> int:
    """A server whose patience is short."""
    monkeypatch.setattr(http_line, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http_line, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(http_line, "FULL_SECONDS", 0.2)
    return (await open_house(app=Echo, hello_seconds=0.4)).port


async def trickle(port: int, pieces: list[bytes], pause: float) -> tuple[bytes, float]:
    """Send pieces slowly; return what came back and how long the line was open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()

    async def send() -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)

    sending = asyncio.create_task(send())
    got = b""
    try:
        async with asyncio.timeout(15):
            while piece := await reader.read(65536):
                got += piece
    except ConnectionError:
        pass
    finally:
        sending.cancel()
        writer.close()
    return got, time.monotonic() - began


@pytest.mark.parametrize(
    "request_",
    [b"", GET[:-2], GET[:9], UPGRADE[:-2]],
    ids=["nothing", "half a head", "half a line", "half a handshake"],
)
async def test_half_a_head_is_given_up(port: int, request_: bytes) -> None:
    """Whether it stops or trickles: bytes of a head do not extend its time."""
    stopped, first = await trickle(port, [request_], 0)
    slow = [request_[:1], *(request_[n : n + 1] for n in range(1, len(request_)))]
    trickled, second = await trickle(port, slow, 0.04)

    assert stopped == trickled == b""
    assert 0.15 < first < 2
    assert 0.15 < second < 2


async def test_a_second_head_on_the_same_line_has_its_own_time(port: int) -> None:
    """After an answer the line may rest; what is begun then must be finished."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET)
    first = await reader.readuntil(b"\r\n\r\n0")
    await asyncio.sleep(0.4)
    writer.write(GET[:20])
    began = time.monotonic()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    took = time.monotonic() - began
    writer.close()

    assert first.startswith(b"HTTP/1.1 200")
    assert 0.15 < took < 2


async def test_a_body_may_be_slow_but_not_stop(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form over a bad line arrives; half a form does not hold a place."""
    monkeypatch.setattr(http_line, "BODY_SECONDS", 1.0)
    head = b"POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
    slow, took = await trickle(port, [head, *(b"%d" % n for n in range(9)), b"xyz"], 0.2)
    half, gave_up = await trickle(port, [head, b"half"], 0)

    assert slow.endswith(b"\r\n12")
    assert took > 1.5
    assert half == b""
    assert 0.9 < gave_up < 4


async def test_who_is_not_read_is_not_blamed(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large body that waits for us is not given up."""
    monkeypatch.setattr(http_line, "BODY_SECONDS", 0.4)
    made: list[Echo] = []

    def app(endpoint: Endpoint) -> Echo:
        made.append(Echo(endpoint))
        made[0].pause = 1.0
        return made[0]

    house = await open_house(app=app)
    size = 300_000
    head = f"POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    got, _ = await trickle(house.port, [head.encode() + b"x" * size], 0)

    assert got.endswith(str(size).encode())


async def test_a_head_without_end_is_refused(port: int) -> None:
    """The parser knows no bound of its own."""
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(100))
    got, _ = await trickle(port, [GET[:-2] + lines[:50_000], lines[50_000:]], 0.02)

    assert got.startswith(b"HTTP/1.1 400")


async def test_an_open_socket_outlives_every_deadline(port: int) -> None:
    """Its own is the hello's; what trickles of a frame does not extend that either."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(UPGRADE)
    answer = await reader.readuntil(b"\r\n\r\n")
    began = time.monotonic()
    frame = b"\x81\xfe\x01\x00mask" + b"x" * 256
    close = b""
    for byte in frame:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.03)
        if reader._buffer:  # type: ignore[attr-defined]
            close = await reader.read(200)
            break
    took = time.monotonic() - began
    writer.close()

    assert answer.startswith(b"HTTP/1.1 101")
    assert close[0] == 0x88
    assert int.from_bytes(close[2:4], "big") == 4500
    assert 0.35 < took < 2


async def test_one_too_many_is_told(open_house: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and when to come back; far too many are cut off; who leaves makes room."""
    house = await open_house(app=Echo)
    monkeypatch.setattr(http_line, "most_connections", lambda: 2)
    monkeypatch.setattr(http_line, "MARGIN", 1)
    connections = house.server.server_state.connections
    lines = []
    for number in range(1, 4):
        lines.append(await asyncio.open_connection("127.0.0.1", house.port))
        await until(lambda: len(connections) == number)  # noqa: B023
    cut, _ = await trickle(house.port, [GET], 0)
    reader, writer = lines.pop()
    writer.write(GET)
    told = await reader.read()
    writer.close()
    await until(lambda: len(connections) == 2)
    lines.pop()[1].close()
    await until(lambda: len(connections) == 1)
    served, _ = await trickle(
        house.port, [GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")], 0
    )
    for _, each in lines:
        each.close()

    assert cut == b""
    assert told == http_line.NO_PLACE
    assert served.startswith(b"HTTP/1.1 200")


def test_what_the_base_class_offers() -> None:
    """An upgrade of uvicorn that moves one of these must be looked at."""
    for name in (
        "connection_made",
        "connection_lost",
        "data_received",
        "handle_websocket_upgrade",
        "on_message_begin",
        "on_headers_complete",
        "on_message_complete",
        "send_400_response",
    ):
        assert callable(getattr(HttpToolsProtocol, name))
