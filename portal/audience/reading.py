"""Readers now: how many sockets are on an article (`open`), how many of them read (`reading`).

Every node knows its own sockets and tells the others what changed, twice a second at most; every
5 s it writes all of it under a key that ends with the node, and reads the others'. The number shown
is the sum over the nodes that live.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from portal.audience.messages import State
from portal.live.connection import Connection
from portal.memory.bus import Bus
from portal.memory.reading import LIVES_SECONDS, Readers, Readings, Snapshot

TOPIC = "reading"
ATTENTION_SECONDS = 15.0
"""Input so long ago still means that somebody reads."""


class _Heard(msgspec.Struct, frozen=True):
    """What a node says on the bus: absolute numbers of what changed there, or that it leaves."""

    node: str
    version: int
    readers: Readers
    left: bool = False


_decoder = msgspec.json.Decoder(_Heard)


@dataclass(eq=False, slots=True)
class Node:
    """Another node: its readers, as of which of its versions, and when it last gave a sign."""

    readers: Readers
    version: int
    heard_at: float


@dataclass(eq=False, slots=True)
class Seat:
    """Where one socket sits: the article its page shows, and whether somebody reads there."""

    article: int | None = None
    reading: bool = False
    since: float = 0.0
    """When this reading began, on the loop's clock, s."""
    seconds: float = 0.0
    """How long he read before that, since he sits here."""
    depth: float | None = None
    """How much of the text was on his screen, at most, in percent; None: his page does not say."""


Left = Callable[[Connection, int, float, float | None], None]


class Reading:
    """Readers of this node and of all nodes."""

    def __init__(
        self,
        *,
        readings: Readings,
        bus: Bus,
        node: str,
        elapsed: Callable[[], float],
        changed: Callable[[Collection[int]], None],
        left: Left,
    ) -> None:
        """Make an empty house.

        Args:
            node: this process' own name.
            elapsed: the loop's clock, s.
            changed: told which articles have other numbers now.
            left: told who leaves which article, for how many seconds he read it, and how far.
        """
        self._readings = readings
        self._bus = bus
        self._node = node
        self._elapsed = elapsed
        self._changed = changed
        self._left = left
        self._own: Readers = {}
        self._version = 0
        self._others: dict[str, Node] = {}
        self._moved: set[int] = set()
        self._attentive: dict[Connection, float] = {}
        """Sockets that read, by their last sign of it, the oldest first."""
        bus.want(TOPIC, self._merge)

    def numbers(self, article: int) -> tuple[int, int]:
        """Return (open, reading) of an article over all nodes."""
        sums = [self._own.get(article, (0, 0))]
        sums += [node.readers.get(article, (0, 0)) for node in self._others.values()]
        return sum(open_ for open_, _ in sums), sum(reading for _, reading in sums)

    def everywhere(self) -> Readers:
        """Return (open, reading) over all nodes, by article; absent ones have nobody."""
        found: Readers = dict(self._own)
        for node in self._others.values():
            for article, (open_, reading) in node.readers.items():
                before = found.get(article, (0, 0))
                found[article] = (before[0] + open_, before[1] + reading)
        return {article: numbers for article, numbers in found.items() if numbers != (0, 0)}

    def sit(self, connection: Connection, article: int) -> None:
        """Note that a socket's page shows this article."""
        seat = connection.keep(Seat, Seat)
        if seat.article == article:
            return
        self._leave(connection, seat)
        self._add(seat.article, -1, -seat.reading)
        seat.article = article
        self._add(article, 1, int(seat.reading))

    def attend(
        self, connection: Connection, state: State, depth: float | UnsetType = UNSET
    ) -> None:
        """Note how a socket's page is attended to; `reading` holds for 15 s.

        Args:
            depth: how much of the text was on the screen, in percent.
        """
        seat = connection.keep(Seat, Seat)
        if depth is not UNSET:
            seat.depth = max(depth, seat.depth or 0.0)
        self._attentive.pop(connection, None)
        if state == "reading":
            self._attentive[connection] = self._elapsed()
        self._set_reading(seat, state == "reading")

    def gone(self, connection: Connection) -> None:
        """Forget a socket."""
        self._attentive.pop(connection, None)
        seat = connection.kept(Seat)
        if seat is not None:
            self._leave(connection, seat)
            self._add(seat.article, -1, -seat.reading)
            seat.article = None

    async def tell(self) -> None:
        """Let attention and nodes run out, and tell the other nodes what changed here."""
        now = self._elapsed()
        self._run_out(now)
        if not self._moved:
            return
        moved, self._moved = self._moved, set()
        self._version += 1
        readers = {article: self._own.get(article, (0, 0)) for article in moved}
        heard = _Heard(self._node, self._version, readers)
        await self._bus.publish(TOPIC, msgspec.json.encode(heard))

    async def beat(self) -> None:
        """Renew this node's key and read the others'.

        Raises:
            Unavailable: Valkey does not answer; then the others are forgotten in time.
        """
        asked_at = self._elapsed()
        living = await self._readings.beat(Snapshot(self._version, self._own))
        for name, node in list(self._others.items()):
            if name not in living and node.heard_at < asked_at:
                self._forget(name)
        for name, snapshot in living.items():
            self._replace(name, snapshot)

    async def leave(self) -> None:
        """Take this node's readers away everywhere, at once.

        Raises:
            Unavailable: Valkey does not answer; they go by themselves within 30 s.
        """
        await self._bus.publish(TOPIC, msgspec.json.encode(_Heard(self._node, 0, {}, left=True)))
        await self._readings.leave()

    def _run_out(self, now: float) -> None:
        while self._attentive:
            connection, since = next(iter(self._attentive.items()))
            if now - since < ATTENTION_SECONDS:
                break
            del self._attentive[connection]
            self._set_reading(connection.keep(Seat, Seat), False)
        for name, node in list(self._others.items()):
            if now - node.heard_at >= LIVES_SECONDS:
                self._forget(name)

    def _leave(self, connection: Connection, seat: Seat) -> None:
        now = self._elapsed()
        seconds = seat.seconds + (now - seat.since if seat.reading else 0.0)
        depth = seat.depth
        seat.seconds, seat.since, seat.depth = 0.0, now, None
        if seat.article is not None and seconds:
            self._left(connection, seat.article, seconds, depth)

    def _set_reading(self, seat: Seat, reading: bool) -> None:
        if seat.reading != reading:
            seat.reading = reading
            now = self._elapsed()
            if reading:
                seat.since = now
            else:
                seat.seconds += now - seat.since
            self._add(seat.article, 0, 1 if reading else -1)

    def _add(self, article: int | None, open_: int, reading: int) -> None:
        if article is None or not (open_ or reading):
            return
        before = self._own.get(article, (0, 0))
        now = (before[0] + open_, before[1] + reading)
        if now == (0, 0):
            self._own.pop(article, None)
        else:
            self._own[article] = now
        self._moved.add(article)
        self._changed([article])

    def _merge(self, payload: bytes) -> None:
        try:
            heard = _decoder.decode(payload)
        except msgspec.DecodeError:
            return
        if heard.node == self._node:
            return
        if heard.left:
            self._forget(heard.node)
            return
        node = self._others.setdefault(heard.node, Node({}, 0, 0.0))
        node.heard_at = self._elapsed()
        node.version = heard.version
        node.readers.update(heard.readers)
        self._changed(heard.readers.keys())

    def _replace(self, name: str, snapshot: Snapshot) -> None:
        node = self._others.setdefault(name, Node({}, 0, 0.0))
        node.heard_at = self._elapsed()
        if snapshot.version < node.version:  # the bus was faster than the key
            return
        before, node.readers = node.readers, snapshot.readers
        node.version = snapshot.version
        now = node.readers
        moved = {a for a in before.keys() | now.keys() if before.get(a) != now.get(a)}
        if moved:
            self._changed(moved)

    def _forget(self, name: str) -> None:
        node = self._others.pop(name, None)
        if node is not None and node.readers:
            self._changed(node.readers.keys())
