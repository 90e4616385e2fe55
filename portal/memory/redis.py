"""Redis: how its commands are reached, and its scripts.

Nothing here retries. redis-py's own default (ten tries, five seconds each) turned a Redis that
stood still for three seconds into a publish that took three seconds and was delivered twice.
Half a second, once; then `Unavailable`, and whoever asked goes on without.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from portal.errors import Unavailable
from portal.memory.line import Place
from portal.meter import Meter

PATIENCE_SECONDS = 0.5
"""The longest anybody waits for Redis: it is beside the way, never on it."""
CONNECTIONS = 32
"""Past that commands queue, for as long as the patience lasts."""
PROBE, PROBE_LIVES_MS = "memory:probe", 60_000
"""Written to see whether Redis takes anything; says nothing."""

SCRIPTS = {
    path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.lua")
}
"""Read when the package is, before there is a loop that a file could block."""

log = structlog.get_logger("portal.memory")

Argument = str | bytes | int | float
Script = Callable[[Sequence[str], Sequence[Argument]], Awaitable[Any]]

AWAY: tuple[tuple[type[BaseException], str], ...] = (
    (AuthenticationError, "refused"),
    (NoPermissionError, "refused"),
    (OutOfMemoryError, "full"),
    (ReadOnlyError, "read-only"),
    (BusyLoadingError, "loading"),
    (TooSlow, "slow"),
    (TimeoutError, "slow"),
    (ClusterDownError, "gone"),
    (TryAgainError, "gone"),
    (Disconnected, "gone"),
    (OSError, "gone"),
)
"""What Redis answers, or does not, when it is away for now, and in a word why. The first that fits
counts. Anything else is a fault of ours."""
UNNAMED = (("MISCONF", "disk"), ("NOREPLICAS", "gone"), ("BUSY ", "slow"))
"""Refusals redis-py has no class for: it cannot save, has too few replicas, runs a script."""

CLOSED = "handler is closed"
"""What uvloop says, as a RuntimeError, to whoever writes to a line that broke in the same turn."""


def why_away(error: BaseException) -> str | None:
    """Say in a word why Redis is away, or None: what it says is a fault of ours."""
    for kind, word in AWAY:
        if isinstance(error, kind):
            return word
    if isinstance(error, RuntimeError) and CLOSED in str(error):
        return "gone"
    if isinstance(error, ResponseError):
        for code, word in UNNAMED:
            if code in str(error):
                return word
    return None


def connect(url: str) -> Redis:
    """Return a client of `url` (`redis://`, `rediss://`, `unix://`); it connects on use.

    Raises:
        Stopped: the address cannot be meant.
    """
    Place.of(url)
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        driver_info=None,  # else each new connection reads redis-py's version from the disk
    )
    return Redis(connection_pool=pool)


@contextmanager
def reaching(meter: Meter | None = None) -> Iterator[None]:
    """Turn what a Redis that is away causes into `Unavailable`, and count it."""
    try:
        yield
    except (RedisError, OSError, RuntimeError) as error:
        why = why_away(error)
        if why is None:
            raise
        if meter is not None:
            meter.count("memory_failures", why)
        raise Unavailable(f"Redis does not answer: {why}") from error


class Memory:
    """What all server processes share: plain commands, and scripts kept as files beside this one.

    Attributes:
        redis: the client; use it within `reaching()`.
        well: whether Redis took the last probe. It may let us ring the bus and yet take nothing:
            when it is full, a replica, or cannot save.
        meter: counts what Redis refused.
    """

    def __init__(self, redis: Redis, meter: Meter | None = None) -> None:
        self.redis = redis
        self.well = True
        self.meter = meter or Meter()
        self._scripts: dict[str, Script] = {}
        self._said: set[str] = set()

    def script(self, name: str) -> Script:
        """Return the script `{name}.lua` as a function of its KEYS and ARGV.

        It is sent by its hash; a Redis that was flushed or restarted is given the text again.
        The function raises `Unavailable` when Redis is away.
        """
        if name not in self._scripts:
            self._scripts[name] = self._load(name)
        return self._scripts[name]

    async def ping(self) -> bool:
        """Tell whether Redis answers."""
        try:
            with reaching():
                return bool(await self.redis.ping())
        except Unavailable:
            return False

    async def probe(self) -> None:
        """Write a little and note whether Redis takes it; say once why it does not."""
        try:
            with reaching(self.meter):
                await self.redis.set(PROBE, b"", px=PROBE_LIVES_MS)
        except Unavailable as error:
            self.well = False
            if str(error) not in self._said:
                self._said.add(str(error))
                log.warning("memory away", why=str(error))
        else:
            self.well = True
            if self._said:
                self._said.clear()
                log.info("memory back")

    async def close(self) -> None:
        """Close every connection."""
        await self.redis.aclose(close_connection_pool=True)

    def _load(self, name: str) -> Script:
        registered = self.redis.register_script(SCRIPTS[name])

        async def run(keys: Sequence[str], args: Sequence[Argument]) -> Any:
            with reaching(self.meter):
                return await registered(keys=keys, args=args)

        return run
