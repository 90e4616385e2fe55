"""A conversation's moves, at random: one owner, dense numbers, legal states, whatever comes."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import transcript
from portal.chat.conversation import Conversation, Status
from portal.chat.desk import Desk
from portal.clock import DAY, MINUTE
from portal.errors import Refused
from portal.identity import Agent, Role, StaffId
from portal.storage.database import Database, address
from portal.storage.tables.schema import metadata
from portal.storage.tables.staff import staff
from tests.chat.conftest import message_id, somebody
from tests.conftest import HeldClock

PEOPLE = [
    Agent(StaffId(1), "mei", Role.AGENT, "s1", 1),
    Agent(StaffId(2), "ben", Role.AGENT, "s2", 1),
    Agent(StaffId(3), "ada", Role.ADMIN, "s3", 1),
]
agents = st.sampled_from(PEOPLE)
ALLOWED = {"taken", "closed", "conflict", "not_allowed"}


class Desks(RuleBasedStateMachine):
    """Two desks on one database, one visitor and three members of staff."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = HeldClock()
        self.visitor = somebody()
        self.said: dict[str, str] = {}
        self.answers: dict[tuple[str, str], tuple[str, int]] = {}
        self.owner: int | None = None

    def run(self, work: Any) -> Any:
        try:
            return self.loop.run_until_complete(work)
        except Refused as refused:
            assert refused.code in ALLOWED, refused
            return None

    @initialize()
    def begin(self) -> None:
        self.loop.run_until_complete(self._begin())

    async def _begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        db = Database(address(None, Path(self.folder.name)))
        await db.open()
        self.db = db

        async def work(c: AsyncConnection) -> None:
            await c.run_sync(metadata.create_all)
            rows = [
                {"id": a.id, "email": a.name, "name": a.name, "role": a.role, "created_at": 0}
                for a in PEOPLE
            ]
            await c.execute(insert(staff), rows)

        await self.db.write(work)
        self.desks = [Desk(self.db, self.clock), Desk(self.db, self.clock)]
        self.conversation: Conversation = await self.desks[0].open(self.visitor.id)
        self.first = self.conversation.id

    @rule(desk=st.integers(0, 1))
    def visitor_says(self, desk: int) -> None:
        self.clock.forward(MINUTE)
        id, text = message_id(), f"v{len(self.said)}"
        entry = self.run(self.desks[desk].say(self.visitor, None, id, text))
        self.answers[("visitor", id)] = (entry.conversation, entry.seq)
        self.said[id] = text
        self.conversation = self.run(self.desks[desk].of(self.visitor))

    @rule(desk=st.integers(0, 1), agent=agents)
    def agent_says(self, desk: int, agent: Agent) -> None:
        id, text = message_id(), f"a{len(self.said)}"
        entry = self.run(self.desks[desk].say(agent, self.conversation.id, id, text))
        if entry is not None:
            self.answers[(f"agent:{agent.id}", id)] = (entry.conversation, entry.seq)
            self.said[id] = text

    @rule(data=st.data())
    def somebody_repeats(self, data: st.DataObject) -> None:
        if not self.answers:
            return
        author, id = data.draw(st.sampled_from(sorted(self.answers)))
        conversation, seq = self.answers[(author, id)]
        if conversation != self.conversation.id:
            return
        actor = self.visitor if author == "visitor" else PEOPLE[int(author[6:]) - 1]
        entry = self.loop.run_until_complete(
            self.desks[1].say(actor, conversation, id, self.said[id])
        )
        assert (entry.conversation, entry.seq) == (conversation, seq)

    @rule(agent=agents, other=agents)
    def two_claim(self, agent: Agent, other: Agent) -> None:
        async def race() -> Any:
            return await asyncio.gather(
                self.desks[0].claim(agent, self.conversation.id),
                self.desks[1].claim(other, self.conversation.id),
                return_exceptions=True,
            )

        before = self.run(self.desks[0].of(agent, self.conversation.id))
        results = self.run(race())
        won = [each for each in results if isinstance(each, Conversation)]
        if before.status is Status.WAITING and agent != other:
            assert len(won) == 1
        assert len({each.agent for each in won}) <= 1

    @rule(agent=agents)
    def releases(self, agent: Agent) -> None:
        self.run(self.desks[0].release(agent, self.conversation.id))

    @rule(agent=agents)
    def closes(self, agent: Agent) -> None:
        self.run(self.desks[1].close(agent, self.conversation.id))

    @rule(agent=agents)
    def closes_while_the_visitor_speaks(self, agent: Agent) -> None:
        async def race() -> None:
            results = await asyncio.gather(
                self.desks[0].close(agent, self.conversation.id),
                self.desks[1].say(self.visitor, None, message_id(), "race"),
                self.desks[0].claim(agent, self.conversation.id),
                return_exceptions=True,
            )
            assert isinstance(results[1], transcript.Entry)

        self.run(race())
        self.conversation = self.run(self.desks[0].of(self.visitor))

    @rule()
    def leaves(self) -> None:
        self.run(self.desks[0].leave(self.visitor))

    @rule(agent=agents)
    def notes(self, agent: Agent) -> None:
        self.run(self.desks[0].note(agent, self.conversation.id, message_id(), "note"))

    @rule(seq=st.integers(0, 20), agent=agents)
    def sees(self, seq: int, agent: Agent) -> None:
        self.run(self.desks[0].seen(self.visitor, None, seq))
        self.run(self.desks[1].seen(agent, self.conversation.id, seq))

    @rule(days=st.sampled_from([1, 8]))
    def time_passes(self, days: int) -> None:
        self.clock.forward(days * DAY)

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "desks"):
            return
        self.loop.run_until_complete(self._check())

    async def _check(self) -> None:
        for id in {self.first, self.conversation.id}:
            row = await self.desks[0].of(PEOPLE[0], id)
            async with self.db.read() as c:
                entries = await transcript.page(c, row.id, 0, 10_000, 10_000)
            assert [each.seq for each in entries] == list(range(1, row.last_seq + 1))
            assert (row.status is Status.OPEN) <= (row.agent is not None)
            assert (row.status is Status.WAITING) <= (row.agent is None)
            assert (row.status is Status.CLOSED) == (row.closed_at is not None)
            assert row.waiting_since is None or row.status is not Status.CLOSED
            assert row.visitor_seen <= row.last_seq
            assert row.staff_seen <= row.last_seq
            times = [each.at for each in entries]
            assert times == sorted(times)
            assert _owners(entries) == (row.agent if row.status is Status.OPEN else None)

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.loop.run_until_complete(self.db.close())
            self.folder.cleanup()
        self.loop.close()


def _owners(entries: list[transcript.Entry]) -> int | None:
    """Replay the events; at no moment are there two owners. Returns the one at the end."""
    owner: int | None = None
    for each in entries:
        if each.event == "joined":
            assert owner is None
            owner = int(each.author.removeprefix("agent:"))
        elif each.event in ("left", "closed", "reopened"):
            owner = None
        elif each.kind == "text" and each.author != "visitor":
            assert each.author == f"agent:{owner}"
    return owner


TestDesks = Desks.TestCase
TestDesks.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
