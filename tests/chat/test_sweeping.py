"""Sweeping: what nobody said goes, what somebody gone held waits again."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.absence import Absence
from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.chat.lists import Lists
from portal.chat.outcome import Outcome
from portal.chat.sweeping import put_back, sweep_empty
from portal.clock import DAY
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables.staff import staff
from tests.chat.conftest import Hire, message_id, somebody
from tests.conftest import HeldClock


async def test_empty_conversations_go_after_a_day(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """A day later conversations without entries are gone, with visitors who have no other."""
    silent, spoke = somebody(), somebody()
    await desk.open(silent.id)
    kept = await desk.open(spoke.id)
    await desk.say(spoke, None, message_id(), "hello")

    early = await sweep_empty(database, clock)
    clock.forward(DAY + 1)
    late = await sweep_empty(database, clock)

    async with database.read() as c:
        conversations = (await c.execute(select(tables.conversation.c.id))).scalars().all()
        visitors = (await c.execute(select(tables.visitor.c.id))).scalars().all()
    assert (early, late) == (0, 1)
    assert (conversations, visitors) == ([kept.id], [spoke.id])


async def test_whoever_was_swept_can_still_speak(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """A page that was open for a day has its conversation made anew by the first word."""
    visitor = somebody()
    old = await desk.open(visitor.id)
    clock.forward(DAY + 1)
    await sweep_empty(database, clock)

    stored = await desk.say(visitor, None, message_id(), "hello")

    assert (stored.conversation != old.id, stored.seq) == (True, 1)


async def test_a_disabled_agent_holds_nothing(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """What he held waits again for somebody else, and the visitor reads that he left."""
    mei, ben = await hire("mei"), await hire("ben")
    ids = []
    for agent in (mei, ben):
        conversation = await desk.open(somebody().id)
        await desk.claim(agent, conversation.id)
        ids.append(conversation.id)
    told: list[Outcome] = []

    async def work(c: AsyncConnection) -> None:
        await c.execute(update(staff).where(staff.c.id == mei.id).values(disabled_at=1))

    await database.write(work)
    counts = [await put_back(database, clock, told.append) for _ in range(2)]

    assert counts == [1, 0]
    assert [each.conversation.id for each in told] == ids[:1]
    assert [(e.event, e.who) for e in told[0].entries] == [("left", "mei")]
    assert told[0].conversation.status is Status.WAITING
    assert (await desk.of(ben, ids[1])).status is Status.OPEN
    async with database.read() as c:
        assert await c.scalar(select(func.count()).select_from(tables.entry)) == 3


async def test_an_agent_who_is_gone_holds_nothing(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """His chats wait at the head of the queue, the oldest first; a colleague's stay with her."""
    mei, ben = await hire("mei"), await hire("ben")
    waiting = await desk.open((visitor := somebody()).id)
    await desk.say(visitor, None, message_id(), "I wait")
    held = []
    for agent in (mei, mei, ben):
        clock.forward(1_000)
        conversation = await desk.open((visitor := somebody()).id)
        await desk.say(visitor, None, message_id(), "hello")
        await desk.say(agent, conversation.id, message_id(), "hi")
        held.append(conversation.id)
    clock.forward(60_000)
    told: list[Outcome] = []
    counts = [
        await put_back(database, clock, told.append, lambda agent: agent == mei.id)
        for _ in range(2)
    ]
    queue = await Lists(database).queue()

    assert counts == [2, 0]
    assert queue == [*held[:2], waiting.id]
    assert {e.event for each in told for e in each.entries} == {"left"}
    assert (await desk.of(ben, held[2])).agent == ben.id


def test_absence() -> None:
    """Nobody is gone before the time is over, nor while nobody can know."""
    at = 100.0
    absence = Absence(gone_seconds=45, elapsed=lambda: at)
    steps = []
    for seconds, there in ((20, [1]), (30, []), (20, []), (1, None), (44, []), (2, [])):
        at += seconds
        absence.look(there)
        steps.append((absence.is_gone(1), absence.is_gone(2)))

    assert steps == [
        (False, False),
        (False, True),
        (True, True),
        (False, False),
        (False, False),
        (True, True),
    ]


def test_absence_counts_from_the_loss() -> None:
    """Who is known to be gone only after the grace has been gone since before it."""
    at = 100.0
    absence = Absence(gone_seconds=60, elapsed=lambda: at)
    absence.look([1])
    at += 4
    absence.look([1])
    absence.lost([1], 4)
    steps = []
    for seconds in (55.9, 0.1):
        at += seconds
        absence.look([])
        steps.append(absence.is_gone(1))

    assert steps == [False, True]
