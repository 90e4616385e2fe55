"""Passing: to a colleague, to a desk, back from the closed, out of the way and back."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.conversation import Conversation, Status
from portal.chat.desk import Desk
from portal.chat.handling.erasure import Erasure
from portal.chat.handling.messages import To
from portal.chat.handling.passing import Passing
from portal.chat.queue.capacity import Capacity
from portal.clock import HOUR, MINUTE
from portal.errors import Refused
from portal.identity import Agent, Role, StaffId, Visitor
from portal.storage.database import Database
from portal.storage.tables.desk import desk as desks
from portal.storage.tables.staff import staff
from tests.chat.conftest import Hire, message_id, somebody
from tests.conftest import HeldClock


@pytest.fixture
def passing(desk: Desk) -> Passing:
    return Passing(desk.acts)


async def begun(desk: Desk, visitor: Visitor, owner: Agent | None = None) -> str:
    """A conversation in which somebody has asked; perhaps one who answers has taken it."""
    conversation = (await desk.open(visitor.id, name="Ann")).id
    await desk.say(visitor, None, message_id(), "hello")
    if owner is not None:
        await desk.claim(owner, conversation)
    return conversation


async def row(database: Database, conversation: str) -> Conversation:
    async with database.read() as c:
        found = await register.by_id(c, conversation)
    assert found is not None
    return found


async def events(database: Database, conversation: str) -> list[tuple[str, str, str]]:
    """Name, author and subject of every event."""
    async with database.read() as c:
        found = await transcript.page(c, conversation, 0, 10_000, 10_000)  # type: ignore[arg-type]
    return [(each.event, each.who, each.about) for each in found if each.kind == "event"]


async def refusal(doing: Any) -> str:
    with pytest.raises(Refused) as refused:
        await doing
    return refused.value.code


async def make_desk(database: Database, name: str) -> int:
    values = {"slug": name, "name": name, "categories": [], "created_at": 0}

    async def work(c: AsyncConnection) -> int:
        made = await c.execute(insert(desks).values(values).returning(desks.c.id))
        found: int = made.scalar_one()
        return found

    return await database.write(work)


async def test_a_colleague_has_it_at_once(
    database: Database, desk: Desk, passing: Passing, hire: Hire
) -> None:
    """It is his, since now, and the event names him as the one who got it."""
    mei, tom = await hire("mei"), await hire("tom")
    which = await begun(desk, somebody(), mei)

    await passing.transfer(mei, which, To(agent=tom.id))

    after = await row(database, which)
    assert (after.status, after.agent, after.agent_name) == (Status.OPEN, tom.id, "tom")
    assert (await events(database, which))[-1] == ("transferred", "mei", "tom")
    assert await refusal(desk.say(mei, which, message_id(), "still me")) == "conflict"


async def test_a_desk_s_queue_keeps_its_age(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """Who has waited goes on waiting since then, at that desk; who was answered, since now."""
    mei = await hire("mei")
    sports = await make_desk(database, "Sports")
    asked = clock.at
    waits, answered = await begun(desk, somebody(), mei), await begun(desk, somebody(), mei)
    await desk.say(mei, answered, message_id(), "hi")
    clock.forward(HOUR)

    await passing.transfer(mei, waits, To(desk=sports))
    await passing.transfer(mei, answered, To(desk=0))

    first, second = await row(database, waits), await row(database, answered)
    assert (first.status, first.agent, first.desk) == (Status.WAITING, None, sports)
    assert (first.waiting_since, second.waiting_since) == (asked, clock.at)
    assert (second.status, second.desk) == (Status.WAITING, None)
    assert (await events(database, waits))[-1] == ("transferred", "mei", "Sports")


async def test_who_may_pass_on_and_to_whom(
    database: Database, desk: Desk, passing: Passing, hire: Hire
) -> None:
    """The owner or an administrator, to one who works here and has room, to a desk there is."""
    mei, tom, ada = await hire("mei"), await hire("tom"), await hire("ada", Role.ADMIN)
    gone = await hire("gone")
    which = await begun(desk, somebody(), mei)
    await database.write(
        lambda c: c.execute(update(staff).where(staff.c.id == gone.id).values(disabled_at=1))
    )

    async def full(c: AsyncConnection, agent: StaffId) -> bool:
        return agent == tom.id

    passing.full = full
    codes = [
        await refusal(passing.transfer(tom, which, To(agent=tom.id))),
        await refusal(passing.transfer(mei, which, To(agent=gone.id))),
        await refusal(passing.transfer(mei, which, To(agent=99_999))),
        await refusal(passing.transfer(mei, which, To(desk=99_999))),
        await refusal(passing.transfer(mei, which, To(agent=tom.id))),
        await refusal(passing.transfer(mei, which, To())),
        await refusal(passing.transfer(mei, which, To(agent=tom.id, desk=0))),
        await refusal(passing.transfer(gone, which, To(agent=mei.id))),
        await refusal(passing.transfer(mei, "nowhere", To(agent=tom.id))),
    ]
    await passing.transfer(ada, which, To(agent=ada.id))

    found = ["not_allowed", "not_found", "not_found", "not_found", "conflict"]
    assert codes == [*found, "bad_field", "bad_field", "not_allowed", "not_found"]
    assert (await row(database, which)).agent == ada.id


async def test_of_two_transfers_one_is_the_owner_s(
    database: Database, desk: Desk, passing: Passing, hire: Hire
) -> None:
    """Who passes on what he has just passed on is refused; it has one owner."""
    mei, tom, eva = await hire("mei"), await hire("tom"), await hire("eva")
    which = await begun(desk, somebody(), mei)

    done = await asyncio.gather(
        passing.transfer(mei, which, To(agent=tom.id)),
        passing.transfer(mei, which, To(agent=eva.id)),
        return_exceptions=True,
    )

    refused = [each for each in done if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["not_allowed"]
    assert (await row(database, which)).agent in (tom.id, eva.id)
    assert [name for name, _, _ in await events(database, which)].count("transferred") == 1


async def test_a_transfer_and_a_close_race(
    database: Database, desk: Desk, passing: Passing, hire: Hire
) -> None:
    """Whoever comes second is judged by what the first has left."""
    mei, tom = await hire("mei"), await hire("tom")
    which = await begun(desk, somebody(), mei)

    done = await asyncio.gather(
        passing.transfer(mei, which, To(agent=tom.id)),
        desk.close(mei, which),
        return_exceptions=True,
    )

    after = await row(database, which)
    names = [name for name, _, _ in await events(database, which)]
    assert sum(isinstance(each, Refused) for each in done) == 1
    assert (after.status, names[-1]) in (
        (Status.CLOSED, "closed"),
        (Status.OPEN, "transferred"),
    )


async def test_a_closed_one_is_opened_again_for_who_asks(
    database: Database, desk: Desk, passing: Passing, hire: Hire
) -> None:
    """Twice is once; one that is a colleague's is not to be had that way."""
    mei, tom = await hire("mei"), await hire("tom")
    which = await begun(desk, somebody(), mei)
    await desk.close(mei, which)

    await passing.reopen(tom, which)
    await passing.reopen(tom, which)

    after = await row(database, which)
    assert (after.status, after.agent, after.closed_at) == (Status.OPEN, tom.id, None)
    assert [name for name, _, _ in await events(database, which)] == [
        "joined",
        "closed",
        "reopened",
    ]
    assert await refusal(passing.reopen(mei, which)) == "conflict"


async def test_one_whose_visitor_went_on_elsewhere_stays_closed(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """He would not read there what is said."""
    mei, visitor = await hire("mei"), somebody()
    which = await begun(desk, visitor, mei)
    await desk.close(mei, which)
    clock.forward(8 * 24 * HOUR)
    await desk.say(visitor, None, message_id(), "a new question")

    assert await refusal(passing.reopen(mei, which)) == "conflict"


async def test_what_is_snoozed_wakes_when_its_visitor_speaks(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """At once, and the job that comes later finds nothing to wake."""
    mei, tom, visitor = await hire("mei"), await hire("tom"), somebody()
    which = await begun(desk, visitor, mei)
    until = clock.at + HOUR

    await passing.snooze(mei, which, until)
    snoozed = (await row(database, which)).snoozed_until
    await desk.note(tom, which, message_id(), "a note does not wake it")
    still = (await row(database, which)).snoozed_until
    await desk.say(visitor, None, message_id(), "are you there?")
    clock.forward(2 * HOUR)

    assert (snoozed, still) == (until, until)
    assert (await row(database, which)).snoozed_until is None
    assert await passing.wake() == 0
    assert ("snoozed", "mei", str(until)) in await events(database, which)


async def test_what_is_due_comes_back_to_whom_it_was(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """To its owner if he is there and has room; else before all others in the queue."""
    mei, tom, eva = await hire("mei"), await hire("tom"), await hire("eva")
    first = await begun(desk, somebody())
    clock.forward(MINUTE)
    here, away, busy = [await begun(desk, somebody(), who) for who in (mei, tom, eva)]
    for who, which in ((mei, here), (tom, away), (eva, busy)):
        await passing.snooze(who, which, clock.at + HOUR)

    async def full(c: AsyncConnection, agent: StaffId) -> bool:
        return agent == eva.id

    passing.full, passing.on_duty = full, lambda agent: agent != tom.id
    early = await passing.wake()
    clock.forward(HOUR)
    late, again = await passing.wake(), await passing.wake()

    assert (early, late, again) == (0, 3, 0)
    back, lost, over = [await row(database, each) for each in (here, away, busy)]
    assert (back.status, back.agent, back.snoozed_until) == (Status.OPEN, mei.id, None)
    oldest = (await row(database, first)).waiting_since
    for each in (lost, over):
        assert (each.status, each.agent) == (Status.WAITING, None)
        assert each.waiting_since is not None and oldest is not None
        assert each.waiting_since < oldest
    assert (await events(database, here))[-1][0] == "woken"


async def test_one_that_is_gone_keeps_no_other_asleep(
    database: Database,
    desk: Desk,
    passing: Passing,
    hire: Hire,
    clock: HeldClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its visitor was forgotten just when it was found due: the rest of the run goes on."""
    mei, gone, stays = await hire("mei"), somebody(), somebody()
    kept = await begun(desk, stays, mei)
    await passing.snooze(mei, kept, clock.at + HOUR)
    lost = await begun(desk, gone, mei)
    await passing.snooze(mei, lost, clock.at + HOUR + 1)  # the latest is looked at first
    clock.forward(2 * HOUR)
    erasure, write = Erasure(desk.acts), database.write

    async def erased_first(work: Any) -> Any:
        monkeypatch.setattr(database, "write", write)
        await erasure.forget(gone)
        return await write(work)

    monkeypatch.setattr(database, "write", erased_first)
    woken = await passing.wake()

    assert woken == 1
    assert (await row(database, kept)).snoozed_until is None


async def test_whose_hands_are_full_and_what_to_do_is_said(
    database: Database, clock: HeldClock, hire: Hire
) -> None:
    """To whoever takes one more, and to whoever gives a colleague one more."""
    mei, tom = await hire("mei"), await hire("tom")
    desk = Desk(database, clock, capacity=Capacity(1))
    passing = Passing(desk.acts)
    his, more = await begun(desk, somebody(), tom), await begun(desk, somebody(), mei)
    waits = await begun(desk, somebody())
    with pytest.raises(Refused) as mine:
        await desk.claim(mei, waits)
    with pytest.raises(Refused) as theirs:
        await passing.transfer(mei, more, To(agent=tom.id))

    assert mine.value.code == theirs.value.code == "conflict"
    assert mine.value.message == (
        "You have 1 open conversation, and 1 at once is the most. "
        "Close, pass on or snooze one first."
    )
    assert theirs.value.message == (
        "tom has 1 open conversation, and 1 at once is the most. "
        "Give it to somebody else, or to a desk."
    )
    assert (await row(database, his)).agent == tom.id


async def test_who_may_snooze_and_what(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """The owner, an open one, until a moment to come; None brings it back."""
    mei, tom = await hire("mei"), await hire("tom")
    which, waiting = await begun(desk, somebody(), mei), await begun(desk, somebody())
    ada = await hire("ada", Role.ADMIN)
    later = clock.at + HOUR

    codes = [
        await refusal(passing.snooze(tom, which, later)),
        await refusal(passing.snooze(mei, which, clock.at)),
        await refusal(passing.snooze(ada, waiting, later)),
    ]
    await passing.snooze(mei, which, later)
    await passing.snooze(mei, which, None)
    await passing.snooze(mei, which, None)
    names = [name for name, _, _ in await events(database, which)]
    await desk.close(mei, which)

    assert codes == ["not_allowed", "bad_field", "conflict"]
    assert names == ["joined", "snoozed", "woken"]
    assert await refusal(passing.snooze(mei, which, later)) == "closed"


async def test_snoozing_races_with_the_visitor(
    database: Database, desk: Desk, passing: Passing, hire: Hire, clock: HeldClock
) -> None:
    """Whichever is second holds: nothing is both spoken in last and out of the way unseen."""
    mei, visitor = await hire("mei"), somebody()
    which = await begun(desk, visitor, mei)

    await asyncio.gather(
        passing.snooze(mei, which, clock.at + HOUR),
        desk.say(visitor, None, message_id(), "wait"),
    )

    after = await row(database, which)
    async with database.read() as c:
        last = (await transcript.page(c, after.id, 0, 100, 100))[-1]
    assert (last.event == "snoozed") is (after.snoozed_until is not None)
