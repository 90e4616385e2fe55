"""The pulse: whether this process was awake all the time, or slept and knows not what it missed.

A process that was stopped (a frozen container, a moved machine, a laptop's lid) wakes with its
sockets open and news of minutes ago in its buffers. In between somebody may have lost the right to
read them. So whoever's rights can end is told nothing by a process that has just woken: he is sent
away, comes back, and is looked at anew.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

TICK_SECONDS: Final = 0.5
NAP_SECONDS: Final = 4.0
"""Shorter than the five seconds in which an ended right is noticed without a bell."""


def standing_clock() -> float:
    """Return seconds on a clock that goes on while the process, or the machine, stands still."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux; its monotonic clock sleeps with the machine
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Pulse:
    """Beats twice a second while the process is awake."""

    def __init__(self, elapsed: Callable[[], float] = standing_clock) -> None:
        """Make it; before `start` nobody sleeps.

        Args:
            elapsed: seconds on a clock that goes on while the process stands still.
        """
        self._elapsed = elapsed
        self._at: float | None = None
        self._woken: Callable[[], None] = lambda: None
        self._timer: asyncio.TimerHandle | None = None

    def start(self, woken: Callable[[], None]) -> None:
        """Begin to beat. `woken` is called at the first beat after a nap."""
        self._woken = woken
        self._at = self._elapsed()
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._beat)

    def stop(self) -> None:
        """Beat no more."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()

    def slept(self) -> bool:
        """Tell whether the process has woken from a nap and not yet thought about it."""
        return self._at is not None and self._elapsed() - self._at > NAP_SECONDS

    def _beat(self) -> None:
        if self.slept():
            self._woken()
        self._at = self._elapsed()
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._beat)
