"""The PostgreSQL proxy: loses a COMMIT or its answer, so that nobody knows whether it happened.

It reads what goes up message by message (protocol 3: a letter, a length, a body) and passes all
of it. After the chosen COMMIT it waits for the server's answer, which tells that it is done, and
breaks the link in place of passing it.
"""

import struct

from tests.faults.link import Link
from tests.faults.proxy import FaultProxy, Target

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
"""Before the start a client asks whether it may encrypt; the answer is one letter."""
COMMITTING = "committing"
STARTED = "started"
LOST = "lost"


class PostgresProxy(FaultProxy):
    """A line to PostgreSQL, not encrypted."""

    def __init__(self, target: Target, *, seed: int = 0) -> None:
        super().__init__(target, seed=seed)
        self.commits = 0
        """How many were seen."""
        self._cuts: set[int] = set()
        self._losses: set[int] = set()

    def cut_at_commit(self, k: int) -> None:
        """Break the link of the k-th COMMIT from now before it reaches the server."""
        self._losses.add(self.commits + k)

    def cut_at_commit_reply(self, k: int) -> None:
        """Break the link of the k-th COMMIT from now once the server has done it."""
        self._cuts.add(self.commits + k)

    def heal(self) -> None:
        """End every fault."""
        super().heal()
        self._cuts.clear()
        self._losses.clear()

    def passes(self, link: Link, up: bool, data: bytes) -> bytes:
        """Look for COMMITs on the way up, for the answer to a chosen one on the way down."""
        if up:
            self._look(link, link.rest + data)
            if LOST in link.notes:
                self.fired["cut_at_commit"] += 1
                link.reset()
                return b""
        elif COMMITTING in link.notes:
            self.fired["cut_at_commit_reply"] += 1
            link.reset()
            return b""
        return data

    def _look(self, link: Link, stream: bytes) -> None:
        at = 0
        while (message := _message(stream, at, STARTED in link.notes)) is not None:
            kind, body, at = message
            if kind:
                if _commits(kind, body):
                    self._committing(link)
            elif struct.unpack(">I", body[:4])[0] not in (SSL_REQUEST, GSS_REQUEST):
                link.notes.add(STARTED)
        link.rest = stream[at:]

    def _committing(self, link: Link) -> None:
        self.commits += 1
        if self.commits in self._cuts:
            self._cuts.discard(self.commits)
            link.notes.add(COMMITTING)
        if self.commits in self._losses:
            self._losses.discard(self.commits)
            link.notes.add(LOST)


def _message(stream: bytes, at: int, started: bool) -> tuple[bytes, bytes, int] | None:
    """Return letter, body and end of the message at `at`; before the start there is no letter."""
    letter = 1 if started else 0
    if len(stream) < at + letter + 4:
        return None
    length = struct.unpack_from(">I", stream, at + letter)[0]
    end = at + letter + length
    if len(stream) < end:
        return None
    return stream[at : at + letter], stream[at + letter + 4 : end], end


def _commits(kind: bytes, body: bytes) -> bool:
    """Tell whether a message commits: as a plain query, or as one that is prepared to be run."""
    if kind == b"P":  # a name, then the text
        body = body.partition(b"\0")[2]
    elif kind != b"Q":
        return False
    return body.lstrip().upper().startswith(b"COMMIT")
