"""Attempts: counted by all processes together, and by each for itself when Valkey is away."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from portal.memory import attempts as attempts_module
from portal.memory.attempts import Attempts
from portal.memory.redis import Memory, connect
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


async def test_so_many_a_window_and_then_a_wait(memory: Memory) -> None:
    """Within the limit nothing is said; beyond it, how long the window still lasts."""
    attempts = Attempts(memory.redis)
    waits = [await attempts.take("sign-in:a", 3, 60) for _ in range(5)]
    other = await attempts.take("sign-in:b", 3, 60)

    assert waits[:3] == [None] * 3
    assert all(wait is not None and 55_000 < wait <= 60_000 for wait in waits[3:])
    assert other is None


async def test_processes_count_together(memory: Memory) -> None:
    """Two processes give no more tries than one; at once or in turn."""
    both = Attempts(memory.redis), Attempts(memory.redis)
    waits = []
    for _ in range(10):
        waits += await asyncio.gather(*(each.take("k", 10, 60) for each in both))

    assert [wait is None for wait in waits] == [True] * 10 + [False] * 10


async def test_a_flood_opens_nothing(memory: Memory) -> None:
    """So many at once that Valkey is slow: the process holds the limit by itself."""
    attempts = Attempts(memory.redis)
    waits = await asyncio.gather(*(attempts.take("k", 10, 60) for _ in range(200)))

    assert sum(wait is None for wait in waits) <= 10


async def test_a_flush_opens_nothing(memory: Memory) -> None:
    """Who had used up his tries has not got them back."""
    attempts = Attempts(memory.redis)
    before = [await attempts.take("k", 2, 60) for _ in range(3)]
    await memory.redis.flushall()
    after = await attempts.take("k", 2, 60)

    assert before[2] is not None
    assert after is not None


async def test_the_window_ends(memory: Memory) -> None:
    """However often one tried meanwhile: waiting is never made longer."""
    attempts = Attempts(memory.redis)
    first = [await attempts.take("k", 1, 1) for _ in range(3)]
    left = await memory.redis.pttl("limit:k")
    await asyncio.sleep(1.1)
    later = await attempts.take("k", 1, 1)

    assert [wait is None for wait in first] == [True, False, False]
    assert 0 < left <= 1000
    assert later is None


async def test_a_try_given_back_was_none(memory: Memory) -> None:
    """It makes room for one more; nothing falls below zero or lives longer than its window."""
    attempts = Attempts(memory.redis)
    await attempts.give_back("k")
    empty = await memory.redis.exists("limit:k")
    await attempts.take("k", 1, 60)
    await attempts.give_back("k")
    await attempts.give_back("k")
    again = [await attempts.take("k", 1, 60) for _ in range(2)]
    lives = await memory.redis.pttl("limit:k")

    assert empty == 0
    assert [wait is None for wait in again] == [True, False]
    assert 0 < lives <= 60_000


@pytest.mark.parametrize("how", ["gone", "still"])
async def test_without_valkey_the_process_counts(memory: Memory, server: Valkey, how: str) -> None:
    """Neither open nor shut: the same limit, and nobody waits long for the answer."""
    attempts = Attempts(memory.redis)
    await attempts.take("warm", 1, 60)
    if how == "gone":
        server.kill()
    else:
        server.send(signal.SIGSTOP)
    loop = asyncio.get_running_loop()
    began = loop.time()
    waits = [await attempts.take("k", 2, 60) for _ in range(4)]
    took = loop.time() - began
    await attempts.give_back("k")
    await attempts.give_back("k")
    await attempts.give_back("k")
    after = await attempts.take("k", 2, 60)
    if how == "still":
        server.send(signal.SIGCONT)

    assert [wait is None for wait in waits] == [True, True, False, False]
    assert waits[3] is not None
    assert 1_000 <= waits[3] <= 60_000
    assert took < 2
    assert after is None


async def test_its_own_counters_are_bounded(
    memory: Memory, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of names does not fill the process; the newest are kept."""
    server.kill()
    monkeypatch.setattr(attempts_module, "MOST_KEPT", 5)
    attempts = Attempts(memory.redis)
    for number in range(20):
        await attempts.take(f"k{number}", 1, 60)
    known = [await attempts.take(f"k{number}", 1, 60) is not None for number in (19, 0)]

    assert len(attempts._own) <= 5
    assert known == [True, False]
