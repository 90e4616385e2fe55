"""Connections to PostgreSQL that are known to work, and give up in seconds when they do not.

A server that was restarted, or a network that swallows what is sent, leaves connections behind that
look alive. So one is asked before it is lent, and the first that does not answer condemns all that
are older.
"""

from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

DRIVER: Final = "postgresql+asyncpg"
CONNECTIONS: Final = 10
CONNECT_SECONDS: Final = 3.0
STATEMENT_SECONDS: Final = 5.0
"""Nothing the portal asks takes so long, unless somebody else holds what it wants."""
PING_SECONDS: Final = 1.0
IDLE_MS: Final = 10_000
"""A node that vanished in the middle of a transaction holds its rows no longer than this."""


def engine(url: URL, pool_seconds: float) -> AsyncEngine:
    """Return an engine; nothing is connected before it is used."""
    made = create_async_engine(
        url,
        pool_size=CONNECTIONS // 2,
        max_overflow=CONNECTIONS - CONNECTIONS // 2,
        pool_timeout=pool_seconds,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {"idle_in_transaction_session_timeout": str(IDLE_MS)},
        },
    )
    event.listen(made.sync_engine, "checkout", _ask_first)
    return made


def _ask_first(connection: Any, _record: Any, _lent: Any) -> None:
    raw = connection.driver_connection
    try:
        await_only(raw.fetchrow("", timeout=PING_SECONDS))
    except Exception as error:
        # Whatever it says, it is not lent: it is closed, and a new one tells what is the matter.
        raw.terminate()
        raise InvalidatePoolError from error
