"""Draining: how a server leaves without a storm behind it.

uvicorn closes its listeners and then every socket at once: no 503 for the proxy before, no word
to the readers, who then all come back in the same second. So our own handler stands before
uvicorn's: `/readyz` says 503 for a while, each socket is told when to come back, each at another
time, and then uvicorn's handler runs.
"""

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
from starlette.requests import HTTPConnection

from portal.deadline import WORKER_SECONDS, leave_within, what_hangs
from portal.live.hello import Retry
from portal.live.hub import Hub
from portal.live.refusal import Refusal

SIGNALS = (signal.SIGTERM, signal.SIGINT)
RESTARTING = 4000
RETURNS_A_SECOND = 250
"""So many readers a second may come back to one node: half of what it can greet."""
SOONEST_MS, SHORTEST_SPREAD_MS, LONGEST_SPREAD_MS = 500, 1_000, 60_000
TOLD_A_TURN = 500
"""After so many farewells the loop may do something else."""
ECHO_SECONDS = 1.0
"""A second signal this soon is the first one's echo: a service manager, or a terminal, tells every
process, and the parent then tells its workers again."""
GOODBYE_SECONDS = 0.1
"""The time frames need to leave before uvicorn closes what is still open."""
LAST_WORD_SECONDS = 0.5
"""So long before it is ended a process that hangs says in what."""

log = structlog.get_logger("portal.live")


class Draining:
    """The end of one process. `began` is what `/readyz` asks."""

    def __init__(self, hub: Hub, *, seconds: float) -> None:
        """Make it; `install` it when the lifespan starts, after uvicorn's own handlers.

        Args:
            seconds: how long `/readyz` says 503 before the sockets are sent away.
        """
        self.began = False
        self._hub = hub
        self._seconds = seconds
        self._before: dict[int, Any] = {}
        self._asked_at = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def install(self) -> None:
        """Stand before the present handlers. Nothing outside the main thread, where none are."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._loop = asyncio.get_running_loop()
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._handle)

    def uninstall(self) -> None:
        """Put the handlers back that were there before."""
        for number, before in self._before.items():
            if signal.getsignal(number) == self._handle:
                signal.signal(number, before)
        self._before = {}

    def refusal(self, peer: HTTPConnection) -> Refusal | None:
        """Refuse new sockets once it began: another node, or this one a little later."""
        return Refusal("restarting", retry_ms=self._after_ms(1)) if self.began else None

    async def send_away(self) -> None:
        """Tell every socket when to come back, and close it."""
        connections = self._hub.connections()
        for told, connection in enumerate(connections, 1):
            connection.tell(Retry(after_ms=self._after_ms(len(connections))))
            connection.end(RESTARTING, "restarting")
            if told % TOLD_A_TURN == 0:
                await asyncio.sleep(0)

    def _after_ms(self, crowd: int) -> int:
        spread = max(SHORTEST_SPREAD_MS, crowd * 1000 // RETURNS_A_SECOND)
        return SOONEST_MS + random.randrange(min(LONGEST_SPREAD_MS, spread))

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._loop is None:
            self._go_on(number, frame)
            return
        if self.began:
            if time.monotonic() - self._asked_at > ECHO_SECONDS:  # somebody is in a hurry
                self._go_on(number, frame)
            return
        self._asked_at = time.monotonic()
        self.began = True
        leave_within(self._seconds + WORKER_SECONDS)
        self._loop.call_soon_threadsafe(self._begin, number, frame)

    def _begin(self, number: int, frame: FrameType | None) -> None:
        log.info("draining", seconds=self._seconds, sockets=len(self._hub.connections()))
        loop = asyncio.get_running_loop()
        loop.call_later(self._seconds + WORKER_SECONDS - LAST_WORD_SECONDS, _last_word)
        self._task = loop.create_task(self._drain(number, frame))

    async def _drain(self, number: int, frame: FrameType | None) -> None:
        try:
            await asyncio.sleep(self._seconds)
            await self.send_away()
            await asyncio.sleep(GOODBYE_SECONDS)
        finally:
            self._go_on(number, frame)

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        before: Callable[[int, FrameType | None], Any] | int | None = self._before.get(number)
        if callable(before):
            before(number, frame)
        else:
            self.uninstall()
            signal.raise_signal(number)


def _last_word() -> None:
    log.error("the process does not end and is ended", tasks=what_hangs())
