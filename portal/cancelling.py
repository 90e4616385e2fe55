"""Cancelling: tasks that are no longer wanted, until they have really ended."""

import asyncio
from collections.abc import Collection
from typing import Any

AGAIN_SECONDS = 0.5


async def cancel(tasks: Collection["asyncio.Task[Any]"]) -> None:
    """Cancel tasks and wait for their end; what they raise is not told.

    A cancellation can be lost: it comes at the moment in which a time limit inside the task is
    over, and the library takes the one for the other. So whoever goes on is asked again.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
        for task in ended:
            if not task.cancelled():
                task.exception()  # looked at, or asyncio complains that nobody did
