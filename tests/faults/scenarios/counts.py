"""Counts under haste: readers of one article on nodes that hear late, flush at once, or die."""

import asyncio

from tests.faults.clients import Reader
from tests.faults.play import Scenario, Scene

READERS = 40
WRITERS = 8
SECONDS = 10.0
DEATHS = 4


async def flushes(scene: Scene) -> None:
    """F49: eight write to both nodes without a pause, each of which books the same totals."""
    await scene.begin(visitors=2, second_tabs=0, agents=1, readers=2)
    number = scene.record.fault("counts.flushed")
    seconds = SECONDS * max(0.3, scene.scale)
    came = await asyncio.gather(*(_write(scene, at, seconds) for at in range(WRITERS)))
    scene.record.healed(number, fired=sum(came))
    await asyncio.sleep(3.0)


async def _write(scene: Scene, writer: int, seconds: float) -> int:
    """Let one reader after the other open an article; return how many came."""
    ends = asyncio.get_running_loop().time() + seconds
    came = 0
    while asyncio.get_running_loop().time() < ends:
        _arrive(scene, f"writer-{writer}-{came}", (writer + came) % 2)
        came += 1
        await asyncio.sleep(scene.dice.uniform(0.05, 0.25))
    return came


def _arrive(scene: Scene, name: str, node: int) -> None:
    dice, article = scene.crowd.dice(name), scene.world.articles["harbour"]
    reader = Reader(name, scene.world, scene.record, dice, article=article)
    reader.stay_at = scene.nodes[node]
    scene.crowd.readers.append(reader)
    reader.start()


async def unbooked(scene: Scene) -> None:
    """F50: nodes die again and again with clicks that were told and not yet booked."""
    await scene.begin(visitors=2, second_tabs=0, agents=1, readers=2)
    for death in range(max(2, round(DEATHS * scene.scale))):
        node = scene.nodes[death % 2]
        for at in range(6):
            _arrive(scene, f"death-{death}-{at}", death % 2)
        await asyncio.sleep(scene.dice.uniform(0.1, 1.0))  # a booking goes out every second
        number = scene.record.fault("node.kill9", node=node.name)
        died = await node.kill9()
        scene.record.healed(number, fired=died)
        await node.start()
        await asyncio.sleep(1.5)
    await asyncio.sleep(4.0)


async def rush(scene: Scene) -> None:
    """F51: totals overtake each other; on no screen does one fall, in the end all are right."""
    await scene.begin(visitors=2, second_tabs=0, agents=1, readers=2)
    slow = scene.node()
    before = slow.redis.fired["latency"]
    number = scene.record.fault("redis.slow", redis=True, node=slow.name)
    slow.redis.latency(0.15, 0.1)  # there and back within the patience of half a second
    for at in range(max(10, round(READERS * scene.scale))):
        _arrive(scene, f"rush-{at}", at % 2)
        await asyncio.sleep(scene.dice.uniform(0.0, 0.2))
    await asyncio.sleep(1.5)
    slow.redis.heal()
    scene.record.healed(number, fired=slow.redis.fired["latency"] - before)
    await asyncio.sleep(6.0)


SCENARIOS = [
    Scenario("flushes", ("F49",), "eight writers, two nodes that flush at once", flushes),
    Scenario("unbooked", ("F50",), "kill -9 of nodes with clicks nobody has booked", unbooked),
    Scenario("rush", ("F51",), "many views at once while one node hears late", rush),
]
