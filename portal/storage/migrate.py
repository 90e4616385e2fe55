"""Bringing a database to this version's schema.

Alembic's scripts lie in `migrations/` inside the package, so a wheel can migrate. A script is
never edited once it was released. Running this twice, or from two nodes at once, is safe.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from portal.errors import Stopped

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
CONNECT_SECONDS = 5.0
"""asyncpg alone waits a minute for a server that accepts and says nothing."""
LOCK_SECONDS = 30.0
"""How long another process may migrate the same file."""
NODE_LOCK = 0x706F7274616C
"""PostgreSQL advisory lock ("portal"): nodes that start together migrate one after the other."""


def newest() -> str:
    """Return the name of this version's schema: the highest number among the scripts."""
    return max(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


async def migrate(url: URL) -> bool:
    """Bring the database at `url` to this version's schema.

    Returns:
        Whether there was anything to do.

    Raises:
        Stopped: the database cannot be reached, or comes from a newer version.
    """
    how: dict[str, Any] = {"timeout": CONNECT_SECONDS}
    if url.get_backend_name() == "sqlite":
        # One transaction with the lock held: two that start together migrate one after the other,
        # and one that is killed leaves the old schema.
        how = {"timeout": LOCK_SECONDS, "isolation_level": None, "migrating": True}
    engine = create_async_engine(url, connect_args=how)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_upgrade)
    except (DBAPIError, OSError, TimeoutError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines() or ["no answer"]
        place = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
        raise Stopped(f"the database {place} cannot be used: {said[0]}") from None
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": NODE_LOCK})
    found = _version(connection)
    if connection.dialect.name == "postgresql":  # SQLite's lock would go with the transaction
        connection.commit()
    if found == newest():
        return False
    if found is not None and found > newest():
        raise Stopped(
            f"the database has schema {found}, this version knows {newest()}: it was served by a "
            "newer portal"
        )
    # Alembic takes a tenth of a second to import, which a start without news should not pay.
    from alembic import command

    command.upgrade(_config(connection), "head")
    connection.commit()
    return True


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", SCRIPTS.as_posix().replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
