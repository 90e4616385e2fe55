"""The sample readers of a demo: real sockets, labelled, counted as anybody."""

import asyncio
import json
import re
import time
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.support.servers import Portal

READERS = 8


async def open_now(portal: Portal) -> int:
    """Return how many sockets are on the sample's articles, as a reader's page hears it."""
    address = portal.url.replace("http", "ws") + "/live"
    async with connect(address, origin=Origin(portal.url)) as socket:
        await socket.send(json.dumps({"type": "live.hello", "protocol": 1}))
        watch = {"type": "audience.watch", "articles": list(range(1, 60))}
        await socket.send(json.dumps(watch))
        while True:
            told = json.loads(await socket.recv())
            if told["type"] == "audience.counts":
                return sum(numbers["open"] for numbers in told["counts"].values())


async def test_the_demo_s_readers_are_counted_and_said(tmp_path: Path) -> None:
    """`--readers 8` opens eight real sockets, which a page sees, and the demo says so."""
    portal = Portal(tmp_path / "data", verb="demo", arguments=("--readers", str(READERS)))
    portal.start()
    try:
        deadline = time.monotonic() + 30
        while (seen := await open_now(portal)) < READERS and time.monotonic() < deadline:
            await asyncio.sleep(0.3)
    finally:
        portal.stop()

    assert seen >= READERS  # one who turns a page may be seen on both for a moment
    assert re.search(rf"^Readers: {READERS} sample readers", portal.log, re.MULTILINE)
