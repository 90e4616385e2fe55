"""The application: every part built once, in one order, and handed to those who need it.

Construction only. What a part does is in its room; which address or message reaches it is in
`portal.routes`.
"""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypedDict

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection

from portal import logs, routes
from portal.clock import system_clock
from portal.health import Health
from portal.identity import Agent, Reader
from portal.live.draining import Draining
from portal.live.endpoint import Endpoint, Hooks
from portal.live.heap import settle_heap
from portal.live.hub import Hub
from portal.memory.attempts import Attempts
from portal.memory.bus import Bus
from portal.memory.redis import connect
from portal.periodic import Job, Rounds
from portal.settings import Settings, key_ring
from portal.staff.pages import StaffDoor
from portal.staff.passwords import Passwords
from portal.staff.sessions import Roster, Sessions
from portal.staff.store import Accounts
from portal.staff.watch import Watch
from portal.storage.database import Database, address
from portal.web.forms import FormTokens
from portal.web.headers import SecurityHeaders
from portal.web.origin import OwnOrigin
from portal.web.person import Person, network_of
from portal.web.templates import Templates

PARENT_LOOK_SECONDS = 1.0


class State(TypedDict):
    """What pages reach through `request.state`."""

    settings: Settings
    health: Health
    staff_door: StaffDoor
    sessions: Sessions
    doors: dict[str, Endpoint]
    ring_staff: Callable[[], Awaitable[None]]


def create_app(settings: Settings) -> Starlette:
    """Return the ASGI application; nothing is opened before its lifespan begins."""
    logs.configure()

    async def identify(connection: HTTPConnection) -> Agent | None:
        sessions: Sessions = connection.scope["state"]["sessions"]
        return await sessions.identify(connection)

    return Starlette(
        routes=routes.addresses(),
        middleware=[
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(Person, trusted=settings.trusted_proxies, identify=identify),
            Middleware(OwnOrigin, origins=settings.origins),
        ],
        exception_handlers=routes.failures(),
        lifespan=partial(lifespan, settings),
        max_body_size=1024 * 1024,
    )


@asynccontextmanager
async def lifespan(settings: Settings, _app: Starlette) -> AsyncIterator[State]:
    """Build the parts, keep them for the process' life, and take them down in reverse."""
    node = secrets.token_hex(6)
    now = system_clock
    keys = key_ring(settings)
    assert settings.redis_url is not None  # the parent process has started one or was given one

    db = Database(address(settings.database_url, settings.data))
    await db.open()
    redis = connect(settings.redis_url)
    bus = Bus(settings.redis_url, node=node)
    hub = Hub()
    templates = Templates(site_url=settings.site_url, zone=settings.timezone)
    draining = Draining(hub, seconds=settings.drain_seconds)

    sessions = Sessions(db, now, secure=settings.secure)
    roster = Roster()
    watch = Watch(hub, sessions, roster, now)
    staff_door = StaffDoor(
        settings=settings,
        templates=templates,
        accounts=Accounts(db, now),
        sessions=sessions,
        passwords=Passwords(),
        attempts=Attempts(redis),
        tokens=FormTokens(keys, now),
    )

    async def reader(_peer: HTTPConnection) -> Reader:
        return Reader()

    def network(peer: HTTPConnection) -> str:
        return network_of(peer.scope, settings.trusted_proxies)

    hooks = Hooks(refuse=draining.refusal)
    common: dict[str, Any] = {
        "hub": hub,
        "origins": settings.origins,
        "network_of": network,
        "clock": now,
        "hooks": hooks,
    }
    doors = {
        "live": Endpoint(door="live", table={}, identify=reader, **common),
        "staff": Endpoint(door="staff", table={}, identify=sessions.identify, **common),
    }

    async def ring_staff() -> None:
        await bus.publish("staff", b"{}")

    looking: set[asyncio.Task[None]] = set()

    def staff_bell(_payload: bytes) -> None:
        task = asyncio.create_task(watch.look(), name="staff.look")
        looking.add(task)
        task.add_done_callback(looking.discard)

    bus.want("staff", staff_bell)
    await bus.start()
    health = Health(db, bus, node, draining)
    rounds = Rounds(
        [
            Job("staff sockets", watch.look, every_seconds=2),
        ],
        redis,
        node,
    )
    rounds.start()
    orphaned = asyncio.create_task(_end_with_parent(os.getppid()), name="parent")
    draining.install()
    settle_heap()
    yield State(
        settings=settings,
        health=health,
        staff_door=staff_door,
        sessions=sessions,
        doors=doors,
        ring_staff=ring_staff,
    )
    draining.uninstall()
    orphaned.cancel()
    with suppress(asyncio.CancelledError):
        await orphaned
    await rounds.stop()
    await bus.stop()
    await redis.aclose()
    await db.close()


async def _end_with_parent(parent: int) -> None:
    """Leave as if asked to when the parent process is gone: nobody would restart or end us."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us but the question
        await asyncio.sleep(PARENT_LOOK_SECONDS)
    signal.raise_signal(signal.SIGTERM)
