"""Haste: how much one socket may ask at once, and when it is a flood."""

from time import monotonic

from portal.live.bucket import Bucket
from portal.live.connection import Door

OPS_AT_ONCE, OPS_A_SECOND = 60, 20
STAFF_FACTOR = 10
ABUSE_AT_ONCE, ABUSE_A_SECOND = 100, 2
"""So many refusals for haste, then the socket is closed: a mistake stops earlier, a flood never."""


class Haste:
    """Two buckets, kept as long as the socket."""

    __slots__ = ("_abuse", "_ops")

    def __init__(self, door: Door) -> None:
        factor = STAFF_FACTOR if door == "staff" else 1
        self._ops = Bucket(OPS_AT_ONCE * factor, OPS_A_SECOND * factor, monotonic)
        self._abuse = Bucket(ABUSE_AT_ONCE * factor, ABUSE_A_SECOND * factor, monotonic)

    def ask(self) -> int:
        """Take one request; return 0, or in how many milliseconds one may be asked again."""
        return self._ops.take()

    def is_flood(self) -> bool:
        """Note a refusal; tell whether there were too many of them."""
        return self._abuse.take() > 0
