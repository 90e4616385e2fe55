"""Valkey that dies, forgets, stands still, is full, slow, or seen by one node only."""

import asyncio
import json

from tests.faults.answers import wait_for
from tests.faults.heard import deliveries, percentile
from tests.faults.play import Play, Scenario, Scene

ACK_SECONDS = 0.25
"""F12: nothing of Redis is on a message's way to its author."""
LEAST_ACKS = 9
LIVE_AGAIN_SECONDS = 2.0
"""F10: what is said while Redis is away is heard so long after its return, at the latest."""
SLOW_SECONDS = 2.0
"""F15: what is said is heard by the others, at p99, while Redis is 300 to 700 ms slow."""
LEAST_HEARD = 5


def _suffers(*names: str, seconds: float | None = None, times: int = 1, pause: float = 1.0) -> Play:
    """Return a play: under load, these faults in turn, so often."""

    async def play(scene: Scene) -> None:
        await scene.begin()
        for _ in range(times):
            for name in names:
                await scene.suffer(name, seconds=seconds)
                await asyncio.sleep(pause)

    return play


async def killed(scene: Scene) -> None:
    """F10: Redis dies and is back after two seconds; what was said meanwhile is heard soon."""
    await scene.begin()
    for _ in range(3):
        began = len(scene.record)
        await scene.suffer("redis.kill9", seconds=2.0)
        await asyncio.sleep(LIVE_AGAIN_SECONDS)
        told = scene.record.events[began:]
        outage = max(e.at for e in told if e.kind == "healed") - told[0].at
        late = deliveries(told)
        scene.expect(len(late) >= LEAST_HEARD, f"only {len(late)} entries were heard of")
        scene.measure("said to heard while Redis dies and returns, s", max(late, default=0.0))
        scene.expect(
            max(late, default=0.0) <= outage + LIVE_AGAIN_SECONDS,
            f"an entry was heard after {max(late, default=0.0):.1f} s, Redis was away {outage:.1f}",
        )


async def slow(scene: Scene) -> None:
    """F15: Redis is slow for both nodes; others hear an entry within two seconds."""
    await scene.begin()
    began = len(scene.record)
    await asyncio.gather(
        *(scene.suffer("redis.slow", node=node, seconds=8.0) for node in scene.nodes)
    )
    late = deliveries(scene.record.events[began:])
    p99 = percentile(late, 0.99)
    scene.expect(len(late) >= LEAST_HEARD, f"only {len(late)} entries were heard of")
    scene.measure("said to heard while Redis is slow, p99 s", p99)
    scene.expect(p99 <= SLOW_SECONDS, f"entries were heard after {p99:.3f} s at p99")
    await asyncio.sleep(1.0)


def _everywhere(name: str, seconds: float) -> Play:
    """Return a play: both nodes' lines have the same fault at once."""

    async def play(scene: Scene) -> None:
        await scene.begin()
        await asyncio.gather(
            *(scene.suffer(name, node=node, seconds=seconds) for node in scene.nodes)
        )
        await asyncio.sleep(1.0)

    return play


async def paused(scene: Scene) -> None:
    """F12: Redis stands still for ten seconds; acks do not notice."""
    await scene.begin()
    began = len(scene.record)
    await scene.suffer("redis.pause", seconds=10.0 if scene.scale >= 1 else 4.0)
    took = sorted(_acks(scene, began))
    least = LEAST_ACKS if scene.scale >= 1 else LEAST_ACKS // 3
    scene.expect(len(took) >= least, f"only {len(took)} acks while Redis stood still")
    p99 = percentile(took, 0.99)
    scene.measure("send to ack while Redis stands still, p99 s", p99)
    scene.expect(p99 <= ACK_SECONDS * 2, f"acks took {p99:.3f} s at p99")


def _acks(scene: Scene, since: int) -> list[float]:
    sent = {}
    took = []
    for event in scene.record.events[since:]:
        if event.op in ("chat.say", "chat.note"):
            if event.kind == "invoke":
                sent[event.call] = event.at
            elif event.kind == "ok" and event.call in sent:
                took.append(event.at - sent[event.call])
    return took


async def away(scene: Scene) -> None:
    """F19: no Redis at the start nor for long; pages are served, chat goes through SQL."""
    number = scene.record.fault("redis.away", redis=True, forgets=True)
    killed = await scene.world.valkey.kill()
    for node in scene.nodes:
        await node.restart()
    await scene.crowd.come(visitors=3, second_tabs=1, agents=2, readers=0)
    scene.crowd.work()
    await asyncio.sleep(8.0)
    for node in scene.nodes:
        status, _, body = await asyncio.to_thread(node.portal.get, "/readyz")
        parts = json.loads(body)["parts"]
        scene.expect(status == 200, f"/readyz of node {node.name} says {status} without Redis")
        scene.expect(parts["memory"] == "degraded", f"/readyz says memory is {parts['memory']}")
        status, _, body = await asyncio.to_thread(node.portal.get, "/news/harbour")
        scene.expect(status == 200, f"an article is answered {status} without Redis")
    heard = [log for each in scene.crowd.agents for log in each.logs.values() if log.head]
    scene.expect(bool(heard), "no agent heard of anything without Redis")
    await scene.world.valkey.start()
    scene.record.healed(number, fired=killed)
    began = asyncio.get_running_loop().time()

    async def back(name: int) -> None:
        node = scene.nodes[name]
        while (
            json.loads((await asyncio.to_thread(node.portal.get, "/readyz"))[2])["parts"]["memory"]
            != "ok"
        ):
            await asyncio.sleep(0.1)

    async with asyncio.timeout(15):
        await asyncio.gather(back(0), back(1))
    scene.measure("Redis back to live, s", asyncio.get_running_loop().time() - began)
    await asyncio.sleep(9.0)  # something must be said while nothing is wrong


async def one_sided(scene: Scene) -> None:
    """F20: node a sees Redis, node b does not."""
    await scene.begin()
    for name in ("redis.refuse", "redis.blackhole"):
        await scene.suffer(name, node=scene.nodes[1], seconds=5.0)
        await asyncio.sleep(1.0)


async def overrun(scene: Scene) -> None:
    """F18: Redis cuts a subscriber that is too far behind."""
    await scene.begin()
    for _ in range(3):
        await scene.suffer("redis.overrun", seconds=0.5)
        await asyncio.sleep(0.5)
    await wait_for(lambda: all(node.up for node in scene.nodes), 1.0)


SCENARIOS = [
    Scenario(
        "redis-killed",
        ("F10",),
        "killed and back after 2 s, three times",
        killed,
    ),
    Scenario(
        "redis-flushed",
        ("F11",),
        "FLUSHALL every 2 s",
        _suffers("redis.flush", times=5, pause=2.0),
    ),
    Scenario("redis-paused", ("F12",), "stands still for 10 s; acks do not notice", paused),
    Scenario(
        "redis-failed-over",
        ("F13",),
        "another, empty primary, twice",
        _suffers("redis.fail_over", times=2, pause=2.0),
    ),
    Scenario(
        "redis-full",
        ("F14",),
        "refuses writes: out of memory, then read-only",
        _suffers("redis.full", "redis.read_only", seconds=5.0),
    ),
    Scenario("redis-slow", ("F15",), "300 to 700 ms slow for both nodes", slow),
    Scenario(
        "redis-loses",
        ("F16",),
        "40 % of the publishes are lost and answered as if not",
        _everywhere("redis.lost", 8.0),
    ),
    Scenario(
        "redis-doubles",
        ("F17",),
        "every other publish comes twice",
        _everywhere("redis.doubled", 6.0),
    ),
    Scenario("redis-overrun", ("F18",), "a subscriber's output buffer runs over", overrun),
    Scenario("redis-away", ("F19",), "not there at the start, nor for long", away),
    Scenario("redis-one-sided", ("F20",), "one node sees it, the other does not", one_sided),
]
