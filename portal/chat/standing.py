"""The standing: who asks, and whether he may, judged in the transaction that does what he asks."""

from hashlib import sha256
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.identity import Agent, VisitorId
from portal.storage.tables.staff import staff


def visitor_id(secret: str) -> VisitorId:
    """Return whose secret this is."""
    return VisitorId(sha256(secret.encode("ascii")).hexdigest())


class Held(Protocol):
    """Returns an agent as he is now, in this transaction; None: his access has ended."""

    async def __call__(self, c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None: ...


async def by_account(c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None:
    """Judge by the account alone: for whoever acts without a session, as commands do."""
    query = select(staff.c.version, staff.c.disabled_at).where(staff.c.id == agent.id)
    row = (await c.execute(query.with_for_update(read=True) if lock else query)).one_or_none()
    ended = row is None or row.disabled_at is not None or row.version > agent.version
    return None if ended else agent
