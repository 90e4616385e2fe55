"""The strain: staff, and visitors who chat, are told when news between the servers takes longer.

Without the link between the servers nothing is lost: messages are stored, and found by a look into
the database every second. Somebody who waits for an answer shall know why it takes a moment, and
an agent why counts stand still. Readers without a chat would not notice and are not told.
"""

from collections.abc import Callable
from typing import Final

from portal.identity import Visitor
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import Told

LASTS_SECONDS: Final = 1.0
"""A state shorter than this is over before anybody has read of it."""
LOOK_SECONDS: Final = 0.25
SLOT: Final = "live.health"


class LiveHealth(Told, tag="live.health"):
    """Whether messages may take seconds longer than they should, and counts stand still."""

    degraded: bool


class _Knows:
    """A socket was told that things are degraded. Kept with it."""

    def __init__(self) -> None:
        self.degraded = False


class Strain:
    """Knows whether the servers hear each other, and has told those whom it concerns."""

    def __init__(self, hub: Hub, *, well: Callable[[], bool], elapsed: Callable[[], float]) -> None:
        """Begin well.

        Args:
            well: whether the link between the servers works at this moment.
            elapsed: seconds on a clock that never jumps.
        """
        self._hub = hub
        self._well = well
        self._elapsed = elapsed
        self._changed_at: float | None = None
        self.degraded = False
        """As it is told: what has lasted."""

    def opened(self, connection: Connection) -> None:
        """Tell a new socket, if there is something to tell."""
        if self.degraded:
            self._tell(connection)

    async def look(self) -> None:
        """See how it is, four times a second; tell everybody concerned of what has lasted."""
        if self._well() is not self.degraded:  # as it was told
            self._changed_at = None
        elif self._changed_at is None:
            self._changed_at = self._elapsed()
        elif self._elapsed() - self._changed_at >= LASTS_SECONDS:
            self._changed_at = None
            self.degraded = not self.degraded
            if not self.degraded:
                self._tell_all()
        if self.degraded:  # who has become a visitor meanwhile is concerned too
            self._tell_all()

    def _tell_all(self) -> None:
        for connection in self._hub.connections():
            self._tell(connection)

    def _tell(self, connection: Connection) -> None:
        if connection.door == "live" and not isinstance(connection.actor, Visitor):
            return
        knows = connection.keep(_Knows, _Knows)
        if knows.degraded is not self.degraded:
            knows.degraded = self.degraded
            connection.tell_state(SLOT, LiveHealth(degraded=self.degraded))
