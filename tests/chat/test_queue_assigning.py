"""Assigning: first come, first served, whatever agents and visitors do, on two nodes at once."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec import UNSET
from sqlalchemy import URL, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import sweeping
from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.chat.handling.messages import To
from portal.chat.handling.passing import Passing
from portal.chat.lists import Lists
from portal.chat.queue import capacity, desks
from portal.chat.queue.assigning import Assigning
from portal.chat.queue.capacity import Capacity
from portal.errors import Refused
from portal.identity import Agent, Role, StaffId, Visitor
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables import chat as tables
from portal.storage.tables.chat import conversation
from portal.storage.tables.desk import desk, desk_member, seat
from portal.storage.tables.staff import staff
from tests.chat.conftest import Hire, message_id, somebody
from tests.conftest import HeldClock

T = TypeVar("T")
AGENTS = st.integers(0, 2)
WHICH = st.integers(0, 30)
ROW = conversation.c


def answers(row: Any) -> bool:
    """Say whether it is one its owner has to answer now: what he snoozed does not count."""
    return bool(row.status == "open" and row.snoozed_until is None)


class Queueing(RuleBasedStateMachine):
    """Visitors and three agents at two nodes; the first two agents are a desk of their own."""

    def __init__(self, url: URL) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = HeldClock()
        self.dbs = [Database(url), Database(url)]
        self.there: set[int] = set()
        self.loads: dict[int, int] = {}
        self.run(self._begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _begin(self) -> None:
        for db in self.dbs:
            await db.open()

        async def clear(c: AsyncConnection) -> list[int]:
            for each in (tables.entry, conversation, tables.visitor, seat, desk_member, desk):
                await c.execute(delete(each))
            await c.execute(delete(staff))
            row = {"role": "agent", "created_at": 0}
            made = [
                (
                    await c.execute(
                        insert(staff)
                        .values(email=f"{n}@example.com", name=f"agent {n}", **row)
                        .returning(staff.c.id)
                    )
                ).scalar_one()
                for n in range(3)
            ]
            own = {"slug": "own", "name": "own", "categories": [], "created_at": 0}
            self.own = (await c.execute(insert(desk).values(own).returning(desk.c.id))).scalar_one()
            for id in made[:2]:
                await c.execute(insert(desk_member).values(desk_id=self.own, staff_id=id))
            return made

        ids = await self.dbs[0].write(clear)
        self.agents = [
            Agent(StaffId(id), f"agent {n}", Role.ADMIN, "", 1) for n, id in enumerate(ids)
        ]
        most = Capacity(2)
        self.desks = [Desk(db, self.clock, capacity=most) for db in self.dbs]
        self.nodes = [Assigning(each.acts, self._available) for each in self.desks]
        self.passing = Passing(self.desks[0].acts)
        self.passing.full = most.full
        self.passing.on_duty = lambda id: id in self._available()
        self.asked: dict[str, Visitor] = {}

    def _available(self) -> dict[int, str]:
        return {each.id: each.name for n, each in enumerate(self.agents) if n in self.there}

    async def rows(self) -> list[Any]:
        async with self.dbs[0].read() as c:
            query = select(ROW.id, ROW.status, ROW.agent_id, ROW.desk_id, ROW.waiting_since)
            query = query.add_columns(ROW.snoozed_until)
            return list((await c.execute(query.order_by(ROW.waiting_since, ROW.id))).all())

    def some(self, which: int) -> str | None:
        rows = sorted(self.run(self.rows()), key=lambda row: str(row.id))
        return rows[which % len(rows)].id if rows else None

    def dare(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do what may be refused."""
        try:
            self.run(work)
        except Refused as refused:
            assert refused.code in ("conflict", "taken", "closed", "not_found"), refused

    @rule(of_desk=st.booleans())
    def asks(self, of_desk: bool) -> None:
        async def ask() -> None:
            async def which(c: AsyncConnection, article: int | None) -> int | None:
                return self.own if of_desk else None

            self.desks[0].desk_of = which
            visitor = somebody()
            row = await self.desks[0].open(visitor.id)
            await self.desks[0].say(visitor, None, message_id(), "hello")
            self.asked[row.id] = visitor

        self.clock.forward(1_000)
        self.run(ask())

    @rule(n=AGENTS)
    def comes_or_goes(self, n: int) -> None:
        self.there ^= {n}

    @rule(n=AGENTS, most=st.sampled_from([None, 0, 1, 3]))
    def capacity_changes(self, n: int, most: int | None) -> None:
        async def work(c: AsyncConnection) -> None:
            await capacity.lock(c, [self.agents[n].id])
            where = seat.c.staff_id == self.agents[n].id
            await c.execute(update(seat).where(where).values(capacity=most))

        self.run(self.dbs[0].write(work))

    @rule(n=AGENTS, which=WHICH)
    def claims(self, n: int, which: int) -> None:
        if (id := self.some(which)) is not None:
            self.dare(self.desks[0].claim(self.agents[n], id))

    @rule(n=AGENTS)
    def takes_the_next(self, n: int) -> None:
        async def take() -> None:
            async with self.dbs[1].read() as c:
                plan = await desks.read(c)
            before = await self.rows()
            his = [
                row.id
                for row in before
                if row.status == "waiting" and plan.may_answer(self.agents[n].id, row.desk_id)
            ]
            taken = await self.nodes[1].next(self.agents[n], plan)
            assert taken.id == his[0]

        self.dare(take())

    @rule(which=WHICH)
    def closes(self, which: int) -> None:
        if (id := self.some(which)) is not None:
            self.dare(self.desks[1].close(self.agents[0], id))

    @rule(which=WHICH, n=AGENTS)
    def is_passed_to_an_agent(self, which: int, n: int) -> None:
        if (id := self.some(which)) is not None:
            to = To(agent=self.agents[n].id, desk=UNSET)
            self.dare(self.passing.transfer(self.agents[0], id, to))

    @rule(which=WHICH, own=st.booleans())
    def is_passed_to_a_desk(self, which: int, own: bool) -> None:
        if (id := self.some(which)) is not None:
            to = To(desk=self.own if own else 0, agent=UNSET)
            self.dare(self.passing.transfer(self.agents[0], id, to))

    @rule(n=AGENTS, which=WHICH)
    def is_released(self, n: int, which: int) -> None:
        if (id := self.some(which)) is not None:
            self.dare(self.desks[1].release(self.agents[n], id))

    @rule(n=AGENTS, which=WHICH)
    def is_reopened(self, n: int, which: int) -> None:
        if (id := self.some(which)) is not None:
            self.dare(self.passing.reopen(self.agents[n], id))

    @rule(n=AGENTS, which=WHICH)
    def is_snoozed(self, n: int, which: int) -> None:
        if (id := self.some(which)) is not None:
            until = self.clock() + 3_000
            self.dare(self.passing.snooze(self.agents[n], id, until))

    @rule()
    def what_is_due_wakes(self) -> None:
        self.clock.forward(4_000)
        self.run(self.passing.wake())

    @rule(which=WHICH)
    def visitor_speaks_again(self, which: int) -> None:
        if (id := self.some(which)) is not None and id in self.asked:
            self.dare(self.desks[1].say(self.asked[id], id, message_id(), "still there?"))

    @rule(n=AGENTS, to=AGENTS, which=WHICH)
    def four_act_at_once(self, n: int, to: int, which: int) -> None:
        id = self.some(which)
        if id is None:
            return
        acts = (
            self.desks[1].claim(self.agents[n], id),
            self.passing.transfer(self.agents[0], id, To(agent=self.agents[to].id, desk=UNSET)),
            self.desks[1].close(self.agents[0], id),
            self.nodes[1].round(),
        )

        async def together() -> None:
            done = await asyncio.gather(*acts, return_exceptions=True)
            for each in done:
                if isinstance(each, Refused):
                    assert each.code in ("conflict", "taken", "closed", "not_found"), each
                elif isinstance(each, BaseException):
                    raise each

        self.run(together())

    @rule(n=AGENTS)
    def is_gone_for_long(self, n: int) -> None:
        self.there -= {n}
        gone = self.agents[n].id
        self.run(
            sweeping.put_back(self.dbs[0], self.clock, lambda _: None, lambda agent: agent == gone)
        )

    @rule()
    def two_nodes_give_out(self) -> None:
        async def rounds() -> None:
            before = {row.id: row for row in await self.rows() if row.status == "waiting"}
            await asyncio.gather(*(node.round() for node in self.nodes))
            after = {row.id: row for row in await self.rows()}
            async with self.dbs[0].read() as c:
                plan = await desks.read(c)
            given = [row for id, row in after.items() if id in before and row.status == "open"]
            left = [row for id, row in before.items() if after[id].status == "waiting"]
            for late in given:
                assert late.agent_id in self._available()
                assert plan.may_answer(late.agent_id, late.desk_id)
                for early in left:
                    if early.waiting_since < before[late.id].waiting_since:
                        # It was not for whoever got the later one.
                        assert not plan.may_answer(late.agent_id, early.desk_id)
            for early in left:
                for agent in self._available():
                    if plan.may_answer(agent, early.desk_id):
                        most = plan.capacities.get(agent, 2)
                        load = sum(row.agent_id == agent and answers(row) for row in after.values())
                        assert most is not None and load >= most

        self.run(rounds())

    @invariant()
    def capacities_and_owners_hold(self) -> None:
        async def look() -> None:
            rows = await self.rows()
            async with self.dbs[0].read() as c:
                plan = await desks.read(c)
            for row in rows:
                assert (row.agent_id is None) is (row.status == Status.WAITING.value) or (
                    row.status == Status.CLOSED.value
                )
            for agent in self.agents:
                load = sum(row.agent_id == agent.id and answers(row) for row in rows)
                # Who has more since his capacity was lowered, gets none.
                most = plan.capacities.get(agent.id, 2)
                assert load <= max(most or 0, self.loads.get(agent.id, 0))
                self.loads[agent.id] = load
            waiting = {row.id for row in rows if row.status == "waiting"}
            for agent in self.agents:
                page = await Lists(self.dbs[0]).page(agent, "waiting", None)
                assert {row.conversation for row in page.conversations} == waiting

        self.run(look())

    def teardown(self) -> None:
        for db in self.dbs:
            self.run(db.close())
        self.runner.close()


def test_first_come_first_served(database_url: str, tmp_path: Path) -> None:
    """Nobody overtakes, no capacity is exceeded, everybody has one owner and is seen waiting."""
    url = address(database_url, tmp_path)
    asyncio.run(migrate(url))
    run_state_machine_as_test(
        lambda: Queueing(url),  # type: ignore[arg-type]
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


async def test_equal_agents_get_equally_much(
    database: Database, clock: HeldClock, hire: Hire
) -> None:
    """Of ten chats three equal agents get three or four each."""
    agents = [await hire(name) for name in ("mei", "ben", "ana")]
    front = Desk(database, clock, capacity=Capacity(8))
    for _ in range(10):
        await front.open((visitor := somebody()).id)
        await front.say(visitor, None, message_id(), "hello")
    names: dict[int, str] = {each.id: each.name for each in agents}

    given = await Assigning(front.acts, lambda: names).round()

    async with database.read() as c:
        loads = await capacity.loads(c, [each.id for each in agents])
    assert given == 10
    assert sorted(loads.values()) == [3, 3, 4]
