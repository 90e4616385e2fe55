"""Two nodes of the audience room on a real Valkey and a real database, with sockets of paper."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from msgspec import UNSET, UnsetType
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.messages import Attention, State, View, Viewed, Watch
from portal.audience.room import Audience, furnish
from portal.errors import Unavailable
from portal.identity import Actor, Reader
from portal.live.connection import Connection, Door
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.protocol import Told
from portal.live.wire import Frames
from portal.memory.bus import Bus
from portal.memory.redis import Memory, connect
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.tables.news import article
from tests.conftest import HeldClock

STORY, OTHER, DRAFT = 42, 43, 44
SETTINGS = Settings()
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


@dataclass
class PaperWire:
    """Keeps what was written to it."""

    behind: bool = False
    frames: list[dict[str, Any]] = field(default_factory=list)

    @property
    def buffered(self) -> int:
        return 0

    def write(self, frames: Frames) -> None:
        data = bytes(frames)
        while data:
            assert data[0] == 0x81, "a text frame, unmasked"
            length, start = data[1], 2
            if length == 126:
                length, start = int.from_bytes(data[2:4], "big"), 4
            self.frames.append(json.loads(data[start : start + length]))
            data = data[start + length :]

    def on_drained(self, call: Callable[[], None]) -> None:
        self.drained = call

    def close(self, code: int, reason: str = "") -> None:
        pass

    def abort(self) -> None:
        pass

    def settle(self) -> None:
        pass


class Elapsed:
    """The loop's clock, held; every node of a test has the same."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Page:
    """One socket on a node."""

    def __init__(self, node: "Node", connection: Connection, wire: PaperWire) -> None:
        self.node, self.connection, self.wire = node, connection, wire

    async def ask(self, request: Any) -> Told | None:
        return await self.node.room.socket.table(self.connection.door)[type(request)](
            self.connection, request
        )

    async def view(self, article_id: int = STORY) -> bool | None:
        """View an article; None: the answer must wait."""
        told = await self.ask(View(article=article_id))
        if told is None:
            return None
        assert isinstance(told, Viewed)
        return told.counted

    async def watch(self, *articles: int) -> dict[str, Any]:
        told = await self.ask(Watch(articles=articles))
        return {key: value.clicks for key, value in told.counts.items()}  # type: ignore[union-attr]

    async def attend(self, state: State, depth: float | UnsetType = UNSET) -> None:
        await self.ask(Attention(state=state, depth=depth))

    async def told(self, kind: str = "audience.counts") -> list[dict[str, Any]]:
        """Return the frames of a kind that were written so far."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return [frame for frame in self.wire.frames if frame["type"] == kind]

    def close(self) -> None:
        self.connection.end(1000)
        self.node.hub.close(self.connection)
        self.node.room.socket.closed(self.connection)


@dataclass
class Node:
    """One server process' part of the room."""

    room: Audience
    hub: Hub
    bus: Bus
    memory: Memory
    elapsed: Elapsed

    def page(
        self,
        tab: str | None = None,
        *,
        browser: str = FIREFOX,
        network: str = "192.0.2.1",
        article_id: int | None = STORY,
        door: Door = "live",
        actor: Actor | None = None,
        referrer: str | None = None,
    ) -> Page:
        hello: dict[str, Any] = {"protocol": 1}
        if tab is not None:
            hello["tab"] = tab
        if article_id is not None:
            hello["article"] = article_id
        if referrer is not None:
            hello["referrer"] = referrer
        wire = PaperWire()
        connection = Connection(
            wire,
            self.hub.turn,
            door=door,
            actor=actor or Reader(),
            hello=Hello(**hello),
            network=network,
            browser=browser,
        )
        self.hub.open(connection)
        self.room.socket.opened(connection)
        return Page(self, connection, wire)

    async def stop(self) -> None:
        await self.bus.stop()
        await self.memory.close()


MakeNode = Callable[..., Awaitable[Node]]


@pytest.fixture
def elapsed() -> Elapsed:
    """The loop's clock, held."""
    return Elapsed()


@pytest.fixture
async def redis(valkey_url: str) -> AsyncIterator[Redis]:
    """A client of the Valkey, which remembers nothing of other tests."""
    client = connect(valkey_url)
    yield client
    await client.aclose(close_connection_pool=True)


@pytest.fixture
async def articles(database: Database) -> Database:
    """A database with three articles."""

    async def work(connection: AsyncConnection) -> None:
        for key in (STORY, OTHER, DRAFT):
            row = {"id": key, "slug": f"a{key}", "path": f"news/a{key}", "created_at": 0}
            await connection.execute(article.insert().values(row))

    await database.write(work)
    return database


async def is_published(article_id: int) -> bool:
    """Two of the three articles are."""
    return article_id in (STORY, OTHER)


async def titles(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """The two that are published have one."""
    named = {STORY: ("The story", "/news/story"), OTHER: ("The other", "/news/town/other")}
    return {id_: named[id_] for id_ in ids if id_ in named}


async def sections() -> dict[str, str]:
    """Where they stand."""
    return {"/news": "News", "/news/town": "News › The town"}


async def open_node(
    name: str,
    url: str,
    database: Database,
    clock: HeldClock,
    elapsed: Elapsed,
    settings: Settings = SETTINGS,
) -> Node:
    """Build and start a node."""
    memory, bus, hub = Memory(connect(url)), Bus(url, node=name), Hub()
    room = furnish(
        settings,
        database=database,
        memory=memory,
        bus=bus,
        hub=hub,
        node=name,
        clock=clock,
        elapsed=elapsed,
        is_published=is_published,
        titles=titles,
        sections=sections,
    )
    await bus.start()
    await bus.ready("counts")
    await bus.ready("reading")
    await room.upkeep.start()
    return Node(room, hub, bus, memory, elapsed)


@pytest.fixture
async def make_node(
    articles: Database, redis: Redis, valkey_url: str, clock: HeldClock, elapsed: Elapsed
) -> AsyncIterator[MakeNode]:
    """Starts nodes on the same Valkey and database."""
    nodes: list[Node] = []

    async def make(url: str = valkey_url, **settings: Any) -> Node:
        name, chosen = f"node{len(nodes)}", replace(SETTINGS, **settings)
        nodes.append(await open_node(name, url, articles, clock, elapsed, chosen))
        return nodes[-1]

    yield make
    for node in nodes:
        await node.stop()


@pytest.fixture
async def a(make_node: MakeNode) -> Node:
    """The first node."""
    return await make_node()


@pytest.fixture
async def b(make_node: MakeNode, a: Node) -> Node:
    """The second node."""
    return await make_node()


async def until(met: Callable[[], bool], seconds: float = 2.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.005)


class AwayDatabase(Database):
    """A database that does not answer for as long as `away` is set."""

    away = False

    async def write(self, work: Any) -> Any:
        if self.away:
            raise Unavailable("away")
        return await super().write(work)
