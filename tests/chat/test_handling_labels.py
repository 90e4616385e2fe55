"""Labels, ratings and mentions: what staff and visitors write about a conversation."""

import asyncio

import pytest
from sqlalchemy import select

from portal.chat.desk import Desk
from portal.chat.handling import labels as labels_module
from portal.chat.handling.labels import Labels, folded, hue
from portal.chat.handling.rating import Rating
from portal.errors import Refused
from portal.storage.database import Database
from portal.storage.tables.chat import conversation_label, rating
from portal.storage.tables.desk import mention
from tests.chat.conftest import Hire, message_id, somebody
from tests.chat.test_handling_passing import begun, events, refusal
from tests.conftest import HeldClock


async def test_a_label_is_made_on_first_use_and_once(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """Two that differ in case or in how a letter is composed are one, on however many desks."""
    mei, tom, labels = await hire("mei"), await hire("tom"), Labels(desk.acts)
    one, other = await begun(desk, somebody()), await begun(desk, somebody())

    await asyncio.gather(
        labels.set(mei, one, ["Refund", "Caf\u00e9"]),
        labels.set(tom, other, ["Cafe\u0301", "REFUND", "refund"]),
    )

    assert len(await labels.all()) == 2
    async with database.read() as c:
        links = (await c.execute(select(conversation_label))).all()
    assert len(links) == 4
    assert (await events(database, one))[-1][0] == "labelled"


async def test_the_same_labels_again_change_nothing(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """No event is written; fewer ones are what it carries from then on."""
    mei, labels = await hire("mei"), Labels(desk.acts)
    which = await begun(desk, somebody())

    made = [await labels.set(mei, which, each) for each in (["a", "b"], ["B", "a"], ["b"], [])]

    assert made == [True, False, False, False]
    assert [about for _, _, about in await events(database, which)] == ["a, b", "b", ""]
    assert await refusal(labels.set(mei, which, ["\u200b"])) == "bad_field"
    assert await refusal(labels.set(mei, "nowhere", ["a"])) == "not_found"


async def test_there_are_only_so_many(
    database: Database, desk: Desk, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every console is told all of them: nobody makes thousands. Those there are can be used."""
    monkeypatch.setattr(labels_module, "MOST", 2)
    mei, labels = await hire("mei"), Labels(desk.acts)
    which = await begun(desk, somebody())
    await labels.set(mei, which, ["a"])

    assert await refusal(labels.set(mei, which, ["b", "c"])) == "conflict"
    assert await labels.set(mei, which, ["a", "b"])
    assert not await labels.set(mei, which, ["b"])
    assert await refusal(labels.set(mei, which, ["c"])) == "conflict"


def test_a_label_s_colour_follows_from_its_name() -> None:
    """The same on every screen and node, one of eight; a long folded name still has room."""
    assert hue("Refund") == hue("rEFUND") == hue("refund")
    assert {hue(str(each)) for each in range(200)} == set(range(8))
    assert len(folded("\ufb03" * 40)) <= 80


async def test_the_last_opinion_counts(
    database: Database, desk: Desk, hire: Hire, clock: HeldClock
) -> None:
    """One row a conversation, with who answered; staff read that there is one."""
    mei, visitor, rates = await hire("mei"), somebody(), Rating(desk.acts)
    which = await begun(desk, visitor, mei)
    await desk.close(mei, which)

    await rates.rate(visitor, None, 2, "slow")
    await rates.rate(visitor, which, 5, " quick after all ")
    await rates.rate(visitor, which, 5, "quick after all")

    async with database.read() as c:
        rows = [tuple(each) for each in (await c.execute(select(rating))).all()]
    assert rows == [(which, 5, "quick after all", mei.id, clock.at)]
    assert (await events(database, which))[-2:] == [("rated", "Ann", "2"), ("rated", "Ann", "5")]


async def test_only_his_own_and_only_what_was_said_is_rated(desk: Desk) -> None:
    """Another's is not found; in an empty one there is nothing to rate."""
    visitor, other, rates = somebody(), somebody(), Rating(desk.acts)
    theirs = await begun(desk, other)
    await desk.open(visitor.id)

    assert await refusal(rates.rate(visitor, theirs, 5, "")) == "not_found"
    assert await refusal(rates.rate(visitor, None, 5, "")) == "conflict"


async def test_a_note_names_colleagues_who_work_here(
    database: Database, desk: Desk, hire: Hire, clock: HeldClock
) -> None:
    """Others are dropped; the newest note counts; who reads that far has seen it."""
    mei, tom = await hire("mei"), await hire("tom")
    which = await begun(desk, somebody())

    async def mentions() -> list[tuple[object, ...]]:
        async with database.read() as c:
            return [tuple(each) for each in (await c.execute(select(mention))).all()]

    first = await desk.note(mei, which, message_id(), "look", [tom.id, 99_999, tom.id])
    await desk.seen(tom, which, first.seq)
    seen = await mentions()
    second = await desk.note(mei, which, message_id(), "again", [tom.id])
    await desk.seen(tom, which, first.seq)

    assert first.mentions == (tom.id,)
    assert seen == [(tom.id, which, first.seq, clock.at, clock.at)]
    assert await mentions() == [(tom.id, which, second.seq, clock.at, None)]


async def test_an_ended_session_handles_nothing(desk: Desk, hire: Hire) -> None:
    """Judged in the transaction, as everything else."""
    mei = await hire("mei")
    which = await begun(desk, somebody(), mei)
    ended = type(mei)(mei.id, mei.name, mei.role, mei.session, 0)

    with pytest.raises(Refused) as refused:
        await Labels(desk.acts).set(ended, which, ["a"])

    assert refused.value.code == "not_allowed"
