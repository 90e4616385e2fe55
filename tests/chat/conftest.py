"""People who meet at a desk, and the desk."""

import secrets
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import insert

from portal.chat.desk import Desk, visitor_id
from portal.identity import Agent, Role, StaffId, Visitor
from portal.storage.database import Database
from portal.storage.tables.staff import staff
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
