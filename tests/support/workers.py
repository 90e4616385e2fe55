"""The worker processes of a portal: who they are, and how a test chooses between them."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.servers import Portal

ANSWER_SECONDS = 0.5
"""What a worker may need to answer what its supervisor asked while it stood still."""


def workers(portal: Portal) -> list[int]:
    """Return the process ids of a portal's workers, oldest first.

    They are the children of the one child that was loaded with the application and forks them.
    """
    assert portal.process is not None
    children = _children(portal.process.pid)
    return sorted(pid for child in children for pid in _children(child))


@contextlib.contextmanager
def only(portal: Portal, worker: int) -> Iterator[None]:
    """Let one worker answer everybody who comes meanwhile; the others stand still.

    So does the supervisor, which takes a worker that does not answer it for dead. For browsers
    that come new: one that was here before may hold connections to those that stand still.
    """
    assert portal.process is not None
    others = [pid for pid in workers(portal) if pid != worker]
    still = [portal.process.pid, *others]
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(still):
            if pid == portal.process.pid:
                time.sleep(ANSWER_SECONDS)
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found
