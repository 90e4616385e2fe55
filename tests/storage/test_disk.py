"""The disk fails: nothing is acknowledged, reading goes on, and it is over when there is room.

The disks are real: a file that may not grow (the system's own limit), a file system of three
megabytes, and the files as a power cut at any moment would leave them.
"""

import asyncio
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Unavailable
from portal.storage.database import Database, Work, address
from portal.storage.migrate import migrate
from portal.storage.tables.portal import fact

PAGE = 4096
FRAME = PAGE + 24
"""A page in the log, with its header."""
HEADER = 32


@pytest.fixture
def database(on_disk: Database) -> Database:
    """An open, empty SQLite."""
    return on_disk


def adding(name: str, size: int = 1) -> Work[str]:
    """Return a work that adds two rows: both are there, or neither."""

    async def work(c: AsyncConnection) -> str:
        rows = [{"name": f"{name}-{half}", "value": "x" * size} for half in "ab"]
        await c.execute(insert(fact), rows)
        return name

    return work


async def names(database: Database) -> set[str]:
    async with database.read() as c:
        return set((await c.execute(select(fact.c.name))).scalars())


def both(*works: str) -> set[str]:
    return {f"{name}-{half}" for name in works for half in "ab"}


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse to write behind `size` bytes in any file of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


async def test_a_write_the_disk_refuses_is_not_acknowledged(database: Database) -> None:
    """All who wait are told; who reads, reads; who comes when there is room is stored."""
    await database.write(adding("first"))
    log = Path(f"{database.url.database}-wal")
    with no_file_longer_than(log.stat().st_size):
        refused = await asyncio.gather(
            *(database.write(adding(f"n{i}")) for i in range(8)), return_exceptions=True
        )
        meanwhile = await names(database)
    again = await asyncio.gather(*(database.write(adding(f"n{i}")) for i in range(8)))

    assert [Unavailable] * 8 == [type(each) for each in refused]
    assert both("first") == meanwhile
    assert both("first", *again) == await names(database)
    assert len(again) == 8


async def test_who_needs_no_room_is_stored_beside_one_who_does(database: Database) -> None:
    """What the disk cannot take is refused alone."""
    await database.write(adding("first"))
    log = Path(f"{database.url.database}-wal")
    with no_file_longer_than(log.stat().st_size + 20 * FRAME):
        results = await asyncio.gather(
            database.write(adding("small")),
            database.write(adding("huge", 60 * PAGE)),
            database.write(adding("other")),
            return_exceptions=True,
        )

    assert ["small", "other"] == [each for each in results if isinstance(each, str)]
    assert isinstance(results[1], Unavailable)
    assert both("first", "small", "other") == await names(database)


FILLS = """
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from portal.errors import Unavailable
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from tests.storage.test_disk import adding, both, names

async def main():
    folder = Path(sys.argv[1])
    url = address(None, folder)
    (folder / "ballast").write_bytes(b"x" * 1024 * 1024)
    await migrate(url)
    database = Database(url)
    await database.open()
    stored, refused = [], 0
    while not refused:
        for each in await asyncio.gather(
            *(database.write(adding(f"{len(stored)}-{i}", 30_000)) for i in range(4)),
            return_exceptions=True,
        ):
            if isinstance(each, Unavailable):
                assert "full" in str(each), each
                refused += 1
            else:
                stored.append(each)
    assert await names(database) == both(*stored)
    (folder / "ballast").unlink()
    stored.append(await database.write(adding("room")))
    assert await names(database) == both(*stored)
    await database.close()
    print(len(stored) > 4)

asyncio.run(main())
"""


async def test_a_full_disk(tmp_path: Path) -> None:
    """On a real file system with no room left, and with some again."""
    place = tmp_path / "small"
    place.mkdir()
    mount = f"mount -t tmpfs -o size=3m none {place}"
    allowed = (
        shutil.which("unshare")
        and not subprocess.run(
            ["unshare", "-rm", "sh", "-c", mount], capture_output=True
        ).returncode
    )
    if not allowed:
        pytest.skip("this system lets nobody mount a file system of his own")
    ran = await asyncio.to_thread(
        subprocess.run,
        [
            *("unshare", "-rm", "sh", "-c", f'{mount} && exec "$@"', "sh"),
            *(sys.executable, "-c", FILLS, str(place), str(Path(__file__).parents[2])),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ("True\n", 0) == (ran.stdout, ran.returncode), ran.stderr


async def test_a_file_that_is_no_database_is_unavailable_until_it_is_one(tmp_path: Path) -> None:
    """No restart is needed."""
    url = address(None, tmp_path)
    place = Path(str(url.database))
    place.write_bytes(b"not at all " * 1000)
    database = Database(url)
    await database.open()
    try:
        with pytest.raises(Unavailable):
            await names(database)
        with pytest.raises(Unavailable):
            await database.write(adding("a"))
        place.unlink()
        await migrate(url)
        await database.write(adding("a"))

        assert both("a") == await names(database)
    finally:
        await database.close()


def after_power_cut(source: Path, folder: Path, log: bytes) -> tuple[set[str], str]:
    """Return the names in the files as they would be found, and what SQLite thinks of them."""
    folder.mkdir()
    place = folder / source.name
    shutil.copyfile(source, place)
    place.with_name(f"{place.name}-wal").write_bytes(log)
    with closing(sqlite3.connect(place)) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM fact")}
        return found, connection.execute("PRAGMA integrity_check").fetchone()[0]


async def test_whatever_was_acknowledged_survives_a_power_cut(
    database: Database, tmp_path: Path
) -> None:
    """The files are copied at every acknowledgement, and hold all that was acknowledged by then."""
    place = Path(str(database.url.database))
    acknowledged: list[str] = []
    for at in range(12):
        works = [adding(f"{at}-{i}", 500) for i in range(at % 3 + 1)]
        acknowledged += await asyncio.gather(*(database.write(work) for work in works))
        log = place.with_name(f"{place.name}-wal").read_bytes()
        found, thought = after_power_cut(place, tmp_path / f"cut-{at}", log)

        assert (both(*acknowledged), "ok") == (found, thought)


async def test_a_log_cut_anywhere_holds_whole_works_only(
    database: Database, tmp_path: Path
) -> None:
    """Whatever of the log has reached the disk: a work is in it with all it wrote, or not at all,
    and none without those before it."""
    place = Path(str(database.url.database))
    for at in range(6):
        await database.write(adding(f"{at}", 2000))
    log = place.with_name(f"{place.name}-wal").read_bytes()
    histories = [both(*(str(at) for at in range(upto))) for upto in range(7)]
    seen = set()
    cuts = [*range(0, len(log), FRAME), *range(HEADER + FRAME // 2, len(log), 7 * FRAME)]
    for cut in [*cuts, HEADER, len(log)]:
        try:
            found, thought = after_power_cut(place, tmp_path / f"log-{cut}", log[:cut])
        except sqlite3.OperationalError as error:  # cut before the tables were made
            assert "no such table" in str(error)
            continue

        assert found in histories
        assert thought == "ok"
        seen.add(len(found))
    assert 12 in seen
    assert len(seen) > 3
