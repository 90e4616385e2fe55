"""What is delivered: condition C5 on each socket's stream, C6 on what everybody has in the end.

A stream begins where the socket was attached: behind the `last_seq` of `chat.opened`, or behind
the page of `chat.history` that reaches the head. From there every number comes, by one.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from tests.faults.history import CALM_SECONDS, Call, History, Link, Violation
from tests.faults.record import Event


@dataclass(eq=False)
class Stream:
    """One conversation on one socket.

    Attributes:
        cursor: the last number of the stream; None while it is not attached.
        begins: behind which number its client wanted to hear.
        attached_at, ends_at: while entries had to come by themselves.
    """

    link: Link
    conversation: str
    cursor: int | None = None
    begins: float = inf
    attached_at: float = inf
    ends_at: float = inf


@dataclass
class Streams:
    """All streams of a history, and where they were not what they had to be."""

    history: History
    streams: list[Stream] = field(default_factory=list)
    got: dict[tuple[str, str], dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    """When a client first got each number of a conversation, over all its sockets."""
    violations: list[Violation] = field(default_factory=list)

    def follow(self) -> "Streams":
        """Read every socket from its beginning."""
        for link in self.history.links.values():
            self._follow(link)
        return self

    def _follow(self, link: Link) -> None:
        open_now: dict[str, Stream] = {}
        for event in link.events:
            fields = event.fields
            which = fields.get("conversation", "")
            match event.kind, event.op:
                case "received", "chat.opened":
                    for other in [each for each in open_now if each != which]:
                        self._end(open_now.pop(other), event.at)
                    stream = self._stream(open_now, link, which)
                    self._attach(stream, event, fields["last_seq"])
                case "received", "chat.history":
                    self._page(self._stream(open_now, link, which), event)
                case "received", "chat.said":
                    self._entry(self._stream(open_now, link, which), event)
                case "ok", "chat.part":
                    asked = self.history.calls[event.call].asked["conversation"]
                    if asked in open_now:
                        self._end(open_now.pop(asked), event.at)
        for stream in open_now.values():
            self._end(stream, link.closed_at)

    def _stream(self, open_now: dict[str, Stream], link: Link, which: str) -> Stream:
        if which not in open_now:
            open_now[which] = Stream(link, which)
            self.streams.append(open_now[which])
        return open_now[which]

    def _attach(self, stream: Stream, event: Event, upto: int) -> None:
        if stream.cursor is None:
            stream.attached_at, stream.cursor = event.at, upto
        stream.cursor = max(stream.cursor, upto)
        stream.begins = min(stream.begins, upto)

    def _end(self, stream: Stream, at: float) -> None:
        stream.ends_at = min(at, stream.link.closed_at)

    def _page(self, stream: Stream, event: Event) -> None:
        call = self._asked(stream, event)
        asked = call.asked if call else {}
        since = int(asked.get("seq", asked.get("last_seq", 0)))
        messages, head = event.fields["messages"], event.fields["last_seq"]
        seqs = [message["seq"] for message in messages]
        if seqs != list(range(since + 1, since + 1 + len(seqs))):
            self._wrong(stream, f"the page behind #{since} brings {seqs}", event, call)
        if not seqs and since < head:
            self._wrong(stream, f"the page behind #{since} is empty, the head is #{head}", event)
        for message in messages:
            if message["conversation"] != stream.conversation:
                self._wrong(stream, f"a page brings an entry of {message['conversation']}", event)
            self._got(stream, message["seq"], event.at)
        stream.begins = min(stream.begins, since)
        end = seqs[-1] if seqs else since
        if end >= head:
            self._attach(stream, event, end)

    def _asked(self, stream: Stream, event: Event) -> Call | None:
        if "ref" in event.fields:
            return self.history.refs.get((stream.link.opened.link, event.fields["ref"]))
        return None

    def _entry(self, stream: Stream, event: Event) -> None:
        seq = event.fields["seq"]
        if stream.cursor is None:
            self._wrong(stream, f"#{seq} came before the socket was attached", event)
        elif seq <= stream.cursor:
            self._wrong(stream, f"#{seq} came again, behind #{stream.cursor}", event)
        elif seq > stream.cursor + 1:
            self._wrong(stream, f"#{seq} came after #{stream.cursor}: a gap", event)
        if stream.cursor is not None:
            stream.cursor = max(seq, stream.cursor)
        self._got(stream, seq, event.at)

    def _got(self, stream: Stream, seq: int, at: float) -> None:
        self.got[stream.link.client, stream.conversation].setdefault(seq, at)

    def _wrong(self, stream: Stream, what: str, event: Event, call: Call | None = None) -> None:
        sentence = f"{stream.link.client}, link {stream.link.opened.link}: {what}"
        before = [call.invoked] if call else []
        self.violations.append(Violation("C5", sentence, (*before, event)))


def in_order(streams: Streams) -> Iterator[Violation]:
    """C5: on one socket the numbers of a conversation rise by exactly one."""
    yield from streams.violations


def everybody_has_everything(streams: Streams) -> Iterator[Violation]:
    """C6: five calm seconds after an entry was known, every socket's client has it."""
    history = streams.history
    begins: dict[tuple[str, str], float] = defaultdict(lambda: inf)
    for stream in streams.streams:
        key = stream.link.client, stream.conversation
        begins[key] = min(begins[key], stream.begins)
    late: set[tuple[str, str, int]] = set()
    for stream in streams.streams:
        key = stream.link.client, stream.conversation
        for entry in history.entries[stream.conversation]:
            if entry.seq <= begins[key]:
                continue
            known = history.known_at((entry.conversation, entry.seq))
            if known == inf:  # nobody ever heard of it: it is there since its sender gave up
                known = max((call.ended_at for call in history.tries(entry)), default=inf)
            due = history.calm_from(max(known, stream.attached_at)) + CALM_SECONDS
            if due > min(stream.ends_at, history.end):
                continue
            got = streams.got[key].get(entry.seq, inf)
            if got > due and (*key, entry.seq) not in late:
                late.add((*key, entry.seq))
                when = "never" if got == inf else f"at {got:.3f}"
                sentence = (
                    f"{stream.link.client} got {stream.conversation} #{entry.seq} {when}; it was "
                    f"known at {known:.3f} and due at {due:.3f}"
                )
                acks = tuple(c.ended for c in history.tries(entry) if c.ok and c.ended)
                yield Violation("C6", sentence, (stream.link.opened, *acks))
    yield from _nobody_is_left_out(streams)


def _nobody_is_left_out(streams: Streams) -> Iterator[Violation]:
    """C6 for those who were cut off: they come back, and read on where they were."""
    history = streams.history
    ended = {event.fields["person"] for event in history.revoked}
    links: dict[str, list[Link]] = defaultdict(list)
    for link in history.links.values():
        if link.person not in ended:
            links[link.client].append(link)
    parted = {
        (call.link.client, call.asked["conversation"])
        for call in history.calls.values()
        if call.op == "chat.part"
    }
    done = parted | _moved(history)
    for client, mine in links.items():
        until = history.left.get(client, inf)
        last = mine[-1]
        lost_at = history.calm_from(last.closed_at) if last.closed_at < inf else inf
        if lost_at + CALM_SECONDS <= history.end and until == inf:
            yield Violation("C6", f"{client} never came back", (last.opened,))
        begun: dict[str, float] = {}
        for stream in [s for s in streams.streams if s.link.client == client]:
            if stream.cursor is not None:
                begun.setdefault(stream.conversation, stream.attached_at)
        for link in mine:
            due = history.calm_from(link.opened.at) + CALM_SECONDS
            if due > min(link.closed_at, history.end, until):
                continue
            attached = {
                s.conversation for s in streams.streams if s.link is link and s.attached_at <= due
            }
            for conversation, at in begun.items():
                if at >= link.opened.at or (client, conversation) in done:
                    continue
                if conversation not in attached:
                    sentence = (
                        f"{client} is back since {link.opened.at:.3f}, without {conversation}"
                    )
                    yield Violation("C6", sentence, (link.opened,))


def _moved(history: History) -> set[tuple[str, str]]:
    """Who speaks in a newer conversation need not come back to the old one."""
    old = {row.id for row in history.tables.conversations if not row.current}
    clients = {link.client for link in history.links.values()}
    return {(client, conversation) for client in clients for conversation in old}
