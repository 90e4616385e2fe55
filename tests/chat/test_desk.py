"""The desk: who may do what, raced by many."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from portal.chat import transcript
from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.clock import DAY, HOUR
from portal.errors import Refused
from portal.identity import Role, VisitorId
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables.staff import staff
from tests.chat.conftest import Hire, message_id, somebody
from tests.conftest import HeldClock


async def log(database: Database, conversation: str) -> list[transcript.Entry]:
    """Everything that stands in a conversation."""
    async with database.read() as c:
        return await transcript.page(c, conversation, 0, 10_000, 10_000)  # type: ignore[arg-type]


async def count(database: Database, table: object) -> int:
    async with database.read() as c:
        return (await c.execute(select(func.count()).select_from(table))).scalar() or 0  # type: ignore[arg-type]


async def test_twenty_parallel_opens_are_one_conversation(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """The same visitor at twenty doors gets the same conversation."""
    other = Desk(database, clock)
    visitor = somebody()

    opened = await asyncio.gather(*((desk, other)[i % 2].open(visitor.id) for i in range(20)))

    assert len({each.id for each in opened}) == 1
    assert await count(database, tables.conversation) == 1
    assert await count(database, tables.visitor) == 1


async def test_numbers_are_dense_under_parallel_says(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """Fifty says from both sides over two desks are numbered 1 to n without holes."""
    url = database.url
    second = Database(url)
    await second.open()
    other = Desk(second, clock)
    visitor, agent = somebody(), await hire("mei")
    conversation = await desk.open(visitor.id)
    await desk.claim(agent, conversation.id)

    await asyncio.gather(
        *((desk, other)[i % 2].say(visitor, None, message_id(), f"v{i}") for i in range(25)),
        *(
            (other, desk)[i % 2].say(agent, conversation.id, message_id(), f"a{i}")
            for i in range(25)
        ),
    )
    await second.close()

    entries = await log(database, conversation.id)
    assert [each.seq for each in entries] == list(range(1, 52))
    assert len({each.text for each in entries}) == 51


async def test_a_clock_that_goes_back_makes_no_entry_older_than_the_one_before(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """Not behind words, nor behind a note or an event, which another node's clock has dated."""
    visitor, agent = somebody(), await hire("mei")
    conversation = (await desk.open(visitor.id)).id
    await desk.say(visitor, None, message_id(), "hello")
    clock.forward(HOUR)
    await desk.claim(agent, conversation)
    await desk.note(agent, conversation, message_id(), "a regular")
    clock.forward(-2 * HOUR)
    await desk.say(agent, conversation, message_id(), "good morning")
    await desk.close(agent, conversation)

    times = [entry.at for entry in await log(database, conversation)]

    assert sorted(times) == times


async def test_same_id_is_stored_once(database: Database, desk: Desk, clock: HeldClock) -> None:
    """One id on two desks at once gives one row and the same answer to all."""
    other = Desk(database, clock)
    visitor, id = somebody(), message_id()
    conversation = await desk.open(visitor.id)

    answers = await asyncio.gather(
        *((desk, other)[i % 2].say(visitor, None, id, "hello") for i in range(20))
    )

    assert {(each.seq, each.at) for each in answers} == {(1, clock.at)}
    assert len(await log(database, conversation.id)) == 1


async def test_same_id_with_another_text_is_a_conflict(database: Database, desk: Desk) -> None:
    """The first text under an id stays."""
    visitor, id = somebody(), message_id()
    conversation = await desk.open(visitor.id)
    await desk.say(visitor, None, id, "first")

    with pytest.raises(Refused) as refused:
        await desk.say(visitor, None, id, "second")

    assert refused.value.code == "conflict"
    assert [each.text for each in await log(database, conversation.id)] == ["first"]


async def test_same_id_of_another_author_is_another_entry(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """An id belongs to its author and its conversation."""
    visitor, agent, id = somebody(), await hire("mei"), message_id()
    conversation = await desk.open(visitor.id)

    await desk.say(visitor, None, id, "hello")
    await desk.say(agent, conversation.id, id, "hello")

    texts = [each.author for each in await log(database, conversation.id) if each.kind == "text"]
    assert texts == ["visitor", f"agent:{agent.id}"]


async def test_a_claim_has_one_winner(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """Of ten who claim over two desks one wins; the others are told who."""
    other = Desk(database, clock)
    agents = [await hire(f"agent{i}") for i in range(10)]
    conversation = await desk.open(somebody().id)

    results = await asyncio.gather(
        *((desk, other)[i % 2].claim(agent, conversation.id) for i, agent in enumerate(agents)),
        return_exceptions=True,
    )

    won = [each for each in results if not isinstance(each, BaseException)]
    lost = [each for each in results if isinstance(each, Refused)]
    assert (len(won), len(lost)) == (1, 9)
    winner = {"id": won[0].agent, "name": won[0].agent_name}
    assert [(each.code, each.by) for each in lost] == [("taken", winner)] * 9
    assert len(await log(database, conversation.id)) == 1


async def test_claiming_ones_own_again_changes_nothing(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """A repeated claim is answered alike and writes no second event."""
    agent = await hire("mei")
    conversation = await desk.open(somebody().id)

    first = await desk.claim(agent, conversation.id)
    second = await desk.claim(agent, conversation.id)

    assert first == second
    assert len(await log(database, conversation.id)) == 1


async def test_first_answer_claims(database: Database, desk: Desk, hire: Hire) -> None:
    """Saying in an unowned conversation claims it; a colleague's say is a conflict."""
    visitor, mei, ben = somebody(), await hire("mei"), await hire("ben")
    conversation = await desk.open(visitor.id)
    await desk.say(visitor, None, message_id(), "hello")

    await desk.say(mei, conversation.id, message_id(), "hi")
    with pytest.raises(Refused) as refused:
        await desk.say(ben, conversation.id, message_id(), "me too")

    assert (refused.value.code, refused.value.by) == ("conflict", {"id": mei.id, "name": "mei"})
    found = await desk.of(mei, conversation.id)
    assert (found.status, found.agent, found.waiting_since) == (Status.OPEN, mei.id, None)
    kinds = [(each.kind, each.event) for each in await log(database, conversation.id)]
    assert kinds == [("text", ""), ("event", "joined"), ("text", "")]


async def test_only_owner_or_administrator_closes(desk: Desk, hire: Hire) -> None:
    """A colleague may neither close nor release; the owner and an administrator may."""
    mei, ben, ada = await hire("mei"), await hire("ben"), await hire("ada", Role.ADMIN)
    conversation = await desk.open(somebody().id)
    await desk.claim(mei, conversation.id)

    for attempt in (desk.close, desk.release):
        with pytest.raises(Refused) as refused:
            await attempt(ben, conversation.id)
        assert refused.value.code == "not_allowed"
    await desk.release(mei, conversation.id)
    await desk.claim(mei, conversation.id)
    await desk.close(ada, conversation.id)
    await desk.close(mei, conversation.id)

    assert (await desk.of(mei, conversation.id)).status is Status.CLOSED


async def test_released_waits_again(desk: Desk, hire: Hire, clock: HeldClock) -> None:
    """A released conversation keeps the moment since which its visitor waits."""
    visitor, mei = somebody(), await hire("mei")
    conversation = await desk.open(visitor.id)
    await desk.say(visitor, None, message_id(), "hello")
    asked = clock.at
    clock.forward(5_000)
    await desk.claim(mei, conversation.id)
    clock.forward(5_000)

    await desk.release(mei, conversation.id)

    found = await desk.of(mei, conversation.id)
    assert (found.status, found.agent, found.waiting_since) == (Status.WAITING, None, asked)


async def test_saying_in_a_closed_one_reopens_it_for_a_week(
    database: Database, desk: Desk, hire: Hire, clock: HeldClock
) -> None:
    """Within seven days the visitor's word opens it again, with an event."""
    visitor, mei = somebody(), await hire("mei")
    conversation = await desk.open(visitor.id)
    await desk.say(visitor, None, message_id(), "hello")
    await desk.claim(mei, conversation.id)
    await desk.close(mei, conversation.id)
    clock.forward(7 * DAY)

    stored = await desk.say(visitor, None, message_id(), "one more thing")

    assert stored.conversation == conversation.id
    events = [each.event for each in await log(database, conversation.id) if each.event]
    assert events == ["joined", "closed", "reopened"]
    assert (await desk.of(visitor)).status is Status.WAITING


async def test_after_a_week_it_begins_a_new_one(
    desk: Desk, hire: Hire, clock: HeldClock, database: Database
) -> None:
    """Later a new conversation begins, the old one stays closed, and repeats stay answered."""
    visitor, mei = somebody(), await hire("mei")
    conversation = await desk.open(visitor.id)
    last = message_id()
    first = await desk.say(visitor, None, last, "bye")
    await desk.claim(mei, conversation.id)
    await desk.close(mei, conversation.id)
    clock.forward(7 * DAY + 1)

    again = await desk.say(visitor, None, last, "bye")
    stored = await desk.say(visitor, None, message_id(), "hello again")

    assert (again.conversation, again.seq) == (first.conversation, first.seq)
    assert stored.conversation != conversation.id
    assert stored.seq == 1
    assert (await desk.of(mei, conversation.id)).status is Status.CLOSED
    assert (await desk.open(visitor.id)).id == stored.conversation


async def test_a_stranger_finds_nothing(desk: Desk) -> None:
    """Another's conversation and one that never was get the same answer."""
    conversation = await desk.open(somebody().id)
    stranger = somebody()
    await desk.open(stranger.id)

    answers = []
    for which in (conversation.id, "x" * 22):
        for attempt in (
            desk.of(stranger, which),
            desk.say(stranger, which, message_id(), "hi"),
            desk.seen(stranger, which, 1),
            desk.leave(stranger, which),
        ):
            with pytest.raises(Refused) as refused:
                await attempt
            answers.append(str(refused.value))

    assert set(answers) == {"not_found: there is no such conversation"}


async def test_a_disabled_agent_is_refused_in_the_transaction(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """Nothing of an agent is accepted after the commit that ended him."""
    mei, ben = await hire("mei"), await hire("ben")
    conversation = await desk.open(somebody().id)

    async def work(c):  # type: ignore[no-untyped-def]
        await c.execute(update(staff).where(staff.c.id == mei.id).values(disabled_at=1))
        await c.execute(update(staff).where(staff.c.id == ben.id).values(version=2))

    await database.write(work)

    for agent in (mei, ben):
        for attempt in (
            desk.claim(agent, conversation.id),
            desk.say(agent, conversation.id, message_id(), "hi"),
            desk.note(agent, conversation.id, message_id(), "hi"),
        ):
            with pytest.raises(Refused) as refused:
                await attempt
            assert refused.value.code == "not_allowed"
    assert await log(database, conversation.id) == []


async def test_seen_only_rises(desk: Desk, hire: Hire) -> None:
    """How far was read never goes back, never past the end, and only its owner reads for staff."""
    visitor, mei, ben = somebody(), await hire("mei"), await hire("ben")
    conversation = await desk.open(visitor.id)
    for text in ("one", "two"):
        await desk.say(visitor, None, message_id(), text)
    await desk.claim(mei, conversation.id)

    for actor, which, seq in (
        (visitor, None, 2),
        (visitor, None, 1),
        (ben, conversation.id, 3),
        (mei, conversation.id, 99),
    ):
        await desk.seen(actor, which, seq)

    found = await desk.of(mei, conversation.id)
    assert (found.visitor_seen, found.staff_seen) == (2, 3)


async def test_leaving_closes(desk: Desk, hire: Hire) -> None:
    """A visitor who leaves ends his conversation, once."""
    visitor = somebody()
    await desk.open(visitor.id)
    await desk.say(visitor, None, message_id(), "never mind")

    await desk.leave(visitor)
    left = await desk.leave(visitor)

    assert (left.status, left.last_seq) == (Status.CLOSED, 2)


@pytest.mark.parametrize("text", [" ", "\n\t", "\u200b\u200d", "\u2800", "\u3164\ufe0f", "\u202e"])
async def test_an_invisible_text_is_refused(text: str) -> None:
    """What nobody would see is not said. Needs no database."""
    from portal.chat import words

    with pytest.raises(Refused) as refused:
        words.said(text)

    assert refused.value.code == "bad_field"


async def test_opening_makes_the_first_row(database: Database, desk: Desk) -> None:
    """Only asking for chat makes a row about a reader, and it holds no secret."""
    before = await count(database, tables.visitor)
    await desk.open(VisitorId("a" * 64), name="  Ann\u202e Lee ", email="", topic=" ")

    async with database.read() as c:
        row = (await c.execute(select(tables.visitor))).one()
    assert before == 0
    assert (row.id, row.name, row.email) == ("a" * 64, "Ann Lee", None)
