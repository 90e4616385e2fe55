"""The one writer of a process: what waits is bounded, and who fails takes nobody along."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Unavailable
from portal.storage import writer
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.portal import fact
from tests.storage.names import adding, names


@pytest.fixture
def database(on_disk: Database) -> Database:
    """An open, empty SQLite."""
    return on_disk


@pytest.fixture
def foreign(database: Database) -> Iterator[sqlite3.Connection]:
    """Another process' connection, as it were; holds no lock yet."""
    connection = sqlite3.connect(str(database.url.database), isolation_level=None)
    yield connection
    connection.close()


def outcomes(results: list[str | BaseException]) -> list[object]:
    return [type(r) if isinstance(r, BaseException) else r for r in results]


async def test_a_lock_of_another_process_is_waited_out(
    database: Database, foreign: sqlite3.Connection
) -> None:
    """Longer than SQLite itself is told to wait, and readers do not wait at all."""
    foreign.execute("BEGIN IMMEDIATE")
    writing = asyncio.gather(*(database.write(adding(f"n{i}")) for i in range(5)))
    await asyncio.sleep(2 * writer.LOOK_SECONDS)
    async with asyncio.timeout(writer.PATIENCE_SECONDS / 2):
        meanwhile = await names(database)
    foreign.execute("ROLLBACK")

    assert set() == meanwhile
    assert [f"n{i}" for i in range(5)] == await writing


async def test_a_lock_that_stays_is_unavailable_and_nothing_is_stored(
    database: Database, foreign: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was told so is not written when the lock goes; whoever comes later is."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.1)
    foreign.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(
        *(database.write(adding(f"n{i}")) for i in range(3)), return_exceptions=True
    )
    foreign.execute("ROLLBACK")
    monkeypatch.undo()
    await database.write(adding("later"))

    assert [Unavailable] * 3 == outcomes(results)
    assert {"later"} == await names(database)


async def test_more_than_can_wait_are_refused_at_once(
    database: Database, foreign: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue does not grow without end; those in it are served."""
    monkeypatch.setattr(writer, "MOST_WAITING", 8)
    foreign.execute("BEGIN IMMEDIATE")
    writing = [asyncio.create_task(database.write(adding(f"n{i}"))) for i in range(8)]
    await asyncio.sleep(0)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await database.write(adding("one too many"))
    took = time.monotonic() - began
    foreign.execute("ROLLBACK")
    served = set(await asyncio.gather(*writing))

    assert took < writer.PATIENCE_SECONDS
    assert served == await names(database)


async def test_a_stuck_disk_refuses_whoever_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a commit hangs nobody else waits for long; the commit's own caller learns its end."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 1.0)
    begun, hanging = threading.Event(), threading.Event()

    async def hang(c: AsyncConnection) -> str:
        begun.set()
        hanging.wait(30)
        return await adding("slow")(c)

    slow = asyncio.create_task(database.write(hang))
    assert await asyncio.to_thread(begun.wait, 10)
    behind = asyncio.create_task(database.write(adding("behind")))
    with pytest.raises(Unavailable):
        await behind
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await database.write(adding("late"))
    took = time.monotonic() - began
    hanging.set()

    assert took < 1.0
    assert "slow" == await slow
    assert {"slow"} == await names(database)


async def test_who_is_cancelled_before_his_turn_is_not_written(
    database: Database, foreign: sqlite3.Connection
) -> None:
    """His neighbours are."""
    foreign.execute("BEGIN IMMEDIATE")
    writing = [asyncio.create_task(database.write(adding(f"n{i}"))) for i in range(3)]
    await asyncio.sleep(0.02)
    writing[1].cancel()
    await asyncio.sleep(0)
    foreign.execute("ROLLBACK")
    results = await asyncio.gather(*writing, return_exceptions=True)

    assert ["n0", asyncio.CancelledError, "n2"] == outcomes(results)
    assert {"n0", "n2"} == await names(database)


async def test_an_error_of_the_database_spares_the_neighbours(database: Database) -> None:
    """A statement SQLite cannot run, and one that undoes the whole transaction."""

    async def nonsense(c: AsyncConnection) -> str:
        await c.execute(text("SELECT * FROM no_such_table"))
        return ""

    async def undone(c: AsyncConnection) -> str:
        await c.execute(text("INSERT OR ROLLBACK INTO fact (name, value) VALUES ('a', 'x')"))
        return ""

    async def full(c: AsyncConnection) -> str:
        pages = (await c.execute(text("PRAGMA page_count"))).scalar()
        await c.execute(text(f"PRAGMA max_page_count = {pages}"))
        await c.execute(insert(fact).values(name="big", value="x" * 100_000))
        return ""

    works = [adding("a"), nonsense, adding("b"), undone, adding("c"), full, adding("d")]
    results = await asyncio.gather(
        *(database.write(work) for work in works), return_exceptions=True
    )

    assert ["a", OperationalError, "b", IntegrityError, "c", Unavailable, "d"] == outcomes(results)
    assert {"a", "b", "c", "d"} == await names(database)


async def test_a_work_that_awaits_something_else_fails_alone(database: Database) -> None:
    """It would stop the writer, and everybody with it."""

    async def sleeps(c: AsyncConnection) -> str:
        await adding("half")(c)
        await asyncio.sleep(0)
        return "half"

    results = await asyncio.gather(
        *(database.write(work) for work in (adding("a"), sleeps, adding("b"))),
        return_exceptions=True,
    )

    assert ["a", RuntimeError, "b"] == outcomes(results)
    assert {"a", "b"} == await names(database)


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    """Whoever has asked before is stored; whoever asks after it is refused."""
    url = address(None, tmp_path)
    await migrate(url)
    database = Database(url)
    await database.open()
    writing = [asyncio.create_task(database.write(adding(f"n{i}"))) for i in range(100)]
    await asyncio.sleep(0)
    await database.close()
    with pytest.raises(Unavailable):
        await database.write(adding("late"))
    found = sqlite3.connect(str(url.database)).execute("SELECT count(*) FROM fact").fetchone()

    assert 100 == len(await asyncio.gather(*writing))
    assert (100,) == found


async def test_closing_does_not_wait_for_ever(
    database: Database, foreign: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock nobody gives back keeps no process from ending."""
    monkeypatch.setattr(writer, "CLOSING_SECONDS", 0.1)
    foreign.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(database.write(adding("a")))
    await asyncio.sleep(0)
    async with asyncio.timeout(writer.PATIENCE_SECONDS / 2):
        await database.close()
        with pytest.raises(Unavailable):
            await writing


ENDS = """
import asyncio, sqlite3, sys
from pathlib import Path
from sqlalchemy import insert, text
from portal.storage.database import Database, address
from portal.storage.tables.portal import fact

async def main():
    database = Database(address(None, Path(sys.argv[1])))
    await database.open()
    async with database.read() as c:
        await c.execute(text("SELECT 1"))
        sqlite3.connect(database.url.database, isolation_level=None).execute("SELECT 1")
        async def work(c):
            await c.execute(insert(fact).values(name="a", value="x"))
        task = asyncio.create_task(database.write(work))
        await asyncio.sleep(0.3)
        print("ends", flush=True)

asyncio.run(main())
"""


async def test_a_process_ends_with_its_threads_at_work(
    database: Database, foreign: sqlite3.Connection, tmp_path: Path
) -> None:
    """Not closed, one connection lent, the writer at a lock: the interpreter ends all the same."""
    foreign.execute("BEGIN IMMEDIATE")
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", ENDS, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert "ends\n" == ended.stdout
    assert (0, "") == (ended.returncode, ended.stderr)


async def test_threads_end_with_the_database(tmp_path: Path) -> None:
    """Also after reads that were cancelled while they connected, and in the middle."""
    url = address(None, tmp_path)
    await migrate(url)
    before = set(threading.enumerate())
    database = Database(url)
    await database.open()

    async def read() -> int:
        async with database.read() as c:
            count = select(func.count()).select_from(fact)
            for _ in range(20):
                await c.execute(count)
            return 1

    for moment in range(12):
        reading = [asyncio.create_task(read()) for _ in range(6)]
        for _ in range(moment):
            await asyncio.sleep(0.0005)
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    served = await read()
    await database.close()
    async with asyncio.timeout(5):
        while set(threading.enumerate()) - before:
            await asyncio.sleep(0.01)

    assert 1 == served
