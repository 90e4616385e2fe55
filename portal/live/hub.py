"""The hub: which sockets of this process want to hear of what.

A topic is a string a domain makes up (`article:42`, `conversation:Xy…`). A frame is encoded once
and written to every member; nothing in a fan-out awaits a socket. What other processes say
arrives over the bus and is published here.
"""

from collections.abc import Collection

from portal.live.connection import Connection, Turn
from portal.live.protocol import Told, encode
from portal.live.pulse import Pulse
from portal.live.wire import text_frame


class Hub:
    """The open sockets of this process, by topic. Empty topics are forgotten."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self.turn = Turn(self.pulse)
        self._topics: dict[str, dict[Connection, None]] = {}
        # Dicts, not sets: members are told in the order in which they came.
        self._open: dict[Connection, None] = {}

    def open(self, connection: Connection) -> None:
        """Note a new socket."""
        self._open[connection] = None

    def close(self, connection: Connection) -> None:
        """Forget a socket that is gone."""
        self.leave_all(connection)
        self._open.pop(connection, None)

    def join(self, topic: str, connection: Connection) -> None:
        """Let `connection` hear of `topic`. Twice is once; a gone one never joins."""
        if connection.ended:
            return
        self._topics.setdefault(topic, {})[connection] = None
        connection.topics.add(topic)

    def leave(self, topic: str, connection: Connection) -> None:
        """Let `connection` hear no more of `topic`."""
        connection.topics.discard(topic)
        members = self._topics.get(topic)
        if members is not None:
            members.pop(connection, None)
            if not members:
                del self._topics[topic]

    def leave_all(self, connection: Connection) -> None:
        """Let `connection` hear no more of anything."""
        for topic in list(connection.topics):
            self.leave(topic, connection)

    def members(self, topic: str) -> Collection[Connection]:
        """Return who hears of `topic` now; the answer does not change under the caller."""
        return tuple(self._topics.get(topic, ()))

    def count(self, topic: str) -> int:
        """Return how many hear of `topic`."""
        return len(self._topics.get(topic, ()))

    def connections(self) -> Collection[Connection]:
        """Return every open socket of this process."""
        return tuple(self._open)

    def publish(self, topic: str, told: Told | bytes, *, slot: str | None = None) -> int:
        """Tell every member of `topic`; return how many there were.

        Args:
            told: a message, or its JSON text.
            slot: given for state: a peer that is behind gets the newest of each slot only.
        """
        members = self._topics.get(topic)
        if not members:
            return 0
        frame = text_frame(told if isinstance(told, bytes) else encode(told))
        # `tell_frame` may end a socket; it leaves the topic only in a later turn, when its reader
        # has ended, so nothing changes the dict while it is walked.
        if slot is None:
            for connection in members:
                connection.tell_frame(frame)
        else:
            for connection in members:
                connection.tell_state_frame(slot, frame)
        return len(members)
