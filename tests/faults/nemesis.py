"""The nemesis: every fault by name, how it begins and ends, and a seeded way through many of them.

A fault is written into the record when it begins and when it has healed, with the number of times
it really touched something: links and bytes as its proxy counts them, writes a store says it
refused, processes the kernel says are dead or stand still. That it was ordered counts for nothing.
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from tests.faults import acts
from tests.faults.acts import Act, Count, nothing
from tests.faults.record import Record
from tests.faults.world import Kind, Node, World

Line = Literal["front", "redis", "store"]


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        begin, end: do it and take it back, at one node where it is a node's; begin returns how
            often it touched something, where it is known at once.
        seconds: between which lengths it lasts.
        line: whose proxy at the node counts what it touched meanwhile.
        count: counts what it touched meanwhile, where no proxy does.
        redis: a node may not hear the others meanwhile.
        forgets: Redis loses what it holds.
        only: the database it is about.
    """

    name: str
    begin: Act
    end: Act
    seconds: tuple[float, float] = (1.0, 3.0)
    line: Line | None = None
    count: Count | None = None
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
    before = await _touched(world, node, fault)
    at_once = 0
    number = record.fault(
        fault.name,
        redis=fault.redis,
        forgets=fault.forgets,
        node=node.name,
        seconds=round(lasts, 2),
    )
    try:
        at_once = await fault.begin(world, node, dice)
        await asyncio.sleep(lasts)
        meanwhile = await _touched(world, node, fault) - before
    except BaseException:
        meanwhile = 0
        raise
    finally:
        await fault.end(world, node, dice)
        record.healed(number, fired=at_once + meanwhile)


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


async def _touched(world: World, node: Node, fault: Fault) -> int:
    if fault.count is not None:
        return await fault.count(world)
    proxy = node.proxies.get(fault.line) if fault.line else None
    return proxy.fired.total() if proxy else 0


def _heal(line: Line) -> Act:
    async def heal(world: World, node: Node, dice: random.Random) -> int:
        node.proxies[line].heal()
        return 0

    return heal


def _on(line: Line, act: Callable[..., object]) -> Act:
    async def begin(world: World, node: Node, dice: random.Random) -> int:
        act(node.proxies[line], dice)
        return 0

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


_ALL: list[Fault] = [
    *_lines("front"),
    Fault("node.kill9", acts.kill, acts.start, (0.1, 1.5)),
    Fault("node.worker", acts.kill_worker, acts.wait, (0.5, 1.0)),
    Fault("node.pause", acts.pause, acts.go_on, (1.0, 5.0), redis=True),
    Fault("node.drain", acts.drain, acts.start, (0.0, 0.5)),
    *_lines("redis", redis=True),
    Fault(
        "redis.kill9", acts.redis_killed, acts.redis_started, (0.0, 2.5), redis=True, forgets=True
    ),
    Fault("redis.flush", acts.redis_flushed, nothing, (0.0, 0.2), redis=True, forgets=True),
    Fault("redis.pause", acts.redis_paused, acts.redis_goes_on, (1.0, 5.0), redis=True),
    Fault(
        "redis.full",
        acts.redis_full,
        acts.redis_emptied,
        (1.0, 4.0),
        count=acts.refused,
        redis=True,
    ),
    Fault(
        "redis.read_only",
        acts.redis_read_only,
        acts.redis_writable,
        (1.0, 4.0),
        count=acts.refused,
        redis=True,
    ),
    Fault("redis.fail_over", acts.fail_over, nothing, (0.0, 0.5), redis=True, forgets=True),
    Fault(
        "redis.overrun",
        acts.overrun,
        acts.buffers_restored,
        (0.2, 1.0),
        count=acts.overran,
        redis=True,
    ),
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
    Fault("store.restart", acts.postgres_restarted, nothing, (0.5, 1.5), only="postgresql"),
    Fault(
        "store.no_commit",
        acts.no_commit,
        _heal("store"),
        (2.0, 4.0),
        line="store",
        only="postgresql",
    ),
    Fault(
        "store.commit",
        acts.commit_lost,
        _heal("store"),
        (2.0, 4.0),
        line="store",
        only="postgresql",
    ),
]

FAULTS = {fault.name: fault for fault in _ALL}
