"""The checker finds what was played wrongly, all of it, under its own name and nothing else."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.checker import Verdict, check
from tests.faults.record import Record
from tests.faults.stage import ARTICLE, BLINK, Seat, Stage
from tests.faults.tables import Tables


class Play:
    """A good run with everybody in it, and what is added to it."""

    def __init__(self) -> None:
        self.stage = stage = Stage()
        self.visitor, self.talk = stage.visitor()
        self.other, self.other_talk = stage.visitor()
        self.ann, self.bob = stage.agent(1), stage.agent(2)
        self.reader = stage.reader()
        for agent in (self.ann, self.bob):
            stage.attach(agent, self.talk)
        for _ in range(24):
            stage.say(self.visitor, self.talk)
        stage.move(self.ann, self.talk, "chat.claim")
        stage.move(self.bob, self.talk, "chat.claim")
        stage.say(self.ann, self.talk)
        stage.say(self.bob, self.talk, "chat.note")
        stage.say(self.other, self.other_talk)
        stage.say(self.visitor, self.talk, lost_ack=True)
        stage.view(self.visitor)
        stage.fault(self.visitor, self.bob)

    def verdict(self) -> Verdict:
        self.stage.end()
        return check(self.stage.record, self.stage.tables, self.stage.before)


def test_a_good_run_is_kept() -> None:
    """A run in which everything went as promised breaks nothing and is valid."""
    verdict = Play().verdict()

    assert "kept" == verdict.says, str(verdict)


def test_a_record_that_was_saved_is_judged_alike(tmp_path: Path) -> None:
    """What was written to files and read again gets the same verdict."""
    play = Play()
    lost_nobody_heard(play)
    verdict = play.verdict()
    play.stage.record.save(tmp_path / "record.jsonl")
    play.stage.tables.save(tmp_path / "tables.json")
    record = Record.load(tmp_path / "record.jsonl")
    again = check(record, Tables.load(tmp_path / "tables.json"), play.stage.before)

    assert str(verdict) == str(again)
    assert {"C1"} == again.conditions


# What can go wrong. Each plays it after a good run, and names the conditions that must say so.

Fault = Callable[[Play], None]
PLANTED: list[tuple[Fault, set[str]]] = []


def breaks(*conditions: str) -> Callable[[Fault], Fault]:
    """Note which conditions a fault breaks; no others."""

    def note(fault: Fault) -> Fault:
        PLANTED.append((fault, set(conditions)))
        return fault

    return note


def said(play: Play) -> tuple[int, str, str]:
    """Send a text; return the call, its id and the text."""
    id, text = play.stage.name("id"), play.stage.name("text")
    fields = {"conversation": play.talk, "id": id, "text": text}
    return play.stage.ask(play.visitor, "chat.say", **fields), id, text


@breaks("C1")
def lost_nobody_heard(play: Play) -> None:
    """Acked before the commit that never came."""
    call, id, text = said(play)
    rows, entries = dict(play.stage.rows), list(play.stage.entries)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.rows, play.stage.entries = rows, entries
    play.stage.ack(play.visitor, call, entry)


@breaks("C1")
def acked_under_another_number(play: Play) -> None:
    """The ack names another number than the row has."""
    call, id, text = said(play)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, entry, seq=entry.seq + 1)
    play.stage.spread(entry)


@breaks("C1", "C3")
def stored_with_other_words(play: Play) -> None:
    """What is stored is not what was sent."""
    call, id, _ = said(play)
    entry = play.stage.store(play.talk, "visitor", id, "something else")
    play.stage.ack(play.visitor, call, entry)
    play.stage.spread(entry)


@breaks("C1")
def changed_on_the_way(play: Play) -> None:
    """One screen is told other words than are stored."""
    call, id, text = said(play)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, entry)
    play.stage.spread(entry, but=play.ann)
    play.stage.tell(play.ann, entry, text="something else")


@breaks("C2")
def stored_twice(play: Play) -> None:
    """The same id is stored twice when it is sent again."""
    call, id, text = said(play)
    first = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, first)
    again = play.stage.store(play.talk, "visitor", id, text)
    play.stage.spread(first, again)


@breaks("C1", "C2")
def acks_do_not_agree(play: Play) -> None:
    """Two acks of one id name two numbers, one of which is not its own."""
    call, id, text = said(play)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, entry)
    play.stage.spread(entry)
    fields = {"conversation": play.talk, "id": id, "text": text}
    call = play.stage.ask(play.visitor, "chat.say", **fields)
    play.stage.ack(play.visitor, call, entry, seq=entry.seq - 1)


@breaks("C3")
def stored_though_refused(play: Play) -> None:
    """A text that was refused stands in the table all the same."""
    call = play.stage.refuse(play.visitor, play.talk)
    asked = next(e for e in play.stage.record if e.call == call).fields
    play.stage.spread(play.stage.store(play.talk, "visitor", asked["id"], asked["text"]))


@breaks("C3")
def stored_and_never_sent(play: Play) -> None:
    """A text stands in the table that nobody sent."""
    play.stage.spread(play.stage.store(play.talk, "visitor", "made-up-id", "made up"))


@breaks("C3")
def told_and_not_stored(play: Play) -> None:
    """Announced within a transaction that was rolled back."""
    said(play)
    rows, entries = dict(play.stage.rows), list(play.stage.entries)
    entry = play.stage.store(play.talk, "visitor", "id", "text")
    play.stage.rows, play.stage.entries = rows, entries
    play.stage.spread(entry)


@breaks("C3", "C11")
def closed_by_nobody(play: Play) -> None:
    """An event says what nobody did."""
    play.stage.spread(play.stage.store(play.talk, "agent:2", "event", "closed", "event"))


@breaks("C4", "C5")
def hole_in_the_numbers(play: Play) -> None:
    """A number is left out."""
    row = play.stage.rows[play.talk]
    play.stage.change(play.talk, last_seq=row.last_seq + 1)
    play.stage.say(play.visitor, play.talk)


@breaks("C5", "C6")
def gap_on_a_socket(play: Play) -> None:
    """A socket is told the next but one, and never the next."""
    first = play.stage.say(play.visitor, play.talk)
    del play.stage.record.events[_told(play, play.ann, first.seq)]
    play.stage.say(play.visitor, play.talk)


@breaks("C5")
def repeat_on_a_socket(play: Play) -> None:
    """A socket is told the same entry twice."""
    play.stage.tell(play.ann, play.stage.say(play.visitor, play.talk))


@breaks("C5")
def disorder_on_a_socket(play: Play) -> None:
    """A socket is told the second before the first."""
    first = play.stage.say(play.visitor, play.talk)
    second = play.stage.say(play.visitor, play.talk)
    events = play.stage.record.events
    one, two = _told(play, play.ann, first.seq), _told(play, play.ann, second.seq)
    events[one], events[two] = (
        msgspec.structs.replace(events[two], at=events[one].at),
        msgspec.structs.replace(events[one], at=events[two].at),
    )


@breaks("C5")
def page_that_begins_too_late(play: Play) -> None:
    """A page of history leaves out its first entry."""
    whole = [e for e in play.stage.entries if e.conversation == play.talk]
    messages = [play.stage.shown(play.ann, entry) for entry in whole[1:]]
    play.stage.page(play.ann, play.talk, 0, messages=messages)


@breaks("C6")
def not_delivered_after_the_heal(play: Play) -> None:
    """Whoever was attached all the time misses the last entry for ever."""
    entry = play.stage.say(play.visitor, play.talk)
    del play.stage.record.events[_told(play, play.ann, entry.seq)]


@breaks("C6")
def delivered_too_late(play: Play) -> None:
    """It comes after eleven calm seconds."""
    call, id, text = said(play)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, entry)
    play.stage.spread(entry, but=play.ann)
    play.stage.wait(11.0)
    play.stage.tell(play.ann, entry)


@breaks("C6")
def never_came_back(play: Play) -> None:
    """A client is cut off and finds no way back."""
    play.stage.drop(play.other)


@breaks("C7")
def stored_out_of_time(play: Play) -> None:
    """What was acked before another was sent stands behind it."""
    first, first_id, first_text = said(play)
    rows = dict(play.stage.rows)
    play.stage.change(play.talk, last_seq=rows[play.talk].last_seq + 1)
    late = play.stage.store(play.talk, "visitor", first_id, first_text)
    play.stage.ack(play.visitor, first, late)
    play.stage.wait(1.0)
    second, id, text = said(play)
    play.stage.rows = rows
    early = play.stage.store(play.talk, "visitor", id, text)
    play.stage.change(play.talk, last_seq=late.seq)
    play.stage.ack(play.visitor, second, early)
    play.stage.spread(early, late)


@breaks("C8")
def note_leaked(play: Play) -> None:
    """A visitor is told a note of the staff."""
    call, id, text = _note(play)
    entry = play.stage.store(play.talk, "agent:1", id, text, "note")
    play.stage.ack(play.ann, call, entry)
    play.stage.spread(entry, but=play.visitor)
    leaked = {"kind": "note", "id": id, "text": text}
    play.stage.tell(play.visitor, entry, **leaked)


@breaks("C8")
def void_with_a_time(play: Play) -> None:
    """A void entry says when it was written."""
    call, id, text = _note(play)
    entry = play.stage.store(play.talk, "agent:1", id, text, "note")
    play.stage.ack(play.ann, call, entry)
    play.stage.spread(entry, but=play.visitor)
    play.stage.tell(play.visitor, entry, at=1_700_000_000_000)


@breaks("C8")
def words_of_a_note_elsewhere(play: Play) -> None:
    """A note's words come out by another door."""
    call, id, text = _note(play)
    entry = play.stage.store(play.talk, "agent:1", id, text, "note")
    play.stage.ack(play.ann, call, entry)
    play.stage.spread(entry)
    play.stage.hear(play.visitor, "chat.state", conversation=play.talk, last_text=text)


@breaks("C8")
def another_visitors_state(play: Play) -> None:
    """A visitor hears how a stranger's conversation stands."""
    play.stage.hear(play.other, "chat.state", conversation=play.talk, status="open")


@breaks("C10")
def heard_after_the_end(play: Play) -> None:
    """A disabled agent goes on listening."""
    play.stage.record.revoked(play.bob.person, "disabled")
    play.stage.wait(1.2)
    play.stage.say(play.visitor, play.talk)


@breaks("C10")
def accepted_after_the_end(play: Play) -> None:
    """A disabled agent's note is stored after the commit that ended him."""
    play.stage.record.revoked(play.ann.person, "disabled")
    play.stage.wait(0.3)
    play.stage.say(play.ann, play.talk, "chat.note")
    play.stage.drop(play.ann)


@breaks("C11")
def two_owners(play: Play) -> None:
    """A second agent joins while the first owns the conversation."""
    call = play.stage.ask(play.bob, "chat.claim", conversation=play.talk)
    entry = play.stage.store(play.talk, "agent:2", "event", "joined", "event")
    play.stage.change(play.talk, agent="agent:2")
    play.stage.answer(play.bob, call, "chat.claimed", conversation=play.talk)
    play.stage.spread(entry)


@breaks("C11")
def two_winners(play: Play) -> None:
    """Both of a race are told that they won; one is stored."""
    first = play.stage.ask(play.ann, "chat.claim", conversation=play.other_talk)
    second = play.stage.ask(play.bob, "chat.claim", conversation=play.other_talk)
    entry = play.stage.store(play.other_talk, "agent:1", "event", "joined", "event")
    play.stage.change(play.other_talk, agent="agent:1", status="open")
    play.stage.answer(play.ann, first, "chat.claimed", conversation=play.other_talk)
    play.stage.answer(play.bob, second, "chat.claimed", conversation=play.other_talk)
    play.stage.spread(entry)


@breaks("C11")
def answered_by_a_stranger(play: Play) -> None:
    """An agent answers where a colleague is the owner."""
    id, text = play.stage.name("id"), play.stage.name("text")
    call = play.stage.ask(play.bob, "chat.say", conversation=play.talk, id=id, text=text)
    entry = play.stage.store(play.talk, "agent:2", id, text)
    play.stage.ack(play.bob, call, entry)
    play.stage.spread(entry)


@breaks("C12")
def count_goes_down(play: Play) -> None:
    """A screen shows less than before."""
    play.stage.show(play.reader, play.stage.clicks - 1)
    play.stage.show(play.reader, play.stage.clicks)


@breaks("C12")
def count_too_high(play: Play) -> None:
    """A screen shows more than were asked for."""
    play.stage.show(play.reader, play.stage.clicks + 1)


@breaks("C12")
def count_stands_still(play: Play) -> None:
    """A screen is not told of a counted view."""
    call = play.stage.ask(play.ann, "audience.view", article=ARTICLE)
    play.stage.clicks += 1
    play.stage.answer(play.ann, call, "audience.viewed", article=ARTICLE, counted=True)


@breaks("C12")
def count_wrong_in_the_end(play: Play) -> None:
    """The table holds one more than was accepted."""
    play.stage.clicks += 1


@breaks("C12")
def reader_counted_twice(play: Play) -> None:
    """One tab's second look within the window is a click again."""
    play.stage.view(play.visitor)


@pytest.mark.parametrize(
    ("fault", "conditions"), PLANTED, ids=[fault.__name__ for fault, _ in PLANTED]
)
def test_a_planted_fault_is_found(fault: Fault, conditions: set[str]) -> None:
    """Each fault is found, by the conditions it breaks and by no other, and shown in words."""
    play = Play()
    fault(play)
    verdict = play.verdict()

    assert conditions == verdict.conditions, str(verdict)
    assert "broken" == verdict.says
    assert all(violation.sentence for violation in verdict.violations)


def test_every_condition_is_planted() -> None:
    """No condition goes untested; C9 is told and not judged."""
    planted = set().union(*(conditions for _, conditions in PLANTED))

    assert {f"C{n}" for n in range(1, 13)} - {"C9"} == planted


# Runs that prove nothing


def test_a_run_without_faults_is_invalid() -> None:
    """Promises under faults are not proven where none fired."""
    stage = Stage()
    visitor, talk = stage.visitor()
    stage.say(visitor, talk)
    stage.record.healed(stage.record.fault("cut"), fired=0)
    stage.end()
    verdict = check(stage.record, stage.tables, stage.before)

    assert "invalid" == verdict.says
    assert "none touched anything" in str(verdict)


def test_a_run_that_refuses_everything_is_invalid() -> None:
    """A portal that stores nothing loses nothing; that is no proof."""
    play = Play()
    for _ in range(3):
        play.stage.refuse(play.visitor, play.talk, "limited")
    verdict = play.verdict()

    assert "invalid" == verdict.says
    assert "sends outside faults succeeded" in str(verdict)


def test_a_broken_promise_is_broken_in_an_invalid_run_too() -> None:
    """What was seen was seen, however little the run proves otherwise."""
    stage = Stage()
    _, talk = stage.visitor()
    stage.spread(stage.store(talk, "visitor", "made-up-id", "made up"))
    stage.end()
    verdict = check(stage.record, stage.tables, stage.before)

    assert "broken" == verdict.says
    assert verdict.invalid


# What may be, though it looks odd


def test_an_unknown_outcome_may_have_happened_or_not() -> None:
    """A send whose answer was lost may be stored, or may not; neither breaks anything."""
    play = Play()
    call, id, text = said(play)
    play.stage.record.info(call, "timed out")
    play.stage.spread(play.stage.store(play.talk, "visitor", id, text))
    call, _, _ = said(play)
    play.stage.record.fail(call, {"type": "error", "code": "busy"})
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)
    assert 3 == verdict.numbers["unknown"]


def test_without_redis_five_seconds_are_granted() -> None:
    """A fault of Redis at the revocation grants five seconds to fall silent."""
    play = Play()
    fault = play.stage.record.fault("redis away", redis=True)
    play.stage.record.revoked(play.bob.person, "signed_out")
    play.stage.wait(3.0)
    play.stage.say(play.visitor, play.talk)
    play.stage.drop(play.bob)
    play.stage.record.healed(fault, fired=1)
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)


def test_late_within_a_fault_is_not_late() -> None:
    """The five seconds begin when the last fault has healed."""
    play = Play()
    fault = play.stage.record.fault("redis away", redis=True)
    call, id, text = said(play)
    entry = play.stage.store(play.talk, "visitor", id, text)
    play.stage.ack(play.visitor, call, entry)
    play.stage.spread(entry, but=play.ann)
    play.stage.wait(20.0)
    play.stage.record.healed(fault, fired=1)
    play.stage.wait(4.0)
    play.stage.tell(play.ann, entry)
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)


STEPS = st.sampled_from(
    ["say", "answer", "note", "claim", "release", "close", "lose", "cut", "fault", "view", "refuse"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STEPS, st.integers(0, 1), st.integers(0, 1)), max_size=25))
def test_no_good_run_is_blamed(steps: list[tuple[str, int, int]]) -> None:
    """Whatever people do, in whatever order, under whatever faults: rightly played, it is kept."""
    stage = Stage()
    visitors = [stage.visitor(), stage.visitor()]
    agents = [stage.agent(1), stage.agent(2)]
    stage.reader()
    viewed: set[Seat] = set()
    for agent in agents:
        for _, talk in visitors:
            stage.attach(agent, talk)
    for step, who, whose in steps:
        (visitor, talk), agent = visitors[whose], agents[who]
        row = stage.rows[talk]
        stage.wait(BLINK)
        match step:
            case "say" | "lose":
                stage.say(visitor, talk, lost_ack=step == "lose")
            case "answer" if row.status != "closed" and row.agent in (None, agent.person):
                stage.say(agent, talk, lost_ack=bool(whose))
            case "note":
                stage.say(agent, talk, "chat.note")
            case "claim" | "release" | "close":
                stage.move(agent, talk, f"chat.{step}")
            case "cut":
                stage.drop(agent)
                stage.wait(1.0)
                stage.come_back(agent)
            case "fault":
                stage.fault(visitor, agent)
            case "view":
                stage.view(visitor, counted=visitor not in viewed)
                viewed.add(visitor)
            case "refuse":
                stage.refuse(visitor, talk)
    stage.end()
    verdict = check(stage.record, stage.tables, stage.before)

    assert not verdict.violations, str(verdict)


def _note(play: Play) -> tuple[int, str, str]:
    id, text = play.stage.name("id"), play.stage.name("note")
    fields = {"conversation": play.talk, "id": id, "text": text}
    return play.stage.ask(play.ann, "chat.note", **fields), id, text


def _told(play: Play, seat: Seat, seq: int) -> int:
    """Return where in the record a seat is told an entry of the talk."""
    return next(
        number
        for number, event in enumerate(play.stage.record.events)
        if event.client == seat.client
        and event.op == "chat.said"
        and (event.fields["conversation"], event.fields["seq"]) == (play.talk, seq)
    )
