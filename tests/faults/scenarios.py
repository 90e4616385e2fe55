"""The scenarios: which fault of the table is proven by what."""

from tests.faults.nemesis import mixed
from tests.faults.play import Scenario, Scene


async def _mixed(scene: Scene) -> None:
    await scene.begin()
    await mixed(scene.world, scene.record, scene.dice, seconds=20.0)


SCENARIOS = {
    s.name: s
    for s in [
        Scenario("mixed", ("F1",), "everything at once", _mixed),
    ]
}
