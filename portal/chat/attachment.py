"""The attachment: one socket that reads along in one conversation, and how far it has got.

Entries come over the bus lost, doubled and out of order. The socket gets only the one behind its
cursor; what is older is dropped, what is further on waits for the gap to be read from SQL.

While a page of history is on its way, live entries are held: the page is read after the
subscription, so whatever is missing from it is among them ("subscribe, then read").
"""

import asyncio
from typing import Final

from portal.chat.transcript import Entry
from portal.chat.visible import visible
from portal.identity import Agent
from portal.live.connection import Connection
from portal.live.protocol import encode
from portal.live.wire import Frames, text_frame

HELD_MOST: Final = 200
"""Entries held for one socket; those beyond are read from SQL again."""


class Ready:
    """An entry on its way to many sockets: encoded once for staff and once for visitors."""

    __slots__ = ("_frames", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._frames: dict[bool, Frames] = {}

    def frame(self, connection: Connection) -> Frames:
        """Return the frame this socket may be told."""
        staff = isinstance(connection.actor, Agent)
        if staff not in self._frames:
            told = visible(self.entry, connection.actor)
            self._frames[staff] = text_frame(encode(told))
        return self._frames[staff]


class Attachment:
    """One socket's place in one conversation. Lives until the socket parts or is gone.

    Attributes:
        cursor: the last entry written to the socket; None until a page has reached the head.
    """

    __slots__ = ("_heard", "_held", "_holding", "connection", "cursor")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.cursor: int | None = None
        self._held: dict[int, Ready] = {}
        self._heard = 0
        self._holding = False

    @property
    def staff(self) -> bool:
        """Whether it is on the staff side."""
        return isinstance(self.connection.actor, Agent)

    @property
    def gap_from(self) -> int | None:
        """Behind which entry something is missing that nobody is bringing; None: nothing is."""
        if self._holding or self.cursor is None or self._heard <= self.cursor:
            return None
        return self.cursor

    def hold(self) -> None:
        """A page of history is being read: hold what comes meanwhile."""
        self._holding = True

    def settle(self, upto: int | None) -> None:
        """The page is about to be written, in this turn of the loop; go on behind it.

        Args:
            upto: the last entry the page brings up to the head; None if it ends before, or came
                to nothing. Who was attached before stays attached where he was.
        """
        self._holding = False
        if upto is not None:
            self.cursor = upto if self.cursor is None else max(self.cursor, upto)
        if self.cursor is None:
            self._held.clear()
        else:
            # Not now: the answer that carries the page is written when its handler has returned.
            asyncio.get_running_loop().call_soon(self._flush)

    def hear(self, seq: int) -> None:
        """The conversation goes as far as `seq`."""
        self._heard = max(self._heard, seq)

    def offer(self, ready: Ready) -> None:
        """Take an entry in whichever order it comes."""
        seq = ready.entry.seq
        self.hear(seq)
        if self.cursor is not None and seq <= self.cursor:
            return
        if self.cursor is None and not self._holding:
            return
        if len(self._held) < HELD_MOST or seq == (self.cursor or 0) + 1:
            self._held[seq] = ready
        if not self._holding:
            self._flush()

    def _flush(self) -> None:
        if self._holding or self.cursor is None:
            return
        while ready := self._held.pop(self.cursor + 1, None):
            if not self.connection.tell_frame(ready.frame(self.connection)):
                return
            self.cursor += 1
        for seq in [seq for seq in self._held if seq <= self.cursor]:
            del self._held[seq]
