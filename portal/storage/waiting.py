"""One work in the writer's queue: between the loop, where somebody awaits it, and the thread that
does it, and between being taken on and being taken back."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import Unavailable

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class Waiting:
    """A work, and what came of it.

    Attributes:
        work: what is to be done.
        done: what its caller awaits.
        result: what the work returned; worth nothing unless it is stored.
        stored: whether it is committed.
        error: what its caller is told instead.
    """

    __slots__ = ("_ticket", "done", "error", "result", "stored", "work")

    def __init__(self, work: Work[Any], done: asyncio.Future[Any]) -> None:
        self.work = work
        self.done = done
        self.result: Any = None
        self.stored = False
        self.error: BaseException | None = None
        self._ticket = threading.Lock()

    @property
    def taken(self) -> bool:
        """Whether it was taken on, or back."""
        return self._ticket.locked()

    def take(self) -> bool:
        """Take it on, or back: whoever comes first decides whether it is done at all."""
        return self._ticket.acquire(blocking=False)

    # In the loop

    def give_up(self) -> None:
        """Tell that its turn did not come, unless it has."""
        if self.take():
            self.refuse(Unavailable("the database is busy"))

    def refuse(self, error: BaseException) -> None:
        """Tell that it will not be stored, or that nobody will learn whether it was."""
        self.take()
        if not self.done.done():
            self.done.set_exception(error)

    def tell(self) -> None:
        """Tell what came of it."""
        if not self.stored:
            self.refuse(self.error or Unavailable("the database is busy"))
        elif not self.done.done():
            self.done.set_result(self.result)
