"""PostgreSQL goes away, comes back, says nothing, or asks to repeat: an answer in seconds."""

import asyncio
import os
import secrets
import signal
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.desk import Desk, visitor_id
from portal.clock import system_clock
from portal.errors import Unavailable
from portal.identity import Visitor
from portal.storage import database as storage
from portal.storage.database import Database, Work, address
from portal.storage.tables.chat import entry
from portal.storage.tables.portal import fact
from tests.faults.postgres_proxy import PostgresProxy
from tests.storage.names import adding, names


@pytest.fixture
def database(by_proxy: Database) -> Database:
    """A PostgreSQL behind a line that can be made bad."""
    return by_proxy


async def test_a_commit_nobody_answers_for_is_unknown_and_repeated_once(
    database: Database, proxy: PostgresProxy
) -> None:
    """What is said again with the same id is what was stored the first time."""
    desk = Desk(database, system_clock)
    visitor = Visitor(visitor_id("v" * 43))
    await desk.open(visitor.id)
    id = secrets.token_urlsafe(16)
    proxy.cut_at_commit_reply(1)
    with pytest.raises(Unavailable, match="does not say whether") as unknown:
        await desk.say(visitor, None, id, "is anybody there?")
    again = await desk.say(visitor, None, id, "is anybody there?")
    async with database.read() as c:
        stored = (await c.execute(select(func.count()).select_from(entry))).scalar()

    assert 1 == proxy.fired["cut_at_commit_reply"]
    assert unknown.value.__cause__ is not None
    assert (1, "is anybody there?") == (again.seq, again.text)
    assert 1 == stored


async def test_connections_that_broke_unused_are_not_noticed(
    database: Database, proxy: PostgresProxy
) -> None:
    """Neither who reads nor who writes is told."""
    await asyncio.gather(*(database.write(adding(f"a{i}")) for i in range(8)))
    cut = proxy.cut()
    await asyncio.gather(*(database.write(adding(f"b{i}")) for i in range(8)))
    again = proxy.cut()

    assert 16 == len(await names(database))
    assert min(cut, again) > 1


async def test_a_transaction_that_breaks_off_is_repeated(
    database: Database, proxy: PostgresProxy
) -> None:
    """Before its COMMIT was sent nothing of it can have been stored."""
    attempts = 0

    async def work(c: AsyncConnection) -> str:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            await c.execute(select(fact.c.name))
            proxy.cut()
        return await adding("once")(c)

    assert "once" == await database.write(work)
    assert (2, {"once"}) == (attempts, await names(database))


async def test_a_backend_that_is_ended_is_not_noticed(database: Database, url: str) -> None:
    """Unused or in a transaction: 57P01 is no answer to a person."""
    await database.write(adding("first"))
    admin = await asyncpg.connect(url)
    attempts = 0

    async def end_all() -> None:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    async def work(c: AsyncConnection) -> str:
        nonlocal attempts
        attempts += 1
        await c.execute(select(fact.c.name))
        if attempts == 1:
            await end_all()
        return await adding("second")(c)

    await end_all()
    try:
        await database.write(work)
    finally:
        await admin.close()

    assert {"first", "second"} == await names(database)


async def test_a_server_that_crashes_loses_nothing_it_acknowledged(
    database: Database, url: str
) -> None:
    """One of its processes is killed, so it throws out everybody and recovers from its log: those
    who write meanwhile are told so in time, and nothing else; soon they are served again."""
    acknowledged: set[str] = set()
    told: set[type[BaseException]] = set()
    crashed = asyncio.Event()

    async def write(who: int) -> None:
        at, left = 0, 10
        while left:
            name = f"{who}-{at}"
            at += 1
            try:
                async with asyncio.timeout(10):
                    acknowledged.add(await database.write(adding(name)))
            except (Unavailable, TimeoutError) as error:
                told.add(type(error))
                await asyncio.sleep(0.1)
            else:
                left -= crashed.is_set()
                await asyncio.sleep(0.01)

    writing = asyncio.gather(*(write(who) for who in range(6)))
    await asyncio.sleep(0.2)
    victim = await asyncpg.connect(url)
    os.kill(await victim.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    crashed.set()
    victim.terminate()
    async with asyncio.timeout(60):  # how long it recovers is the machine's affair
        await writing
    stored = await names(database)

    assert acknowledged <= stored
    assert told <= {Unavailable}
    assert len(acknowledged) >= 60


async def test_a_fault_of_ours_is_no_outage(database: Database) -> None:
    """Nobody is told to come back later with a number that will never fit."""
    huge = select(entry).where(entry.c.seq == 2**70)
    with pytest.raises(DBAPIError):
        async with database.read() as c:
            await c.execute(huge)
    with pytest.raises(DBAPIError):
        await database.write(lambda c: c.execute(text("SELECT * FROM no_such_table")))


async def test_a_database_that_is_gone_is_an_outage(proxy: PostgresProxy) -> None:
    """It is not there now; whoever looks after it can bring it back."""
    gone = Database(address(f"postgresql://postgres@127.0.0.1:{proxy.port}/gone", Path()))
    await gone.open()
    with pytest.raises(Unavailable, match="does not exist"):
        await gone.ping()
    await gone.close()


async def test_two_who_wait_for_each_other_both_commit(database: Database) -> None:
    """A deadlock is repeated, out of sight."""
    for name in "ab":
        await database.write(adding(name))
    first_step = asyncio.Barrier(2)
    tried = 0

    def both(names: str) -> Work[None]:
        async def work(c: AsyncConnection) -> None:
            nonlocal tried
            tried += 1
            for name in names:
                await c.execute(update(fact).where(fact.c.name == name).values(value=names))
                if tried <= 2 and name == names[0]:
                    await first_step.wait()

        return work

    await asyncio.gather(database.write(both("ab")), database.write(both("ba")))

    assert 3 == tried


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All the time of the world; to be asked for before the database."""
    monkeypatch.setattr(storage, "POOL_SECONDS", 60.0)


async def test_forty_who_must_be_one_after_the_other(patient: None, database: Database) -> None:
    """Each raises what it read by one, in one order or by being repeated: none is lost."""
    await database.write(adding("count"))

    async def work(c: AsyncConnection) -> None:
        row = fact.c.name == "count"
        held = select(func.length(fact.c.value)).where(row).with_for_update()
        long = (await c.execute(held)).scalar_one()
        await c.execute(update(fact).where(row).values(value="x" * (long + 1)))

    await asyncio.gather(*(database.write(work) for _ in range(40)))
    async with database.read() as c:
        length = (await c.execute(select(func.length(fact.c.value)))).scalar()

    assert 41 == length
