"""The open files: how many this process may have, and how many of them may be connections.

Every connection is an open file, and a process that has none left cannot even say no: it accepts
nobody, opens no database and logs the same line a thousand times. So what is kept for the house
itself is never given away, and whoever comes too many is told so.
"""

import contextlib
import resource
from functools import cache

HOUSE_FILES = 64
"""Kept for databases, Valkey, log, pictures; or a sixteenth of all, if that is more."""
ENOUGH = 1 << 17
"""More open files than this are not asked for; some systems allow a thousand million."""


def raise_limit() -> None:
    """Take as many open files as the system lets this process take without asking anybody.

    The usual 1,024 are there for programs that use `select`; this one does not.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # some kernels have a bound of their own
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    most_connections.cache_clear()


@cache
def most_connections() -> int:
    """Return how many connections of any kind this process may hold."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = ENOUGH if soft == resource.RLIM_INFINITY else min(soft, ENOUGH)
    return max(16, files - max(HOUSE_FILES, files // 16))
