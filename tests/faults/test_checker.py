"""The checker finds what was played wrongly, all of it, under its own name and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults import planted_rights  # noqa: F401 - plants
from tests.faults.checker import check
from tests.faults.planted import PLANTED, Fault, Play, lost_nobody_heard, said
from tests.faults.record import Record
from tests.faults.seat import Seat
from tests.faults.tables import Tables
from tests.faults.theatre import BLINK, Theatre


def test_a_good_run_is_kept() -> None:
    """A run in which everything went as promised breaks nothing and is valid."""
    verdict = Play().verdict()

    assert "kept" == verdict.says, str(verdict)


def test_a_record_that_was_saved_is_judged_alike(tmp_path: Path) -> None:
    """What was written to files and read again gets the same verdict."""
    play = Play()
    lost_nobody_heard(play)
    verdict = play.verdict()
    play.theatre.record.save(tmp_path / "record.jsonl")
    play.theatre.tables.save(tmp_path / "tables.json")
    record = Record.load(tmp_path / "record.jsonl")
    again = check(record, Tables.load(tmp_path / "tables.json"), play.theatre.before)

    assert str(verdict) == str(again)
    assert {"C1"} == again.conditions


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
    theatre = Theatre()
    visitor, talk = theatre.visitor()
    theatre.say(visitor, talk)
    theatre.record.healed(theatre.record.fault("cut"), fired=0)
    theatre.end()
    verdict = check(theatre.record, theatre.tables, theatre.before)

    assert "invalid" == verdict.says
    assert "none touched anything" in str(verdict)


def test_a_run_that_refuses_everything_is_invalid() -> None:
    """A portal that stores nothing loses nothing; that is no proof."""
    play = Play()
    for _ in range(3):
        play.theatre.refuse(play.visitor, play.talk, "limited")
    verdict = play.verdict()

    assert "invalid" == verdict.says
    assert "sends outside faults succeeded" in str(verdict)


def test_a_run_without_words_after_its_last_fault_is_invalid() -> None:
    """A portal that never came to itself again is not one that survived."""
    play = Play()
    play.theatre.fault(play.visitor)
    for _ in range(4):
        play.theatre.say(play.visitor, play.talk)
    verdict = play.verdict()

    assert "invalid" == verdict.says
    assert "only 4 sends succeeded after the last fault had healed" in str(verdict)


def test_a_broken_promise_is_broken_in_an_invalid_run_too() -> None:
    """What was seen was seen, however little the run proves otherwise."""
    theatre = Theatre()
    _, talk = theatre.visitor()
    theatre.spread(theatre.store(talk, "visitor", "made-up-id", "made up"))
    theatre.end()
    verdict = check(theatre.record, theatre.tables, theatre.before)

    assert "broken" == verdict.says
    assert verdict.invalid


# What may be, though it looks odd


def test_an_unknown_outcome_may_have_happened_or_not() -> None:
    """A send whose answer was lost may be stored, or may not; neither breaks anything."""
    play = Play()
    call, id, text = said(play)
    play.theatre.record.info(call, "timed out")
    play.theatre.spread(play.theatre.store(play.talk, "visitor", id, text))
    call, _, _ = said(play)
    play.theatre.record.fail(call, {"type": "error", "code": "busy"})
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)
    assert 3 == verdict.numbers["unknown"]


def test_without_redis_five_seconds_are_granted() -> None:
    """A fault of Redis at the revocation grants five seconds to fall silent."""
    play = Play()
    fault = play.theatre.record.fault("redis away", redis=True)
    play.theatre.record.revoked(play.bob.person, "signed_out")
    play.theatre.wait(3.0)
    play.theatre.say(play.visitor, play.talk)
    play.theatre.drop(play.bob)
    play.theatre.record.healed(fault, fired=1)
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)


def test_late_within_a_fault_is_not_late() -> None:
    """The five seconds begin when the last fault has healed."""
    play = Play()
    fault = play.theatre.record.fault("redis away", redis=True)
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry, but=play.ann)
    play.theatre.wait(20.0)
    play.theatre.record.healed(fault, fired=1)
    play.theatre.wait(4.0)
    play.theatre.tell(play.ann, entry)
    verdict = play.verdict()

    assert not verdict.violations, str(verdict)


STEPS = st.sampled_from(
    ["say", "answer", "note", "claim", "release", "close", "lose", "cut", "fault", "view", "refuse"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STEPS, st.integers(0, 1), st.integers(0, 1)), max_size=25))
def test_no_good_run_is_blamed(steps: list[tuple[str, int, int]]) -> None:
    """Whatever people do, in whatever order, under whatever faults: rightly played, it is kept."""
    theatre = Theatre()
    visitors = [theatre.visitor(), theatre.visitor()]
    agents = [theatre.agent(1), theatre.agent(2)]
    theatre.reader()
    viewed: set[Seat] = set()
    for agent in agents:
        for _, talk in visitors:
            theatre.attach(agent, talk)
    for step, who, whose in steps:
        (visitor, talk), agent = visitors[whose], agents[who]
        row = theatre.rows[talk]
        theatre.wait(BLINK)
        match step:
            case "say" | "lose":
                theatre.say(visitor, talk, lost_ack=step == "lose")
            case "answer" if row.status != "closed" and row.agent in (None, agent.person):
                theatre.say(agent, talk, lost_ack=bool(whose))
            case "note":
                theatre.say(agent, talk, "chat.note")
            case "claim" | "release" | "close":
                theatre.move(agent, talk, f"chat.{step}")
            case "cut":
                theatre.drop(agent)
                theatre.wait(1.0)
                theatre.come_back(agent)
            case "fault":
                theatre.fault(visitor, agent)
            case "view":
                theatre.view(visitor, counted=visitor not in viewed)
                viewed.add(visitor)
            case "refuse":
                theatre.refuse(visitor, talk)
    theatre.end()
    verdict = check(theatre.record, theatre.tables, theatre.before)

    assert not verdict.violations, str(verdict)
