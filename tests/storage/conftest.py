"""Fixtures of the storage's tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from tests.faults.postgres_proxy import PostgresProxy
from tests.support.servers import Postgres


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty SQLite."""
    url = address(None, tmp_path)
    await migrate(url)
    opened = Database(url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL for this room alone, which crashes it: with the whole run's databases in it
    it would look through thousands of files before it answers again."""
    server = Postgres(servers_folder / "postgres-storage")
    yield server
    server.stop()


@pytest.fixture
async def proxy(postgres: Postgres) -> AsyncIterator[PostgresProxy]:
    """A line to the run's PostgreSQL that can be made bad."""
    place = Path(postgres.url("").partition("host=")[2])
    line = PostgresProxy(place / ".s.PGSQL.5432")
    await line.start()
    yield line
    line.heal()
    await line.stop()


@pytest.fixture
def url(postgres: Postgres) -> str:
    """A new database, without the proxy."""
    return postgres.create()


@pytest.fixture
async def by_proxy(proxy: PostgresProxy, url: str) -> AsyncIterator[Database]:
    """The same database, by way of the proxy."""
    name = make_url(url).database
    opened = Database(address(f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}", Path()))
    await opened.open()
    yield opened
    proxy.heal()
    await opened.close()
