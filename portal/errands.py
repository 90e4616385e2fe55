"""Errands: what is done after an answer was given and need not be waited for.

One of the three places where any exception is caught: it is logged with its traceback and ends
there, because nobody waits for it. A loop keeps only weak references to tasks, so they are kept
here until they are done.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from portal.cancelling import cancel
from portal.errors import Unavailable

log = structlog.get_logger("portal.errands")


class Errands:
    """The errands under way in this process."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, errand: Coroutine[Any, Any, object]) -> None:
        """Begin an errand. Those sent first take their first step first."""
        self.begin(errand)

    def begin(self, errand: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Begin an errand that one may wait for a while."""
        task = asyncio.get_running_loop().create_task(self._run(errand))
        self._tasks.add(task)

        def over(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            errand.close()  # given up before its first step, it would never be awaited

        task.add_done_callback(over)
        return task

    async def close(self) -> None:
        """Give up what is under way."""
        await cancel(self._tasks)

    async def _run(self, errand: Coroutine[Any, Any, object]) -> None:
        try:
            await errand
        except Unavailable as error:
            log.warning("an errand found a part away", error=str(error))
        except Exception:
            log.exception("an errand failed")
