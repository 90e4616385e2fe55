"""PostgreSQL that restarts, is cut off, or commits and cannot say so; a handler that fails."""

import asyncio

from tests.faults.play import Scenario, Scene

BACK_SECONDS = 10.0


async def restarted(scene: Scene) -> None:
    """F25: PostgreSQL dies with all its backends and recovers, twice."""
    await scene.begin()
    for _ in range(2):
        await scene.suffer("store.restart", seconds=0.0)
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(30):
            while not all([await node.ready() for node in scene.nodes]):
                await asyncio.sleep(0.1)
        took = asyncio.get_running_loop().time() - began
        scene.measure("database back to ready, s", took)
        scene.expect(took <= BACK_SECONDS, f"ready {took:.1f} s after the database was")
        await asyncio.sleep(1.0)


async def broken(scene: Scene) -> None:
    """F25: the lines to it are reset, swallowed, slow, and cut anywhere."""
    await scene.begin()
    for name in ("cut", "cut_after", "refuse", "slow", "blackhole", "cut"):
        await scene.suffer(f"store.{name}", seconds=2.0)
        await asyncio.sleep(0.7)


async def unknown(scene: Scene) -> None:
    """F26: COMMITs are lost, or happen and their answers are."""
    await scene.begin()
    for node in scene.nodes * 2:
        await scene.suffer("store.commit", node=node, seconds=3.0)
        await scene.suffer("store.no_commit", node=node, seconds=3.0)


async def handlers(scene: Scene) -> None:
    """F53: handlers of every type raise, before their work or after it."""
    await scene.begin()
    node = scene.nodes[0]
    began = len(scene.record)
    number = scene.record.fault("handlers.raise", node=node.name)
    node.inside(**{"raise": ["*"], "share": 0.3, "late": 0.5})
    await asyncio.sleep(8.0)
    node.inside()
    await asyncio.sleep(0.3)
    planted = [e for e in scene.record.events[began:] if e.fields.get("code") == "busy"]
    scene.record.healed(number, fired=len(planted))
    scene.expect(bool(planted), "no handler raised anything")
    staying = {each.name for each in scene.crowd.talkers}  # readers come, reload, and go
    closed = [
        event
        for event in scene.record.events[began:]
        if event.kind == "closed" and event.client in staying
    ]
    scene.expect(not closed, f"{len(closed)} sockets were closed by a handler's fault")


SCENARIOS = [
    Scenario("store-restarted", ("F25",), "immediate restart, twice", restarted, ("postgresql",)),
    Scenario("store-broken", ("F25",), "every fault of the line to it", broken, ("postgresql",)),
    Scenario("store-unknown", ("F26",), "the answer to COMMIT is lost", unknown, ("postgresql",)),
    Scenario(
        "handlers",
        ("F53",),
        "30 % of all requests raise in their handler",
        handlers,
        tracebacks=True,
    ),
]
