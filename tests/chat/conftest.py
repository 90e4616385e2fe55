"""People who meet at a desk, and the desk."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import structlog
from sqlalchemy import insert

from portal.chat.desk import Desk, visitor_id
from portal.identity import Agent, Role, StaffId, Visitor
from portal.storage.database import Database
from portal.storage.tables.staff import staff
from tests.chat.node import Node, Screen, secret
from tests.conftest import HeldClock

Hire = Callable[..., Awaitable[Agent]]


def somebody() -> Visitor:
    """A visitor with a secret of his own."""
    return Visitor(visitor_id(secrets.token_urlsafe(32)))


def message_id() -> str:
    """An id as a client makes them."""
    return secrets.token_urlsafe(16)


@pytest.fixture
def hire(database: Database) -> Hire:
    """Make a member of staff, with his row."""

    async def hire(name: str, role: Role = Role.AGENT) -> Agent:
        row = {"email": f"{name}@example.com", "name": name, "role": role, "created_at": 0}

        async def work(c):  # type: ignore[no-untyped-def]
            made = await c.execute(insert(staff).values(row).returning(staff.c.id))
            return made.scalar_one()

        id = await database.write(work)
        return Agent(StaffId(id), name, role, f"session-{id}", 1)

    return hire


@pytest.fixture
def desk(database: Database, clock: HeldClock) -> Desk:
    """A desk that announces to nobody."""
    return Desk(database, clock)


StartNode = Callable[..., Awaitable[Node]]


@pytest.fixture
async def start_node(
    database: Database, clock: HeldClock, valkey_url: str, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[StartNode]:
    """Start server processes that share a database and, if nothing else is said, a Valkey."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    nodes: list[Node] = []

    async def start(*, redis_url: str = valkey_url, sweeping: bool = True, **parts: Any) -> Node:
        node = await Node(database, redis_url, clock, **parts).start(sweeping=sweeping)
        nodes.append(node)
        return node

    yield start
    for node in nodes:
        await node.stop()
    structlog.reset_defaults()


@pytest.fixture
async def refusing(start_node: StartNode) -> Screen:
    """A page whose visitor opened chat."""
    node = await start_node()
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret())
    return page
