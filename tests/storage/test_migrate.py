"""Migrations: they make what the tables say, run twice, and refuse the future."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from portal.errors import Stopped
from portal.storage.database import address
from portal.storage.migrate import migrate, newest
from portal.storage.tables import (  # noqa: F401
    audience,
    chat,
    desk,
    news,
    outreach,
    portal,
    search,
    staff,
)
from portal.storage.tables.schema import metadata
from portal.storage.tables.search import MADE_BY_HAND


def differences(connection: Connection) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opts = {"include_name": lambda name, _kind, _parents: not str(name).startswith(MADE_BY_HAND)}
    return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))


async def test_the_migrations_make_what_the_tables_say(database_url: str, tmp_path: Path) -> None:
    """A migrated database and the tables in the code are the same."""
    await migrate(address(database_url, tmp_path))
    engine = create_async_engine(address(database_url, tmp_path))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_a_second_run_has_nothing_to_do(database_url: str, tmp_path: Path) -> None:
    """Running the migrations again changes nothing."""
    await migrate(address(database_url, tmp_path))

    assert await migrate(address(database_url, tmp_path)) is False


async def test_a_database_of_a_newer_portal_is_refused(database_url: str, tmp_path: Path) -> None:
    """A schema this version does not know ends the command with both numbers."""
    await migrate(address(database_url, tmp_path))
    engine = create_async_engine(address(database_url, tmp_path))
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()

    with pytest.raises(Stopped) as stopped:
        await migrate(address(database_url, tmp_path))

    assert "9999" in str(stopped.value)
    assert newest() in str(stopped.value)


async def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    """A database that does not answer is named, without its password."""
    url = address("postgresql://portal:secret@127.0.0.1:1/portal", tmp_path)

    with pytest.raises(Stopped) as stopped:
        await migrate(url)

    assert "127.0.0.1:1" in str(stopped.value)
    assert "secret" not in str(stopped.value)


MIGRATES = """
import asyncio, sys
from pathlib import Path
from portal.storage.database import address
from portal.storage.migrate import migrate
print(asyncio.run(migrate(address(None, Path(sys.argv[1])))))
"""


def test_two_who_migrate_at_once_do_it_once(tmp_path: Path) -> None:
    """The second waits for the first and finds nothing to do."""
    command = [sys.executable, "-c", MIGRATES, str(tmp_path)]
    two = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    assert ["False\n", "True\n"] == sorted(each.communicate(timeout=60)[0] for each in two)


async def test_a_migration_is_done_whole_or_not_at_all(tmp_path: Path) -> None:
    """One that stumbles over a table of somebody else's leaves that table alone in the file."""
    url = address(None, tmp_path)
    with closing(sqlite3.connect(str(url.database))) as connection:
        connection.execute("CREATE TABLE visitor (theirs)")
        with pytest.raises(Stopped):
            await migrate(url)
        found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()

    assert [("visitor",)] == found
