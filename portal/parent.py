"""The serving process, as its workers see it: they wait for it at the start and end with it.

Nobody would restart, or end, a worker whose serving process is gone.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable

from portal.furnished import Furnished

LOOK_SECONDS = 0.5
"""Between two looks whether it still lives: nothing tells a worker."""
DOOR_SECONDS = 0.02
"""Between two looks at the sign on the door: every start waits for the last of them."""


async def wait_at_the_door(furnished: Furnished) -> None:
    """Wait until the serving process has prepared the house, or wants everybody to leave.

    With that process gone this one simply ends: nothing has begun that could be taken down.
    """
    serving = _serving_process()
    while not furnished.is_set():
        if not serving():
            os._exit(0)
        await asyncio.sleep(DOOR_SECONDS)


async def end_with_it() -> None:
    """Leave as if asked to when the serving process is gone: nobody would restart or end us."""
    serving = _serving_process()
    while serving():  # noqa: ASYNC110 - no event tells it
        await asyncio.sleep(LOOK_SECONDS)
    signal.raise_signal(signal.SIGTERM)


def _serving_process() -> Callable[[], bool]:
    """Return whether the process that serves still lives.

    Workers are not its children but those of the process they are forked from, which lives as
    long as any of them: their parent's id would never change.
    """
    parent, forked_by = multiprocessing.parent_process(), os.getppid()
    return parent.is_alive if parent else lambda: os.getppid() == forked_by
