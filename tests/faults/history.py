"""The history: a record read once and put in order, so that each condition is a short question.

Times are seconds on the record's clock. What cannot be known is bounded: when an entry was
committed is not in any record, but it was after its first invoke and before anybody heard of it,
and entries of one conversation commit in the order of their numbers.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from tests.faults.record import Event, Record
from tests.faults.tables import ConversationRow, EntryRow, Tables

CALM_SECONDS: Final = 5.0
"""Promise 4: so long after a fault everybody has everything."""
SENDS: Final = frozenset({"chat.say", "chat.note"})

Place = tuple[str, int]
"""A conversation and a number in it."""


@dataclass(frozen=True)
class Violation:
    """A promise that was not kept: which condition, in words, and the events that show it."""

    condition: str
    sentence: str
    events: tuple[Event, ...] = ()

    def __str__(self) -> str:
        shown = "".join(f"\n      {event}" for event in self.events)
        return f"{self.condition}: {self.sentence}{shown}"


@dataclass(eq=False)
class Call:
    """A request and what became of it. `outcome` is None while nobody knows (info)."""

    invoked: Event
    link: "Link"
    ended: Event | None = None

    @property
    def op(self) -> str:
        return self.invoked.op

    @property
    def asked(self) -> dict[str, Any]:
        return self.invoked.fields

    @property
    def answer(self) -> dict[str, Any]:
        return self.ended.fields if self.ended else {}

    @property
    def ok(self) -> bool:
        return self.ended is not None and self.ended.kind == "ok"

    @property
    def refused(self) -> bool:
        """It did not happen and never will."""
        return self.ended is not None and self.ended.kind == "fail"

    @property
    def ended_at(self) -> float:
        return self.ended.at if self.ended else inf

    @property
    def conversation(self) -> str | None:
        """Which conversation it was about, if asked or answer says so."""
        found: str | None = self.answer.get("conversation") or self.asked.get("conversation")
        return found

    @property
    def events(self) -> tuple[Event, ...]:
        return (self.invoked, self.ended) if self.ended else (self.invoked,)


@dataclass(eq=False)
class Link:
    """One socket from its welcome to its end."""

    opened: Event
    closed_at: float = inf
    events: list[Event] = field(default_factory=list)
    """What was asked and told on it, in order."""

    @property
    def client(self) -> str:
        return self.opened.client

    @property
    def door(self) -> str:
        return self.opened.op

    @property
    def person(self) -> str:
        found: str = self.opened.fields.get("person", "")
        return found

    @property
    def session(self) -> str:
        found: str = self.opened.fields.get("session", "")
        return found


@dataclass(eq=False)
class Fault:
    """A fault from its beginning until it healed."""

    begun: Event
    healed_at: float = inf
    fired: int = 0

    @property
    def redis(self) -> bool:
        return bool(self.begun.fields.get("redis"))

    @property
    def forgets(self) -> bool:
        return bool(self.begun.fields.get("forgets"))

    @property
    def race(self) -> bool:
        """Nothing was broken: people did the same thing at once, so often as it fired."""
        return bool(self.begun.fields.get("race"))


class History:
    """A record and the tables at its end, indexed. Nothing is judged here."""

    def __init__(self, record: Record, tables: Tables, before: Tables | None = None) -> None:
        """Read a record.

        Args:
            tables: of the end, when all was quiet.
            before: of the beginning; None: there was nothing.
        """
        self.record = record
        self.tables = tables
        self.before = before or Tables()
        self.links: dict[int, Link] = {}
        self.calls: dict[int, Call] = {}
        self.faults: dict[int, Fault] = {}
        self.revoked: list[Event] = []
        self.left: dict[str, float] = {}
        self.refs: dict[tuple[int, str], Call] = {}
        for event in record:
            self._take(event)
        self.end = record.events[-1].at if record.events else 0.0
        self._windows = sorted((f.begun.at, f.healed_at) for f in self.faults.values())

        self.conversations: dict[str, ConversationRow] = {c.id: c for c in tables.conversations}
        self.entries: dict[str, list[EntryRow]] = defaultdict(list)
        for entry in sorted(tables.entries, key=lambda each: (each.conversation, each.seq)):
            self.entries[entry.conversation].append(entry)
        self.at: dict[Place, EntryRow] = {(e.conversation, e.seq): e for e in tables.entries}
        self.sends = [call for call in self.calls.values() if call.op in SENDS]
        self.by_op: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls.values():
            self.by_op[call.op].append(call)
        self.attempts: dict[tuple[str, str], list[Call]] = defaultdict(list)
        """Sends by person and id, in the order in which they were invoked."""
        for call in self.sends:
            self.attempts[call.link.person, call.asked["id"]].append(call)
        self.told: dict[Place, Event] = {}
        """The frame that first brought an entry to anybody."""
        self._known: dict[Place, float] = {}
        self._after: dict[Place, float] = {}
        self._date_entries()

    # When

    def active(self, since: float, until: float, *, redis: bool = False) -> bool:
        """Say whether a fault (one of Redis) was at work at any time from `since` to `until`."""
        return any(
            fault.begun.at <= until and fault.healed_at >= since
            for fault in self.faults.values()
            if fault.redis or not redis
        )

    def calm_from(self, at: float) -> float:
        """Return from when on, not before `at`, five seconds passed without any fault."""
        calm = at
        for begun_at, healed_at in self._windows:
            if healed_at >= calm and begun_at < calm + CALM_SECONDS:
                calm = healed_at
        return calm

    def known_at(self, place: Place) -> float:
        """Return when an entry was committed at the latest: somebody knew of it, or of a later
        one of its conversation."""
        return self._known.get(place, inf)

    def not_before(self, place: Place) -> float:
        """Return when an entry was committed at the earliest."""
        return self._after.get(place, -inf)

    # Who

    def author(self, entry: EntryRow) -> str:
        """Return the person who wrote an entry; "" for the portal itself."""
        if entry.author == "visitor":
            found = self.conversations.get(entry.conversation)
            return found.visitor if found else ""
        return entry.author if entry.author.startswith("agent:") else ""

    def tries(self, entry: EntryRow) -> list[Call]:
        """Return the sends that may have stored an entry: same author, same id."""
        attempts = self.attempts.get((self.author(entry), entry.id), [])
        return [call for call in attempts if call.conversation in (None, entry.conversation)]

    # Reading a record

    def _take(self, event: Event) -> None:
        match event.kind:
            case "opened":
                self.links[event.link] = Link(event)
            case "closed":
                self.links[event.link].closed_at = event.at
            case "left":
                self.left[event.client] = event.at
            case "invoke":
                link = self.links[event.link]
                call = self.calls[event.call] = Call(event, link)
                if "ref" in event.fields:
                    self.refs[event.link, event.fields["ref"]] = call
            case "ok" | "fail" | "info":
                self.calls[event.call].ended = event
            case "fault":
                self.faults[event.call] = Fault(event)
            case "healed":
                fault = self.faults[event.call]
                fault.healed_at = event.at
                fault.fired = event.fields.get("fired", 0)
            case "revoked":
                self.revoked.append(event)
        if event.link in self.links:
            self.links[event.link].events.append(event)

    def _date_entries(self) -> None:
        for call in self.sends:
            if call.ok and "seq" in call.answer:
                self._hear((call.answer["conversation"], call.answer["seq"]), call.ended_at)
        for event in self.record:
            for told in entries_told(event):
                place = (told["conversation"], told["seq"])
                self.told.setdefault(place, event)
                self._hear(place, event.at)
        for conversation, entries in self.entries.items():
            first = -inf
            for entry in entries:
                tries = self.tries(entry)
                first = max(first, tries[0].invoked.at if tries else -inf)
                self._after[conversation, entry.seq] = first
            last = inf
            for entry in reversed(entries):
                place = (conversation, entry.seq)
                last = self._known[place] = min(last, self._known.get(place, inf))

    def _hear(self, place: Place, at: float) -> None:
        self._known[place] = min(at, self._known.get(place, inf))


def entries_told(event: Event) -> list[dict[str, Any]]:
    """Return the entries a frame brought, voids too; of anything else none."""
    if event.kind != "received":
        return []
    if event.op == "chat.said":
        return [event.fields]
    if event.op == "chat.history":
        found: list[dict[str, Any]] = event.fields["messages"]
        return found
    return []
