"""Attempts: how often something guarded was tried, by all processes together.

Key `limit:{what}:{who}`, a counter that expires with its window. The process counts for itself as
well: with Valkey away, slow (over 50 ms, as in a flood) or flushed a limit is never open, and it
never shuts everybody out.
"""

import asyncio
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError

from portal.errors import Unavailable
from portal.memory.redis import reaching

PATIENCE_SECONDS = 0.05
MOST_KEPT = 10_000
"""Local counters kept at most; beyond it the oldest windows are forgotten."""

COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {n, redis.call('PTTL', KEYS[1])}
"""


GIVE_BACK = """
if (tonumber(redis.call('GET', KEYS[1])) or 0) > 0 then redis.call('DECR', KEYS[1]) end
"""


class Attempts:
    """Counters with a window, shared by all processes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._own: dict[str, tuple[int, float]] = {}

    async def take(self, key: str, most: int, window_seconds: int) -> int | None:
        """Count one attempt.

        Returns:
            None while it is within `most` a window, else the milliseconds until the window ends.
        """
        here = self._count_here(key, window_seconds)
        try:
            with reaching():
                async with asyncio.timeout(PATIENCE_SECONDS):
                    count, left_ms = await self._redis.eval(
                        COUNT, 1, f"limit:{key}", str(window_seconds * 1000)
                    )
            all_together = (int(count), int(left_ms))
        except (Unavailable, RedisError):
            all_together = here
        waits = [left_ms for count, left_ms in (here, all_together) if count > most]
        return max(*waits, 1_000) if waits else None

    async def give_back(self, key: str) -> None:
        """Take one attempt back: it was right, so it was no attempt."""
        count, ends = self._own.get(key, (0, 0.0))
        if count:
            self._own[key] = (count - 1, ends)
        try:
            with reaching():
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._redis.eval(GIVE_BACK, 1, f"limit:{key}")
        except (Unavailable, RedisError):
            return

    def _count_here(self, key: str, window_seconds: int) -> tuple[int, int]:
        now = time.monotonic()
        count, ends = self._own.get(key, (0, 0.0))
        if ends <= now:
            count, ends = 0, now + window_seconds
        if len(self._own) >= MOST_KEPT:
            self._own = {k: v for k, v in self._own.items() if v[1] > now}
            while len(self._own) >= MOST_KEPT:
                self._own.pop(next(iter(self._own)))
        self._own[key] = (count + 1, ends)
        return count + 1, round((ends - now) * 1000)
