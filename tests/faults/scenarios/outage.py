"""Long outages: Redis away for more than a minute, and a visitor who misses hundreds of answers."""

import asyncio

from tests.faults.answers import wait_for
from tests.faults.evidence import resident
from tests.faults.heard import Listeners, deliveries, unheard
from tests.faults.play import Scenario, Scene
from tests.faults.record import Event
from tests.faults.screen import Screen

AWAY_SECONDS = 75.0
HEARD_SECONDS = 5.0
"""So long the sweep over SQL may take in place of a bus; and so long a return."""
GROWTH_BYTES = 20 * 1024 * 1024
WARM_SECONDS = 5.0
MISSED = 500


async def redis_long_away(scene: Scene) -> None:
    """F19: Redis is away while people write on; they hear each other, and no worker grows."""
    await scene.begin(visitors=4, second_tabs=1, agents=2, readers=2)
    await asyncio.sleep(WARM_SECONDS)
    first = {node.name: resident(node) for node in scene.nodes}
    most = dict(first)
    began = len(scene.record)
    number = scene.record.fault("redis.long_away", redis=True, forgets=True)
    killed = await scene.world.valkey.kill()
    loop = asyncio.get_running_loop()
    end = loop.time() + AWAY_SECONDS * scene.scale
    while loop.time() < end:
        await asyncio.sleep(1.0)
        most = {node.name: max(most[node.name], resident(node)) for node in scene.nodes}
    told = scene.record.events[began:]
    await scene.world.valkey.start()
    scene.record.healed(number, fired=killed)

    late = deliveries(told)
    scene.measure("said to heard without Redis, the longest, s", max(late, default=0.0))
    lost = unheard(told, _listeners(scene), HEARD_SECONDS)
    scene.expect(bool(late), "nobody heard anything without Redis")
    scene.expect(not lost, f"not heard within {HEARD_SECONDS:.0f} s without Redis: {lost[:5]}")
    for name, bytes in most.items():
        grown = bytes - first[name]
        scene.measure("a worker grew by, MB", grown / 1e6)
        scene.expect(grown < GROWTH_BYTES, f"the worker of {name} grew by {grown / 1e6:.1f} MB")


def _listeners(scene: Scene) -> Listeners:
    crowd = scene.crowd

    def listeners(conversation: str, op: str) -> set[str]:
        agents = {each.name for each in crowd.agents if conversation in each.logs}
        if op == "chat.note":
            return agents
        return agents | {v.name for v in crowd.visitors if v.conversation == conversation}

    return listeners


async def hundreds_missed(scene: Scene) -> None:
    """R1: a visitor's line is down while 500 answers are given; he has them all, page by page."""
    await scene.begin(visitors=2, second_tabs=0, agents=1, readers=0)
    visitor, agent = scene.crowd.visitors[0], scene.crowd.agents[0]
    await scene.crowd.rest()
    await wait_for(lambda: not visitor.outbox and not agent.outbox, 10.0)
    await agent.act("chat.claim", visitor.conversation)
    number = scene.record.fault("line.down")
    visitor.sleep()
    count = round(MISSED * scene.scale)
    items = [agent.write(f"{n} of {count}", visitor.conversation) for n in range(count)]
    await wait_for(lambda: not agent.outbox, 90.0)
    scene.record.healed(number, fired=not visitor.open)
    head = max(agent.stored.get(item.id, 0) for item in items)
    began, loop = len(scene.record), asyncio.get_running_loop()
    back = loop.time()
    visitor.wake()
    log = visitor.logs[visitor.conversation]
    await wait_for(lambda: log.head >= head, 30.0)
    took = loop.time() - back
    frames = _told(scene, visitor, began)
    pages = [e.fields["messages"] for e in frames if e.op == "chat.history"]
    here = [entry["id"] for page in pages for entry in page if "id" in entry]
    scene.measure("back with 500 entries, s", took)
    scene.expect(took <= HEARD_SECONDS, f"he had everything after {took:.1f} s")
    scene.measure("pages", len([page for page in pages if page]))
    scene.expect(len([page for page in pages if page]) > 1, "all of it came in one page")
    said = {item.id for item in items}
    got = [id for id in here if id in said]
    scene.expect(got == [item.id for item in items], f"{len(got)} of {count}, or in disorder")


def _told(scene: Scene, screen: Screen, since: int) -> list[Event]:
    found = scene.record.events[since:]
    return [e for e in found if e.client == screen.name and e.kind == "received"]


SCENARIOS = [
    Scenario(
        "redis-long-away",
        ("F19",),
        "not there for 75 s: all hear each other within 5 s, no worker grows",
        redis_long_away,
        once=True,
    ),
    Scenario(
        "hundreds-missed",
        ("F1",),
        "500 entries while a visitor's line is down: all, once, in order",
        hundreds_missed,
        once=True,
    ),
]
