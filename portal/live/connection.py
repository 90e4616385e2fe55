"""The connection: one open socket after its hello, and what may be told to it.

There are two classes of news. *Log*: what is said in a conversation; it is written now or the
socket is closed with 4001 and comes back for the gap. *State*: counts, typing, presence; a peer
that is behind gets only the newest of each slot, once it has caught up. Nothing here awaits a
socket.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from portal.identity import Actor, Reader
from portal.live.hello import Hello
from portal.live.protocol import Told, encode
from portal.live.pulse import Pulse
from portal.live.wire import Frames, Wire, text_frame

T = TypeVar("T")

Door = Literal["live", "staff"]
BEHIND_BYTES = 256 * 1024
"""A peer that has this much unread is told nothing more of the log: he reads it from SQL later."""

TOO_SLOW, RESYNC = 4001, 4002


class Turn:
    """Joins the frames told to a socket in one turn of the loop into one write.

    The system call is the cost of a delivery: 7 µs a frame written alone, 0.5 when 16 go together.
    """

    __slots__ = ("_dirty", "_pulse")

    def __init__(self, pulse: Pulse | None = None) -> None:
        self._pulse = pulse or Pulse()
        self._dirty: list[Connection] = []

    def add(self, connection: "Connection") -> None:
        """Have what `connection` is told written at the end of this turn."""
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._flush)
        self._dirty.append(connection)

    def stale(self, connection: "Connection") -> bool:
        """Tell whether what a socket would be told waited while this process slept."""
        return connection.door == "staff" and self._pulse.slept()

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        if self._pulse.slept():
            for connection in dirty:
                if connection.door == "staff":
                    connection.end(RESYNC, "resync")
        last: list[Frames] = []
        joined = b""
        for connection in dirty:
            frames = connection.pending
            if not frames:
                continue
            connection.pending = []
            if frames != last:  # a fan-out tells many sockets the same: joined once
                last, joined = frames, frames[0] if len(frames) == 1 else b"".join(frames)
            connection.wire.write(joined)


class Connection:
    """One open socket. Kept from its hello until it is gone.

    Attributes:
        key: unguessable, unique over all nodes.
        door: which of the two sockets it is.
        actor: who is there; a handler may replace it (`chat.open` makes a reader a visitor).
        hello: what the page said about itself; the visitor's secret is taken out.
        network: the peer's network, an IPv4 address or an IPv6 /64.
        browser: its User-Agent, cut to 300 characters.
        languages: its Accept-Language, cut to 100 characters.
        colleague: a reader in whose browser a member of staff is signed in.
        fetched_ahead: the handshake says that its page was fetched before anybody wants to see it.
        ended: nothing is told any more.
    """

    __slots__ = (
        "__weakref__",
        "_kept",
        "_slots",
        "_turn",
        "actor",
        "browser",
        "code",
        "colleague",
        "door",
        "ended",
        "fetched_ahead",
        "hello",
        "key",
        "languages",
        "network",
        "next_beat",
        "pending",
        "topics",
        "wire",
    )

    def __init__(
        self,
        wire: Wire,
        turn: Turn,
        *,
        door: Door,
        actor: Actor,
        hello: Hello,
        network: str = "",
        browser: str = "",
        languages: str = "",
        fetched_ahead: bool = False,
    ) -> None:
        self.key = secrets.token_urlsafe(16)
        self.wire = wire
        self.door = door
        self.actor = actor
        self.hello = hello
        self.network = network
        self.browser = browser
        self.languages = languages
        self.colleague = isinstance(actor, Reader) and actor.colleague
        self.fetched_ahead = fetched_ahead
        self.ended = False
        self.code: int | None = None
        """With which code we ended it, if we did."""
        self.pending: list[Frames] = []
        """What this turn of the loop will write."""
        self.next_beat: asyncio.TimerHandle | None = None
        """The endpoint's timer."""
        self.topics: set[str] = set()
        """The hub's note of where it is a member."""
        self._turn = turn
        self._slots: dict[str, Frames] | None = None
        self._kept: dict[type[Any], Any] | None = None
        wire.on_drained(self._catch_up)

    def tell(self, told: Told | bytes) -> bool:
        """Write a log frame; return whether it was taken.

        Args:
            told: a message, or its JSON text.
        """
        return self.tell_frame(text_frame(told if isinstance(told, bytes) else encode(told)))

    def tell_frame(self, frame: Frames) -> bool:
        """`tell` with a frame that is ready."""
        if self.ended:
            return False
        if self.wire.behind and self.wire.buffered > BEHIND_BYTES:
            self.end(TOO_SLOW, "too slow")
            return False
        self._add(frame)
        return True

    def tell_state(self, slot: str, told: Told | bytes) -> None:
        """Write a state frame; if the peer is behind, keep it as the newest of its slot."""
        frame = text_frame(told if isinstance(told, bytes) else encode(told))
        self.tell_state_frame(slot, frame)

    def tell_state_frame(self, slot: str, frame: Frames) -> None:
        """`tell_state` with a frame that is ready."""
        if self.ended:
            return
        if self.wire.behind:
            if self._slots is None:
                self._slots = {}
            self._slots[slot] = frame
            return
        self._add(frame)

    def end(self, code: int, reason: str = "") -> None:
        """Close with a code, after everything told before. The second call does nothing."""
        if self.ended:
            return
        self.ended = True
        self.code = code
        self._slots = None
        if self.pending:
            frames, self.pending = self.pending, []
            if not self._turn.stale(self):
                self.wire.write(b"".join(frames))
        self.wire.close(code, reason)

    def keep(self, kind: type[T], make: Callable[[], T]) -> T:
        """Return this socket's object of a domain's own kind, made on first use."""
        if self._kept is None:
            self._kept = {}
        if kind not in self._kept:
            self._kept[kind] = make()
        found: T = self._kept[kind]
        return found

    def kept(self, kind: type[T]) -> T | None:
        """Return this socket's object of that kind, if one was made."""
        return self._kept.get(kind) if self._kept is not None else None

    def _add(self, frame: Frames) -> None:
        pending = self.pending
        if not pending:
            self._turn.add(self)
        pending.append(frame)

    def _catch_up(self) -> None:
        if self._slots and not self.ended:
            slots, self._slots = self._slots, None
            for frame in slots.values():
                self._add(frame)
