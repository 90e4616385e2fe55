"""Redis commands: short patience, no repetition, and scripts that survive a flush."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.exceptions import ResponseError

from portal.errors import Unavailable
from portal.memory import redis as redis_module
from portal.memory.redis import Memory, connect, reaching, why_away
from tests.memory.test_bus import Valkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own."""
    running = Valkey(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def memory(server: Valkey) -> AsyncIterator[Memory]:
    """A memory on that Valkey."""
    opened = Memory(connect(server.url))
    yield opened
    await opened.close()


async def test_a_redis_that_stands_still_is_given_half_a_second(
    memory: Memory, server: Valkey
) -> None:
    """One attempt; then it is unavailable, and whoever asked goes on."""
    await memory.ping()
    server.send(signal.SIGSTOP)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Unavailable), reaching():
        await memory.redis.get("x")
    waited = loop.time() - began
    server.send(signal.SIGCONT)
    answers = await memory.ping()

    assert waited < 0.7
    assert answers


async def test_a_redis_that_is_gone_is_unavailable_and_then_back(
    memory: Memory, server: Valkey
) -> None:
    """A connection that broke with the old server is not the next caller's fault."""
    before = await memory.ping()
    server.kill()
    away = await memory.ping()
    server.start()
    back = await memory.ping()

    assert (before, away, back) == (True, False, True)


async def test_many_commands_at_once_share_few_connections(memory: Memory) -> None:
    """They queue for a connection; none is refused one."""
    counted = await asyncio.gather(*(memory.redis.incr("n") for _ in range(300)))

    assert sorted(counted) == list(range(1, 301))


async def test_a_script_is_given_again_to_a_redis_that_forgot_it(
    memory: Memory, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flush or a restart loses scripts; the caller does not notice."""
    monkeypatch.setitem(redis_module.SCRIPTS, "probe", "return {KEYS[1], ARGV[1]}")
    probe = memory.script("probe")
    first = await probe(["k"], [1])
    await memory.redis.script_flush()
    after_flush = await probe(["k"], [2])
    server.kill()
    with pytest.raises(Unavailable):
        await probe(["k"], [3])
    server.start()
    after_restart = await memory.script("probe")(["k"], [4])

    assert [first, after_flush, after_restart] == [[b"k", b"1"], [b"k", b"2"], [b"k", b"4"]]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(111, "refused"), "gone"),
        (TimeoutError(), "slow"),
        (
            RuntimeError("unable to perform operation on <T closed=True>; the handler is closed"),
            "gone",
        ),
        (RuntimeError("planted"), None),
        (ResponseError("WRONGTYPE Operation against a key"), None),
        (ResponseError("MISCONF Valkey is configured to save RDB snapshots"), "disk"),
        (ResponseError("NOREPLICAS Not enough good replicas to write."), "gone"),
        (ResponseError("BUSY Valkey is busy running a script."), "slow"),
    ],
)
def test_what_is_away_and_what_is_our_fault(error: Exception, why: str | None) -> None:
    """A fault of ours is not hidden behind "Redis is away"; a broken line is no fault of ours."""
    expected = Unavailable if why else type(error)
    with pytest.raises(expected) as raised, reaching():
        raise error

    assert why_away(error) == why
    assert str(raised.value).endswith(why or str(error))
