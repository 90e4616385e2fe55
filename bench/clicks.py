"""What a click costs, beside a bare loop of the same call, and with few and many readers.

    python -m bench.clicks [--clicks 20000] [--at-once 32] [--readers 10000] [--runs 3]

A real Valkey and SQLite, the audience room as it is furnished, and sockets whose wire throws away
what is written to it. Compared in the same run:

* *bare*: `EVALSHA` of the very script with the very arguments, as often, as many at once;
* *portal*: `audience.view` as a socket asks it: machine? published? mark, the script, the ticker,
  while every round of the room (flush, sweep, book, record, telling the screens) goes on;
* *ten*, *crowd*: the same with ten, and with `--readers`, sockets that watch the story.

Clicks a second on the clock, and microseconds of this process' processor a click, with and without
the frames to those who watch: telling goes by the second, not by the click. Last, with the crowd
and a few clicks a second: what one console that watches the board takes of a core.
"""

import argparse
import asyncio
import secrets
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Collection
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, cast

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.messages import View, Viewed, Watch, WatchBoard
from portal.audience.room import Audience, furnish
from portal.clock import system_clock
from portal.identity import Agent, Reader, Role, StaffId
from portal.live.connection import Connection
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.wire import Frames, Wire
from portal.memory.bus import Bus
from portal.memory.embedded import EmbeddedValkey, redis_url
from portal.memory.redis import Memory, connect
from portal.memory.tally import BASE, BUDGET_MS, LIFE, MOVED, READERS_MS, TOTAL
from portal.settings import Settings
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.news import article

STORY = 1
WINDOW_MS = 1_800_000
SLOWLY = 20
"""Clicks a second while the board is measured."""
IDLE_SECONDS = 10.0
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


class Nowhere:
    """A wire that throws away what is written to it."""

    behind = False
    buffered = 0

    def write(self, frames: Frames) -> None:
        """Throw it away."""

    def on_drained(self, call: Callable[[], None]) -> None:
        """Never."""

    def close(self, code: int, reason: str = "") -> None:
        """Nothing is open."""

    def abort(self) -> None:
        """Nothing is open."""

    def settle(self) -> None:
        """Nothing to settle."""


class House:
    """The room on real parts, with its rounds going on."""

    def __init__(self, room: Audience, hub: Hub, memory: Memory) -> None:
        self.room, self.hub, self.memory = room, hub, memory
        self.told = 0.0
        """Seconds of the processor that frames to readers have taken."""
        self._made = count()
        self._rounds = [
            asyncio.create_task(
                _round(self._tell if r.call == room.upkeep.deliver else r.call, r.seconds)
            )
            for r in room.upkeep.rounds()
        ]

    def page(self) -> Connection:
        """Open a socket from a neighbourhood of its own."""
        number = next(self._made)
        hello = Hello(protocol=1, article=STORY, tab=secrets.token_hex(16))
        network = f"2001:db8:{number >> 8 & 0xFFFF:x}:{(number & 0xFF) << 8:x}::/64"
        wire = cast(Wire, Nowhere())
        connection = Connection(
            wire,
            self.hub.turn,
            door="live",
            actor=Reader(),
            hello=hello,
            network=network,
            browser=FIREFOX,
        )
        self.hub.open(connection)
        return connection

    async def click(self) -> None:
        """Open the story once, as a reader who was never here."""
        connection = self.page()
        told = await self.room.socket.table("live")[View](connection, View(article=STORY))
        assert isinstance(told, Viewed) and told.counted
        self.hub.close(connection)
        self.room.socket.closed(connection)

    async def _tell(self) -> None:
        began = process_time()
        await self.room.upkeep.deliver()  # awaits nothing: all of it is this
        self.told += process_time() - began

    async def close(self) -> None:
        """Stop the rounds."""
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)


async def _round(call: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await call()


class Bare:
    """The same call and nothing else."""

    def __init__(self, memory: Memory) -> None:
        self._call = memory.script("tally")

    async def click(self) -> None:
        """Count one view of a reader who was never here."""
        mark, network = secrets.token_hex(12), secrets.token_hex(12)
        keys = [LIFE, TOTAL, MOVED]
        keys += [f"{{tally}}:seen:{STORY}:{mark}"] * 2
        keys += [f"{{tally}}:budget:{network}:{STORY}", f"{{tally}}:budget:{network}", BASE]
        keys += [f"{{tally}}:held:{network}", "{tally}:readers:2026-01-31"]
        args: list[Any] = ["life", STORY, mark, WINDOW_MS, WINDOW_MS, 1_000, 10_000, BUDGET_MS]
        await self._call(keys, [*args, 10_000, mark, READERS_MS])


async def measure(
    click: Callable[[], Awaitable[None]], n: int, at_once: int, house: House
) -> tuple[float, float, float]:
    """Return (clicks a second, µs of this process' processor a click, and without telling)."""
    left, told = iter(range(n)), house.told

    async def one() -> None:
        for _ in left:
            await click()

    began, worked = perf_counter(), process_time()
    await asyncio.gather(*(one() for _ in range(at_once)))
    worked, seconds = process_time() - worked, perf_counter() - began
    return n / seconds, worked / n * 1e6, (worked - (house.told - told)) / n * 1e6


async def idle(house: House, seconds: float) -> float:
    """Return which share of a core the process takes with a few clicks a second."""
    began, worked = perf_counter(), process_time()
    while perf_counter() - began < seconds:
        await house.click()
        await asyncio.sleep(1 / SLOWLY)
    return (process_time() - worked) / (perf_counter() - began)


async def _watched(house: House, crowd: list[Connection], readers: int) -> None:
    """Let so many watch the story."""
    while len(crowd) > readers:
        gone = crowd.pop()
        house.hub.close(gone)
        house.room.socket.closed(gone)
    while len(crowd) < readers:
        connection = house.page()
        house.room.socket.opened(connection)
        table = house.room.socket.table("live")
        await table[Watch](connection, Watch(articles=(STORY,)))
        crowd.append(connection)


async def run(n: int, at_once: int, readers: int, runs: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        url = address(None, data)
        await migrate(url)
        server = EmbeddedValkey(data)
        server.start()
        try:
            await _run(data, url, n, at_once, readers, runs)
        finally:
            server.stop()


async def _run(data: Path, url: URL, n: int, at_once: int, readers: int, runs: int) -> None:
    db = Database(url)
    await db.open()

    async def work(connection: AsyncConnection) -> None:
        row = {"id": STORY, "slug": "story", "path": "news/story", "created_at": 0}
        await connection.execute(article.insert().values(row))

    await db.write(work)
    memory, hub = Memory(connect(redis_url(data))), Hub()
    bus = Bus(redis_url(data), node="n")

    async def is_published(article_id: int) -> bool:
        return article_id == STORY

    async def titles(ids: Collection[int]) -> dict[int, tuple[str, str]]:
        return {STORY: ("A story", "/news/story")} if STORY in ids else {}

    async def sections() -> dict[str, str]:
        return {"/news": "News"}

    room = furnish(
        Settings(),
        database=db,
        memory=memory,
        bus=bus,
        hub=hub,
        node="n",
        clock=system_clock,
        elapsed=asyncio.get_running_loop().time,
        is_published=is_published,
        titles=titles,
        sections=sections,
    )
    await bus.start()
    await room.upkeep.start()
    house, bare = House(room, hub, memory), Bare(memory)
    names = ("bare", "portal", "ten", "crowd")
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    crowd: list[Connection] = []
    for _ in range(runs):
        for name, watching in zip(names, (0, 0, 10, readers), strict=True):
            await _watched(house, crowd, watching)
            click = bare.click if name == "bare" else house.click
            found[name].append(await measure(click, n, at_once, house))
    alone = await idle(house, IDLE_SECONDS)
    console = Connection(
        cast(Wire, Nowhere()),
        hub.turn,
        door="staff",
        actor=Agent(StaffId(1), "Ada", Role.EDITOR, "s", 1),
        hello=Hello(protocol=1),
        network="192.0.2.1",
        browser=FIREFOX,
    )
    hub.open(console)
    await room.board.table("staff")[WatchBoard](console, WatchBoard())
    watched = await idle(house, IDLE_SECONDS)
    print(f"{n} clicks, {at_once} at once, median of {runs}; the crowd: {readers} readers")
    print(f"{'':8}{'clicks/s':>10}{'x bare':>9}{'cpu µs':>9}{'untold':>9}")
    floor = statistics.median(rate for rate, _, _ in found["bare"])
    for name, rows in found.items():
        rate, cost, untold = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"{name:8}{rate:>10.0f}{rate / floor:>9.2f}{cost:>9.0f}{untold:>9.0f}")
    print(f"{SLOWLY} clicks a second: {alone:.3f} of a core, with a console {watched:.3f}")
    await house.close()
    await bus.stop()
    await memory.close()
    await db.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clicks", type=int, default=20_000)
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    asyncio.run(run(given.clicks, given.at_once, given.readers, given.runs))


if __name__ == "__main__":
    main()
