"""Sweeping: conversations nobody ever spoke in do not stay, and none stays with one who is gone."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.conversation import Move, Status
from portal.chat.outcome import Outcome
from portal.clock import DAY, Clock
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, visitor
from portal.storage.tables.staff import staff

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


async def put_back(db: Database, now: Clock, announce: Callable[[Outcome], None]) -> int:
    """Let what disabled members of staff held wait for somebody else; the visitor is told.

    Returns:
        How many conversations wait again.
    """
    row = conversation.c
    held = (
        select(row.id, row.agent_id)
        .join(staff, staff.c.id == row.agent_id)
        .where(row.status == Status.OPEN.value, staff.c.disabled_at.is_not(None))
        .limit(AT_ONCE)
    )
    async with db.read() as c:
        found = (await c.execute(held)).all()
    count = 0
    for id, agent in found:

        async def work(c: AsyncConnection, id: str = id, agent: int = agent) -> Outcome | None:
            before = await register.by_id(c, id, lock=True)
            if before is None or before.status is not Status.OPEN or before.agent != agent:
                return None
            since = before.waiting_since or now()
            move = Move(Status.WAITING, None, since, None, ("left",))
            left = transcript.event("left", transcript.PORTAL, before.agent_name)
            return Outcome(*await transcript.append(c, before, move, [left], now(), ""))

        outcome = await db.write(work)
        if outcome is not None:
            announce(outcome)
            count += 1
    return count
