"""A door on a real uvicorn, and sockets that knock at it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog
import uvicorn
from starlette.requests import HTTPConnection
from websockets.asyncio.client import ClientConnection, connect

from portal.errors import Refused, Unavailable
from portal.identity import Actor, Agent, Reader, Role, StaffId
from portal.live.connection import Connection, Door
from portal.live.endpoint import Endpoint, Hooks
from portal.live.hub import Hub
from portal.live.listening import listening_socket
from portal.live.protocol import Count, MessageId, Request, Told
from portal.live.wire import SERVER_OPTIONS

ORIGIN = "http://portal.example"
HELLO = {"type": "live.hello", "protocol": 1}
AGENT = Agent(StaffId(1), "Ann", Role.AGENT, session="0" * 64, version=1)


class Say(Request, tag="room.say", kw_only=True):
    """A test's own request."""

    id: MessageId
    text: str
    conversation: str | None = None
    seq: Count | None = None


class Said(Told, tag="room.said", kw_only=True):
    """A test's own answer."""

    text: str


async def say(connection: Connection, asked: Say) -> Told | None:
    match asked.text:
        case "refuse":
            raise Refused("taken", "somebody was faster", retry_ms=7, by={"id": 1})
        case "break":
            raise RuntimeError("planted")
        case "away":
            raise Unavailable("planted")
        case "nothing":
            return None
    return Said(text=asked.text)


@dataclass
class House:
    """A running door."""

    port: int
    hub: Hub
    hooks: Hooks
    endpoint: Endpoint
    server: uvicorn.Server
    opened: list[Connection] = field(default_factory=list)
    closed: list[Connection] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/live"

    def knock(self, origin: str | None = ORIGIN, **options: Any) -> connect:
        """Return a socket that is not greeted yet."""
        return connect(self.address, origin=origin, compression=None, **options)  # type: ignore[arg-type]

    async def enter(self, **fields: Any) -> ClientConnection:
        """Return a socket that was welcomed."""
        socket = await self.knock()
        await socket.send(json.dumps({**HELLO, **fields}))
        welcome = await heard(socket)
        assert welcome["type"] == "live.welcome"
        return socket


async def heard(socket: ClientConnection) -> dict[str, Any]:
    """Return the next frame."""
    async with asyncio.timeout(3):
        found: dict[str, Any] = json.loads(await socket.recv())
        return found


async def asked(socket: ClientConnection, frame: object) -> dict[str, Any]:
    """Send a frame (text goes as it is) and return the next one heard."""
    await socket.send(frame if isinstance(frame, str) else json.dumps(frame))
    return await heard(socket)


async def closed(socket: ClientConnection) -> int | None:
    """Return the close code, once it is closed."""
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code


async def until(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


Open = Callable[..., Awaitable[House]]


@pytest.fixture
async def open_house(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Open]:
    """Open doors; see at the end that they close, and that the server logged no error."""
    caplog.set_level(logging.WARNING)
    # As portal.logs does away from a terminal; structlog's own default looks at files to render.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    )
    houses: list[House] = []

    async def open_one(
        *,
        door: Door = "live",
        hooks: Hooks | None = None,
        actor: Actor | None = None,
        options: dict[str, Any] | None = None,
        app: Callable[[Endpoint], Any] = lambda endpoint: endpoint,
        **arguments: Any,
    ) -> House:
        hub = Hub()
        hooks = hooks or Hooks()

        async def identify(peer: HTTPConnection) -> Actor | None:
            return actor or (Reader() if door == "live" else None)

        endpoint = Endpoint(
            door=door,
            table={Say: say},
            hub=hub,
            identify=identify,
            origins=frozenset({ORIGIN}),
            network_of=lambda peer: "192.0.2.1",
            clock=lambda: 1_000,
            hooks=hooks,
            **arguments,
        )
        listener = listening_socket("127.0.0.1", 0)
        server = uvicorn.Server(
            uvicorn.Config(
                app(endpoint),
                lifespan="off",
                log_config=None,
                log_level="warning",
                **{**SERVER_OPTIONS, **(options or {})},
            )
        )
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup([listener])
        house = House(listener.getsockname()[1], hub, hooks, endpoint, server)
        hooks.opened.append(house.opened.append)
        hooks.closed.append(house.closed.append)
        houses.append(house)
        return house

    yield open_one
    for house in houses:
        # What `Server.shutdown` does, without its fixed sleeps.
        house.server.servers[0].close()
        for connection in list(house.server.server_state.connections):
            connection.shutdown()
        await until(lambda: not house.server.server_state.connections, seconds=5)  # noqa: B023
        await until(lambda: not house.server.server_state.tasks)  # noqa: B023
    for record in caplog.records:
        assert record.levelno < logging.ERROR, record.getMessage()
    structlog.reset_defaults()


@pytest.fixture
async def house(open_house: Open) -> House:
    """An open door for readers."""
    return await open_house()
