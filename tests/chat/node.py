"""One server process' chat with both its doors, in this process; several make a portal."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.requests import HTTPConnection
from websockets.asyncio.client import ClientConnection, connect

from portal.chat.lists import Titles, no_titles
from portal.chat.outreach.house import House
from portal.chat.parts import Chat
from portal.clock import Clock
from portal.identity import Actor, Agent, Reader
from portal.live.endpoint import Endpoint, Hooks
from portal.live.hub import Hub
from portal.live.listening import listening_socket
from portal.live.wire import SERVER_OPTIONS
from portal.memory.bus import Bus
from portal.memory.redis import Memory
from portal.memory.redis import connect as redis
from portal.routes import messages
from portal.storage.database import Database
from tests.support.machine import BUSY

ORIGIN = "http://portal.example"
NOBODY = "unix:///nonexistent/valkey.sock"
"""A Redis that is not there."""


def secret() -> str:
    """A visitor's secret, as his browser makes it."""
    return secrets.token_urlsafe(32)


class Screen:
    """One browser's socket: asks, and keeps everything it was ever told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []
        self.bytes = b""
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.socket:
            assert isinstance(text, str)
            self.bytes += text.encode()
            self.told.append(json.loads(text))
            self._news.set()

    async def tell(self, type: str, **fields: Any) -> None:
        """Send a frame, wait for nothing."""
        await self.socket.send(json.dumps({"type": type, **fields}))

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a frame and return its answer."""
        ref = secrets.token_hex(4)
        await self.tell(type, ref=ref, **fields)
        return await self.hears(lambda frame: frame.get("ref") == ref)

    async def hears(
        self,
        wanted: str | Callable[[dict[str, Any]], bool],
        seconds: float = 3.0 * BUSY,
        **fields: Any,
    ) -> dict[str, Any]:
        """Return the first frame that was or will be told of this type, with these fields."""

        def fits(frame: dict[str, Any]) -> bool:
            if isinstance(wanted, str):
                return frame["type"] == wanted and fields.items() <= frame.items()
            return wanted(frame)

        async with asyncio.timeout(seconds):
            while True:
                for frame in self.told:
                    if fits(frame):
                        return frame
                self._news.clear()
                await self._news.wait()

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.told.clear()

    def stream(self, conversation: str) -> list[int]:
        """The numbers of all entries told, in the order in which they came."""
        found: list[int] = []
        for frame in self.told:
            if frame.get("conversation") != conversation:
                continue
            if frame["type"] == "chat.said":
                found.append(frame["seq"])
            elif frame["type"] == "chat.history":
                found += [each["seq"] for each in frame["messages"]]
        return found

    async def reaches(self, conversation: str, seq: int, seconds: float = 5.0) -> None:
        """Wait until an entry was told."""
        await self.hears(lambda _: seq in self.stream(conversation), seconds)

    async def close(self) -> None:
        await self.socket.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)


class Node:
    """One server process."""

    def __init__(
        self,
        database: Database,
        redis_url: str,
        now: Clock,
        *,
        bus: Bus | None = None,
        titles: Titles = no_titles,
        house: House | None = None,
        **others: Any,
    ) -> None:
        name = secrets.token_hex(4)
        self.db = Database(database.url)
        self.hub = Hub()
        self.memory = Memory(redis(redis_url))
        self.bus = bus or Bus(redis_url, node=name)
        self.screens: list[Screen] = []
        self.agents: dict[str, Agent] = {}
        self.disabled: set[int] = set()
        self.chat = Chat(
            db=self.db,
            bus=self.bus,
            memory=self.memory,
            hub=self.hub,
            now=now,
            node=name,
            titles=titles,
            keys=("key of the tests",),
            may=lambda agent: agent.id not in self.disabled,
            house=house,
            **others,
        )
        self._now = now
        self._reachable = redis_url != NOBODY
        self._servers: dict[str, uvicorn.Server] = {}
        self._ports: dict[str, int] = {}
        self._rounds: list[asyncio.Task[None]] = []

    async def start(self, *, sweeping: bool = True) -> "Node":
        await self.db.open()
        await self.bus.start()
        if self._reachable:
            async with asyncio.timeout(5):
                while not self.bus.up:
                    await asyncio.sleep(0.01)
        await self.chat.start()
        for door in ("live", "staff"):
            await self._listen(door)
        if sweeping:
            self._rounds = [asyncio.create_task(self._sweep())]
        return self

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            await self.chat.sweep()

    async def _listen(self, door: Any) -> None:
        socket = self.chat.socket
        endpoint = Endpoint(
            door=door,
            table=messages(door, *self.chat.sockets),
            hub=self.hub,
            identify=self._identify if door == "staff" else _reader,
            origins=frozenset({ORIGIN}),
            network_of=lambda peer: "192.0.2.1",
            clock=self._now,
            hooks=Hooks(
                welcome=socket.welcome,
                prove=socket.prove,
                opened=[socket.opened],
                closed=[self.chat.handling.closed, socket.closed],
                heads=socket.heads,
            ),
            beat_seconds=1,
        )
        listener = listening_socket("127.0.0.1", 0)
        server = uvicorn.Server(
            uvicorn.Config(
                endpoint, lifespan="off", log_config=None, log_level="warning", **SERVER_OPTIONS
            )
        )
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup([listener])
        self._servers[door], self._ports[door] = server, listener.getsockname()[1]

    async def _identify(self, peer: HTTPConnection) -> Actor | None:
        return self.agents.get(peer.headers.get("x-agent", ""))

    async def visitor(self, secret: str | None = None, **hello: Any) -> Screen:
        """A page of a reader; with a secret, of a visitor who opened chat before."""
        fields = {**hello, **({"visitor": secret} if secret else {})}
        return await self._enter("live", {}, fields)

    async def agent(self, agent: Agent) -> Screen:
        """A console."""
        self.agents[agent.session] = agent
        return await self._enter("staff", {"x-agent": agent.session}, {})

    async def _enter(self, door: str, headers: dict[str, str], hello: dict[str, Any]) -> Screen:
        socket = await connect(
            f"ws://127.0.0.1:{self._ports[door]}/",
            origin=ORIGIN,  # type: ignore[arg-type]
            compression=None,
            additional_headers=headers,
        )
        screen = Screen(socket)
        self.screens.append(screen)
        await screen.tell("live.hello", protocol=1, **hello)
        await screen.hears("live.welcome")
        return screen

    async def stop(self) -> None:
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        for screen in self.screens:
            await screen.close()
        for server in self._servers.values():
            server.servers[0].close()
            for connection in list(server.server_state.connections):
                connection.shutdown()
            async with asyncio.timeout(5):
                while server.server_state.connections or server.server_state.tasks:
                    await asyncio.sleep(0.005)
        await self.chat.stop()
        await self.bus.stop()
        await self.memory.close()
        await self.db.close()


async def _reader(peer: HTTPConnection) -> Actor | None:
    return Reader()
