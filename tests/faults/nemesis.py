"""The nemesis: every fault by name, how it begins and ends, and a seeded way through many of them.

A fault is written into the record when it begins and when it has healed, with the number of times
it really touched a link, a frame or a process. For a process that is killed, stopped or told to go
that is once, by being done.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from tests.faults.record import Record
from tests.faults.world import Kind, Node, World

Act = Callable[[World, Node, random.Random], Awaitable[object]]
Line = Literal["front", "redis", "store"]

JUNK_BYTES = 512 * 1024
"""Far more than the shortened output buffer of a subscriber."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        begin, end: do it and take it back, at one node where it is a node's.
        seconds: between which lengths it lasts.
        line: whose proxies tell how often it touched something; None: it is done, so it did.
        redis: a node may not hear the others meanwhile.
        forgets: Redis loses what it holds.
        only: the database it is about.
    """

    name: str
    begin: Act
    end: Act
    seconds: tuple[float, float] = (1.0, 3.0)
    line: Line | None = None
    redis: bool = False
    forgets: bool = False
    only: Kind | None = None


async def suffer(
    world: World,
    record: Record,
    fault: Fault,
    node: Node,
    dice: random.Random,
    seconds: float | None = None,
) -> None:
    """Let a fault begin, last, and end."""
    lasts = dice.uniform(*fault.seconds) if seconds is None else seconds
    before = _touched(world, fault.line)
    number = record.fault(
        fault.name,
        redis=fault.redis,
        forgets=fault.forgets,
        node=node.name,
        seconds=round(lasts, 2),
    )
    try:
        await fault.begin(world, node, dice)
        await asyncio.sleep(lasts)
    finally:
        await fault.end(world, node, dice)
        fired = _touched(world, fault.line) - before if fault.line else 1
        record.healed(number, fired=fired)


async def mixed(
    world: World,
    record: Record,
    dice: random.Random,
    *,
    seconds: float,
    faults: Iterable["Fault"] | None = None,
    pause: tuple[float, float] = (0.3, 2.0),
) -> None:
    """Let chance choose faults, nodes and lengths; now and then two at once."""
    known = [f for f in (faults or FAULTS.values()) if f.only in (None, world.kind)]
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        count = 2 if dice.random() < 0.25 else 1
        chosen = _compatible(dice.sample(known, min(count, len(known))))
        await asyncio.gather(
            *(suffer(world, record, each, dice.choice(world.nodes), dice) for each in chosen)
        )
        await asyncio.sleep(dice.uniform(*pause))


def _compatible(chosen: list[Fault]) -> list[Fault]:
    # Two that stop and start the same thing would take back each other's work.
    first, *others = chosen
    return [first, *(o for o in others if o.name.partition(".")[0] != first.name.partition(".")[0])]


def _touched(world: World, line: Line | None) -> int:
    if line is None:
        return 0
    return sum(sum(n.proxies[line].fired.values()) for n in world.nodes if line in n.proxies)


async def nothing(world: World, node: Node, dice: random.Random) -> None:
    """Nothing is to be taken back."""


def _heal(line: Line) -> Act:
    async def heal(world: World, node: Node, dice: random.Random) -> None:
        node.proxies[line].heal()

    return heal


def _on(line: Line, act: Callable[..., object]) -> Act:
    async def begin(world: World, node: Node, dice: random.Random) -> None:
        act(node.proxies[line], dice)

    return begin


def _lines(line: Line, *, redis: bool = False, only: Kind | None = None) -> list[Fault]:
    """Return the faults that any line may have."""
    made: list[tuple[str, Callable[..., object]]] = [
        ("cut", lambda proxy, dice: proxy.cut()),
        ("cut_after", lambda proxy, dice: _cut_after(proxy, dice)),
        ("blackhole", lambda proxy, dice: proxy.blackhole(True)),
        ("refuse", lambda proxy, dice: proxy.refuse(True)),
        ("slow", lambda proxy, dice: proxy.latency(0.3, 0.4)),
        ("slice", lambda proxy, dice: proxy.slice(dice.randint(1, 9))),
        ("narrow", lambda proxy, dice: proxy.bandwidth(dice.randint(2, 20) * 1000)),
    ]
    return [
        Fault(f"{line}.{name}", _on(line, act), _heal(line), line=line, redis=redis, only=only)
        for name, act in made
    ]


def _cut_after(proxy: object, dice: random.Random) -> None:
    at = dice.randint(1, 2_000)
    up, down = (at, None) if dice.random() < 0.5 else (None, at)
    proxy.cut_after(up=up, down=down, links="all")  # type: ignore[attr-defined]


# Nodes


async def _kill(world: World, node: Node, dice: random.Random) -> None:
    await node.kill9()


async def _start(world: World, node: Node, dice: random.Random) -> None:
    await node.start()


async def _kill_worker(world: World, node: Node, dice: random.Random) -> None:
    await node.kill_worker()


async def _wait(world: World, node: Node, dice: random.Random) -> None:
    async with asyncio.timeout(60):
        while not await node.ready():
            await asyncio.sleep(0.1)


async def _pause(world: World, node: Node, dice: random.Random) -> None:
    node.pause()


async def _go_on(world: World, node: Node, dice: random.Random) -> None:
    node.go_on()
    await _wait(world, node, dice)


async def _drain(world: World, node: Node, dice: random.Random) -> None:
    await node.drain()


# Valkey


async def _redis_killed(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.kill()


async def _redis_started(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.start()


async def _redis_flushed(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.command("FLUSHALL")


async def _redis_paused(world: World, node: Node, dice: random.Random) -> None:
    world.valkey.stand_still()


async def _redis_goes_on(world: World, node: Node, dice: random.Random) -> None:
    world.valkey.go_on()


async def _redis_full(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.fill(True)


async def _redis_emptied(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.fill(False)


async def _redis_read_only(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.read_only(True)


async def _redis_writable(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.read_only(False)


async def _fail_over(world: World, node: Node, dice: random.Random) -> None:
    await world.fail_over()


async def _overrun(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.short_buffers(True)
    for _ in range(3):
        await world.valkey.command("PUBLISH", "bus:desk", secrets.token_hex(JUNK_BYTES // 2))


async def _buffers_restored(world: World, node: Node, dice: random.Random) -> None:
    await world.valkey.short_buffers(False)


# PostgreSQL


async def _postgres_restarted(world: World, node: Node, dice: random.Random) -> None:
    assert world.postgres is not None
    await world.postgres.restart()


async def _commit_lost(world: World, node: Node, dice: random.Random) -> None:
    assert node.store is not None
    for at in range(1, 8, 2):
        node.store.cut_at_commit_reply(at)


async def _no_commit(world: World, node: Node, dice: random.Random) -> None:
    assert node.store is not None
    for at in range(1, 8, 2):
        node.store.cut_at_commit(at)


_ALL: list[Fault] = [
    *_lines("front"),
    Fault("node.kill9", _kill, _start, (0.1, 1.5)),
    Fault("node.worker", _kill_worker, _wait, (0.5, 1.0)),
    Fault("node.pause", _pause, _go_on, (1.0, 5.0), redis=True),
    Fault("node.drain", _drain, _start, (0.0, 0.5)),
    *_lines("redis", redis=True),
    Fault("redis.kill9", _redis_killed, _redis_started, (0.0, 2.5), redis=True, forgets=True),
    Fault("redis.flush", _redis_flushed, nothing, (0.0, 0.2), redis=True, forgets=True),
    Fault("redis.pause", _redis_paused, _redis_goes_on, (1.0, 5.0), redis=True),
    Fault("redis.full", _redis_full, _redis_emptied, (1.0, 4.0), redis=True),
    Fault("redis.read_only", _redis_read_only, _redis_writable, (1.0, 4.0), redis=True),
    Fault("redis.fail_over", _fail_over, nothing, (0.0, 0.5), redis=True, forgets=True),
    Fault("redis.overrun", _overrun, _buffers_restored, (0.2, 1.0), redis=True),
    Fault(
        "redis.lost",
        _on("redis", lambda proxy, dice: proxy.drop_publishes(0.4)),
        _heal("redis"),
        (2.0, 5.0),
        line="redis",
        redis=True,
    ),
    Fault(
        "redis.doubled",
        _on("redis", lambda proxy, dice: [proxy.double_publish(at) for at in range(1, 40, 2)]),
        _heal("redis"),
        (2.0, 5.0),
        line="redis",
        redis=True,
    ),
    *_lines("store", only="postgresql"),
    Fault("store.restart", _postgres_restarted, nothing, (0.5, 1.5), only="postgresql"),
    Fault(
        "store.no_commit", _no_commit, _heal("store"), (2.0, 4.0), line="store", only="postgresql"
    ),
    Fault(
        "store.commit", _commit_lost, _heal("store"), (2.0, 4.0), line="store", only="postgresql"
    ),
]

FAULTS = {fault.name: fault for fault in _ALL}
