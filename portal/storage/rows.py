"""A statement's rows, all here: what SQLAlchemy takes for a DBAPI's cursor."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """What a statement gave, taken out of the cursor in the cursor's thread."""

    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


Ask = Callable[[str, Any, bool], Answer]
"""Executes a statement, once or, with the last argument, for many parameters."""


class Cursor:
    """A statement's rows, all here."""

    arraysize = 1

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, parameters: Any = ()) -> "Cursor":
        return self._take(self._ask(sql, parameters or (), False))

    def executemany(self, sql: str, parameters: Iterable[Any]) -> "Cursor":
        return self._take(self._ask(sql, parameters, True))

    def _take(self, answer: Answer) -> "Cursor":
        rows, self.description, self.rowcount, self.lastrowid = answer
        self._rows = deque(rows)
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> Sequence[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    def close(self) -> None:
        self._rows = deque()

    async def _async_soft_close(self) -> None:
        """Be asked by SQLAlchemy to let go of the database while rows are kept: long done."""
