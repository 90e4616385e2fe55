"""Every fault of the fault proxy, before a real echo."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import cast

import pytest

from tests.faults.proxy import FaultProxy

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[FaultProxy], Awaitable[Line]]
SOON = 5.0
"""A busy machine is not a fault."""


class Echo:
    """A server that says everything back, and keeps what it heard in the pieces it came in."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self.port = 0

    async def start(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Echoing(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server


class Echoing(asyncio.Protocol):
    """One line of it. (A stream would forget what it heard before a reset.)"""

    def __init__(self, echo: Echo) -> None:
        self._echo = echo

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._echo.pieces.append(data)
        self._transport.write(data)

    def pause_writing(self) -> None:
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self._echo.ended.put_nowait("reset" if error else "end")


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    """An echo on a port of its own."""
    echo = Echo()
    server = await echo.start()
    yield echo
    server.close()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[FaultProxy]:
    """A proxy before the echo."""
    proxy = FaultProxy(("127.0.0.1", echo.port), seed=1)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """Opens lines through a proxy, and lets go of them in the end."""
    lines: list[Line] = []

    async def dial(proxy: FaultProxy) -> Line:
        lines.append(await asyncio.open_connection("127.0.0.1", proxy.port))
        return lines[-1]

    yield dial
    for line in lines:
        line[1].transport.abort()
    await asyncio.sleep(0.01)


async def ask(line: Line, data: bytes) -> bytes:
    """Say something and return what comes back; shorter when the line ends before."""
    line[1].write(data)
    try:
        async with asyncio.timeout(SOON):
            return await line[0].readexactly(len(data))
    except asyncio.IncompleteReadError as short:
        return short.partial


async def ending(line: Line) -> str:
    """Tell how a line ends."""
    try:
        async with asyncio.timeout(SOON):
            return "end" if await line[0].read() == b"" else "data"
    except ConnectionResetError:
        return "reset"


async def until_none(proxy: FaultProxy) -> None:
    async with asyncio.timeout(SOON):
        while proxy.links:
            await asyncio.sleep(0.005)


async def test_passes_all_and_forgets(proxy: FaultProxy, echo: Echo, dial: Dial) -> None:
    """Without a fault a megabyte passes both ways, a half-closed line is answered, none is kept."""
    data = bytes(range(256)) * 4_096
    line = await dial(proxy)
    line[1].write(data)
    line[1].write_eof()
    async with asyncio.timeout(SOON):
        answer = await line[0].read()
    line[1].close()
    await until_none(proxy)

    assert data == answer
    assert "end" == await echo.ended.get()
    assert {} == +proxy.fired


async def test_cut(proxy: FaultProxy, echo: Echo, dial: Dial) -> None:
    """A cut resets both ends of every link, and a new one passes."""
    lines = [await dial(proxy) for _ in range(3)]
    for line in lines:
        await ask(line, b"here")

    assert 3 == proxy.cut()
    assert ["reset"] * 3 == [await ending(line) for line in lines]
    assert ["reset"] * 3 == [await echo.ended.get() for _ in lines]
    assert (0, 3) == (proxy.links, proxy.fired["cut"])
    assert b"again" == await ask(await dial(proxy), b"again")


@pytest.mark.parametrize("count", range(6))
async def test_cut_after_bytes_up(proxy: FaultProxy, echo: Echo, dial: Dial, count: int) -> None:
    """The target gets exactly the first n bytes, then a reset; so at every place of a frame."""
    proxy.cut_after(up=count)
    line = await dial(proxy)
    line[1].write(b"frame")
    ended = await ending(line) if count < 6 else "open"
    if count:
        assert "reset" == await echo.ended.get()
    await until_none(proxy)

    assert b"frame"[:count] == b"".join(echo.pieces)
    assert ended in ("reset", "data")  # the reset, or what the echo had said before it
    assert 1 == proxy.fired["cut_after"]


@pytest.mark.parametrize("count", range(6))
async def test_cut_after_bytes_down(proxy: FaultProxy, echo: Echo, dial: Dial, count: int) -> None:
    """The client gets exactly the first n bytes of an answer, then a reset."""
    proxy.cut_after(down=count)
    line = await dial(proxy)
    line[1].write(b"frame")
    heard = b""
    with pytest.raises(ConnectionResetError):
        while True:
            async with asyncio.timeout(SOON):
                heard += await line[0].read(10)

    assert b"frame"[:count] == heard
    assert b"frame" == b"".join(echo.pieces)


async def test_cut_after_on_old_links(proxy: FaultProxy, dial: Dial) -> None:
    """On links that are open bytes count from now; those meant for new ones leave them alone."""
    line = await dial(proxy)
    await ask(line, b"before")
    proxy.cut_after(down=2)
    assert b"still" == await ask(line, b"still")
    proxy.cut_after(down=2, links="all")
    line[1].write(b"after")
    assert b"af" == await line[0].readexactly(2)

    assert "reset" == await ending(line)
    proxy.heal()
    assert b"whole" == await ask(await dial(proxy), b"whole")


async def test_black_hole(proxy: FaultProxy, echo: Echo, dial: Dial) -> None:
    """Old links and new ones say nothing; nobody hears that the other left; then all is reset."""
    old, leaving = await dial(proxy), await dial(proxy)
    await ask(old, b"before")
    await ask(leaving, b"before")
    idle = await dial(proxy)
    await ask(idle, b"before")
    proxy.blackhole(True)
    new = await dial(proxy)
    for line in (old, new):
        line[1].write(b"into nothing")
    leaving[1].close()
    for line in (old, new):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line[0].read(1), 0.1)

    assert (3, True) == (len(echo.pieces), echo.ended.empty())
    proxy.blackhole(False)
    assert ["reset", "reset"] == [await ending(line) for line in (old, new)]
    assert b"unhurt" == await ask(idle, b"unhurt")
    assert proxy.fired["blackhole"] >= 4


async def test_refuse(proxy: FaultProxy, dial: Dial) -> None:
    """A host that is down breaks old links, and new ones before anything is said."""
    old = await dial(proxy)
    await ask(old, b"before")
    proxy.refuse(True)
    ends = [await ending(old)]
    with suppress(ConnectionResetError):  # the reset may come before connecting is over
        ends.append(await ending(await dial(proxy)))
    proxy.heal()

    assert "reset" == ends[0]
    assert ends[-1] == "reset"
    assert 2 == proxy.fired["refuse"]
    assert b"up" == await ask(await dial(proxy), b"up")


async def test_latency(proxy: FaultProxy, echo: Echo, dial: Dial) -> None:
    """Both ways are later by as much, all in order; what is under way does not wait for itself."""
    proxy.latency(0.05, jitter=0.02)
    line = await dial(proxy)
    began = monotonic()
    for number in range(10):
        line[1].write(b"%d" % number)
        await asyncio.sleep(0.01)
    heard = await line[0].readexactly(10)

    assert b"0123456789" == heard
    assert 0.19 < monotonic() - began < 1.0
    assert proxy.fired["latency"] > 10


async def test_latency_is_forgiven(proxy: FaultProxy, dial: Dial) -> None:
    """What waits to pass when the fault ends passes at once."""
    line = await dial(proxy)
    proxy.latency(30)
    asking = asyncio.create_task(ask(line, b"late"))
    await asyncio.sleep(0.05)
    proxy.heal()

    assert b"late" == await asking


async def test_slice(proxy: FaultProxy, echo: Echo, dial: Dial) -> None:
    """Everything comes in small pieces, whole in the end."""
    proxy.slice(3)
    line = await dial(proxy)

    assert b"0123456789" == await ask(line, b"0123456789")
    assert 8 <= proxy.fired["slice"]
    assert len(echo.pieces) > 1


async def test_bandwidth(proxy: FaultProxy, dial: Dial) -> None:
    """Twenty kilobytes at a hundred a second take a fifth of one each way."""
    proxy.bandwidth(100_000)
    line = await dial(proxy)
    began = monotonic()
    data = bytes(20_000)

    assert data == await ask(line, data)
    assert 0.19 < monotonic() - began < 2.0


async def test_hands_slowness_on(proxy: FaultProxy, dial: Dial) -> None:
    """A peer that does not read is felt by whoever sends: the proxy hoards no megabytes."""
    line = await dial(proxy)
    line[0]._transport.pause_reading()  # type: ignore[attr-defined]
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < 64_000_000:
            line[1].write(bytes(100_000))
            sent += 100_000
            async with asyncio.timeout(0.3):
                await line[1].drain()
    line[1].transport.abort()

    assert sent < 32_000_000


async def test_no_target(dial: Dial) -> None:
    """With nobody behind it a link is reset, and a target may move."""
    proxy = FaultProxy(Path("/nowhere/at/all.sock"))
    await proxy.start()
    ended = await ending(await dial(proxy))
    echo = Echo()
    server = await echo.start()
    proxy.target = ("127.0.0.1", echo.port)
    answer = await ask(await dial(proxy), b"moved")
    server.close()
    await proxy.stop()
    await asyncio.sleep(0.01)

    assert ("reset", b"moved") == (ended, answer)


async def test_ends_and_starts_again(proxy: FaultProxy, dial: Dial) -> None:
    """A proxy that was stopped comes back on its port."""
    port = proxy.port
    line = await dial(proxy)
    await ask(line, b"before")
    await proxy.stop()
    assert "reset" == await ending(line)
    with pytest.raises(OSError):
        await dial(proxy)
    await proxy.start()

    assert port == proxy.port
    assert b"after" == await ask(await dial(proxy), b"after")
