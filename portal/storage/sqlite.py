"""SQLite for SQLAlchemy's asyncio side: a connection lives in one thread, a statement is one hop.

sqlite3 blocks, so it may not run where the event loop does. A reader's connection has a thread of
its own, to which each statement is sent and from which its rows come back whole: one hop there
and back, where aiosqlite makes five. Who lives in a thread already (`writer`) asks for `here` and
makes no hop at all: what he awaits is done when he awaits it.

A reader's transaction begins with its first statement, so that all it sees is of one moment, and
nobody waits for its end.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only

from portal.storage.outage import sqlite_code
from portal.storage.rows import Answer, Cursor

T = TypeVar("T")

DRIVER: Final = "sqlite+threaded"
BROKEN: Final = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
"""After one of these a reader's connection is given up: it may be wrong about the file."""


class Thread:
    """A thread that does one job after the other, for as long as its connection is open."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any] | None] | None]
        self._jobs = SimpleQueue()
        # A daemon: whatever a disk keeps it waiting for, the process can end.
        threading.Thread(target=self._work, name="sqlite.reader", daemon=True).start()

    async def call(self, job: Callable[[], T]) -> T:
        """Do a job there; return what it returns."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((job, done))
        return await done

    def post(self, job: Callable[[], None]) -> None:
        """Do a job there, whenever; nobody waits for it."""
        self._jobs.put((job, None))

    def end(self) -> None:
        """End once everything asked for is done."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (asked := self._jobs.get()) is not None:
            job, done = asked
            result, error = None, None
            try:
                result = job()
            except BaseException as raised:  # noqa: BLE001 - handed to whoever asked for it
                error = raised
            if done is not None:
                # The loop is closed when a process ends in the middle of a question.
                with suppress(RuntimeError):
                    done.get_loop().call_soon_threadsafe(_settle, done, result, error)
            del asked, job, done, result, error  # nothing is kept alive while waiting


async def _at_once(job: Callable[[], T]) -> T:
    """Do a job without waiting; SQLAlchemy insists on something to await."""
    return job()


def _settle(done: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if done.done():  # cancelled
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


class Connection:
    """What SQLAlchemy takes for a DBAPI's connection."""

    def __init__(
        self,
        path: str,
        *,
        here: bool = False,
        reading: bool = False,
        migrating: bool = False,
        **options: Any,
    ) -> None:
        """Open it.

        Args:
            path: the file.
            here: whether the calling thread is the connection's own.
            reading: whether it only reads.
            migrating: whether tables are remade, for which old ones must go without taking along
                what refers to them.
            options: of `sqlite3.connect`.
        """
        self.raw: sqlite3.Connection
        self.reading = reading
        self._migrating = migrating
        self._used = False
        self._gone = False
        self._thread = None if here else Thread()
        try:
            self.run(partial(self._open, path, options))
        except BaseException:
            self.terminate()
            raise

    @property
    def isolation_level(self) -> str | None:
        return self.raw.isolation_level

    def run(self, job: Callable[[], T]) -> T:
        """Do a job in the connection's thread and wait for it."""
        if self._gone:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        return await_only(_at_once(job) if self._thread is None else self._thread.call(job))

    def ask(self, sql: str, parameters: Any, many: bool) -> Answer:
        """Execute a statement; return all there is to know of it."""
        self._used = True
        return self.run(partial(self._ask, sql, parameters, many))

    def begin(self) -> None:
        """Begin a transaction: a writer's holds the lock before it looks, a reader's can wait."""
        if not self.reading and self.raw.isolation_level is None:
            self.run(lambda: self.raw.execute("BEGIN IMMEDIATE"))

    def commit(self) -> None:
        self.run(lambda: self.raw.commit())

    def rollback(self) -> None:
        if self._thread is not None and self.reading:
            if self._used:
                self._used = False
                self._thread.post(self._let_go)
        else:
            self.run(lambda: self.raw.rollback())

    def cursor(self) -> Cursor:
        return Cursor(self.ask)

    def create_function(self, *args: Any, **options: Any) -> None:
        self.run(lambda: self.raw.create_function(*args, **options))

    def close(self) -> None:
        """Close it and wait until it is closed."""
        if not self._gone:
            try:
                self.run(self._close)
            finally:
                self.terminate()

    def terminate(self) -> None:
        """Close it whatever it does just now; nobody waits."""
        if self._gone:
            return
        self._gone = True
        if self._thread is None:
            self._close()
        else:
            with suppress(AttributeError, sqlite3.ProgrammingError):  # not open yet, or no longer
                self.raw.interrupt()
            self._thread.post(self._close)
            self._thread.end()

    # What is done in its own thread

    def _open(self, path: str, options: dict[str, Any]) -> None:
        self.raw = sqlite3.connect(path, **options)
        self._begin_log(time.monotonic() + options.get("timeout", 5.0))
        self.raw.execute("PRAGMA synchronous=FULL")
        if not self._migrating:
            self.raw.execute("PRAGMA foreign_keys=ON")
        if self.reading:
            self.raw.execute("PRAGMA query_only=ON")

    def _begin_log(self, until: float) -> None:
        """Give a new file its log; SQLite does not wait for somebody else who does so too."""
        while True:
            try:
                self.raw.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if sqlite_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(0.01)

    def _ask(self, sql: str, parameters: Any, many: bool) -> Answer:
        if self.reading and not self.raw.in_transaction:
            self.raw.execute("BEGIN")
        cursor = self.raw.cursor()
        if many:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return Answer(rows, cursor.description, cursor.rowcount, cursor.lastrowid)

    def _let_go(self) -> None:
        try:
            self.raw.rollback()
        except sqlite3.Error:
            self.terminate()

    def _close(self) -> None:
        with suppress(AttributeError, sqlite3.Error):
            self.raw.close()


class Dialect(SQLiteDialect_pysqlite):
    """SQLite as SQLAlchemy knows it, over the connection above."""

    driver = "threaded"
    is_async = True
    has_terminate = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, _url: Any) -> type[pool.Pool]:
        return pool.AsyncAdaptedQueuePool

    def connect(self, *args: Any, **options: Any) -> Any:
        # Unless somebody begins by himself, sqlite3 begins before the first change: with the lock.
        options.setdefault("isolation_level", "IMMEDIATE")
        return Connection(*args, **options)

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()

    def do_terminate(self, dbapi_connection: Any) -> None:
        dbapi_connection.terminate()

    def get_driver_connection(self, connection: Any) -> Any:
        return connection.raw

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        # A writer judges for himself: he opens the next connection before he closes this one.
        broken = sqlite_code(e) in BROKEN and getattr(connection, "reading", True)
        return broken or super().is_disconnect(e, connection, cursor)


registry.register("sqlite.threaded", __name__, "Dialect")
