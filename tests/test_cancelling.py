"""Cancelling: whoever lost a cancellation is asked again."""

import asyncio
import contextlib

from structlog.testing import capture_logs

from portal.cancelling import cancel


async def test_all_have_ended() -> None:
    """One ends at once, one has ended, one fails on its way, one is hard of hearing."""
    heard = 0

    async def deaf() -> None:
        nonlocal heard
        while heard < 2:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            heard += 1

    async def fails() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise RuntimeError("planted")

    tasks = [
        asyncio.create_task(each) for each in (asyncio.sleep(60), asyncio.sleep(0), deaf(), fails())
    ]
    await asyncio.sleep(0.01)
    with capture_logs() as logged:
        await cancel(tasks)
        await cancel([])

    assert [task.done() for task in tasks] == [True] * 4
    assert heard == 2
    assert [line["event"] for line in logged] == ["a task failed at its end"]
