"""What Alembic runs: the connection comes from `portal.storage.migrate`."""

from alembic import context

from portal.storage.tables import (  # noqa: F401
    audience,
    chat,
    desk,
    news,
    outreach,
    portal,
    search,
    staff,
)
from portal.storage.tables.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
