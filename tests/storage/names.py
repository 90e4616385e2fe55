"""What the storage's tests write and read back: names."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.database import Database, Work
from portal.storage.tables.portal import fact


def adding(name: str) -> Work[str]:
    """Return a work that adds a name and returns it."""

    async def work(c: AsyncConnection) -> str:
        await c.execute(insert(fact).values(name=name, value="x"))
        return name

    return work


async def names(database: Database) -> set[str]:
    """Return every name that is stored."""
    async with database.read() as c:
        return set((await c.execute(select(fact.c.name))).scalars())
