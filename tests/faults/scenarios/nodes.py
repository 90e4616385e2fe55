"""Nodes that die, stand still, leave for a deploy, all begin at once, or have a wrong clock."""

import asyncio
import random
import time
from typing import Any

from tests.faults.answers import wait_for
from tests.faults.evidence import gone
from tests.faults.play import Scenario, Scene
from tests.faults.record import Record
from tests.faults.screen import Screen
from tests.faults.world import Node

EXIT_SECONDS = 10.0
BACK_SECONDS = 60.0
MOST_BACK_SECONDS = 15.0
HOUR_MS = 3_600_000


class Idler(Screen):
    """A reader who only holds a socket."""


async def crowd_of(scene: Scene, count: int) -> list[Idler]:
    """Let many more readers in, who only read."""
    idlers = [
        Idler(f"idle-{n}", scene.world, _silent(scene), random.Random(n)) for n in range(count)
    ]
    for each in idlers:
        each.start()
        await asyncio.sleep(0.002)
    await asyncio.gather(*(each.ready(40.0) for each in idlers))
    return idlers


def _silent(scene: Scene) -> Record:
    # Nothing they hear proves anything; hundreds of them would only fill the record.
    return Record(seed=scene.seed)


async def _time_back(idlers: list[Idler], share: float, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(0.3)  # a dead process takes a moment to be noticed
    wanted = share * len(idlers)
    await wait_for(lambda: sum(each.open for each in idlers) >= wanted, seconds)
    return loop.time() - began


async def killed(scene: Scene) -> None:
    """F5 to F8: nodes and workers are killed under load, whatever they are doing just then."""
    await scene.begin(visitors=5)
    count = max(20, round(150 * scene.scale))
    idlers = await crowd_of(scene, count)
    for name in ("node.kill9", "node.worker", "node.kill9"):
        returning = asyncio.create_task(_time_back(idlers, 0.95, BACK_SECONDS))
        await scene.suffer(name)
        back = await returning
        scene.measure("95 % of the readers back, s", back)
        scene.expect(back <= MOST_BACK_SECONDS, f"95 % of the readers were back after {back:.1f} s")
        await asyncio.sleep(1.0)
    await _leave(idlers)


async def _leave(idlers: list[Idler]) -> None:
    await asyncio.gather(*(each.end() for each in idlers))


async def stood_still(scene: Scene) -> None:
    """F9: a node stands still for half a minute; what it finds to do then is too old to be done."""
    node, other = scene.nodes
    await scene.begin(visitors=4, agents=2)
    for each in scene.crowd.agents:
        each.stay_at = node
        each.cut()
    await asyncio.sleep(1.5)
    seconds = 30.0 if scene.scale >= 1 else 4.0
    held = [each for agent in scene.crowd.agents for each in agent.mine]

    async def meanwhile() -> None:
        await asyncio.sleep(0.5)
        for agent in scene.crowd.agents:  # written to a node that does not look
            for conversation in held[:2]:
                agent.write(scene.crowd.text(agent, scene.dice), conversation)
        boss = await scene.crowd.agent(scene.world.agents[0])
        boss.stay_at = other
        boss.cut()
        for conversation in held:
            await boss.join(conversation)
            await boss.act("chat.close", conversation)

    await asyncio.gather(
        scene.suffer("node.pause", node=node, seconds=seconds), _within(meanwhile(), seconds + 10)
    )
    await asyncio.sleep(1.0)


async def _within(work: Any, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        await work


async def rolled(scene: Scene) -> None:
    """F31: a rolling deploy; everybody is told when to come back, and does."""
    await scene.begin(visitors=5)
    idlers = await crowd_of(scene, max(20, round(150 * scene.scale)))
    for node in scene.nodes:
        number = scene.record.fault("node.rolled", node=node.name)
        returning = asyncio.create_task(_time_back(idlers, 1.0, BACK_SECONDS))
        fired = await _roll(scene, node)
        back = await returning
        scene.record.healed(number, fired=fired)
        scene.measure("all readers back, s", back)
        await asyncio.sleep(1.0)
    told = [code for each in idlers for code in each.codes]
    scene.expect(bool(told) and set(told) <= {4000}, f"readers were closed with {set(told)}")
    surprised = sum(_closed_without_a_word(each.record) for each in idlers)
    scene.expect(not surprised, f"{surprised} readers were closed without live.retry before it")
    await _leave(idlers)


def _closed_without_a_word(record: Record) -> int:
    """Return how many sockets were closed by a node that had not said when to come back."""
    told = {e.link for e in record if e.kind == "received" and e.op == "live.retry"}
    closed = [e.link for e in record if e.kind == "closed" and e.fields["code"] == 4000]
    return sum(link not in told for link in closed)


async def _roll(scene: Scene, node: Node) -> int:
    """Let a node leave and come back; return how many of its workers are gone."""
    meant = node.workers
    took = await node.drain()
    ended = sum(map(gone, meant))
    scene.measure("a node leaves within, s", took)
    scene.expect(took <= EXIT_SECONDS, f"node {node.name} took {took:.1f} s to leave")
    await node.start()
    return ended


async def all_at_once(scene: Scene) -> None:
    """F32: both nodes are killed and start together."""
    await scene.begin()
    idlers = await crowd_of(scene, max(20, round(150 * scene.scale)))
    number = scene.record.fault("nodes.killed")
    killed = await asyncio.gather(*(node.kill9() for node in scene.nodes))
    returning = asyncio.create_task(_time_back(idlers, 1.0, 90.0))
    await asyncio.gather(*(node.start() for node in scene.nodes))
    back = await returning
    scene.record.healed(number, fired=sum(killed))
    scene.measure("all readers back, s", back)
    await _leave(idlers)


async def clock_jumps(scene: Scene) -> None:
    """F30: clocks that differ, jump an hour or a day, and go back."""
    await scene.begin()
    a, b = scene.nodes
    jumps = [(a, HOUR_MS), (b, -HOUR_MS), (a, -24 * HOUR_MS), (b, 24 * HOUR_MS)]
    for node, shift in jumps[: max(1, round(len(jumps) * scene.scale))]:
        number = scene.record.fault("node.clock", node=node.name, shift_ms=shift, forgets=True)
        began, ahead = len(scene.record), time.time() - time.monotonic()
        node.inside(shift_ms=shift)
        await asyncio.sleep(4.0)
        node.inside()
        await asyncio.sleep(2.5)
        # By a clock a day ahead a session is too old: signing in again is all that is asked.
        await sign_in_again(scene)
        scene.record.healed(number, fired=_dated_wrongly(scene.record, began, ahead))
    _ordered_times(scene)


def _dated_wrongly(record: Record, since: int, ahead: float) -> int:
    """Return how many entries somebody heard of that are half an hour off or more.

    Args:
        ahead: how far the machine's clock is ahead of the record's.
    """
    dated = [e for e in record.events[since:] if e.kind == "received" and e.op == "chat.said"]
    off = [e.fields["at"] - (e.at + ahead) * 1000 for e in dated if "at" in e.fields]
    return sum(abs(each) >= HOUR_MS / 2 for each in off)


async def sign_in_again(scene: Scene) -> None:
    """Let agents who were signed out come back, as a person does."""
    for agent in scene.crowd.agents:
        if agent.refused is not None:
            await agent.return_()


def _ordered_times(scene: Scene) -> None:
    last: dict[tuple[int, str], int] = {}
    for event in scene.record:
        if event.kind == "received" and event.op == "chat.said" and "at" in event.fields:
            key = (event.link, event.fields["conversation"])
            scene.expect(
                event.fields["at"] >= last.get(key, 0), "an entry is older than the one before"
            )
            last[key] = event.fields["at"]


SCENARIOS = [
    Scenario("killed", ("F5", "F6", "F7", "F8"), "kill -9 of nodes and workers under load", killed),
    Scenario("stood-still", ("F9",), "SIGSTOP for 30 s, then SIGCONT", stood_still),
    Scenario("clock-jumps", ("F30",), "clocks jump by ±1 h and ±1 day and back", clock_jumps),
    Scenario("rolled", ("F31",), "one node after the other leaves and comes back", rolled),
    Scenario("all-at-once", ("F32",), "both nodes die and start together", all_at_once),
]
