"""Sweeping: conversations nobody ever spoke in do not stay."""

from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, Clock
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, visitor

EMPTY_MS: Final = DAY
AT_ONCE: Final = 1_000
"""Rows a transaction: others write in between."""


async def sweep_empty(db: Database, now: Clock) -> int:
    """Remove conversations without entries after a day, and visitors who have no other.

    Returns:
        How many conversations were removed.
    """

    async def work(c: AsyncConnection) -> int:
        row = conversation.c
        empty = (
            select(row.id)
            .where(row.last_seq == 0, row.created_at < now() - EMPTY_MS)
            .order_by(row.created_at)
            .limit(AT_ONCE)
        )
        # Judged again by the DELETE: somebody may have spoken since.
        gone = (
            await c.execute(
                delete(conversation)
                .where(row.id.in_(empty.scalar_subquery()), row.last_seq == 0)
                .returning(row.visitor_id)
            )
        ).scalars()
        visitors = set(gone)
        if visitors:
            others = exists().where(row.visitor_id == visitor.c.id)
            await c.execute(delete(visitor).where(visitor.c.id.in_(visitors), ~others))
        return len(visitors)

    return await db.write(work)
