"""What time it is, as the portal counts it: integer milliseconds, UTC.

The clock is a parameter everywhere (`now: Clock`), so that a test can hold it.
Durations inside one process are measured with the loop's own clock, never with this one:
a wall clock may jump.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Returns now, in milliseconds since 1970-01-01T00:00:00Z."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def system_clock() -> int:
    """Return the machine's time in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def moment(at: int) -> datetime:
    """Turn milliseconds UTC into an aware datetime."""
    return datetime.fromtimestamp(at / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Turn an aware datetime into milliseconds UTC."""
    return round(at.timestamp() * 1000)
