"""What can go wrong: each fault is played after a good run, and names the conditions it breaks.

`test_checker` plays them; whoever adds a condition to the checker adds what breaks it here.
"""

from collections.abc import Callable

import msgspec

from tests.faults.checker import Verdict, check
from tests.faults.seat import Seat
from tests.faults.theatre import Theatre


class Play:
    """A good run with everybody in it, and what is added to it."""

    def __init__(self) -> None:
        self.theatre = theatre = Theatre()
        self.visitor, self.talk = theatre.visitor()
        self.other, self.other_talk = theatre.visitor()
        self.ann, self.bob = theatre.agent(1), theatre.agent(2)
        self.reader = theatre.reader()
        for agent in (self.ann, self.bob):
            theatre.attach(agent, self.talk)
        for _ in range(24):
            theatre.say(self.visitor, self.talk)
        theatre.move(self.ann, self.talk, "chat.claim")
        theatre.move(self.bob, self.talk, "chat.claim")
        theatre.say(self.ann, self.talk)
        theatre.say(self.bob, self.talk, "chat.note")
        theatre.say(self.other, self.other_talk)
        theatre.say(self.visitor, self.talk, lost_ack=True)
        theatre.view(self.visitor)
        theatre.fault(self.visitor, self.bob)
        for _ in range(5):
            theatre.say(self.visitor, self.talk)

    def verdict(self) -> Verdict:
        self.theatre.end()
        return check(self.theatre.record, self.theatre.tables, self.theatre.before)


Fault = Callable[[Play], None]
PLANTED: list[tuple[Fault, set[str]]] = []


def breaks(*conditions: str) -> Callable[[Fault], Fault]:
    """Note which conditions a fault breaks; no others."""

    def noted(fault: Fault) -> Fault:
        PLANTED.append((fault, set(conditions)))
        return fault

    return noted


def said(play: Play) -> tuple[int, str, str]:
    """Send a text; return the call, its id and the text."""
    id, text = play.theatre.name("id"), play.theatre.name("text")
    fields = {"conversation": play.talk, "id": id, "text": text}
    return play.theatre.ask(play.visitor, "chat.say", **fields), id, text


@breaks("C1")
def lost_nobody_heard(play: Play) -> None:
    """Acked before the commit that never came."""
    call, id, text = said(play)
    rows, entries = dict(play.theatre.rows), list(play.theatre.entries)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.rows, play.theatre.entries = rows, entries
    play.theatre.ack(play.visitor, call, entry)


@breaks("C1")
def acked_under_another_number(play: Play) -> None:
    """The ack names another number than the row has."""
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry, seq=entry.seq + 1)
    play.theatre.spread(entry)


@breaks("C1", "C3")
def stored_with_other_words(play: Play) -> None:
    """What is stored is not what was sent."""
    call, id, _ = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, "something else")
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry)


@breaks("C1")
def changed_on_the_way(play: Play) -> None:
    """One screen is told other words than are stored."""
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry, but=play.ann)
    play.theatre.tell(play.ann, entry, text="something else")


@breaks("C1")
def void_to_whom_it_may_concern(play: Play) -> None:
    """One screen is told nothing of a text that it may see."""
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry, but=play.visitor)
    void = {"conversation": entry.conversation, "seq": entry.seq, "kind": "void"}
    play.theatre.hear(play.visitor, "chat.said", **void)


@breaks("C1")
def told_and_done_again(play: Play) -> None:
    """Told within a transaction that was rolled back; the same is stored later under its number."""
    call, id, text = said(play)
    rows, entries = dict(play.theatre.rows), list(play.theatre.entries)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.spread(entry)
    play.theatre.rows, play.theatre.entries = rows, entries
    play.theatre.wait(1.0)
    play.theatre.ack(play.visitor, call, play.theatre.store(play.talk, "visitor", id, text))


@breaks("C2")
def stored_twice(play: Play) -> None:
    """The same id is stored twice when it is sent again."""
    call, id, text = said(play)
    first = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, first)
    again = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.spread(first, again)


@breaks("C1", "C2")
def acks_do_not_agree(play: Play) -> None:
    """Two acks of one id name two numbers, one of which is not its own."""
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry)
    fields = {"conversation": play.talk, "id": id, "text": text}
    call = play.theatre.ask(play.visitor, "chat.say", **fields)
    play.theatre.ack(play.visitor, call, entry, seq=entry.seq - 1)


@breaks("C3")
def stored_though_refused(play: Play) -> None:
    """A text that was refused stands in the table all the same."""
    call = play.theatre.refuse(play.visitor, play.talk)
    asked = next(e for e in play.theatre.record if e.call == call).fields
    play.theatre.spread(play.theatre.store(play.talk, "visitor", asked["id"], asked["text"]))


@breaks("C3")
def stored_and_never_sent(play: Play) -> None:
    """A text stands in the table that nobody sent."""
    play.theatre.spread(play.theatre.store(play.talk, "visitor", "made-up-id", "made up"))


@breaks("C3")
def told_and_not_stored(play: Play) -> None:
    """Announced within a transaction that was rolled back."""
    said(play)
    rows, entries = dict(play.theatre.rows), list(play.theatre.entries)
    entry = play.theatre.store(play.talk, "visitor", "id", "text")
    play.theatre.rows, play.theatre.entries = rows, entries
    play.theatre.spread(entry)


@breaks("C3", "C11")
def closed_by_nobody(play: Play) -> None:
    """An event says what nobody did."""
    play.theatre.spread(play.theatre.store(play.talk, "agent:2", "event", "closed", "event"))


@breaks("C4", "C5")
def hole_in_the_numbers(play: Play) -> None:
    """A number is left out."""
    row = play.theatre.rows[play.talk]
    play.theatre.change(play.talk, last_seq=row.last_seq + 1)
    play.theatre.say(play.visitor, play.talk)


@breaks("C5", "C6")
def gap_on_a_socket(play: Play) -> None:
    """A socket is told the next but one, and never the next."""
    first = play.theatre.say(play.visitor, play.talk)
    del play.theatre.record.events[told_at(play, play.ann, first.seq)]
    play.theatre.say(play.visitor, play.talk)


@breaks("C5")
def repeat_on_a_socket(play: Play) -> None:
    """A socket is told the same entry twice."""
    play.theatre.tell(play.ann, play.theatre.say(play.visitor, play.talk))


@breaks("C5")
def disorder_on_a_socket(play: Play) -> None:
    """A socket is told the second before the first."""
    first = play.theatre.say(play.visitor, play.talk)
    second = play.theatre.say(play.visitor, play.talk)
    events = play.theatre.record.events
    one, two = told_at(play, play.ann, first.seq), told_at(play, play.ann, second.seq)
    events[one], events[two] = (
        msgspec.structs.replace(events[two], at=events[one].at),
        msgspec.structs.replace(events[one], at=events[two].at),
    )


@breaks("C5")
def page_that_begins_too_late(play: Play) -> None:
    """A page of history leaves out its first entry."""
    whole = [e for e in play.theatre.entries if e.conversation == play.talk]
    messages = [play.theatre.shown(play.ann, entry) for entry in whole[1:]]
    play.theatre.page(play.ann, play.talk, 0, messages=messages)


@breaks("C6")
def not_delivered_after_the_heal(play: Play) -> None:
    """Whoever was attached all the time misses the last entry for ever."""
    entry = play.theatre.say(play.visitor, play.talk)
    del play.theatre.record.events[told_at(play, play.ann, entry.seq)]


@breaks("C6")
def delivered_too_late(play: Play) -> None:
    """It comes after eleven calm seconds."""
    call, id, text = said(play)
    entry = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.ack(play.visitor, call, entry)
    play.theatre.spread(entry, but=play.ann)
    play.theatre.wait(11.0)
    play.theatre.tell(play.ann, entry)


@breaks("C6")
def never_came_back(play: Play) -> None:
    """A client is cut off and finds no way back."""
    play.theatre.drop(play.other)


@breaks("C7")
def stored_out_of_time(play: Play) -> None:
    """What was acked before another was sent stands behind it."""
    first, first_id, first_text = said(play)
    rows = dict(play.theatre.rows)
    play.theatre.change(play.talk, last_seq=rows[play.talk].last_seq + 1)
    late = play.theatre.store(play.talk, "visitor", first_id, first_text)
    play.theatre.ack(play.visitor, first, late)
    play.theatre.wait(1.0)
    second, id, text = said(play)
    play.theatre.rows = rows
    early = play.theatre.store(play.talk, "visitor", id, text)
    play.theatre.change(play.talk, last_seq=late.seq)
    play.theatre.ack(play.visitor, second, early)
    play.theatre.spread(early, late)


def told_at(play: Play, seat: Seat, seq: int) -> int:
    """Return where in the record a seat is told an entry of the talk."""
    return next(
        number
        for number, event in enumerate(play.theatre.record.events)
        if event.client == seat.client
        and event.op == "chat.said"
        and (event.fields["conversation"], event.fields["seq"]) == (play.talk, seq)
    )
