"""Assigning: who waits longest goes to whoever has least to do, by itself or when asked for.

A round is one transaction, and one round at a time goes on anywhere, so two nodes that begin one
together give nobody away twice and let nobody overtake: the second sees what the first did. It
locks the conversations before the seats, as a claim by hand does. Strictly by `waiting_since`; a
chat nobody eligible has room for keeps its place and holds up nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat import register, transcript
from portal.chat.acts import Acts
from portal.chat.conversation import Conversation, Move, Status
from portal.chat.outcome import Outcome
from portal.chat.queue import capacity, desks
from portal.chat.queue.desks import Plan
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.storage.tables.chat import conversation
from portal.storage.tables.staff import staff

AT_ONCE: Final = 50
"""Conversations a round; the next one goes on."""
TRIES: Final = 10
"""Somebody may take the first in the queue just before us; then the next one is."""
ROUND_LOCK: Final = 0x706F7274
"""Ours among PostgreSQL's advisory locks; any number that stays the same."""

row = conversation.c
FIRST_FIRST: Final = (row.waiting_since, row.id)


@dataclass
class _Hand:
    """An agent who may be given conversations, in a round."""

    id: StaffId
    name: str
    load: int
    most: int | None
    given: tuple[int, int]
    """When he was given one last, and which one of this round it was."""

    @property
    def free(self) -> bool:
        return self.most is None or self.load < self.most


class Assigning:
    """Gives out who waits. Keeps nothing."""

    def __init__(self, acts: Acts, available: Callable[[], Mapping[int, str]]) -> None:
        """Begin. `available` tells who is there for visitors: id and name."""
        self._acts = acts
        self._available = available

    async def round(self) -> int:
        """Give out whom anybody has room for; return how many that were."""
        available = self._available()
        if not available:
            return 0
        async with self._acts.db.read() as c:
            plan = await desks.read(c)
            hands = await self._hands(c, plan, available)
            free = {each.id for each in hands if each.free}
            waits = _waiting(plan, set(free))
            if not free or await c.scalar(select(row.id).where(waits).limit(1)) is None:
                return 0

        async def work(c: AsyncConnection) -> list[Outcome]:
            return await self._give_out(c, available, set(free))

        outcomes = await self._acts.db.write(work)
        for outcome in outcomes:
            self._acts.announce(outcome)
        return len(outcomes)

    async def next(self, agent: Agent, plan: Plan) -> Conversation:
        """Give him who waits longest of those he may answer.

        Raises:
            Refused: `not_found`, nobody waits; `conflict`, he has no room.
        """
        first = select(row.id).where(_waiting(plan, {agent.id})).order_by(*FIRST_FIRST).limit(1)
        for _ in range(TRIES):
            async with self._acts.db.read() as c:
                which = await c.scalar(first)
            if which is None:
                break
            try:
                return (await self._acts.move(agent, which, moves.claims)).conversation
            except Refused as refused:
                if refused.code not in ("taken", "closed", "not_found"):
                    raise
        raise Refused("not_found", "nobody waits")

    async def _give_out(
        self, c: AsyncConnection, available: Mapping[int, str], free: set[int]
    ) -> list[Outcome]:
        await _one_round_at_a_time(c)
        plan = await desks.read(c)
        query = select(row.id).where(_waiting(plan, free)).order_by(*FIRST_FIRST).limit(AT_ONCE)
        ids = (await c.execute(query.with_for_update())).scalars().all()
        # Read behind the lock: PostgreSQL shows a row it waited for as it was when it began.
        found = await register.by_ids(c, ids)
        waiting = [each for each in found if each.status is Status.WAITING and each.waiting_since]
        waiting.sort(key=lambda each: (each.waiting_since or 0, each.id))
        hands = await self._hands(c, plan, available, lock=True)
        outcomes: list[Outcome] = []
        for before in waiting:
            able = [h for h in hands if h.free and plan.may_answer(h.id, before.desk)]
            if able:
                hand = min(able, key=lambda each: (each.load, each.given, each.id))
                outcomes.append(await self._give(c, before, hand, len(outcomes) + 1))
        return outcomes

    async def _give(
        self, c: AsyncConnection, before: Conversation, hand: _Hand, turn: int
    ) -> Outcome:
        now = self._acts.now()
        move = Move(Status.OPEN, hand.id, before.waiting_since, None, ("joined",))
        drafts = [transcript.event("joined", f"agent:{hand.id}", hand.name)]
        written = await transcript.append(c, before, move, drafts, now, hand.name)
        await capacity.given(c, hand.id, now)
        hand.load, hand.given = hand.load + 1, (now, turn)
        return Outcome(*written)

    async def _hands(
        self, c: AsyncConnection, plan: Plan, available: Mapping[int, str], *, lock: bool = False
    ) -> list[_Hand]:
        query = select(staff.c.id).where(staff.c.id.in_(available), staff.c.disabled_at.is_(None))
        agents = [StaffId(id) for id in (await c.execute(query.order_by(staff.c.id))).scalars()]
        seats = await capacity.lock(c, agents) if lock else {}
        loads = await capacity.loads(c, agents)
        default = self._acts.capacity.default
        hands = []
        for id in agents:
            most, at = seats.get(id, (plan.capacities.get(id), None))
            most = default if most is None else most
            hands.append(_Hand(id, available[id], loads.get(id, 0), most, (at or 0, 0)))
        return hands


def _waiting(plan: Plan, agents: set[int]) -> ColumnElement[bool]:
    """Who waits, and for one of these agents."""
    of_others = plan.not_for(agents)
    mine: Any = or_(row.desk_id.is_(None), row.desk_id.not_in(of_others))
    waits = and_(row.status == Status.WAITING.value, row.waiting_since.is_not(None))
    return and_(waits, mine) if of_others else waits


async def _one_round_at_a_time(c: AsyncConnection) -> None:
    # SQLite takes one writer at a time anyway.
    if c.dialect.name == "postgresql":
        await c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ROUND_LOCK})
