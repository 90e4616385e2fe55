"""Silence after a fault: what the bus lost is the last thing anybody said for a while.

Under load the next word repairs what is missing. Here nothing follows, so that only those look who
have to: the sweep, and whoever hears that the bus is back.
"""

import asyncio

from tests.faults.answers import wait_for
from tests.faults.play import Scenario, Scene

REPAIRED_SECONDS = 6.0
"""Promise 4 gives five."""


async def last_words(scene: Scene) -> None:
    """F10, F16: everybody says one thing that the bus loses, and then nobody says anything."""
    await scene.begin(visitors=4, second_tabs=1, agents=2)
    await scene.crowd.rest()
    for number, each in enumerate(scene.crowd.screens):
        each.stay_at = scene.nodes[number % 2]
        each.cut()
        each.hurry()
    await wait_for(lambda: all(each.open for each in scene.crowd.screens), 10.0)
    await scene.crowd.settle()

    for _ in range(2):
        await _lose_one_word_each(scene)

    number = scene.record.fault("redis.killed", redis=True, forgets=True)
    killed = await scene.world.valkey.kill()
    await _one_word_each(scene)
    await scene.world.valkey.start()
    scene.record.healed(number, fired=killed)
    await asyncio.sleep(REPAIRED_SECONDS)


async def _lose_one_word_each(scene: Scene) -> None:
    number = scene.record.fault("redis.loses_all", redis=True)
    before = sum(node.redis.fired["drop_publish"] for node in scene.nodes)
    for node in scene.nodes:
        node.redis.drop_publishes(1.0)
    await _one_word_each(scene)
    for node in scene.nodes:
        node.redis.heal()
    fired = sum(node.redis.fired["drop_publish"] for node in scene.nodes) - before
    scene.record.healed(number, fired=fired)
    await asyncio.sleep(REPAIRED_SECONDS)


async def _one_word_each(scene: Scene) -> None:
    for visitor in scene.crowd.visitors:
        visitor.write(scene.crowd.text(visitor, scene.dice))
    await wait_for(lambda: not any(each.outbox for each in scene.crowd.visitors), 10.0)
    await asyncio.sleep(0.3)


SCENARIOS = [
    Scenario(
        "last-words",
        ("F10", "F16"),
        "the last word before a silence is the one that is lost",
        last_words,
    )
]
