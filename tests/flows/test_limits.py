"""Limits of a real server: few open files, many sockets of one address, half a handshake."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.typing import Origin

from portal.live.open_files import HOUSE_FILES
from tests.flows.test_stalled import megabytes
from tests.support.servers import Portal

FILES = 256
QUICK = {"PORTAL_DRAIN_SECONDS": "0"}
Start = Callable[[int | None], Portal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a portal that may open so many files."""
    running: list[Portal] = []

    def one(files: int | None) -> Portal:
        python = tmp_path / "python"
        limit = "" if files is None else f"ulimit -n {files}\n"
        python.write_text(f'#!/bin/sh\n{limit}exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        portal = Portal(tmp_path / "data", QUICK, python=str(python))
        running.append(portal)
        return portal.start()

    yield one
    for portal in running:
        portal.stop()


async def knock(portal: Portal, found: Counter[str]) -> ClientConnection | None:
    """Try to get a socket; count how that went."""
    try:
        socket = await connect(
            f"ws://127.0.0.1:{portal.port}/live", origin=Origin(portal.url), open_timeout=20
        )
    except InvalidStatus as refused:
        found[str(refused.response.status_code)] += 1
        assert int(refused.response.headers["retry-after"]) > 0
    except (OSError, InvalidHandshake, EOFError):
        found["cut"] += 1
    else:
        await socket.send(json.dumps({"type": "live.hello", "protocol": 1}))
        welcome = json.loads(await socket.recv())
        assert welcome["type"] == "live.welcome"
        found["in"] += 1
        return socket
    return None


async def crowd(portal: Portal, many: int, found: Counter[str]) -> list[ClientConnection]:
    sockets = []
    for _ in range(many // 20):
        some = await asyncio.gather(*(knock(portal, found) for _ in range(20)))
        sockets += [each for each in some if each is not None]
    return sockets


async def check(portal: Portal) -> dict[str, object]:
    _, _, body = await asyncio.to_thread(portal.get, "/live/check")
    told: dict[str, object] = json.loads(body)
    return told


async def test_without_open_files_it_says_so_and_recovers(start: Start) -> None:
    """Sockets are refused with 503 before pages are; a flood of plain lines is cut off; then all
    is as before, and the log holds no fault."""
    portal = await asyncio.to_thread(start, FILES)
    found: Counter[str] = Counter()
    sockets = await crowd(portal, 300, found)
    full = await check(portal)
    page = (await asyncio.to_thread(portal.get, "/"))[0]
    lines = [await asyncio.open_connection("127.0.0.1", portal.port) for _ in range(FILES)]
    for _, writer in lines:
        writer.close()
    for socket in sockets:
        await socket.close()
    again: Counter[str] = Counter()
    async with asyncio.timeout(15):
        while again["in"] < 20:
            for socket in await crowd(portal, 20, again):
                await socket.close()
    after = await check(portal)
    back = (await asyncio.to_thread(portal.get, "/"))[0]

    assert found["in"] == (FILES - HOUSE_FILES) * 4 // 5
    assert found["503"] == 300 - found["in"]
    assert (full["ok"], full["reason"]) == (False, "full")
    assert (page, back) == (200, 200)
    assert after == {"ok": True}
    assert "Traceback" not in portal.log
    assert '"level": "error"' not in portal.log


async def test_five_hundred_sockets_of_one_address_are_bounded(start: Start) -> None:
    """Each costs its 30 KiB and no more, and somebody else is served as before."""
    portal = await asyncio.to_thread(start, None)
    found: Counter[str] = Counter()
    warm = await crowd(portal, 20, found)
    before = megabytes(portal)
    sockets = await crowd(portal, 480, found)
    grown = megabytes(portal) - before
    await sockets[-1].send(json.dumps({"type": "live.ping"}))
    while (told := json.loads(await sockets[-1].recv()))["type"] != "live.pong":
        pass
    for socket in [*warm, *sockets]:
        await socket.close()

    assert found == {"in": 500}
    assert grown < 30
    assert told["time"] > 0


async def test_half_a_handshake_is_given_up(start: Start) -> None:
    """A head that trickles is cut off after ten seconds; a silent socket after as many."""
    portal = await asyncio.to_thread(start, None)
    reader, writer = await asyncio.open_connection("127.0.0.1", portal.port)
    silent = await connect(f"ws://127.0.0.1:{portal.port}/live", origin=Origin(portal.url))
    loop = asyncio.get_running_loop()
    began = loop.time()
    head = b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nX: " + b"y" * 999

    async def trickle() -> None:
        for byte in head:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.1)

    trickling = asyncio.create_task(trickle())
    try:
        async with asyncio.timeout(20):
            got = await reader.read()
    except ConnectionError:
        got = b""
    took = loop.time() - began
    trickling.cancel()
    writer.close()
    async with asyncio.timeout(20):
        await silent.wait_closed()

    assert got == b""
    assert 9 < took < 20
    assert silent.close_code == 4500
