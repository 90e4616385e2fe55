"""Who owns a conversation: condition C11, on the events stored and the claims answered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from tests.faults.history import Call, History, Violation
from tests.faults.tables import EntryRow

ENDS = frozenset({"left", "closed", "reopened"})


@dataclass
class Tenure:
    """Somebody's time as owner, bounded by what can be known of it."""

    person: str
    began: int
    since: float
    ended: int | None = None
    until: float = inf


def one_owner(history: History) -> Iterator[Violation]:
    """C11: a conversation has at most one owner, a claim one winner."""
    claims: dict[str, list[Call]] = defaultdict(list)
    for call in history.by_op["chat.claim"]:
        if call.ok:
            claims[call.asked["conversation"]].append(call)
    for row in history.tables.conversations:
        tenures: list[Tenure] = []
        for entry in history.entries[row.id]:
            wrong = _next(history, tenures, entry)
            if wrong:
                yield Violation("C11", wrong)
        yield from _stands(history, row.id, tenures)
        yield from _winners(claims.pop(row.id, []), tenures)
    for conversation, calls in claims.items():
        yield Violation("C11", f"{conversation} was claimed and does not exist", calls[0].events)


def _next(history: History, tenures: list[Tenure], entry: EntryRow) -> str | None:
    place = (entry.conversation, entry.seq)
    now = tenures[-1] if tenures and tenures[-1].ended is None else None
    name = f"{entry.conversation} #{entry.seq}"
    if entry.kind == "event" and entry.event == "joined":
        tenures.append(Tenure(entry.author, entry.seq, history.not_before(place)))
        if now is not None:
            now.ended, now.until = entry.seq, history.known_at(place)
            return f"{name}: {entry.author} joined while {now.person} owned it"
    elif entry.kind == "event" and entry.event in ENDS:
        if now is not None:
            now.ended, now.until = entry.seq, history.known_at(place)
    elif entry.kind == "text" and entry.author.startswith("agent:"):
        owner = now.person if now else "nobody"
        if owner != entry.author:
            return f"{name}: {entry.author} answers while {owner} owns it"
    return None


def _stands(history: History, conversation: str, tenures: list[Tenure]) -> Iterator[Violation]:
    row = history.conversations[conversation]
    owner = tenures[-1].person if tenures and tenures[-1].ended is None else None
    stands = row.agent if row.status == "open" else None
    if stands != owner:
        sentence = f"{conversation} is {row.status} and {stands}'s; its events say {owner}"
        yield Violation("C11", sentence)
    last = [e.event for e in history.entries[conversation] if e.kind == "event"][-1:]
    if (row.status == "closed") != (last == ["closed"]) and (last or row.last_seq):
        sentence = f"{conversation} is {row.status}; its last event says {last}"
        yield Violation("C11", sentence)


def _winners(claims: list[Call], tenures: list[Tenure]) -> Iterator[Violation]:
    for claim in claims:
        his = [t for t in tenures if t.person == claim.link.person]
        if not any(t.since <= claim.ended_at and t.until >= claim.invoked.at for t in his):
            others = [
                other
                for other in claims
                if other.link.person != claim.link.person
                and other.invoked.at < claim.ended_at
                and claim.invoked.at < other.ended_at
            ]
            beside = f" beside {others[0].link.person}" if others else ""
            sentence = f"{claim.link.person} won{beside}, but was not its owner then"
            events = (*claim.events, *(e for other in others for e in other.events))
            yield Violation("C11", sentence, events)
