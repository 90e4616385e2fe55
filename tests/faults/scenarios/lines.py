"""Lines that break: cut at every byte, half open, asleep, and peers who do not read."""

import asyncio
import json

from tests.faults.answers import wait_for
from tests.faults.clients import Visitor
from tests.faults.play import Scenario, Scene
from tests.faults.talker import Item

SAYS_A_VISITOR = 4
"""Each cut needs two sends; a visitor may say ten at once."""
NOTICED_SECONDS = 45.0
OFF_DUTY_SECONDS = 60.0
HALF_OPEN_SECONDS = 62.0
FLOOD, FLOOD_TEXT = 260, "潮" * 3_990
"""12 KB of UTF-8 each: together more than kernel and proxy will keep for anybody."""


async def cut_say(scene: Scene) -> None:
    """F2: cut the line behind every byte of a `chat.say`."""
    await _cut_everywhere(scene, up=True)


async def cut_ack(scene: Scene) -> None:
    """F3: cut it behind every byte of what answers."""
    await _cut_everywhere(scene, up=False)


async def _cut_everywhere(scene: Scene, *, up: bool) -> None:
    # All by oneself on this node, so that the bytes that pass are the frame's and its answer's.
    node = scene.nodes[0]
    await scene.crowd.come(visitors=1, second_tabs=0, agents=1, readers=0)
    scene.crowd.visitors[0].stay_at = scene.nodes[1]
    scene.crowd.agents[0].stay_at = scene.nodes[1]
    for each in scene.crowd.screens:
        each.cut()
    await asyncio.gather(*(each.attached() for each in scene.crowd.visitors))
    scene.crowd.work()
    await asyncio.sleep(2.0)

    most = _say_bytes() if up else _answer_bytes()
    step = max(1, round(1 / scene.scale))
    visitor: Visitor | None = None
    tried = 0
    for at in range(1, most + 1, step):
        if tried % SAYS_A_VISITOR == 0:
            if visitor is not None:
                await visitor.leave()
            visitor = await scene.crowd.visitor(f"cut-{at}")
            visitor.stay_at = node
            await visitor.attached()
        assert visitor is not None
        tried += 1
        # The cut behind the last byte may come after the ack: then the line is lost only now.
        visitor.hurry()
        await visitor.attached()
        link, fired = visitor.link, node.front.fired["cut_after"]
        number = scene.record.fault("front.cut_after", node=node.name, bytes=at, up=up)
        node.front.cut_after(up=at if up else None, down=None if up else at, links="all")
        item = visitor.write(f"cut at {at:04}")
        await _over(visitor, item, link)
        node.front.heal()
        scene.record.healed(number, fired=node.front.fired["cut_after"] - fired)
        await _stored(visitor, item)
    scene.measure("bytes tried", tried)
    await asyncio.sleep(6.0)
    scene.crowd.work()
    await asyncio.sleep(2.0)


async def _over(visitor: Visitor, item: Item, link: int) -> None:
    """Wait until it was stored or the line was lost."""
    await wait_for(lambda: visitor.link != link or item.id in visitor.stored, 5.0)


async def _stored(visitor: Visitor, item: Item) -> None:
    visitor.hurry()
    await wait_for(lambda: item.id in visitor.stored, 20.0)


def _say_bytes() -> int:
    frame = {"type": "chat.say", "id": "x" * 22, "text": "cut at 0000", "ref": "x" * 10}
    return len(json.dumps(frame)) + 6  # a client's header with its mask


def _answer_bytes() -> int:
    said = {
        "type": "chat.said",
        "conversation": "x" * 22,
        "seq": 1,
        "id": "x" * 22,
        "kind": "text",
        "author": {"kind": "visitor", "name": "cut-0000"},
        "text": "cut at 0000",
        "at": 10**12,
    }
    stored = {"type": "chat.stored", "ref": "x" * 10, "id": "x" * 22, "at": 10**12, "seq": 1}
    stored["conversation"] = "x" * 22
    return sum(len(json.dumps(each, separators=(",", ":"))) + 4 for each in (said, stored))


async def network(scene: Scene) -> None:
    """Every fault of the clients' line, one after the other, on both nodes."""
    await scene.begin()
    names = ["cut", "slice", "slow", "narrow", "refuse", "cut_after", "blackhole"]
    scene.dice.shuffle(names)
    for name in names:
        await scene.suffer(f"front.{name}")
        await asyncio.sleep(0.5)


async def asleep(scene: Scene) -> None:
    """F1 on the wire: a tab asleep misses an answer of fifty lines and has all on its return."""
    await scene.begin(visitors=2, second_tabs=0, agents=2)
    sleeper, agent = scene.crowd.visitors[0], scene.crowd.agents[0]
    await scene.crowd.rest()
    await wait_for(lambda: not sleeper.outbox, 10.0)
    number = scene.record.fault("tab.asleep")
    sleeper.sleep()
    count = max(5, round(50 * scene.scale))
    for line in range(count):
        agent.write(f"line {line} of {count}", sleeper.conversation, "chat.note")
    await wait_for(lambda: not agent.outbox, 30.0)
    await asyncio.sleep(2.0)
    scene.record.healed(number, fired=not sleeper.open)
    began = asyncio.get_running_loop().time()
    head = agent.logs[sleeper.conversation].head
    sleeper.wake()
    log = sleeper.logs[sleeper.conversation]
    await wait_for(lambda: log.head >= head, 20.0)
    took = asyncio.get_running_loop().time() - began
    scene.measure("back with everything, s", took)
    scene.expect(took <= 2.0, f"a tab that woke had everything after {took:.1f} s, promised are 2")


async def half_open(scene: Scene) -> None:
    """F34, F35: a line that swallows everything; both ends notice, the agent is off duty."""
    node, other = scene.nodes
    await scene.crowd.come(visitors=2, second_tabs=0, agents=2, readers=2)
    people = scene.crowd.screens
    for number, each in enumerate(people):
        each.stay_at = scene.nodes[number % 2]
        each.cut()
    await asyncio.gather(*(each.attached() for each in scene.crowd.visitors))
    await asyncio.sleep(3.0)
    scene.crowd.work()
    await asyncio.sleep(3.0)
    deaf = [each for each in people if each.stay_at is node]
    for each in deaf:
        each.stay_at = other
    # One of them comes back nowhere, so that he is on duty only by the line nobody hears.
    away, colleague = scene.crowd.agents
    away.give_up()
    scene.expect(colleague.staff.get(away.id) == "available", "he was not on duty before")
    heard = {each.name: each for each in people if each not in deaf}
    loop = asyncio.get_running_loop()
    number = scene.record.fault("front.half_open", node=node.name)
    before, began = node.front.fired["blackhole"], loop.time()
    node.front.blackhole(True)
    gone: dict[str, float] = {}
    links = {each.name: each.link for each in deaf}
    off_duty: float | None = None
    while loop.time() - began < HALF_OPEN_SECONDS:
        if off_duty is None and colleague.staff.get(away.id) != "available":
            off_duty = loop.time() - began
        for each in deaf:
            if each.link != links[each.name]:
                gone.setdefault(each.name, loop.time() - began)
        await asyncio.sleep(0.1)
    served = await node.sockets()
    node.front.heal()
    scene.record.healed(number, fired=node.front.fired["blackhole"] - before)
    away.wake()
    scene.measure("off duty, s", off_duty or HALF_OPEN_SECONDS)
    scene.expect(
        off_duty is not None and off_duty <= OFF_DUTY_SECONDS,
        f"an agent nobody hears was on duty for {OFF_DUTY_SECONDS:.0f} s and more",
    )
    for each in deaf:
        noticed = gone.get(each.name, HALF_OPEN_SECONDS)
        scene.measure("noticed by the client, s", noticed)
        scene.expect(noticed <= NOTICED_SECONDS + 3.0, f"{each.name} noticed after {noticed:.1f} s")
    scene.measure("sockets the deaf node still holds", served)
    scene.expect(served == 0, f"{served} half-open sockets are still open after 62 s")
    for screen in heard.values():
        quiet = longest_silence(scene, screen.name)
        scene.measure("longest silence of a healthy line, s", quiet)
        scene.expect(quiet <= 25.0, f"{screen.name} heard nothing for {quiet:.1f} s")


def longest_silence(scene: Scene, client: str) -> float:
    """Return the longest time in which nothing came on an open line."""
    last: dict[int, float] = {}
    longest = 0.0
    for event in scene.record:
        if event.client == client and event.kind in ("opened", "received"):
            longest = max(longest, event.at - last.get(event.link, event.at))
            last[event.link] = event.at
    return longest


async def slow_reader(scene: Scene) -> None:
    """F33: a visitor who stops reading is closed, comes back for the rest; nobody else waits."""
    node = scene.nodes[0]
    await scene.begin(visitors=3, second_tabs=1, agents=1, readers=2)
    slow, agent = scene.crowd.visitors[0], scene.crowd.agents[0]
    slow.stay_at = node
    slow.cut()
    await asyncio.sleep(0.5)
    slow.hurry()
    await slow.attached()
    link = slow.link
    number = scene.record.fault("peer.stalls", node=node.name)
    slow.stop_reading()
    began = asyncio.get_running_loop().time()
    for line in range(FLOOD):
        agent.write(f"{line} {FLOOD_TEXT}", slow.conversation)
    closed = await _closed_by(scene, slow, 40.0)
    took = asyncio.get_running_loop().time() - began
    scene.measure("slow reader gone, s", took)
    scene.expect(closed, "a peer that does not read was never closed")
    slow.cut()
    await asyncio.sleep(0.5)
    slow.hurry()
    await wait_for(lambda: slow.link not in (0, link), 20.0)
    await wait_for(lambda: not agent.outbox, 60.0)
    scene.record.healed(number, fired=closed)


async def _closed_by(scene: Scene, slow: Visitor, seconds: float) -> bool:
    mark = len(scene.nodes[0].portal.log)
    try:
        await wait_for(lambda: '"code": 4001' in scene.nodes[0].portal.log[mark:], seconds)
    except TimeoutError:
        return False
    return True


async def twenty_tabs(scene: Scene) -> None:
    """F55 on the wire: one visitor in twenty tabs on two nodes is one, with one history."""
    await scene.begin(visitors=1, second_tabs=0, agents=1, readers=0)
    first, agent = scene.crowd.visitors[0], scene.crowd.agents[0]
    tabs = [await scene.crowd.visitor(f"tab-{n}", secret=first.secret) for n in range(19)]
    await asyncio.gather(*(tab.attached() for tab in tabs))
    for tab in scene.dice.sample(tabs, 8):
        tab.write(scene.crowd.text(tab, scene.dice))
    await scene.suffer("front.cut", node=scene.nodes[0])
    await scene.suffer("front.refuse", node=scene.nodes[1], seconds=1.5)
    await asyncio.sleep(2.0)
    scene.expect(
        {tab.conversation for tab in tabs} == {first.conversation},
        "twenty tabs of one visitor speak in several conversations",
    )
    rows = [row for row in agent.rows.values() if row["conversation"] == first.conversation]
    scene.expect(len(rows) == 1 and bool(rows[0]["online"]), "the desk does not see him once")


SCENARIOS = [
    Scenario("network", ("F2", "F34"), "every fault of a line, in turn, under load", network),
    Scenario(
        "cut-say", ("F2",), "cut behind every byte of the frame: stored once", cut_say, once=True
    ),
    Scenario(
        "cut-ack", ("F3",), "cut behind every byte of the answer: the same seq", cut_ack, once=True
    ),
    Scenario("asleep", ("F1",), "a tab that slept has all within 2 s", asleep),
    Scenario(
        "half-open",
        ("F34", "F35"),
        "a black hole of a minute: noticed on both sides, others hear a beat every 25 s",
        half_open,
        once=True,
    ),
    Scenario("slow-reader", ("F33",), "who does not read is closed and comes back", slow_reader),
    Scenario("twenty-tabs", ("F55",), "one visitor in twenty tabs on two nodes", twenty_tabs),
]
