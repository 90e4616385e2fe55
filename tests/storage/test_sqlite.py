"""Reading SQLite: one moment at a time, in a thread of its own, and only reading."""

import ast
import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Unavailable
from portal.storage import database as storage
from portal.storage.database import Database, Work
from portal.storage.tables.portal import fact


@pytest.fixture
def database(on_disk: Database) -> Database:
    """An open, empty SQLite."""
    return on_disk


def adding(name: str) -> Work[str]:
    async def work(c: AsyncConnection) -> str:
        await c.execute(insert(fact).values(name=name, value="x"))
        return name

    return work


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
COUNT = select(func.count()).select_from(fact)


async def test_all_that_is_read_is_of_one_moment(database: Database) -> None:
    """From the first statement on; whoever reads next sees what was written meanwhile."""
    async with database.read() as c:
        await database.write(adding("before"))
        first = (await c.execute(COUNT)).scalar()
        await database.write(adding("meanwhile"))
        second = (await c.execute(COUNT)).scalar()
    async with database.read() as c:
        after = (await c.execute(COUNT)).scalar()

    assert (1, 1, 2) == (first, second, after)


async def test_who_reads_cannot_write(database: Database) -> None:
    """Nothing is stored past the writer."""
    with pytest.raises(Unavailable, match="readonly"):
        async with database.read() as c:
            await adding("past")(c)
    async with database.read() as c:
        found = (await c.execute(COUNT)).scalar()

    assert 0 == found


async def test_rows_stay_when_the_connection_is_given_back(database: Database) -> None:
    """They came whole; so do those a change returns."""

    async def work(c: AsyncConnection) -> list[str]:
        rows = [{"name": name, "value": name * 2} for name in "abc"]
        await c.execute(insert(fact), rows)
        changed = await c.execute(insert(fact).values(name="d", value="dd").returning(fact.c.value))
        return [*changed.scalars()]

    returned = await database.write(work)
    async with database.read() as c:
        result = await c.execute(select(fact.c.name, fact.c.value).order_by(fact.c.name))

    assert ["dd"] == returned
    assert [(name, name * 2) for name in "abcd"] == [tuple(row) for row in result]


async def test_more_readers_than_connections_wait_and_then_are_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the portal's own words."""
    monkeypatch.setattr(storage, "POOL_SECONDS", 0.1)
    opened = Database(database.url)
    await opened.open()
    lent = [opened.read() for _ in range(storage.READERS)]
    try:
        for each in lent:
            await (await each.__aenter__()).execute(COUNT)
        with pytest.raises(Unavailable):
            await opened.ping()
    finally:
        for each in lent:
            await each.__aexit__(None, None, None)
    await opened.ping()
    await opened.close()


async def test_a_reader_who_leaves_in_the_middle_is_not_waited_for(database: Database) -> None:
    """A long statement is interrupted, and its connection lent to nobody else."""
    before = {thread for thread in threading.enumerate() if thread.name == "sqlite.reader"}

    async def count_for_ever() -> None:
        async with database.read() as c:
            await c.exec_driver_sql(ENDLESS)

    reading = [asyncio.create_task(count_for_ever()) for _ in range(storage.READERS)]
    await asyncio.sleep(0.05)
    for each in reading:
        each.cancel()
    results = await asyncio.gather(*reading, return_exceptions=True)
    async with asyncio.timeout(5):
        await database.ping()
        while len({t for t in threading.enumerate() if t.name == "sqlite.reader"} - before) > 1:
            await asyncio.sleep(0.01)

    assert [asyncio.CancelledError] * storage.READERS == [type(each) for each in results]


async def test_closing_ends_what_is_still_lent(tmp_path: Path, on_disk: Database) -> None:
    """Whoever reads for ever is told; no thread and no file stays open."""
    before = {thread for thread in threading.enumerate() if thread.name == "sqlite.reader"}
    opened = Database(on_disk.url)
    await opened.open()

    async def count_for_ever() -> None:
        async with opened.read() as c:
            await c.exec_driver_sql(ENDLESS)

    reading = asyncio.create_task(count_for_ever())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):
        await opened.close()
        with pytest.raises(Unavailable):
            await reading
        while {t for t in threading.enumerate() if t.name == "sqlite.reader"} - before:
            await asyncio.sleep(0.01)


def awaits(function: ast.AsyncFunctionDef) -> Iterator[ast.Await]:
    """Return what is awaited in a function without the connection it was given."""
    given = {
        argument.arg
        for argument in function.args.args
        if argument.annotation and ast.unparse(argument.annotation) == "AsyncConnection"
    }
    for awaited in ast.walk(function) if given else ():
        if isinstance(awaited, ast.Await):
            named = {node.id for node in ast.walk(awaited.value) if isinstance(node, ast.Name)}
            if not named & given:
                yield awaited


def test_a_work_awaits_nothing_but_its_connection() -> None:
    """In all of the portal: the writer would refuse it, but only when it is run."""
    found = [
        f"{path}:{awaited.lineno}: {ast.unparse(awaited)}"
        for path in Path(storage.__file__).parents[1].rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.AsyncFunctionDef)
        for awaited in awaits(function)
    ]

    assert [] == found
