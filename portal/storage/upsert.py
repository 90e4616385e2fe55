"""INSERT … ON CONFLICT, spelled the same for both databases."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_for(connection: AsyncConnection, table: Table) -> Any:
    """Return the dialect's own `insert(table)`, which knows `on_conflict_do_nothing/update`.

    Both dialects write it alike; SQLAlchemy keeps two classes for it, hence `Any`.
    """
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
