"""The pace: how much one may say at once and how much after that.

Kept in the process: what exceeds is refused where it arrives, whether or not Redis is there. What
is refused is not stored; it says when to come again, and nothing typed is lost.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

from portal.errors import Refused
from portal.identity import ConversationId, StaffId
from portal.live.admission import stands_for_nobody
from portal.live.bucket import Bucket

VISITOR_AT_ONCE, VISITOR_A_SECOND = 10, 30 / 60
STAFF_AT_ONCE, STAFF_A_SECOND = 100, 30.0
BEGUN_AT_ONCE, BEGUN_A_SECOND = 300, 600 / 3600
"""New conversations of one network: a visitor begins one a week at most, so an office of 200 that
all ask at once stays below this; a script that makes up visitors does not."""
FORMS_AT_ONCE, FORMS_A_SECOND = 20, 60 / 3600
"""Forms sent without JavaScript, of one network: each is typed by hand and is a conversation."""
MAILED_AT_ONCE, MAILED_A_SECOND = 10, 20 / 3600
"""Letters that visitors of one network have sent to addresses of their choice: what stands in
them is theirs, so without this we would be the way for anybody's mail to anybody."""
FETCHED_AT_ONCE, FETCHED_A_SECOND = 5, 6 / 60
"""Whole conversations fetched as a file: all of it is read for each."""
BUCKETS_MOST: Final = 20_000
"""Those not used for longest are forgotten, which means: full again."""


class Pace:
    """The buckets of those who spoke here lately."""

    def __init__(self, elapsed: Callable[[], float] = monotonic) -> None:
        """Begin. `elapsed` gives seconds on a clock that never jumps."""
        self._elapsed = elapsed
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def visitor(self, conversation: ConversationId) -> None:
        """A visitor says something.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        self._take(f"visitor:{conversation}", VISITOR_AT_ONCE, VISITOR_A_SECOND)

    def begins(self, network: str) -> None:
        """Somebody asks for chat who has no conversation yet.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        if not stands_for_nobody(network):
            self._take(f"network:{network}", BEGUN_AT_ONCE, BEGUN_A_SECOND)

    def form(self, network: str) -> None:
        """Somebody sends the plain form.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        if not stands_for_nobody(network):
            self._take(f"form:{network}", FORMS_AT_ONCE, FORMS_A_SECOND)

    def mails(self, network: str) -> None:
        """A visitor has a letter sent.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        if not stands_for_nobody(network):
            self._take(f"mail:{network}", MAILED_AT_ONCE, MAILED_A_SECOND)

    def fetches(self, conversation: str) -> None:
        """Somebody fetches all of a conversation.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        self._take(f"fetch:{conversation}", FETCHED_AT_ONCE, FETCHED_A_SECOND)

    def staff(self, agent: StaffId) -> None:
        """An agent says something.

        Raises:
            Refused: `limited`, with the time to wait.
        """
        self._take(f"agent:{agent}", STAFF_AT_ONCE, STAFF_A_SECOND)

    def _take(self, key: str, at_once: float, a_second: float) -> None:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(at_once, a_second, self._elapsed)
            if len(self._buckets) > BUCKETS_MOST:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        if wait_ms := bucket.take():
            raise Refused("limited", "that was too much at once", retry_ms=wait_ms)
