"""The pace of one network: how much it may ask of the database at once, and how much after that.

Kept in the process, like what a socket may say: no Redis opens or closes this gate. Behind one
address there may be an office, so there is room for many who look for something at the same time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from portal.live.admission import stands_for_nobody
from portal.live.bucket import Bucket

AT_ONCE: Final = 30
A_SECOND: Final = 2.0
"""What one network may ask: more than an office types, less than a script would."""
NETWORKS_MOST: Final = 10_000
"""Two megabytes. Of more, those who asked longest ago begin anew."""


class Pace:
    """The buckets of all networks, for the life of the process."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Let everybody begin with a full bucket.

        Args:
            seconds: a clock that never jumps; a test holds it.
        """
        self._seconds = seconds
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, network: str) -> int:
        """Take one of a network's; return 0, or in how many whole seconds there is one again.

        A loopback address is a proxy that was not named: it stands for everybody, and for nobody.
        """
        if stands_for_nobody(network):
            return 0
        bucket = self._buckets.pop(network, None) or Bucket(AT_ONCE, A_SECOND, self._seconds)
        self._buckets[network] = bucket
        if len(self._buckets) > NETWORKS_MOST:
            self._buckets.popitem(last=False)
        return -(-bucket.take() // 1000)
