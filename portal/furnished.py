"""Furnished: the sign on the door of a house that is still being prepared.

One byte that the serving process and its workers share. An `Event` would do the same with locks,
and a worker that is killed while it holds one leaves whoever comes next waiting for ever.
"""

from multiprocessing.context import BaseContext


class Furnished:
    """Set once the database may be used; until then workers wait."""

    def __init__(self, context: BaseContext) -> None:
        """Hang up the sign; workers started in `context` see it."""
        self._byte = context.RawValue("b", 0)

    def set(self) -> None:
        """Let everybody in."""
        self._byte.value = 1

    def is_set(self) -> bool:
        """Say whether one may come in."""
        return bool(self._byte.value)
