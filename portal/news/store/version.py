"""The newsroom's version: a number that rises with every change readers could see.

Every node's page cache asks for it every few seconds, so that a doorbell lost on the bus costs
seconds and not for ever. One row, raised in the transaction of the change itself.
"""

from sqlalchemy import Integer, cast, select
from sqlalchemy import String as Text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.portal import fact
from portal.storage.upsert import insert_for

NAME = "news.version"


async def raise_version(connection: AsyncConnection) -> None:
    """Say that something changed."""
    raised = cast(cast(fact.c.value, Integer) + 1, Text)
    statement = insert_for(connection, fact).values(name=NAME, value="1")
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[fact.c.name], set_={"value": raised})
    )


async def version(connection: AsyncConnection) -> int:
    """Return the number; 0 before the first change."""
    found = await connection.scalar(select(fact.c.value).where(fact.c.name == NAME))
    return int(found or 0)
