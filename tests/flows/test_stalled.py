"""Peers that never read, on a real server: they are let go of, and nobody else notices."""

import asyncio
import base64
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat.node import secret
from tests.flows.conftest import People, sign_in
from tests.support.machine import as_ever
from tests.support.processes import descendants
from tests.support.servers import Portal
from tests.support.staff import hire

EACH = 8
"""Stalled peers at each door."""
SAID = 90
"""Of 16 KB each: three times what server and kernel keep for somebody who does not read."""
TEXT = "🗞" * 4_000
GONE_SECONDS = 25.0
MEGABYTES = 20


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    running = Portal(tmp_path / "data", {"PORTAL_DRAIN_SECONDS": "0"}).start()
    yield running
    running.stop()


class Stalled:
    """A peer that says something and never reads."""

    def __init__(self, portal: Portal, path: str, cookie: str, frames: list[dict[str, Any]]):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", portal.port))
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nOrigin: {portal.url}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
        )
        self.socket.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):  # what comes before it is no websocket's yet
            answer += self.socket.recv(1)
        hello = {"type": "live.hello", "protocol": 1}
        for frame in [hello, *frames]:
            self.socket.sendall(masked(json.dumps(frame).encode()))

    @property
    def port(self) -> int:
        port: int = self.socket.getsockname()[1]
        return port


def still_there(portal: Portal, stalled: list[Stalled]) -> int:
    """How many lines the server's side of the kernel still holds, closing ones included."""
    wanted = {each.port for each in stalled}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = [(int(row[1][-4:], 16), int(row[2][-4:], 16)) for row in rows]
    return sum(here == portal.port and there in wanted for here, there in ends)


def masked(payload: bytes) -> bytes:
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
    return head + bytes(4) + payload


def megabytes(portal: Portal) -> float:
    """What all processes of a server hold in memory."""
    assert portal.process is not None
    pages = 0
    for pid in [portal.process.pid, *(pid for pid, _ in descendants(portal.process.pid))]:
        pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def test_a_peer_that_never_reads_is_let_go_of(portal: Portal, people: People) -> None:
    """At both doors, in 25 seconds, with bounded memory; those who read get everything at once,
    and who was cut off reads the gap when he comes back."""
    await asyncio.to_thread(hire, portal, "mei@example.com", "Mei")
    key = secret()
    page = await people.visitor(portal)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id=secrets.token_urlsafe(16), text="hello")
    cookie = await asyncio.to_thread(sign_in, portal, "mei@example.com")
    console = await people._enter(portal, "/staff/live", cookie, {})
    await console.ask("chat.join", conversation=conversation)
    joins = [
        {"type": "desk.watch", "list": "all"},
        {"type": "chat.join", "conversation": conversation},
    ]
    opens = [{"type": "chat.open", "visitor": key}]
    before = megabytes(portal)
    stalled = [Stalled(portal, "/live", "", opens) for _ in range(EACH)]
    stalled += [Stalled(portal, "/staff/live", cookie, joins) for _ in range(EACH)]
    await asyncio.sleep(0.5)
    open_then = still_there(portal, stalled)
    began = time.monotonic()
    waits, peak = [], before
    for _ in range(SAID):
        asked = time.monotonic()
        id = secrets.token_urlsafe(16)
        stored = await console.ask("chat.say", conversation=conversation, id=id, text=TEXT)
        assert stored["type"] == "chat.stored", stored
        await page.reaches(conversation, stored["seq"])
        waits.append(time.monotonic() - asked)
        peak = max(peak, megabytes(portal))
    while (left := still_there(portal, stalled)) and time.monotonic() - began < GONE_SECONDS:
        await asyncio.sleep(0.1)
    took = time.monotonic() - began
    again = await people.visitor(portal, key)
    since = await again.ask("chat.since", seq=0)
    while again.stream(conversation)[-1] < since["last_seq"]:
        await again.ask("chat.since", seq=again.stream(conversation)[-1])
    for each in stalled:
        each.socket.close()

    assert open_then == 2 * EACH
    assert left == 0, took
    assert as_ever(waits, 1.0)
    assert peak - before < MEGABYTES
    for screen in (page, console, again):
        assert screen.stream(conversation) == list(range(1, SAID + 3))
    assert "Traceback" not in portal.log
    assert portal.log.count('"code": 4001') == 2 * EACH
