"""What is done again and again: one table of jobs, one task a job.

A job says what it does, how often, with how much jitter, and whether one node at a time is enough.
For the latter a lease is taken in Redis (`lease:{name}`, lives for one period); with Redis away
every node does the job, which each of them must bear: a lease spares work, it guards nothing.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from portal.cancelling import cancel
from portal.errors import Unavailable
from portal.memory.redis import reaching

log = structlog.get_logger("portal.periodic")


@dataclass(frozen=True)
class Job:
    """One line of the table.

    Attributes:
        name: what it does, in a word or two; names the lease and the log line.
        run: does it once.
        every_seconds: from the end of one run to the start of the next.
        jitter_seconds: added at random, so that nodes do not march in step.
        alone: one node at a time is enough.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    every_seconds: float
    jitter_seconds: float = 0.0
    alone: bool = False


class Rounds:
    """Runs the jobs from `start` to `stop`. A job that fails is logged and tried again."""

    def __init__(self, jobs: Sequence[Job], redis: Redis, node: str) -> None:
        self._jobs = jobs
        self._redis = redis
        self._node = node
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin all jobs."""
        self._tasks = [
            asyncio.create_task(self._repeat(job), name=f"periodic.{job.name}")
            for job in self._jobs
        ]

    async def stop(self) -> None:
        """End all jobs, each at its next pause or await."""
        await cancel(self._tasks)

    async def _repeat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(job.every_seconds + random.uniform(0, job.jitter_seconds))
            try:
                if not job.alone or await self._leads(job):
                    await job.run()
            except Unavailable as error:
                log.warning("a job could not be done", job=job.name, reason=str(error))
            except Exception:
                # The third named edge, a background task: said once, tried again next time.
                log.exception("a job failed", job=job.name)

    async def _leads(self, job: Job) -> bool:
        try:
            lease = max(1, int(job.every_seconds * 1000))
            with reaching():
                taken = await self._redis.set(f"lease:{job.name}", self._node, nx=True, px=lease)
        except (Unavailable, RedisError):
            return True
        return bool(taken)
