"""Passing: a conversation goes to a colleague, to a desk, back from the closed, or out of the way.

What is out of the way comes back by itself: when the visitor speaks, at once; when its time has
come, by `wake`, which one process runs.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import UNSET
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.acts import Acts
from portal.chat.conversation import Conversation, Status, is_put_back
from portal.chat.handling import moves
from portal.chat.handling.messages import To
from portal.chat.outcome import Outcome
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.storage.tables.chat import conversation as table
from portal.storage.tables.desk import desk as desks
from portal.storage.tables.staff import staff

Full = Callable[[AsyncConnection, StaffId], Awaitable[bool]]
"""Whether an agent has as many conversations as he takes, judged in the transaction."""

AT_ONCE: Final = 500


async def never_full(connection: AsyncConnection, agent: StaffId) -> bool:
    """Know no limit."""
    return False


class Passing:
    """Passes conversations on. Keeps nothing.

    Attributes:
        full: whether an agent can take no more.
        on_duty: whether he is there for visitors.
    """

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self.full: Full = never_full
        self.on_duty: Callable[[int], bool] = lambda agent: True

    async def transfer(self, agent: Agent, which: str, to: To) -> None:
        """Give it to a colleague, who has it at once, or to the queue of a desk (0: of all).

        Raises:
            Refused: `bad_field`, `not_allowed`, `not_found`, `closed`, `conflict`: he is full.
        """
        if (to.agent is UNSET) is (to.desk is UNSET):
            raise Refused("bad_field", "`to` names an agent or a desk")
        now = self._acts.now()

        async def work(c: AsyncConnection) -> Outcome:
            before, who = await self._acts.begin(c, agent, which)
            moves.may_pass_on(before, who)
            if to.agent is not UNSET:
                name = await self._takes(c, before, StaffId(to.agent))
                move = moves.goes_to_agent(before, StaffId(to.agent), name)
            else:
                assert to.desk is not UNSET
                name = await _desk_name(c, to.desk)
                move = moves.goes_to_desk(before, to.desk or None, name, now)
            return await self._acts.write(c, who, before, move, None, now, owner_name=name)

        await self._acts.do(work)

    async def reopen(self, agent: Agent, which: str) -> None:
        """Open a closed one again, for oneself.

        Raises:
            Refused: `not_found`, `not_allowed`, `conflict`.
        """
        await self._acts.move(agent, which, moves.reopens)

    async def snooze(self, agent: Agent, which: str, until: int | None) -> None:
        """Put it out of the way until then, or until its visitor speaks; None: bring it back.

        Raises:
            Refused: `not_found`, `not_allowed`, `closed`, `conflict`, `bad_field`.
        """
        now = self._acts.now()
        await self._acts.move(agent, which, lambda c, who: moves.snoozes(c, who, until, now))

    async def wake(self) -> int:
        """Bring back what is due: to its owner if he is there, else to the head of the queue.

        Returns:
            How many conversations were woken.
        """
        query = (
            select(table.c.id)
            .where(table.c.snoozed_until <= self._acts.now())
            .order_by(table.c.snoozed_until.desc())
            .limit(AT_ONCE)
        )
        async with self._acts.db.read() as c:
            due = list((await c.execute(query)).scalars())
        return sum([await self._wake(id) for id in due])

    async def _wake(self, id: str) -> bool:
        """Bring one back; return whether it was there and due."""
        outcome = await self._acts.db.write(lambda c: self._woken(c, id))
        if outcome is None:
            return False
        self._acts.announce(outcome)
        return True

    async def _woken(self, c: AsyncConnection, id: str) -> Outcome | None:
        now = self._acts.now()
        before = await register.by_id(c, id, lock=True)
        if before is None:  # erased since it was found due
            return None
        if before.status is not Status.OPEN or (before.snoozed_until or now + 1) > now:
            return None
        name, portal = before.agent_name, transcript.PORTAL
        drafts = [transcript.event("woken", portal, "")]
        if await self._can_go_on(c, before):
            move = moves.wakes(before)
        else:
            waiting = table.c.status == Status.WAITING.value
            first = await c.scalar(select(func.min(table.c.waiting_since)).where(waiting))
            move = is_put_back(before, now, first)
            drafts.append(transcript.event("left", portal, name))
        return Outcome(*await transcript.append(c, before, move, drafts, now, name))

    async def _can_go_on(self, c: AsyncConnection, row: Conversation) -> bool:
        """Say whether its owner is there and has room for it."""
        return (
            row.agent is not None and self.on_duty(row.agent) and not await self.full(c, row.agent)
        )

    async def _takes(self, c: AsyncConnection, before: Conversation, to: StaffId) -> str:
        """Return the name of a colleague who can take it."""
        query = select(staff.c.name, staff.c.disabled_at).where(staff.c.id == to)
        # He is not disabled between this look and the commit.
        row = (await c.execute(query.with_for_update(read=True))).one_or_none()
        if row is None or row.disabled_at is not None:
            raise Refused("not_found", "there is no such colleague")
        name: str = row.name
        his = before.status is Status.OPEN and before.agent == to
        if not his and await self.full(c, to):
            raise Refused(
                "conflict",
                f"{name} has as many open conversations as one takes at once. "
                "Give it to somebody else, or to a desk.",
            )
        return name


async def _desk_name(c: AsyncConnection, to: int) -> str:
    if not to:
        return ""
    name: str | None = await c.scalar(select(desks.c.name).where(desks.c.id == to))
    if name is None:
        raise Refused("not_found", "there is no such desk")
    return name
