"""Cancelling: tasks that are no longer wanted, until they have really ended."""

import asyncio
from collections.abc import Collection
from typing import Any

import structlog

AGAIN_SECONDS = 0.5

log = structlog.get_logger("portal")


async def cancel(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Cancel tasks and wait for their end; what they raise is said in the log.

    A cancellation can be lost: it comes at the moment in which a time limit inside the task is
    over, and the library takes the one for the other. So whoever goes on is asked again.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
        for task in ended:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("a task failed at its end", task=task.get_name(), exc_info=error)
