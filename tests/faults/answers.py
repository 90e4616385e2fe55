"""The answers: what comes of asking, and waiting until something holds."""

import asyncio
from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]


class Gone(Exception):
    """The line broke before an answer came, or none came in time: nobody knows."""


class Refused(Exception):
    """The server answered `error`."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame.get('code')}: {frame.get('message')}")
        self.code: str = frame.get("code", "")
        self.retry_seconds: float | None = (
            frame["retry_ms"] / 1000 if frame.get("retry_ms") is not None else None
        )


async def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until `condition` holds; a TimeoutError if it never does."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
