"""The worker processes of a portal: who they are, and how a test chooses between them."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.support.servers import Portal


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

    Short things only: after ten seconds the supervisor takes a worker that stands still for dead.
    """
    others = [pid for pid in workers(portal) if pid != worker]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found
