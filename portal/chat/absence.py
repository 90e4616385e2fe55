"""Absence: how long each member of staff has not been on duty, as far as this process knows.

It begins when his last socket was lost, though that is known only after the grace of `duty`.

Whoever it does not know has been gone since it began to look, so a server that has just started
takes nothing from anybody. While Redis is away nobody can know who is on duty elsewhere: then
nobody's absence counts, and all of them begin anew when it is back.
"""

from collections.abc import Callable, Collection
from time import monotonic
from typing import Final

GONE_SECONDS: Final = 60.0
"""A laptop that changes its network is back by then. Never earlier, by however little: what he held
goes to others for good."""


class Absence:
    """Who was last seen when."""

    def __init__(
        self, *, gone_seconds: float = GONE_SECONDS, elapsed: Callable[[], float] = monotonic
    ) -> None:
        """Begin to look.

        Args:
            elapsed: seconds on a clock that never jumps.
        """
        self._gone_seconds = gone_seconds
        self._elapsed = elapsed
        self._since = elapsed()
        self._seen: dict[int, float] = {}

    def look(self, there: Collection[int] | None) -> None:
        """Note who is on duty now; None: nobody knows."""
        now = self._elapsed()
        if there is None:
            self._since = now
            self._seen.clear()
            return
        self._seen.update(dict.fromkeys(there, now))

    def lost(self, agents: Collection[int], seconds: float) -> None:
        """Note that these have not been there for as long as this.

        However they were counted meanwhile: it is known only after a grace that they are gone.
        """
        self._seen.update(dict.fromkeys(agents, self._elapsed() - seconds))

    def is_gone(self, id: int) -> bool:
        """Say whether he has not been there for so long that others may have his visitors."""
        return self._elapsed() - self._seen.get(id, self._since) >= self._gone_seconds
