"""Leaving: a server that is told to go is gone within ten seconds, whatever holds it."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.support.processes import alive, descendants
from tests.support.servers import Portal
from tests.support.workers import workers

TEN = 10.0


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A portal of two workers, both there, with the usual draining."""
    server = Portal(tmp_path / "data", arguments=("--workers", "2"))
    try:
        server.start()
        there: set[str] = set()
        while len(there) < 2:
            there.add(json.loads(server.get("/readyz")[2])["node"])
        yield server
    finally:
        server.kill()


async def enter(portal: Portal, max_queue: int = 16) -> ClientConnection:
    """Open a reader's socket."""
    url = f"ws://127.0.0.1:{portal.port}/live"
    peer = await connect(url, origin=Origin(portal.url), compression=None, max_queue=max_queue)
    await peer.send(json.dumps({"type": "live.hello", "protocol": 1}))
    assert json.loads(await peer.recv())["type"] == "live.welcome"
    return peer


async def told_to_return(peer: ClientConnection) -> bool:
    """Read until the end; say whether one was told when to come back."""
    told = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            told.append(json.loads(await peer.recv())["type"])
    return "live.retry" in told and peer.close_code == 4000


def leave(portal: Portal) -> float:
    """Ask the server to go; return after how many seconds it had gone."""
    assert portal.process is not None
    asked = time.monotonic()
    portal.process.send_signal(signal.SIGTERM)
    portal.process.wait(TEN + 5)
    return time.monotonic() - asked


async def nobody_left(family: list[int]) -> bool:
    """Say whether all of these have ended: the fork server sees its parent gone, and goes."""
    for _ in range(100):
        if not any(alive(pid) for pid in family):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_worst_guests_do_not_hold_it(portal: Portal) -> None:
    """One stopped reading, one sends half a request, a message waits for a locked database.

    Everybody else is told when to come back; there is no traceback and nobody is left behind.
    """
    assert portal.process is not None
    family = [pid for pid, _ in await asyncio.to_thread(descendants, portal.process.pid)]
    sockets = [await enter(portal) for _ in range(20)]
    deaf = await enter(portal, max_queue=1)
    deaf.transport.pause_reading()
    half = socket.create_connection(("127.0.0.1", portal.port))
    half.sendall(b"POST /staff/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ntoken=")
    speaker = await enter(portal)
    await speaker.send(
        json.dumps({"type": "chat.open", "ref": "o", "visitor": secrets.token_urlsafe(32)})
    )
    while json.loads(await speaker.recv()).get("ref") != "o":
        pass
    lock = sqlite3.connect(portal.data / "portal.sqlite", check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    leaving = asyncio.create_task(asyncio.to_thread(leave, portal))
    await asyncio.sleep(2.5)
    with contextlib.suppress(ConnectionClosed):
        await speaker.send(json.dumps({"type": "chat.say", "id": "m" * 20, "text": "so late"}))
    seconds = await leaving
    returning = [await told_to_return(peer) for peer in sockets]
    lock.close()
    half.close()
    deaf.transport.abort()

    assert seconds < TEN
    assert all(returning)
    assert "Traceback" not in portal.log
    assert await nobody_left(family)


async def test_a_worker_that_stands_still_does_not_hold_it(portal: Portal) -> None:
    """It is killed; the other one's readers are told to come back as always."""
    both = [await enter(portal) for _ in range(12)]
    still = workers(portal)[0]
    os.kill(still, signal.SIGSTOP)
    await asyncio.sleep(0.7)  # the supervisor waits for its answer by now
    seconds = await asyncio.to_thread(leave, portal)
    for peer in both:
        peer.transport.abort() if not peer.close_code else None
    returned = [peer for peer in both if peer.close_code == 4000]

    assert seconds < TEN
    assert returned
    assert not alive(still)
