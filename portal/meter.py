"""The meter: what happened how often in this process, and how long it took.

Counting is adding to a dictionary, nothing else: no lock, no file, no call into a library. What the
numbers are called outside, and how several processes' numbers come together, is in
`portal.metrics`. Numbers only rise and end with the process.
"""

from bisect import bisect_left
from collections import Counter

BOUNDS_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper ends of a duration's buckets: the promises are made at 50 ms, 250 ms, 2 s and 5 s."""

Key = tuple[str, ...]
"""What is counted, and then its labels' values in the order of the table in `portal.metrics`."""


class Meter:
    """The counters of one process.

    Attributes:
        counts: by what is counted.
        durations: by what is timed: a counter a bucket, the last one without an upper end.
        seconds: by what is timed: the sum.
    """

    def __init__(self) -> None:
        self.counts: Counter[Key] = Counter()
        self.durations: dict[Key, list[int]] = {}
        self.seconds: dict[Key, float] = {}

    def count(self, *what: str, by: int = 1) -> None:
        """Note that something happened."""
        self.counts[what] += by

    def took(self, seconds: float, *what: str) -> None:
        """Note how long something took."""
        buckets = self.durations.get(what)
        if buckets is None:
            buckets = self.durations[what] = [0] * (len(BOUNDS_SECONDS) + 1)
            self.seconds[what] = 0.0
        buckets[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        self.seconds[what] += seconds
