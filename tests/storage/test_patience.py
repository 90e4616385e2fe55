"""How long PostgreSQL is waited for: nobody waits longer than the times say, here a third of what
they are."""

import asyncio
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Unavailable
from portal.storage import database as storage
from portal.storage import postgres as connections
from portal.storage.database import Database
from portal.storage.tables.portal import fact
from tests.faults.postgres_proxy import PostgresProxy
from tests.storage.names import adding, names
from tests.support.machine import BUSY


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All waiting a third of what it is."""
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(connections, "STATEMENT_SECONDS", 1.5)
    monkeypatch.setattr(connections, "PING_SECONDS", 0.3)
    monkeypatch.setattr(storage, "POOL_SECONDS", 0.5)


@pytest.fixture
def database(by_proxy: Database) -> Database:
    """A PostgreSQL behind a line that can be made bad."""
    return by_proxy


async def test_a_server_that_is_down(database: Database, proxy: PostgresProxy) -> None:
    """Whoever asks is told at once; who asks when it is back is served at once."""
    await database.write(adding("before"))
    proxy.refuse(True)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await database.write(adding("meanwhile"))
        with pytest.raises(Unavailable):
            await database.ping()
    took = time.monotonic() - began
    proxy.heal()
    await database.write(adding("after"))

    assert took < 6
    assert {"before", "after"} == await names(database)


async def test_a_network_that_swallows(database: Database, proxy: PostgresProxy) -> None:
    """Unused connections and those at work; afterwards all is as before."""
    await asyncio.gather(*(database.write(adding(f"a{i}")) for i in range(8)))

    async def work(c: AsyncConnection) -> str:
        await c.execute(select(fact.c.name))
        proxy.blackhole(True)
        return await adding("lost")(c)

    began = time.monotonic()
    with pytest.raises(Unavailable):
        await database.write(work)
    for results in [
        await asyncio.gather(
            *(database.write(adding(f"b{i}")) for i in range(4)),
            *(database.ping() for _ in range(20)),
            return_exceptions=True,
        )
    ]:
        assert {Unavailable} == {type(each) for each in results}
    took = time.monotonic() - began
    proxy.heal()
    began = time.monotonic()
    await database.write(adding("after"))
    back = time.monotonic() - began

    assert (took < 12, back < 5) == (True, True), (took, back)
    assert {*(f"a{i}" for i in range(8)), "after"} == await names(database)


async def test_a_slow_server_refuses_whom_it_cannot_serve(database: Database) -> None:
    """Ten at once; who finds no connection free is told soon, and nobody stands in a queue."""

    async def slow(c: AsyncConnection) -> str:
        await c.execute(text("SELECT pg_sleep(0.7)"))
        return ""

    began = time.monotonic()
    results = await asyncio.gather(
        *(database.write(slow) for _ in range(30)), return_exceptions=True
    )
    took = time.monotonic() - began
    served = [each for each in results if each == ""]

    assert served
    assert {Unavailable, str} == {type(each) for each in results}
    assert took < 6


async def test_a_statement_that_takes_too_long(database: Database) -> None:
    """It is given up, and so is its transaction."""

    async def endless(c: AsyncConnection) -> None:
        await adding("never")(c)
        await c.execute(text("SELECT pg_sleep(60)"))

    async with asyncio.timeout(8):
        with pytest.raises(Unavailable):
            await database.write(endless)

    assert set() == await names(database)


async def test_closing_waits_for_nobody(database: Database, proxy: PostgresProxy) -> None:
    """Neither for connections that say nothing nor for one that is being opened."""
    await asyncio.gather(*(database.ping() for _ in range(4)))
    proxy.blackhole(True)
    opening = asyncio.create_task(database.ping())
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await database.close()
    took = time.monotonic() - began
    with pytest.raises(Unavailable):
        await opening

    assert took < storage.CLOSING_SECONDS + 2 * BUSY
