"""The theatre: a portal and its clients that are only played, for the checker's own test.

Played rightly it keeps every promise. Each step is also there in its parts (`ask`, `store`, `ack`,
`tell`), so that a test can play one thing wrongly and leave all else as it was.
"""

import itertools
from typing import Any

import msgspec

from tests.faults.record import Record
from tests.faults.seat import Seat
from tests.faults.tables import ConversationRow, EntryRow, Tables, agent_person

BLINK = 0.01
ARTICLE = 42


class Theatre:
    """A portal as it should be, with a clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.record = Record(seed=7, clock=lambda: self.now)
        self.before = Tables(clicks={ARTICLE: 1000}, hours={ARTICLE: 1000})
        self.rows: dict[str, ConversationRow] = {}
        self.entries: list[EntryRow] = []
        self.clicks = 1000
        self.seats: list[Seat] = []
        self._names = itertools.count(1)

    @property
    def tables(self) -> Tables:
        """What is stored now."""
        counts = {ARTICLE: self.clicks}
        return Tables(list(self.rows.values()), list(self.entries), counts, dict(counts))

    def name(self, what: str) -> str:
        """Return a name nobody has."""
        return f"{what}-{next(self._names)}"

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    # Who is there

    def visitor(self) -> tuple[Seat, str]:
        """Bring in a visitor with a conversation; return both."""
        name = self.name("visitor")
        seat = Seat(name, "live", f"visitor:{name}")
        self.seats.append(seat)
        conversation = f"c-{name}"
        self.rows[conversation] = ConversationRow(
            conversation, seat.person, True, "waiting", 0, None
        )
        self.enter(seat)
        self.attach(seat, conversation)
        return seat, conversation

    def agent(self, number: int) -> Seat:
        """Bring in a member of staff."""
        seat = Seat(f"agent-{number}", "staff", agent_person(number))
        self.seats.append(seat)
        self.enter(seat)
        return seat

    def reader(self) -> Seat:
        """Bring in a reader who watches the article's count."""
        seat = Seat(self.name("reader"), "live", "", watches=True)
        self.seats.append(seat)
        self.enter(seat)
        return seat

    def enter(self, seat: Seat) -> None:
        """Open the seat's socket."""
        seat.link = self.record.opened(
            seat.client, seat.door, person=seat.person, tab=f"tab-{seat.client}"
        )
        self.hear(seat, "live.welcome", protocol=1)
        if seat.watches:
            self.show(seat, self.clicks)

    def drop(self, seat: Seat) -> None:
        """Break the seat's socket."""
        self.record.closed(seat.link)
        seat.link = 0
        seat.attached.clear()

    def come_back(self, seat: Seat) -> None:
        """Open a new socket and read on in every conversation."""
        self.enter(seat)
        for conversation in sorted(seat.cursors):
            self.attach(seat, conversation)

    def attach(self, seat: Seat, conversation: str, since: int | None = None) -> None:
        """Attach a socket, from where its client is."""
        if seat.door == "live":
            call = self.ask(seat, "chat.open", visitor="…")
            head = self.rows[conversation].last_seq
            self.answer(
                seat, call, "chat.opened", conversation=conversation, last_seq=head, epoch=1
            )
        since = seat.cursors.get(conversation, 0) if since is None else since
        self.page(seat, conversation, since)

    def page(self, seat: Seat, conversation: str, since: int, **changes: Any) -> None:
        """Answer what is behind `since`."""
        names = {"seq": since}
        call = self.ask(seat, "chat.since", conversation=conversation, **names)
        messages = [
            self.shown(seat, entry)
            for entry in self.entries
            if entry.conversation == conversation and entry.seq > since
        ]
        head = self.rows[conversation].last_seq
        fields = {"conversation": conversation, "epoch": 1, "messages": messages, "last_seq": head}
        self.answer(seat, call, "chat.history", **fields | changes)
        seat.cursors[conversation] = max(head, seat.cursors.get(conversation, 0))
        seat.attached.add(conversation)

    # The parts of every step

    def ask(self, seat: Seat, type: str, **fields: Any) -> int:
        """Send a request."""
        ref = self.name("ref")
        return self.record.invoke(seat.link, {"type": type, "ref": ref, **fields})

    def answer(self, seat: Seat, call: int, type: str, **fields: Any) -> None:
        """Answer a request a moment later."""
        self.wait(BLINK)
        asked = next(e for e in reversed(self.record.events) if e.call == call)
        frame = {"type": type, "ref": asked.fields["ref"], **fields}
        self.record.received(seat.link, frame)
        if type == "error":
            self.record.fail(call, frame)
        else:
            self.record.ok(call, frame)

    def hear(self, seat: Seat, type: str, **fields: Any) -> None:
        """Tell a seat anything."""
        self.record.received(seat.link, {"type": type, **fields})

    def store(
        self, conversation: str, author: str, id: str, text: str, kind: str = "text"
    ) -> EntryRow:
        """Store an entry; of an event `text` is its name."""
        row = self.rows[conversation]
        seq = row.last_seq + 1
        event = text if kind == "event" else ""
        entry = EntryRow(conversation, seq, id, kind, author, text, event, int(self.now * 1000))
        self.entries.append(entry)
        self.change(conversation, last_seq=seq)
        return entry

    def change(self, conversation: str, **columns: Any) -> None:
        """Change a conversation's row."""
        self.rows[conversation] = msgspec.structs.replace(self.rows[conversation], **columns)

    def ack(self, seat: Seat, call: int, entry: EntryRow, **changes: Any) -> None:
        """Answer `chat.stored`."""
        place = {
            "conversation": entry.conversation,
            "seq": entry.seq,
            "id": entry.id,
            "at": entry.at,
        }
        self.answer(seat, call, "chat.stored", **place | changes)

    def shown(self, seat: Seat, entry: EntryRow, **changes: Any) -> dict[str, Any]:
        """Return an entry as a seat may see it."""
        said = {
            "type": "chat.said",
            "conversation": entry.conversation,
            "seq": entry.seq,
            "kind": entry.kind,
        }
        if seat.door == "live" and entry.kind == "note":
            return said | {"kind": "void"} | changes
        said |= {"id": entry.id, "text": entry.text, "at": entry.at, "author": {"name": "x"}}
        return said | ({"event": entry.event} if entry.event else {}) | changes

    def tell(self, seat: Seat, entry: EntryRow, **changes: Any) -> None:
        """Deliver an entry to a seat."""
        self.record.received(seat.link, self.shown(seat, entry, **changes))
        seat.cursors[entry.conversation] = entry.seq

    def spread(self, *entries: EntryRow, but: Seat | None = None) -> None:
        """Deliver entries to whoever is attached."""
        self.wait(BLINK)
        for seat in self.seats:
            for entry in entries:
                if entry.conversation in seat.attached and seat is not but:
                    self.tell(seat, entry)

    # What people do

    def say(
        self, seat: Seat, conversation: str, type: str = "chat.say", *, lost_ack: bool = False
    ) -> EntryRow:
        """Say something that is stored, acked and delivered.

        With `lost_ack` the socket breaks before the answer, and the same is said again later.
        """
        id, text = self.name("id"), self.name("note" if type == "chat.note" else "text")
        fields = {"conversation": conversation, "id": id, "text": text}
        call = self.ask(seat, type, **fields)
        self.wait(BLINK)
        before = self._before_saying(seat, conversation, type)
        kind = "note" if type == "chat.note" else "text"
        entry = self.store(conversation, seat.author, id, text, kind)
        if lost_ack:
            self.drop(seat)
            self.spread(*before, entry)
            self.wait(0.5)
            self.come_back(seat)
            call = self.ask(seat, type, **fields)
            self.ack(seat, call, entry)
        else:
            self.ack(seat, call, entry)
            self.spread(*before, entry)
        return entry

    def _before_saying(self, seat: Seat, conversation: str, type: str) -> list[EntryRow]:
        row = self.rows[conversation]
        if type == "chat.note":
            return []
        if seat.door == "live" and row.status == "closed":
            self.change(conversation, status="waiting", agent=None)
            return [self.store(conversation, "visitor", self.name("event"), "reopened", "event")]
        if seat.door == "staff" and row.agent is None:
            self.change(conversation, status="open", agent=seat.person)
            return [self.store(conversation, seat.person, self.name("event"), "joined", "event")]
        return []

    def refuse(self, seat: Seat, conversation: str, code: str = "limited") -> int:
        """Refuse a text; return the call."""
        id, text = self.name("id"), self.name("text")
        call = self.ask(seat, "chat.say", conversation=conversation, id=id, text=text)
        self.answer(seat, call, "error", code=code)
        return call

    def move(self, seat: Seat, conversation: str, type: str) -> None:
        """Claim, release or close, as far as that may be."""
        row = self.rows[conversation]
        call = self.ask(seat, type, conversation=conversation)
        his = row.status == "open" and row.agent == seat.person
        told: list[EntryRow] = []
        if type == "chat.claim" and row.status != "closed" and row.agent in (None, seat.person):
            if row.agent is None:
                self.change(conversation, status="open", agent=seat.person)
                told = [self._event(seat, conversation, "joined")]
            self.answer(seat, call, "chat.claimed", conversation=conversation)
        elif type == "chat.release" and his:
            self.change(conversation, status="waiting", agent=None)
            told = [self._event(seat, conversation, "left")]
            self.answer(seat, call, "ok")
        elif type == "chat.close" and his:
            self.change(conversation, status="closed")
            told = [self._event(seat, conversation, "closed")]
            self.answer(seat, call, "ok")
        else:
            self.answer(seat, call, "error", code="taken")
        self.spread(*told)

    def _event(self, seat: Seat, conversation: str, name: str) -> EntryRow:
        return self.store(conversation, seat.author, self.name("event"), name, "event")

    def view(self, seat: Seat, *, counted: bool = True) -> None:
        """Look at the article; whoever watches is told within a second."""
        call = self.ask(seat, "audience.view", article=ARTICLE)
        self.wait(BLINK)
        self.clicks += counted
        self.answer(seat, call, "audience.viewed", article=ARTICLE, counted=counted)
        self.wait(0.5)
        for each in self.seats:
            if each.watches and each.link:
                self.show(each, self.clicks)

    def show(self, seat: Seat, clicks: int) -> None:
        """Tell a screen a number."""
        counts = {str(ARTICLE): {"clicks": clicks, "open": 1, "reading": 1}}
        self.hear(seat, "audience.counts", counts=counts)

    def fault(self, *seats: Seat) -> None:
        """Cut some off for two seconds, while all others go on; then heal."""
        number = self.record.fault("cut", redis=True)
        for seat in seats:
            self.drop(seat)
        self.wait(2.0)
        for seat in seats:
            self.come_back(seat)
        self.record.healed(number, fired=len(seats) or 1)
        self.wait(6.0)

    def end(self) -> None:
        """Let it be quiet for a while, and end."""
        self.wait(10.0)
        self.record.end()
