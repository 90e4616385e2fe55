"""Readers by node on a real Valkey."""

from collections.abc import AsyncIterator

import pytest

from portal.memory.reading import LIVES_SECONDS, Readings, Snapshot
from portal.memory.redis import Memory, connect
from tests.conftest import HeldClock


@pytest.fixture
async def memory(valkey_url: str) -> AsyncIterator[Memory]:
    """An empty Valkey."""
    found = Memory(connect(valkey_url))
    await found.redis.flushall()
    yield found
    await found.close()


async def test_nodes_read_each_other(memory: Memory, clock: HeldClock) -> None:
    """A beat writes one's own and returns the others'."""
    a, b = (Readings(memory, node=node, clock=clock) for node in "ab")
    of_a, of_b = Snapshot(1, {42: (3, 1)}), Snapshot(4, {42: (5, 2), 43: (1, 0)})

    assert await a.beat(of_a) == {}
    assert await b.beat(of_b) == {"a": of_a}
    assert await a.beat(of_a) == {"b": of_b}


async def test_a_node_that_leaves_is_gone(memory: Memory, clock: HeldClock) -> None:
    """Its readers go with it."""
    a, b = (Readings(memory, node=node, clock=clock) for node in "ab")
    await a.beat(Snapshot(1, {42: (3, 1)}))
    await a.leave()

    assert await b.beat(Snapshot(0, {})) == {}


async def test_a_node_that_was_killed_ends_by_itself(memory: Memory, clock: HeldClock) -> None:
    """Its key lives for some seconds only, and its name is swept."""
    a, b = (Readings(memory, node=node, clock=clock) for node in "ab")
    await a.beat(Snapshot(1, {42: (3, 1)}))

    assert 0 < await memory.redis.ttl("{reading}:a") <= LIVES_SECONDS
    await memory.redis.delete("{reading}:a")
    assert await b.beat(Snapshot(0, {})) == {}
    clock.forward(2 * LIVES_SECONDS * 1000 + 1)
    await b.beat(Snapshot(0, {}))
    assert await memory.redis.zrange("{reading}:nodes", 0, -1) == [b"b"]
