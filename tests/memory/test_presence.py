"""Presence: leases that run out by themselves."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest

from portal.memory.presence import SILENT_SECONDS, Presence
from portal.memory.redis import Memory, connect


@pytest.fixture
async def memory(valkey_url: str) -> AsyncIterator[Memory]:
    """A Valkey's scripts."""
    opened = Memory(connect(valkey_url))
    yield opened
    await opened.close()


@pytest.fixture
def name() -> str:
    """A kind of presence no other test has."""
    return secrets.token_hex(4)


async def test_others_learn_with_the_next_beat(memory: Memory, name: str) -> None:
    """What one node holds another sees, with what it says of itself, until it lets go.

    Without a word about that it is believed for one more beat.
    """
    at = 0.0
    one, two = [Presence(memory, name, elapsed=lambda: at) for _ in range(2)]
    one.hold("7@one", "available")
    two.hold("8@two", "away")

    await one.beat()
    await two.beat()
    both = dict(two.there)
    one.hold("7@one", "away")
    await one.beat()
    await two.beat()
    changed = dict(two.there)
    one.let_go("7@one")
    await one.beat()
    at += 5
    await two.beat()
    silent = set(two.there)
    at += 5
    await two.beat()

    assert silent == {"7@one", "8@two"}
    assert both == {"7@one": "available", "8@two": "away"}
    assert changed == {"7@one": "away", "8@two": "away"}
    assert two.there == {"8@two": "away"}
    assert one.there == {"8@two": "away"}


async def test_a_killed_node_decays(memory: Memory, name: str) -> None:
    """A lease nobody renews ends; one that is renewed does not."""
    at = 0.0
    killed, alive = [Presence(memory, name, lease_ms=1_000, elapsed=lambda: at) for _ in range(2)]
    killed.hold("7@killed")
    alive.hold("8@alive")
    await killed.beat()

    await alive.beat()
    before = set(alive.there)
    await asyncio.sleep(1.1)
    at = SILENT_SECONDS
    await alive.beat()
    await killed.beat()

    assert before == {"7@killed", "8@alive"}
    assert set(alive.there) == {"8@alive"}
    assert set(killed.there) == {"7@killed", "8@alive"}


async def test_the_keys_end_with_the_last_lease(memory: Memory, name: str) -> None:
    """Nothing stays behind in memory."""
    presence = Presence(memory, name, lease_ms=30)
    presence.hold("7@one")
    await presence.beat()

    await asyncio.sleep(0.1)
    left = await memory.redis.keys(f"{{presence:{name}}}*")

    assert left == []


async def test_without_redis_a_node_knows_its_own(name: str) -> None:
    """With Redis away others are believed for one lease and one's own always."""
    nobody = Memory(connect("unix:///nonexistent/valkey.sock"))
    at = 0.0
    presence = Presence(nobody, name, lease_ms=1_000, elapsed=lambda: at)
    presence.hold("7@one", "x")
    presence.hear("8@two", "y")

    answered = await presence.beat()
    before = dict(presence.there)
    at = 2.0
    await presence.beat()
    await nobody.close()

    assert not answered
    assert before == {"7@one": "x", "8@two": "y"}
    assert presence.there == {"7@one": "x"}


async def test_a_word_counts_until_redis_knows(memory: Memory, name: str) -> None:
    """Whoever was announced by his node does not vanish because that node has yet to beat."""
    one, two = Presence(memory, name), Presence(memory, name)
    one.hold("7@one")
    two.hear("7@one", "")
    await two.beat()
    announced = set(two.there)
    await one.beat()
    one.let_go("7@one")
    two.hear("7@one", None)
    await two.beat()

    assert announced == {"7@one"}
    assert set(two.there) == set()


async def test_a_flush_sends_nobody_away(memory: Memory, name: str) -> None:
    """Nor does a failover to an empty Redis: each node's next beat makes its leases again."""
    at = 0.0
    one, two = [Presence(memory, name, elapsed=lambda: at) for _ in range(2)]
    one.hold("7@one")
    await one.beat()
    await two.beat()
    await memory.redis.delete(f"{{presence:{name}}}:until", f"{{presence:{name}}}:value")
    at += 5.5
    await two.beat()
    flushed = set(two.there)
    await one.beat()
    at += 5.5
    await two.beat()
    at += 5.5
    await two.beat()

    assert flushed == {"7@one"}
    assert set(two.there) == {"7@one"}
