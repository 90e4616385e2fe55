"""Sweeping: conversations nobody ever spoke in do not stay, and none stays with one who is gone."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.conversation import Status, is_put_back
from portal.chat.outcome import Outcome
from portal.clock import DAY, Clock
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, file, visitor
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
        # He may have brought one just now, to say it.
        no_files = ~exists().where(file.c.conversation_id == row.id)
        empty = (
            select(row.id)
            .where(row.last_seq == 0, row.created_at < now() - EMPTY_MS, no_files)
            .order_by(row.created_at)
            .limit(AT_ONCE)
        )
        # Judged again by the DELETE: somebody may have spoken since.
        gone = (
            await c.execute(
                delete(conversation)
                .where(row.id.in_(empty.scalar_subquery()), row.last_seq == 0, no_files)
                .returning(row.visitor_id)
            )
        ).scalars()
        visitors = set(gone)
        if visitors:
            others = exists().where(row.visitor_id == visitor.c.id)
            await c.execute(delete(visitor).where(visitor.c.id.in_(visitors), ~others))
        return len(visitors)

    return await db.write(work)


async def put_back(
    db: Database,
    now: Clock,
    announce: Callable[[Outcome], None],
    is_gone: Callable[[int], bool] = lambda agent: False,
) -> int:
    """Let what disabled or absent members of staff held wait for somebody else.

    It goes to the head of the queue, and the visitor is told.

    Args:
        is_gone: whether a member of staff has been away too long.

    Returns:
        How many conversations wait again.
    """
    row = conversation.c
    open_ = row.status == Status.OPEN.value
    owners = (
        select(row.agent_id, staff.c.disabled_at)
        .join(staff, staff.c.id == row.agent_id)
        .where(open_)
        .distinct()
    )
    async with db.read() as c:
        gone = [
            agent
            for agent, disabled in (await c.execute(owners)).all()
            if disabled is not None or is_gone(agent)
        ]
        if not gone:
            return 0
        # What its owner put out of his way stays there: it is judged when it comes back.
        kept_aside = row.snoozed_until.is_not(None) & staff.c.disabled_at.is_(None)
        # The one who has been here longest last: each goes before all that wait by then.
        held = (
            select(row.id, row.agent_id)
            .join(staff, staff.c.id == row.agent_id)
            .where(open_, row.agent_id.in_(gone), ~kept_aside)
            .order_by(row.created_at.desc())
            .limit(AT_ONCE)
        )
        found = (await c.execute(held)).all()
    count = 0
    for id, agent in found:

        async def work(c: AsyncConnection, id: str = id, agent: int = agent) -> Outcome | None:
            before = await register.by_id(c, id, lock=True)
            if before is None or before.status is not Status.OPEN or before.agent != agent:
                return None
            waiting = row.status == Status.WAITING.value
            first = await c.scalar(select(func.min(row.waiting_since)).where(waiting))
            move = is_put_back(before, now(), first)
            left = transcript.event("left", transcript.PORTAL, before.agent_name)
            return Outcome(*await transcript.append(c, before, move, [left], now(), ""))

        outcome = await db.write(work)
        if outcome is not None:
            announce(outcome)
            count += 1
    return count
