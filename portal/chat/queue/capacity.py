"""Capacity: how many conversations an agent answers at once, and that it is never more.

Whatever gives an agent a conversation locks his seat first and counts behind that lock, so of two
that are given to him at once the second sees the first. What he snoozed does not count. Locks are
taken in one order, the conversation's row before the seat's.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation, Move, Status
from portal.errors import Refused
from portal.identity import StaffId
from portal.storage.tables.chat import conversation
from portal.storage.tables.desk import seat
from portal.storage.upsert import insert_for

CAPACITY_MOST: Final = 100
"""What can be set for somebody; whoever may have more needs no limit."""


@dataclass(frozen=True)
class Capacity:
    """Judges who has room.

    Attributes:
        default: so many at once, of whom nothing else is said; None: no limit.
    """

    default: int | None = None

    async def room_for(self, connection: AsyncConnection, staff_id: StaffId) -> bool:
        """Say whether he can take one more; his seat stays locked until the transaction ends."""
        load, most = await self._seated(connection, staff_id)
        return most is None or load < most

    async def full(self, connection: AsyncConnection, staff_id: StaffId) -> bool:
        """Say whether he can take no more; locks his seat."""
        return not await self.room_for(connection, staff_id)

    async def take(
        self,
        connection: AsyncConnection,
        before: Conversation,
        move: Move,
        now: int,
        name: str | None = None,
    ) -> None:
        """Let a move fill a seat, if it fills one.

        Args:
            name: of the colleague who gets it; None: who asks does.

        Raises:
            Refused: `conflict`, there is no room.
        """
        if not fills(before, move) or move.agent is None:
            return
        load, most = await self._seated(connection, move.agent)
        if most is not None and load >= most:
            raise Refused("conflict", _no_room(load, most, name))
        if before.agent != move.agent:
            await given(connection, move.agent, now)

    async def _seated(self, c: AsyncConnection, staff_id: StaffId) -> tuple[int, int | None]:
        """Lock a seat; return how many conversations he has, and how many he takes."""
        most = (await lock(c, [staff_id]))[staff_id][0]
        most = self.default if most is None else most
        return (0, None) if most is None else ((await loads(c, [staff_id])).get(staff_id, 0), most)


def _no_room(load: int, most: int, name: str | None) -> str:
    """Say whose hands are full, and what to do about it."""
    at_once = f"open conversation{'' if load == 1 else 's'}, and {most} at once is the most"
    if name is None:
        return f"You have {load} {at_once}. Close, pass on or snooze one first."
    return f"{name} has {load} {at_once}. Give it to somebody else, or to a desk."


def fills(before: Conversation, move: Move) -> bool:
    """Say whether a move gives somebody one more conversation to answer."""
    if move.status is not Status.OPEN or move.agent is None or move.snoozed_until is not None:
        return False
    his = before.status is Status.OPEN and before.agent == move.agent
    return not his or before.snoozed_until is not None


async def lock(
    connection: AsyncConnection, agents: list[StaffId]
) -> dict[int, tuple[int | None, int | None]]:
    """Lock the seats of these agents, made where there were none.

    Returns:
        Of each: how many at once (None: as the setting says), and when he was given one last.
    """
    if not agents:
        return {}
    query = select(seat).where(seat.c.staff_id.in_(agents)).order_by(seat.c.staff_id)
    query = query.with_for_update()
    for _ in range(2):
        rows = (await connection.execute(query)).all()
        if len(rows) == len(set(agents)):
            break
        missing = sorted(set(agents) - {row.staff_id for row in rows})
        made = insert_for(connection, seat).on_conflict_do_nothing()
        await connection.execute(made, [{"staff_id": each} for each in missing])
    return {row.staff_id: (row.capacity, row.assigned_at) for row in rows}


async def given(connection: AsyncConnection, agent: StaffId, now: int) -> None:
    """Note that he was given one."""
    await connection.execute(update(seat).where(seat.c.staff_id == agent).values(assigned_at=now))


async def loads(connection: AsyncConnection, agents: list[StaffId]) -> dict[int, int]:
    """Return how many conversations each of these has to answer."""
    row = conversation.c
    query = (
        select(row.agent_id, func.count().label("load"))
        .where(
            row.agent_id.in_(agents),
            row.status == Status.OPEN.value,
            row.snoozed_until.is_(None),
        )
        .group_by(row.agent_id)
    )
    return {found.agent_id: found.load for found in await connection.execute(query)}
