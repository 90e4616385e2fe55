"""Counts under haste: many readers of one article on two nodes, of which one hears late."""

import asyncio

from tests.faults.clients import Reader
from tests.faults.play import Scenario, Scene

READERS = 40


async def rush(scene: Scene) -> None:
    """F51: totals overtake each other; on no screen does one fall, in the end all are right."""
    await scene.begin(visitors=2, second_tabs=0, agents=1, readers=2)
    slow = scene.node()
    before = slow.redis.fired["latency"]
    number = scene.record.fault("redis.slow", redis=True, node=slow.name)
    slow.redis.latency(0.15, 0.1)  # there and back within the patience of half a second
    for at in range(max(10, round(READERS * scene.scale))):
        name = f"rush-{at}"
        dice, article = scene.crowd.dice(name), scene.world.articles["harbour"]
        reader = Reader(name, scene.world, scene.record, dice, article=article)
        reader.stay_at = scene.nodes[at % 2]
        scene.crowd.readers.append(reader)
        reader.start()
        await asyncio.sleep(scene.dice.uniform(0.0, 0.2))
    await asyncio.sleep(1.5)
    slow.redis.heal()
    scene.record.healed(number, fired=slow.redis.fired["latency"] - before)
    await asyncio.sleep(6.0)


SCENARIOS = [
    Scenario("rush", ("F51",), "many views at once while one node hears late", rush),
]
