"""What is stored: conditions C1 to C4 and C7, on acks, the tables and what was heard of them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from portal.chat.visible import OPEN_EVENTS
from tests.faults.history import Call, History, Violation, entries_told
from tests.faults.record import Event
from tests.faults.tables import EntryRow

KINDS = {"chat.say": "text", "chat.note": "note"}
MAKES = {
    "joined": {"chat.claim", "chat.say"},
    "left": {"chat.release"},
    "closed": {"chat.close", "chat.leave"},
    "reopened": {"chat.say", "chat.reopen"},
}
"""Which requests an event comes from. One by the portal itself comes from nobody's."""


def acked_is_stored(history: History) -> Iterator[Violation]:
    """C1: what was acked is stored at that number, with those words; so is what was told."""
    for call in history.sends:
        if call.ok:
            wrong = _acked_wrongly(history, call)
            if wrong:
                yield Violation("C1", wrong, call.events)
    for event in history.record:
        for told in entries_told(event):
            entry = history.at.get((told["conversation"], told["seq"]))
            wrong = _told_wrongly(history.links[event.link].door, entry, told) if entry else None
            if wrong:
                yield Violation("C1", wrong, (event,))


def _told_wrongly(door: str, entry: EntryRow, told: dict[str, Any]) -> str | None:
    if told["kind"] == "void":
        open_to_all = entry.kind in ("text", "file") or entry.event in OPEN_EVENTS
        if open_to_all or door == "staff":
            return f"{_name(entry)} was told as void to somebody who may see it"
        return None
    stored = {"id": entry.id, "kind": entry.kind, "text": entry.text, "at": entry.at}
    if any(told.get(name) != value for name, value in stored.items()):
        return f"{_name(entry)} was told otherwise than it is stored: {stored}"
    return None


def _acked_wrongly(history: History, call: Call) -> str | None:
    answer, asked = call.answer, call.asked
    place = (answer["conversation"], answer["seq"])
    entry = history.at.get(place)
    if entry is None or (history.author(entry), entry.id) != (call.link.person, asked["id"]):
        elsewhere = [e for e in history.tables.entries if call in history.tries(e)]
        where = f"it stands at {_name(elsewhere[0])}" if elsewhere else "it is lost"
        return f"{asked['id']} was acked as {place[0]} #{place[1]}, but {where}"
    if (entry.kind, entry.text) != (KINDS[call.op], asked["text"]):
        return f"{_name(entry)} was acked, but other words are stored: {entry.text!r}"
    if answer["at"] != entry.at:
        return f"{_name(entry)} was acked as of {answer['at']}, but is stored as of {entry.at}"
    return None


def stored_once(history: History) -> Iterator[Violation]:
    """C2: one id of one author in one conversation is stored once, and all acks say where."""
    rows: dict[tuple[str, str, str], list[EntryRow]] = defaultdict(list)
    for entry in history.tables.entries:
        rows[history.author(entry), entry.conversation, entry.id].append(entry)
    for (author, _, id), found in rows.items():
        if author and len(found) > 1:
            events = tuple(call.invoked for call in history.tries(found[0]))
            names = ", ".join(map(_name, found))
            yield Violation("C2", f"{id} of {author} is stored {len(found)} times: {names}", events)
    for (person, id), calls in history.attempts.items():
        acks: dict[str | None, list[Call]] = defaultdict(list)
        for call in calls:
            if call.ok:
                # An agent may use an id again in another conversation; a visitor has but one.
                acks[call.conversation if person.startswith("agent:") else None].append(call)
        for agreed in acks.values():
            places = {(call.answer["conversation"], call.answer["seq"]) for call in agreed}
            if len(places) > 1:
                sentence = f"acks of {id} of {person} do not agree: {sorted(places)}"
                yield Violation("C2", sentence, tuple(c.ended for c in agreed if c.ended))


def nothing_else_stored(history: History) -> Iterator[Violation]:
    """C3: what is stored was sent and not refused; what was told is stored."""
    before = {(e.conversation, e.seq) for e in history.before.entries}
    for entry in history.tables.entries:
        if (entry.conversation, entry.seq) in before:
            continue
        if entry.kind == "event":
            if not _was_done(history, entry):
                yield Violation("C3", f"{_name(entry)}: nobody did what it says")
            continue
        tries = history.tries(entry)
        same = [c for c in tries if (KINDS[c.op], c.asked["text"]) == (entry.kind, entry.text)]
        if not same:
            events = tuple(call.invoked for call in tries)
            sentence = f"{_name(entry)} {entry.text!r} by {entry.author} was never sent so"
            yield Violation("C3", sentence, events)
        elif all(call.refused for call in same):
            events = tuple(event for call in same for event in call.events)
            yield Violation("C3", f"{_name(entry)} is stored though it was refused", events)
    told_once = set()
    for event in history.record:
        for told in entries_told(event):
            place = (told["conversation"], told["seq"])
            if place not in history.at and place not in told_once:
                told_once.add(place)
                sentence = f"{place[0]} #{place[1]} was told and is not stored"
                yield Violation("C3", sentence, (event,))


def _was_done(history: History, entry: EntryRow) -> bool:
    person, ops = history.author(entry), MAKES.get(entry.event, set())
    if not person:
        return entry.author == "portal"
    return any(
        not call.refused
        and call.link.person == person
        and call.conversation in (None, entry.conversation)
        for op in ops
        for call in history.by_op[op]
    )


def dense(history: History) -> Iterator[Violation]:
    """C4: the numbers of a conversation are 1 to n, and its row says n."""
    for row in history.tables.conversations:
        seqs = [entry.seq for entry in history.entries[row.id]]
        if seqs != list(range(1, row.last_seq + 1)):
            missing = sorted(set(range(1, row.last_seq + 1)) - set(seqs))
            sentence = f"{row.id} goes to #{row.last_seq}, but its numbers are {_brief(seqs)}"
            yield Violation("C4", sentence + (f"; missing {_brief(missing)}" if missing else ""))


def in_real_time_order(history: History) -> Iterator[Violation]:
    """C7: what was known to be stored before another was sent has the smaller number."""
    for conversation, entries in history.entries.items():
        earliest: tuple[float, EntryRow] | None = None
        for entry in reversed(entries):
            tries = history.tries(entry)
            if tries and earliest is not None and earliest[0] < tries[0].invoked.at:
                other = earliest[1]
                sentence = (
                    f"{conversation}: #{other.seq} was known at {earliest[0]:.3f}, before "
                    f"#{entry.seq} was sent, and stands behind it"
                )
                events = (*_first_known(history, other), tries[0].invoked)
                yield Violation("C7", sentence, events)
            known = _told_at(history, entry)
            if earliest is None or known < earliest[0]:
                earliest = (known, entry)


def _told_at(history: History, entry: EntryRow) -> float:
    events = _first_known(history, entry)
    return events[0].at if events else float("inf")


def _first_known(history: History, entry: EntryRow) -> tuple[Event, ...]:
    acks = [call.ended for call in history.tries(entry) if call.ok and call.ended]
    told = history.told.get((entry.conversation, entry.seq))
    found = sorted([*acks, *([told] if told else [])], key=lambda event: event.at)
    return tuple(found[:1])


def _name(entry: EntryRow) -> str:
    return f"{entry.conversation} #{entry.seq}"


def _brief(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:12]))
    return f"{shown} …" if len(numbers) > 12 else shown or "none"
