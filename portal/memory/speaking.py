"""Speaking: the bus' publishes, pipelined on one line.

Each waits half a second at most for Redis' answer and is never repeated. Answers come in the order
of the questions, so a late one finds its own publish, which nobody waits for any more: a slow
Redis costs an answer, not the line. While one is overdue the next ones are sent and not waited for.
"""

import asyncio
from collections import deque
from typing import Any

from portal.memory.line import Line
from portal.meter import Meter

PATIENCE_SECONDS = 0.5
MOST_UNSENT_BYTES = 8 * 1024 * 1024
"""What Redis has not read yet: when it stands still, our memory is not where it waits."""


class Speaking:
    """Publishes on whichever line there is."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._line: Line | None = None
        self._unanswered: deque[asyncio.Future[Any]] = deque()
        self.doubtful = False
        """Whether an answer is overdue: the line may be dead, or Redis slow."""

    def begin(self, line: Line) -> None:
        """Speak on this line from now on."""
        self.end()
        self._line = line

    def on(self, line: Line) -> bool:
        """Return whether this is the line that is spoken on."""
        return self._line is line

    def end(self) -> None:
        """Give the line up; whoever waits for an answer gets none."""
        line, self._line = self._line, None
        self.doubtful = False
        if line is not None:
            line.cut()
        while self._unanswered:
            answer = self._unanswered.popleft()
            if not answer.done():
                answer.set_result(None)

    async def publish(self, channel: str, payload: bytes) -> bool:
        """Ring a channel; return whether Redis took it, as far as is known in half a second."""
        taken = await self._taken(self.ring(channel, payload))
        self._meter.count("bus_publishes", "taken" if taken else "lost")
        return taken

    def ring(self, channel: str, payload: bytes) -> asyncio.Future[Any] | None:
        """Ring a channel without waiting; return Redis' answer to come, None without a line."""
        line = self._line
        if line is None or not line.open or line.unsent > MOST_UNSENT_BYTES:
            return None
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._unanswered.append(answer)
        line.send("PUBLISH", channel, payload)
        return answer

    def answered(self, reply: Any) -> None:
        """Take Redis' answer to the oldest publish."""
        self.doubtful = False
        if self._unanswered:
            answer = self._unanswered.popleft()
            if not answer.done():
                answer.set_result(reply)

    async def _taken(self, answer: asyncio.Future[Any] | None) -> bool:
        if answer is None or self.doubtful:
            return False
        done, _ = await asyncio.wait([answer], timeout=PATIENCE_SECONDS)
        if not done:
            self.doubtful = True
            return False
        return isinstance(answer.result(), int)
