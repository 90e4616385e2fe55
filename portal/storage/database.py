"""The database: one way to read and one way to write, on SQLite and on PostgreSQL.

`read()` lends a connection. `write(work)` runs `work(connection)` in one transaction and returns
once it is committed; so whatever is announced after it is true.

SQLite takes one writer at a time and its busy handler sleeps, so each process has one writer that
commits what is waiting together (`writer`): under one BEGIN IMMEDIATE and one fsync (WAL,
synchronous=FULL: none lost at a power cut). A plain BEGIN that reads and then writes met
SQLITE_BUSY 214,277 times in 1,200 commits; it is not to be had here.

Whatever the database does, an answer comes in seconds: what was asked for, or `Unavailable`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from portal.errors import Stopped, Unavailable
from portal.meter import Meter
from portal.storage import postgres, sqlite
from portal.storage.outage import AGAIN, OUTAGES, is_outage, sqlstate, unavailable
from portal.storage.waiting import T, Work
from portal.storage.writer import Writer

__all__ = ["Database", "Work", "address"]

READERS: Final = 4
"""Connections that read SQLite at the same time; each has a thread."""
POOL_SECONDS: Final = 2.0
"""How long somebody waits for a connection to be free."""
RETRIES: Final = 3
"""How often a transaction is tried that PostgreSQL asks to repeat, or that broke off."""
CLOSING_SECONDS: Final = 1.0
"""A connection whose other end is silent is not waited for."""


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
            return url.set(drivername=sqlite.DRIVER)
        case "postgresql" | "postgres":
            return url.set(drivername=postgres.DRIVER)
        case other:
            raise Stopped(
                f"PORTAL_DATABASE_URL names {other!r}; "
                "the portal knows postgresql:// and sqlite:///"
            )


class Database:
    """A process' hold on the database, for the life of the process."""

    def __init__(self, url: URL, meter: Meter | None = None) -> None:
        """Make it; `meter` is told how long transactions take, and how they end."""
        self.url = url
        self._meter = meter or Meter()
        self.sqlite = url.get_backend_name() == "sqlite"
        self._readers: AsyncEngine
        self._writer: Writer | None = None
        self._connected: WeakSet[Any] = WeakSet()

    async def open(self) -> None:
        """Make what connects; nothing is connected before it is used."""
        if self.sqlite:
            self._readers = create_async_engine(
                self.url,
                pool_size=READERS,
                max_overflow=0,
                pool_timeout=POOL_SECONDS,
                connect_args={"reading": True, "isolation_level": None},
            )
            self._writer = Writer(self.url)
            self._writer.open()
        else:
            self._readers = postgres.engine(self.url, POOL_SECONDS)
        event.listen(self._readers.sync_engine, "connect", self._note)

    async def close(self) -> None:
        """Finish what is being written and let go of every connection, in bounded time."""
        if self._writer is not None:
            await self._writer.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._readers.dispose()
        for connection in list(self._connected):  # silent, or still lent
            connection.terminate()

    def _note(self, connection: Any, _record: Any) -> None:
        self._connected.add(connection if self.sqlite else connection.driver_connection)

    async def ping(self) -> None:
        """Ask the database anything at all.

        Raises:
            Unavailable: it does not answer.
        """
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection for reading; each statement reads of one moment.

        Raises:
            Unavailable: the database does not answer.
        """
        try:
            async with self._readers.connect() as connection:
                yield connection
        except OUTAGES as error:
            if is_outage(error):
                raise unavailable(error) from error
            raise

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction; return its result once that is committed.

        An exception out of `work` undoes it and comes out here. `work` may be run again (a
        deadlock, a broken batch) and, on SQLite, runs in another thread: it must not do anything
        but speak to the database, and may await nothing else.

        Raises:
            Unavailable: the database does not answer, or could not commit.
        """
        began, outcome = monotonic(), "undone"
        try:
            result = await self._write(work)
            outcome = "committed"
        except Unavailable:
            outcome = "failed"
            raise
        finally:
            self._meter.took(monotonic() - began, "database_write", outcome)
        return result

    async def _write(self, work: Work[T]) -> T:
        if self._writer is not None:
            return await self._writer.write(work)
        for attempt in range(1, RETRIES + 1):
            try:
                return await self._write_once(work)
            except _Broken as broken:
                if not broken.repeatable or attempt == RETRIES:
                    raise unavailable(broken.error, broken.what) from broken.error
        raise AssertionError("unreachable")

    async def _write_once(self, work: Work[T]) -> T:
        committing = False
        try:
            async with self._readers.connect() as connection:
                result = await work(connection)
                committing = True
                await connection.commit()
                return result
        except OUTAGES as error:
            if not is_outage(error):
                raise
            # A refusal to repeat is certain; silence after COMMIT says nothing of what it did.
            asked_to = sqlstate(error) in AGAIN
            unknown = committing and not asked_to
            broke_off = isinstance(error, DBAPIError) and error.connection_invalidated
            raise _Broken(error, asked_to or (broke_off and not committing), unknown) from error


class _Broken(Exception):
    """A transaction that did not come to its end."""

    def __init__(self, error: Exception, repeatable: bool, unknown: bool) -> None:
        super().__init__()
        self.error = error
        self.repeatable = repeatable
        self.what = (
            "the database does not say whether it was stored"
            if unknown
            else "the database does not answer"
        )
