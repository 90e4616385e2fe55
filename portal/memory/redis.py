"""Redis: how its commands are reached, and its scripts.

Nothing here retries. redis-py's own default (ten tries, five seconds each) turned a Redis that
stood still for three seconds into a publish that took three seconds and was delivered twice.
Half a second, once; then `Unavailable`, and whoever asked goes on without.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    ReadOnlyError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as TooSlow

from portal.errors import Unavailable
from portal.memory.line import Place

PATIENCE_SECONDS = 0.5
"""The longest anybody waits for Redis: it is beside the way, never on it."""
CONNECTIONS = 32
"""Past that commands queue, for as long as the patience lasts."""

SCRIPTS = {
    path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.lua")
}
"""Read when the package is, before there is a loop that a file could block."""

AWAY = (
    Disconnected,
    TooSlow,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    ReadOnlyError,
    TryAgainError,
    OSError,
)
"""What Redis answers, or does not, when it is away for now. Anything else is a fault of ours."""

Argument = str | bytes | int | float
Script = Callable[[Sequence[str], Sequence[Argument]], Awaitable[Any]]


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
def reaching() -> Iterator[None]:
    """Turn what a Redis that is away causes into `Unavailable`."""
    try:
        yield
    except AWAY as error:
        raise Unavailable(f"Redis does not answer: {type(error).__name__}") from error


class Memory:
    """What all server processes share: plain commands, and scripts kept as files beside this one.

    Attributes:
        redis: the client; use it within `reaching()`.
    """

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._scripts: dict[str, Script] = {}

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

    async def close(self) -> None:
        """Close every connection."""
        await self.redis.aclose(close_connection_pool=True)

    def _load(self, name: str) -> Script:
        registered = self.redis.register_script(SCRIPTS[name])

        async def run(keys: Sequence[str], args: Sequence[Argument]) -> Any:
            with reaching():
                return await registered(keys=keys, args=args)

        return run
