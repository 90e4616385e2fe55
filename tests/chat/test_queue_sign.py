"""The sign: who stands before a desk's door is told when it opens and closes, and why."""

from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.database import Database
from portal.storage.tables.desk import desk, desk_member, schedule
from tests.chat.conftest import Hire, StartNode
from tests.conftest import HeldClock

HOUR = 3_600_000


async def test_hours_end_while_an_agent_is_there(
    start_node: StartNode, database: Database, clock: HeldClock, hire: Hire
) -> None:
    """Readers hear that it closes by the clock, when it opens again, and what is offered."""
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    row = {"zone": "UTC", "week": week, "holidays": [], "when_closed": "form", "changed_at": 0}
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
