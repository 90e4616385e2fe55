"""What it means that the database does not answer, whatever its driver calls it."""

from sqlite3 import SQLITE_ERROR
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from portal.errors import Unavailable

OUTAGES: Final = (DBAPIError, NoneFree, OSError, TimeoutError)
"""Everything an outage may look like; `is_outage` tells which of it is one."""
AGAIN: Final = ("40001", "40P01")
"""PostgreSQL asks to repeat the transaction: serialisation, deadlock."""
PASSING: Final = ("08", "28", "3D", "53", "55", "57", "58")
"""Classes of PostgreSQL's codes that are about the server and not about what was asked: no
connection, not let in, no such database, no room, locked, stopped or cancelled by somebody, its
disk."""


def is_outage(error: BaseException) -> bool:
    """Tell whether the database is at fault, and not what it was asked."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, OUTAGES)
    if error.connection_invalidated or sqlstate(error)[:2] in PASSING or sqlstate(error) in AGAIN:
        return True
    if isinstance(error, InterfaceError):  # of asyncpg; a value it cannot send is our fault
        return not isinstance(error.orig.__cause__ if error.orig else None, ValueError)
    # SQLite's general error is about what was asked: no such table, too many variables.
    return isinstance(error, OperationalError) and sqlite_code(error.orig) != SQLITE_ERROR


def sqlite_code(error: BaseException | None) -> int:
    """Return SQLite's primary error code, 0 for an error that is not SQLite's."""
    found: int = getattr(error, "sqlite_errorcode", 0)
    return found & 0xFF


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's code, empty for an error that is not its own."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def unavailable(error: BaseException, what: str = "the database does not answer") -> Unavailable:
    """Say in the portal's own words what the driver said."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    failure = Unavailable(f"{what}: {said.splitlines()[0]}")
    failure.__cause__ = error
    return failure
