"""Draining: a process that is told to leave says goodbye, and leaves."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from portal.deadline import WORKER_SECONDS
from portal.live.draining import ECHO_SECONDS
from tests.live.conftest import HELLO, ORIGIN, heard


@dataclass
class Running:
    """A door in a process of its own."""

    process: asyncio.subprocess.Process
    port: int

    async def enter(self, tab: str) -> ClientConnection:
        socket = await connect(
            f"ws://127.0.0.1:{self.port}/live",
            origin=Origin(ORIGIN),
            compression=None,
            max_queue=1,
        )
        await socket.send(json.dumps({**HELLO, "tab": tab}))
        assert (await heard(socket))["type"] == "live.welcome"
        return socket

    async def ready(self) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        status = int((await reader.readline()).split()[1])
        writer.close()
        await writer.wait_closed()
        return status

    async def ended(self, within: float) -> str:
        """Return what it wrote, once it has ended."""
        async with asyncio.timeout(within):
            written, _ = await self.process.communicate()
            return written.decode()


Run = Callable[..., Awaitable[Running]]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Start doors; none is left behind."""
    running: list[Running] = []

    async def start(drain_seconds: float, loop: str = "uvloop") -> Running:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.live.door", str(drain_seconds), loop),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdout is not None
        started = Running(process, int(await process.stdout.readline()))
        running.append(started)
        return started

    yield start
    for each in running:
        if each.process.returncode is None:
            each.process.kill()
            await each.process.wait()


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_everybody_is_told_when_to_come_back(run: Run, loop: str) -> None:
    """503 first, then `live.retry` with another time for each, then the close, then the end."""
    door = await run(0.3, loop)
    sockets = [await door.enter("x") for _ in range(5)]
    ready_before = await door.ready()
    door.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.1)
    ready_after = await door.ready()
    with pytest.raises(InvalidStatus) as refused:
        await door.enter("late")
    retries = [await heard(socket) for socket in sockets]
    for socket in sockets:
        await socket.wait_closed()
    written = await door.ended(3)

    assert (ready_before, ready_after) == (200, 503)
    assert refused.value.response.status_code == 503
    assert {retry["type"] for retry in retries} == {"live.retry"}
    assert len({retry["after_ms"] for retry in retries}) > 1
    assert [socket.close_code for socket in sockets] == [4000] * 5
    assert door.process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in written


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_one_who_does_not_read_does_not_hold_the_process(run: Run, loop: str) -> None:
    """The measured hang: a stalled reader and SIGTERM. The process is gone within ten seconds."""
    door = await run(0, loop)
    stalled = await door.enter("stalled")
    stalled.transport.pause_reading()
    await asyncio.sleep(0.2)
    door.process.send_signal(signal.SIGTERM)
    written = await door.ended(10)
    stalled.transport.abort()

    assert "Traceback" not in written


async def test_a_loop_that_stands_still_does_not_hold_the_process(run: Run) -> None:
    """It is ended at the deadline, and the log says where it stood."""
    door = await run(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(door.enter("stuck"), 0.5)
    door.process.send_signal(signal.SIGTERM)
    written = await door.ended(WORKER_SECONDS + 2)

    assert "in opened" in written
    assert door.process.returncode == 1


async def test_asked_twice_it_does_not_wait(run: Run) -> None:
    """A person who presses Ctrl-C again means it; the parent's echo of the first is none."""
    door = await run(60)
    await door.ready()
    door.process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.1)
    door.process.send_signal(signal.SIGTERM)  # as the parent passes it on
    await asyncio.sleep(ECHO_SECONDS)
    waits = door.process.returncode is None
    door.process.send_signal(signal.SIGINT)
    await door.ended(2)

    assert waits
    assert door.process.returncode is not None
