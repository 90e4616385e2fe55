"""The deadline: a process that was asked to leave is gone by then, whatever hangs in it.

Everything that ends is bounded where it ends: sockets, requests, the database. This stands behind
all of that. The thread that waits is faulthandler's own, in C: it needs neither the loop nor the
interpreter's lock, writes where every thread stands, and ends the process.
"""

import asyncio
import faulthandler
import sys
from pathlib import Path

WORKER_SECONDS = 5.2
"""After the draining a worker may take so long: four for what is under way, the rest to close."""
KILL_SECONDS = 5.5
"""Then the serving process kills workers that are still there…"""
PARENT_SECONDS = 6.2
"""…and ends itself, should even that not have helped: with the usual draining of three seconds
everything is gone within ten, on a busy machine as well."""


def leave_within(seconds: float) -> None:
    """End this process after `seconds` if it has not ended by itself. The last call counts."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or 2)


def what_hangs() -> list[str]:
    """Return the tasks of this loop that have not ended, and where each of them stands."""
    here = asyncio.current_task()
    return sorted(_place(task) for task in asyncio.all_tasks() if task is not here)


def _place(task: "asyncio.Task[object]") -> str:
    stack = task.get_stack(limit=1)
    if not stack:
        return task.get_name()
    frame = stack[-1]
    return f"{task.get_name()} in {Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
