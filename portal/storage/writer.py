"""The one writer of a process: a thread with a connection, committing together what is waiting.

SQLite takes one writer at a time, and each commit waits for the disk. So works queue up while a
commit is under way, and the next commit takes all of them: every work in its own savepoint, all
under one BEGIN IMMEDIATE and one fsync. They run in the writer's thread, where a statement is an
ordinary call: a `say` costs a third of what it did when each statement hopped to a thread and
back. A work may therefore await nothing but its connection.

A work waits `PATIENCE_SECONDS` at most; then it is taken back and will not be done. Once it is
begun, its caller waits for the outcome, since only that is true.

When a commit fails, SQLite has undone it (in WAL mode a transaction is visible only after
its fsync): the connection is given up, and each work is tried once more, alone, on a new one. So
one that cannot be stored takes nobody along, and a full disk is refused to everybody and forgotten
as soon as there is room.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from portal.errors import Unavailable
from portal.storage.outage import is_outage, sqlite_code, unavailable
from portal.storage.waiting import Waiting, Work

T = TypeVar("T")

PATIENCE_SECONDS: Final = 5.0
"""How long a work waits to be begun: for another process' writer, or for a slow disk."""
LOOK_SECONDS: Final = 0.25
"""How long SQLite itself waits for the lock; then we look who still wants it."""
BATCH: Final = 64
"""Most works committed together: bounds how long the first of them waits for the last."""
MOST_WAITING: Final = 512
"""More are refused at once: a queue that grows helps nobody who stands in it."""
CLOSING_SECONDS: Final = 1.0
"""How long closing waits for what is being written."""
LOST: Final = (DBAPIError, sqlite3.Error)


class Writer:
    """The writer of one SQLite file, for the life of the process."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            connect_args={"here": True, "timeout": LOOK_SECONDS, "isolation_level": None},
        )
        self._connection: AsyncConnection | None = None
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._waiting: set[Waiting] = set()
        self._began: float | None = None
        self._closing = False
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Future[None]

    def open(self) -> None:
        """Start; nothing is connected before the first work."""
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        # A daemon: whatever a disk keeps it waiting for, the process can end.
        threading.Thread(target=self._live, name="sqlite.writer", daemon=True).start()

    async def close(self) -> None:
        """Finish what is waiting, for so long as that can be waited for."""
        self._closing = True
        self._queue.put(None)
        await asyncio.wait([self._ended], timeout=CLOSING_SECONDS)
        for waiting in list(self._waiting):
            waiting.refuse(Unavailable("the database was closed; whether it was stored is open"))

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction; return its result once that is committed.

        Raises:
            Unavailable: it was not stored.
        """
        if self._closing:
            raise Unavailable("the database is being closed")
        if len(self._waiting) >= MOST_WAITING or self._stuck():
            raise Unavailable("too many are waiting for the database")
        waiting = Waiting(work, self._loop.create_future())
        self._waiting.add(waiting)
        timer = self._loop.call_later(PATIENCE_SECONDS, waiting.give_up)
        self._queue.put(waiting)
        try:
            result: T = await waiting.done
            return result
        finally:
            waiting.take()  # cancelled before it was begun: it will not be
            timer.cancel()
            self._waiting.discard(waiting)

    def _stuck(self) -> bool:
        return self._began is not None and time.monotonic() - self._began > PATIENCE_SECONDS

    # What follows runs in the writer's thread.

    def _live(self) -> None:
        while batch := self._next():
            try:
                self._write_together(batch)
            except BaseException as error:  # noqa: BLE001 - every waiting caller is told
                self._renew()
                for waiting in batch:
                    waiting.error = waiting.error or error
            self._began = None
            self._tell(_deliver, batch)
        _close(self._connection)
        self._tell(_note, self._ended)

    def _tell(self, tell: Callable[[T], None], about: T) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(tell, about)

    def _next(self) -> list[Waiting]:
        """Wait for a work; return all that wait by then. Nothing: it is time to end."""
        batch: list[Waiting] = []
        with suppress(Empty):
            while len(batch) < BATCH:
                one = self._queue.get(block=not batch)
                if one is None:
                    self._queue.put(None)  # for the next look, when these are written
                    break
                batch.append(one)
        return batch

    def _write_together(self, batch: list[Waiting]) -> None:
        try:
            connection = self._begin(lambda: not all(waiting.taken for waiting in batch))
        except LOST as error:
            self._renew()
            for waiting in batch:
                if waiting.take():  # nobody has begun it, and nobody will
                    waiting.error = unavailable(error)
            return
        if connection is None:
            return
        begun = [waiting for waiting in batch if waiting.take()]
        failed = self._try(connection, begun)
        if len(begun) > 1:
            self._try_alone(failed)

    def _begin(self, wanted: Callable[[], bool]) -> AsyncConnection | None:
        """Begin with the lock held; None if it was not to be had for as long as it was wanted."""
        while wanted():
            try:
                if self._connection is None:
                    self._connection = _here(self._connect())
                _here(self._connection.begin().start())
            except OperationalError as error:
                if sqlite_code(error.orig) != sqlite3.SQLITE_BUSY:
                    raise
            else:
                self._began = self._began or time.monotonic()
                return self._connection
        return None

    async def _connect(self) -> AsyncConnection:
        return await self._engine.connect()

    def _try(self, connection: AsyncConnection, batch: list[Waiting]) -> list[Waiting]:
        """Run works and commit them; return those the database did not take."""
        try:
            for waiting in batch:
                _run(connection, waiting)
            _here(connection.commit())
        except LOST as error:
            self._renew()
            for waiting in batch:
                # What was refused beside others may have been judged by what they did not store.
                own = waiting.error if len(batch) == 1 else None
                waiting.error = own or unavailable(error, "the database could not commit")
            return batch
        for waiting in batch:
            waiting.stored = waiting.error is None
        return [waiting for waiting in batch if isinstance(waiting.error, Unavailable)]

    def _try_alone(self, batch: list[Waiting]) -> None:
        """Give each its own transaction, unless the disk turns out to be at fault."""
        lost = 0
        for waiting in batch:
            if lost == 2:
                return
            until = time.monotonic() + PATIENCE_SECONDS
            try:
                connection = self._begin(partial(_before, until))
            except LOST as error:
                self._renew()
                waiting.error = unavailable(error)
                return
            if connection is None:
                return
            waiting.error = None
            lost = lost + 1 if self._try(connection, [waiting]) else 0

    def _renew(self) -> None:
        """Give up the connection: whatever was not committed on it is undone.

        The next one is opened first. With the last connection SQLite removes its log, and on a
        full disk there would be no room to begin another: nobody could even read.
        """
        doubtful, self._connection = self._connection, None
        with suppress(*LOST):
            self._connection = _here(self._connect())
        _close(doubtful)


def _run(connection: AsyncConnection, waiting: Waiting) -> None:
    """Do one work; what it raises undoes it alone, for as long as the transaction stands."""
    raw = _raw(connection)
    raw.execute("SAVEPOINT work")
    try:
        waiting.result = _here(waiting.work(connection))
    except OperationalError as error:
        if not raw.in_transaction:  # SQLite has undone everything
            raise
        waiting.error = unavailable(error) if is_outage(error) else error
    except Exception as error:  # noqa: BLE001 - handed to whoever asked for it
        waiting.error = error
    if waiting.error is not None:
        raw.execute("ROLLBACK TO work")
    raw.execute("RELEASE work")


def _raw(connection: AsyncConnection) -> sqlite3.Connection:
    assert connection.sync_connection is not None
    raw: sqlite3.Connection | None = connection.sync_connection.connection.driver_connection
    assert raw is not None
    return raw


def _close(connection: AsyncConnection | None) -> None:
    if connection is not None:
        _here(connection.invalidate())
        _here(connection.close())


def _before(until: float) -> bool:
    return time.monotonic() < until


def _here(awaitable: Awaitable[T]) -> T:
    """Run what never has to wait, in this thread and at once."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("a work may await nothing but its connection")


def _deliver(batch: list[Waiting]) -> None:
    for waiting in batch:
        waiting.tell()


def _note(ended: "asyncio.Future[None]") -> None:
    if not ended.done():
        ended.set_result(None)
