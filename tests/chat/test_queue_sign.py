"""The sign: who stands before a desk's door is told when it opens and closes, and why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import milliseconds
from portal.periodic import Job, Rounds
from portal.storage.database import Database
from portal.storage.tables.desk import desk, desk_member, schedule
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Node, Screen, secret
from tests.conftest import HeldClock

HOUR = 3_600_000
TOLD_SECONDS = 5.0
"""The hours begin or end, and every open panel says so."""
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def at(day: int, hour: int) -> int:
    """A moment of June 2026, whose first day is a Monday."""
    return milliseconds(datetime(2026, 6, day, hour, tzinfo=UTC))


@asynccontextmanager
async def as_served(node: Node) -> AsyncIterator[None]:
    """Let a process do by itself, as often as a server does, what it does every so often."""
    jobs = [Job(work.description, work.run, work.seconds) for work in node.chat.periodic]
    rounds = Rounds(jobs, node.memory.redis, "node")
    rounds.start()
    try:
        yield
    finally:
        await rounds.stop()


async def panel(node: Node) -> Screen:
    """A page whose visitor has his panel open, and asked something."""
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret())
    await page.ask("chat.say", id=message_id(), text="hello")
    return page


async def test_hours_end_while_an_agent_is_there(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """Readers hear that it closes by the clock, when it opens again, and what is offered."""
    row = {"zone": "UTC", "week": WEEK, "holidays": [], "when_closed": "form", "changed_at": 0}
    await database.write(lambda c: c.execute(insert(schedule).values(row)))
    clock.at = int(datetime(2026, 5, 29, 16, 0, tzinfo=UTC).timestamp() * 1000)
    node = await start_node()
    await node.agent(await hire("mei"))
    page = await node.visitor()
    page.forget()

    clock.forward(HOUR)
    await node.chat.queue.each_second()

    told = await page.hears("desk.state")
    monday = int(datetime(2026, 6, 1, 9, 0, tzinfo=UTC).timestamp() * 1000)
    assert told == {
        "type": "desk.state",
        "open": False,
        "agents": 1,
        "opens_at": monday,
        "when_closed": "form",
    }


async def test_a_desk_is_open_by_its_own_members(
    start_node: StartNode, database: Database, hire: Hire
) -> None:
    """A colleague of another desk does not open this one; a member does."""
    mei, ben = await hire("mei"), await hire("ben")

    async def work(c: AsyncConnection) -> int:
        own = {"slug": "own", "name": "own", "categories": ["news"], "created_at": 0}
        id: int = (await c.execute(insert(desk).values(own).returning(desk.c.id))).scalar_one()
        await c.execute(insert(desk_member).values(desk_id=id, staff_id=ben.id))
        return id

    id = await database.write(work)
    node = await start_node()
    sign = node.chat.queue.sign
    await node.agent(mei)
    before = (sign.state(None).open, sign.state(id).open)
    await node.agent(ben)

    assert before == (True, False)
    assert sign.state(id).open


async def test_open_panels_hear_of_the_hours_by_themselves(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """At every process within five seconds: that it closes, when it opens again, that it opens."""
    row = {"zone": "UTC", "week": WEEK, "holidays": [], "when_closed": "accept", "changed_at": 0}
    await database.write(lambda c: c.execute(insert(schedule).values(row)))
    clock.at = at(1, 17) - 1
    here, there = [await start_node(sweeping=False) for _ in range(2)]
    await here.agent(await hire("mei"))
    pages = [await panel(here), await panel(there), await there.visitor()]
    before = [await page.hears("desk.state", open=True) for page in pages[:2]]
    for page in pages:
        page.forget()

    async with as_served(here), as_served(there):
        clock.forward(1)
        ended = [await page.hears("desk.state", TOLD_SECONDS, open=False) for page in pages]
        clock.at = at(2, 9)
        began = [await page.hears("desk.state", TOLD_SECONDS, open=True) for page in pages]

    closed = {"open": False, "agents": 1, "opens_at": at(2, 9), "when_closed": "accept"}
    assert ["opens_at" in told for told in before] == [False] * 2
    assert ended == [{"type": "desk.state", **closed}] * 3
    assert began == [{"type": "desk.state", "open": True, "agents": 1}] * 3


async def test_hours_that_are_set_while_a_panel_is_open(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """Nobody rang; the panel says so all the same, and again when the day is taken back."""
    clock.at = at(3, 12)
    row = {"zone": "UTC", "week": WEEK, "holidays": ["2026-06-03"], "changed_at": 0}
    node = await start_node(sweeping=False)
    await node.agent(await hire("mei"))
    page = await panel(node)
    await database.write(lambda c: c.execute(insert(schedule).values(row)))
    await node.chat.beat()
    told = await page.hears("desk.state", open=False)
    page.forget()
    await database.write(lambda c: c.execute(update(schedule).values(holidays=[])))
    await node.chat.beat()
    again = await page.hears("desk.state", open=True)

    assert (told["opens_at"], told["when_closed"]) == (at(4, 9), "accept")
    assert again == {"type": "desk.state", "open": True, "agents": 1}


async def test_each_desk_keeps_its_own_hours(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """One that closes earlier than the house tells those before its door, and nobody else."""
    week = {day: [["09:00", "12:00"]] for day in WEEK}
    clock.at = at(1, 12) - 1

    async def work(c: AsyncConnection) -> None:
        own = {"slug": "own", "name": "own", "categories": ["sport"], "created_at": 0}
        id = (await c.execute(insert(desk).values(own).returning(desk.c.id))).scalar_one()
        for which, hours in ((None, WEEK), (id, week)):
            row = {"zone": "UTC", "week": hours, "holidays": [], "changed_at": 0}
            await c.execute(insert(schedule).values(desk_id=which, **row))

    async def category_of(c: AsyncConnection, article: int) -> str:
        return "sport/chess"

    await database.write(work)
    node = await start_node(sweeping=False, category_of=category_of)
    await node.agent(await hire("mei"))
    page, other = await node.visitor(article=42), await panel(node)
    other.forget()
    clock.forward(1)
    await node.chat.queue.each_second()
    closed = await page.hears("desk.state", open=False)
    late = await node.visitor(article=42)
    await other.ask("live.ping")

    assert closed["opens_at"] == at(2, 9)
    assert (await late.hears("live.welcome"))["desk"]["open"] is False
    assert [each["type"] for each in other.told if each["type"].startswith("desk")] == []
