"""The queue's message types and what answers each, for staff."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.acts import Acts
from portal.chat.queue import capacity
from portal.chat.queue.assigning import Assigning
from portal.chat.queue.desks import Desks
from portal.chat.queue.messages import Next, SetCapacity
from portal.chat.setup import seats
from portal.chat.speaker import agent_of
from portal.chat.told import Claimed, Owner
from portal.errors import Refused
from portal.identity import Role, StaffId
from portal.live.connection import Connection, Door
from portal.live.protocol import Handler, Request, Table
from portal.storage.tables.staff import staff


class QueueSocket:
    """Answers what is asked of the queue. Keeps nothing."""

    def __init__(self, acts: Acts, assigning: Assigning, desks: Desks) -> None:
        """Take the parts it calls."""
        self._acts = acts
        self._assigning = assigning
        self._desks = desks

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        staff: dict[type[Request], Handler] = {Next: self._next, SetCapacity: self._capacity}
        return staff if door == "staff" else {}

    async def _next(self, connection: Connection, asked: Next) -> Claimed:
        agent = agent_of(connection)
        row = await self._assigning.next(agent, self._desks.plan)
        return Claimed(conversation=row.id, agent=Owner(id=agent.id, name=agent.name))

    async def _capacity(self, connection: Connection, asked: SetCapacity) -> None:
        agent = agent_of(connection)
        whose = agent.id if asked.agent is None else StaffId(asked.agent)

        async def work(c: AsyncConnection) -> None:
            who = await self._acts.now_is(c, agent, lock=True)
            if whose != who.id and who.role is not Role.ADMIN:
                raise Refused("not_allowed", "only an administrator may do this for a colleague")
            if await c.scalar(select(staff.c.id).where(staff.c.id == whose)) is None:
                raise Refused("not_found", "there is no such colleague")
            await capacity.lock(c, [whose])
            await seats.keep(c, whose, asked.capacity)
            await seats.note(c, self._acts.now(), who.id, whose, asked.capacity)

        await self._acts.db.write(work)
        self._desks.changed()
