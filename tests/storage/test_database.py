"""The database: one way to read, one way to write, the same on both kinds."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Stopped, Unavailable
from portal.storage.database import Database, Work, address
from portal.storage.tables.portal import fact


def adding(name: str) -> Work[str]:
    async def work(c: AsyncConnection) -> str:
        await c.execute(insert(fact).values(name=name, value="x"))
        return name

    return work


async def count(database: Database) -> int:
    async with database.read() as c:
        return (await c.execute(select(func.count()).select_from(fact))).scalar() or 0


async def test_write_returns_what_the_work_returned(database: Database) -> None:
    """A write returns its result once it is committed."""
    name = await database.write(adding("one"))

    assert name == "one"
    assert await count(database) == 1


async def test_many_writers_all_commit(database: Database) -> None:
    """Two hundred writes at once are all committed, none busy."""
    names = await asyncio.gather(*(database.write(adding(f"n{i}")) for i in range(200)))

    assert len(set(names)) == 200
    assert await count(database) == 200


async def test_one_failing_work_spares_its_neighbours(database: Database) -> None:
    """Of works that are committed together, one that fails undoes only itself."""
    await database.write(adding("taken"))

    results = await asyncio.gather(
        *(database.write(adding(name)) for name in ("a", "taken", "b")),
        return_exceptions=True,
    )

    assert [type(r) if isinstance(r, BaseException) else r for r in results] == [
        "a",
        IntegrityError,
        "b",
    ]
    assert await count(database) == 3


async def test_an_exception_undoes_the_work(database: Database) -> None:
    """An exception out of the work undoes what it did and comes out."""

    async def work(c: AsyncConnection) -> None:
        await c.execute(insert(fact).values(name="half", value="x"))
        raise LookupError("no")

    with pytest.raises(LookupError):
        await database.write(work)

    assert await count(database) == 0


async def test_two_processes_worth_of_writers_do_not_meet_busy(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """A second hold on the same database writes beside the first without an error."""
    other = Database(address(database_url, tmp_path))
    await other.open()
    try:
        await asyncio.gather(
            *(
                hold.write(adding(f"{i}-{n}"))
                for i in range(50)
                for n, hold in enumerate((database, other))
            )
        )
    finally:
        await other.close()

    assert await count(database) == 100


async def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    """Reading from a database that cannot be opened says so in the portal's own words."""
    database = Database(address(f"sqlite:///{tmp_path}/none/portal.sqlite", tmp_path))
    await database.open()
    try:
        with pytest.raises(Unavailable):
            await database.ping()
        with pytest.raises(Unavailable):
            await database.write(adding("x"))
    finally:
        await database.close()
        # The thread of a connection that failed tells this loop that it ends, a moment later.
        while any("_connection_worker" in thread.name for thread in threading.enumerate()):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("bad", ["mysql://x/y", "not an address", "http://x"])
def test_an_address_of_another_kind_stops_the_command(bad: str, tmp_path: Path) -> None:
    """An address the portal does not know is refused in one line."""
    with pytest.raises(Stopped) as stopped:
        address(bad, tmp_path)

    assert "\n" not in str(stopped.value)
    assert "PORTAL_DATABASE_URL" in str(stopped.value)


async def test_what_was_written_is_measured(database: Database) -> None:
    """How long, and how it ended."""

    async def work(connection: AsyncConnection) -> int:
        return int((await connection.execute(text("SELECT 7"))).scalar_one())

    async def refuse(connection: AsyncConnection) -> None:
        raise LookupError("planted")

    await database.write(work)
    await database.write(work)
    with pytest.raises(LookupError):
        await database.write(refuse)
    counted = {key: sum(buckets) for key, buckets in database._meter.durations.items()}

    assert counted == {("database_write", "committed"): 2, ("database_write", "undone"): 1}
    assert all(seconds > 0 for seconds in database._meter.seconds.values())
