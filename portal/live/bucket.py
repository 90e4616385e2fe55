"""The bucket: how much at once, and how much a second after that.

It lives in the process and is asked without awaiting anything: what is said over a socket is
limited where the socket is, so a lost Redis neither opens nor closes that gate.
"""

from collections.abc import Callable


class Bucket:
    """Tokens that refill with time. Kept as long as what it limits (a socket, an author)."""

    __slots__ = ("_at", "_now", "_per_second", "_size", "_tokens")

    def __init__(self, size: float, per_second: float, now: Callable[[], float]) -> None:
        """Make a full bucket.

        Args:
            size: how many may be taken at once.
            per_second: how many come back in a second.
            now: a clock in seconds that never jumps (the loop's own).
        """
        self._size = self._tokens = float(size)
        self._per_second = per_second
        self._now = now
        self._at = now()

    def take(self) -> int:
        """Take one token; return 0, or in how many milliseconds there will be one again."""
        wait_ms = self.wait()
        if not wait_ms:
            self._tokens -= 1
        return wait_ms

    def wait(self) -> int:
        """Return what `take` would, and take nothing."""
        at = self._now()
        self._tokens = min(self._size, self._tokens + (at - self._at) * self._per_second)
        self._at = at
        if self._tokens >= 1:
            return 0
        return max(1, round((1 - self._tokens) / self._per_second * 1000))
