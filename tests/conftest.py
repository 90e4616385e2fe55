"""Fixtures of the whole suite: the two databases, a Valkey, a held clock, a watched loop."""

import asyncio
import logging
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from structlog.stdlib import ProcessorFormatter

from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from tests.support.servers import Postgres, forget_everything, valkey

if TYPE_CHECKING:
    from tests.support.inside import Inside


LONGEST = ("tests/browser/test_looks", "tests/flows/", "tests/browser/", "tests/faults/")
"""Where a file takes minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: one such file begun last holds up the end."""

    def place(item: pytest.Item) -> int:
        begins = (n for n, path in enumerate(LONGEST) if item.nodeid.startswith(path))
        return next(begins, len(LONGEST))

    items.sort(key=place)


class HeldClock:
    """A clock that moves only when told to."""

    def __init__(self, at: int = 1_780_000_000_000) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def forward(self, milliseconds: int) -> None:
        self.at += milliseconds


@pytest.fixture
def clock() -> HeldClock:
    """A clock at 2026-05-28T20:26:40Z that moves only when told to."""
    return HeldClock()


@pytest.fixture(autouse=True)
def blocked_loop_fails() -> Iterator[BlockBuster]:
    """Let a call that would block the event loop fail the test that makes it."""
    with blockbuster_ctx(scanned_modules=["portal"]) as watching:
        for function in watching.functions.values():
            # Migrating is done before anybody is served.
            function.can_block_in("portal/storage/migrate.py", {"migrate", "_upgrade", "newest"})
            # So is building the parts.
            function.can_block_in("portal/app.py", {"_build"})
            # A command has its loop for itself.
            function.can_block_in("portal/office.py", {"run"})
            # A dead semaphore is cleaned up whenever the collector happens to run.
            function.can_block_in("multiprocessing/synchronize.py", {"_cleanup"})
            # asyncpg looks for its password file and certificates when it connects.
            function.can_block_in(
                "asyncpg/connect_utils.py", {"_parse_connect_dsn_and_args", "_connect_addr"}
            )
        # Looks at no disk; SQLAlchemy asks it for the name of a SQLite file.
        watching.functions["os.path.abspath"].deactivate()
        yield watching


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A folder for servers of the whole run; pytest's own go when three more runs have begun."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    yield folder
    # Hundreds of databases are a hundred thousand files: half a minute from here.
    subprocess.run(["rm", "-rf", str(folder)], check=False)


@pytest.fixture(scope="session", autouse=True)
def loggers_are_made_anew() -> Iterator[None]:
    """A logger that is kept would write where, and how, the first test that used it had said."""
    configure = structlog.configure

    def without_keeping(**given: Any) -> None:
        configure(**{**given, "cache_logger_on_first_use": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", without_keeping)
        yield


@pytest.fixture(autouse=True)
def logs_end_with_their_test() -> Iterator[None]:
    """Whoever sets up the log writes to what pytest captures for him, and closes after him."""
    yield
    structlog.reset_defaults()
    handlers = logging.getLogger().handlers
    ours = [each for each in handlers if isinstance(each.formatter, ProcessorFormatter)]
    for handler in ours:
        handlers.remove(handler)


@pytest.fixture(scope="session")
def valkey_server(servers_folder: Path) -> Iterator[str]:
    """The address of a real Valkey, for the whole run."""
    with valkey(servers_folder) as url:
        yield url


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """Its address; it remembers nothing of other tests, in whichever order they come."""
    forget_everything(valkey_server)
    return valkey_server


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[Postgres]:
    """A real PostgreSQL, for the whole run."""
    server = Postgres(servers_folder / "postgres")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with the newest schema: Alembic is asked once a run, its work is copied."""
    url = address(None, tmp_path_factory.mktemp("empty"))
    asyncio.run(migrate(url))
    return Path(str(url.database)).read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database with the newest schema, on each of the two kinds."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        # Hundreds of them, a few hundred files each, would be half a minute's work at the end.
        server.drop(url)
    else:
        yield f"sqlite:///{tmp_path / 'portal.sqlite'}"


@pytest.fixture
async def database(
    database_url: str, tmp_path: Path, empty_sqlite: bytes
) -> AsyncIterator[Database]:
    """An open, empty database, on each of the two kinds."""
    url = address(database_url, tmp_path)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).write_bytes(empty_sqlite)
    await migrate(url)
    opened = Database(url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def built(tmp_path: Path, valkey_url: str) -> "Inside":
    """The whole application for plain http, not yet open."""
    from tests.support.inside import Inside  # half a second, for those who ask for it

    return Inside.build(tmp_path, valkey_url)


@pytest.fixture
async def site(built: "Inside") -> "AsyncIterator[Inside]":
    """A whole portal on plain http, to be asked for pages."""
    async with built.open() as running:
        yield running


@pytest.fixture
def built_secure(tmp_path: Path, valkey_url: str) -> "Inside":
    """The whole application for https, not yet open."""
    from tests.support.inside import Inside

    (tmp_path / "secure").mkdir()
    return Inside.build(tmp_path / "secure", valkey_url, base_url="https://news.example")


@pytest.fixture
async def secure_site(built_secure: "Inside") -> "AsyncIterator[Inside]":
    """A whole portal on https, to be asked for pages."""
    async with built_secure.open() as running:
        yield running
