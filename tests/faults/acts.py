"""The acts: what is done to nodes and stores. Each returns how often it touched anything, as far as
that is known at once; taking something back returns 0.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable

from tests.faults.evidence import cut_subscribers, gone, refused_writes, stands_still
from tests.faults.world import Node, World

Act = Callable[[World, Node, random.Random], Awaitable[int]]
Count = Callable[[World], Awaitable[int]]

JUNK_BYTES = 8 * 1024 * 1024
"""Far more than the kernel takes over from Valkey, which counts only the rest as buffered."""


async def nothing(world: World, node: Node, dice: random.Random) -> int:
    """Nothing is to be taken back."""
    return 0


async def refused(world: World) -> int:
    """Count writes that Valkey refused."""
    return await refused_writes(world.valkey)


async def overran(world: World) -> int:
    """Count subscribers that Valkey cut off."""
    return await cut_subscribers(world.valkey)


# Nodes


async def kill(world: World, node: Node, dice: random.Random) -> int:
    return await node.kill9()


async def start(world: World, node: Node, dice: random.Random) -> int:
    await node.start()
    return 0


async def kill_worker(world: World, node: Node, dice: random.Random) -> int:
    meant = await node.kill_worker()
    await asyncio.sleep(0.2)
    return sum(map(gone, meant))


async def wait(world: World, node: Node, dice: random.Random) -> int:
    async with asyncio.timeout(60):
        while not await node.ready():
            await asyncio.sleep(0.1)
    return 0


async def pause(world: World, node: Node, dice: random.Random) -> int:
    meant = node.workers
    node.pause()
    await asyncio.sleep(0.02)
    return sum(map(stands_still, meant))


async def go_on(world: World, node: Node, dice: random.Random) -> int:
    node.go_on()
    return await wait(world, node, dice)


async def drain(world: World, node: Node, dice: random.Random) -> int:
    meant = node.workers
    await node.drain()
    return sum(map(gone, meant))


# Valkey


async def redis_killed(world: World, node: Node, dice: random.Random) -> int:
    return await world.valkey.kill()


async def redis_started(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.start()
    return 0


async def redis_flushed(world: World, node: Node, dice: random.Random) -> int:
    keys: int = await world.valkey.command("DBSIZE")
    await world.valkey.command("FLUSHALL")
    return keys


async def redis_paused(world: World, node: Node, dice: random.Random) -> int:
    world.valkey.stand_still()
    await asyncio.sleep(0.02)
    return stands_still(world.valkey.pid)


async def redis_goes_on(world: World, node: Node, dice: random.Random) -> int:
    world.valkey.go_on()
    return 0


async def redis_full(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.fill(True)
    return 0


async def redis_emptied(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.fill(False)
    return 0


async def redis_read_only(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.read_only(True)
    return 0


async def redis_writable(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.read_only(False)
    return 0


async def fail_over(world: World, node: Node, dice: random.Random) -> int:
    return await world.fail_over()


async def overrun(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.short_buffers(True)
    for _ in range(3):
        await world.valkey.command("PUBLISH", "bus:desk", secrets.token_hex(JUNK_BYTES // 2))
    return 0


async def buffers_restored(world: World, node: Node, dice: random.Random) -> int:
    await world.valkey.short_buffers(False)
    return 0


# PostgreSQL


async def postgres_restarted(world: World, node: Node, dice: random.Random) -> int:
    assert world.postgres is not None
    return await world.postgres.restart()


async def commit_lost(world: World, node: Node, dice: random.Random) -> int:
    assert node.store is not None
    for at in range(1, 8, 2):
        node.store.cut_at_commit_reply(at)
    return 0


async def no_commit(world: World, node: Node, dice: random.Random) -> int:
    assert node.store is not None
    for at in range(1, 8, 2):
        node.store.cut_at_commit(at)
    return 0
