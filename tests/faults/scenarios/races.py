"""Two who do the same thing at the same moment on two nodes: one id, one chat, one move."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tests.faults.answers import Gone, Refused
from tests.faults.clients import Agent, Visitor
from tests.faults.play import Scenario, Scene
from tests.faults.screen import Screen
from tests.faults.tables import dump

PAIRS, RACES, ROUNDS = 1_000, 1_000, 300
SAYS_A_VISITOR = 8
TOLD_SECONDS = 1.0


async def _ask(who: Screen, type: str, **fields: Any) -> dict[str, Any]:
    """Ask and return whatever came; a line that broke gives nothing."""
    try:
        return await who.ask(type, **fields)
    except Refused as refused:
        return {"type": "error", "code": refused.code}
    except Gone:
        return {"type": "gone"}


async def same_id(scene: Scene) -> None:
    """F4: the same message by two nodes at once, a thousand times; one row, both acks the same."""
    await _two_each(scene, agents=1)
    pairs = round(PAIRS * scene.scale)
    number = scene.record.fault("twice.at.once", race=True)
    agreed = 0
    for start in range(0, pairs, SAYS_A_VISITOR):
        here = await scene.crowd.visitor(f"twin-{start}.1")
        there = await scene.crowd.visitor(f"twin-{start}.2", secret=here.secret)
        here.stay_at, there.stay_at = scene.nodes
        await asyncio.gather(here.attached(), there.attached())
        for at in range(SAYS_A_VISITOR):
            words = {"id": f"twin-{scene.seed}-{start}-{at}-xxxxxx", "text": f"said twice {at}"}
            answers = await asyncio.gather(
                *(_ask(each, "chat.say", **words) for each in (here, there))
            )
            seqs = {(a["type"], a.get("seq")) for a in answers}
            agreed += len(seqs) == 1 and answers[0]["type"] == "chat.stored"
            scene.expect(len(seqs) == 1, f"one id was answered {answers}")
        await asyncio.gather(here.leave(), there.leave())
    scene.record.healed(number, fired=agreed)
    scene.measure("pairs answered alike", agreed)
    await asyncio.sleep(5.5)
    await _speak(scene)


async def claimed(scene: Scene) -> None:
    """F37: two agents on two nodes claim one chat, a thousand times; one wins, one is told who."""
    ann, bob, visitor = await _two_each(scene)
    races = round(RACES * scene.scale)
    number = scene.record.fault("claims.at.once", race=True)
    won: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    for _ in range(races):
        began = loop.time()
        answers = await asyncio.gather(
            *(_ask(each, "chat.claim", conversation=visitor.conversation) for each in (ann, bob))
        )
        scene.measure("longest race, s", loop.time() - began)
        winners = [
            w for w, a in zip((ann, bob), answers, strict=True) if a["type"] == "chat.claimed"
        ]
        losers = [a for a in answers if a.get("code") == "taken"]
        scene.expect(len(winners) == 1 == len(losers), f"a race ended {answers}")
        for winner in winners:
            won[winner.name] += 1
            await _ask(winner, "chat.release", conversation=visitor.conversation)
    scene.record.healed(number, fired=races)
    scene.expect(scene.figures.get("longest race, s", 0) <= TOLD_SECONDS, "the loser waited")
    scene.measure("races", races)
    scene.measure("won by the less lucky", min(won.values(), default=0))
    await asyncio.sleep(5.5)
    await _speak(scene)


async def moved(scene: Scene) -> None:
    """F38: claim, close, release and words at once on two nodes; every move is a legal one."""
    ann, bob, visitor = await _two_each(scene)
    rounds = round(ROUNDS * scene.scale)
    number = scene.record.fault("moves.at.once", race=True)
    where = {"conversation": visitor.conversation}
    for turn in range(rounds):
        acts = ("chat.claim", "chat.close", "chat.release")
        works = [_ask(who, scene.dice.choice(acts), **where) for who in (ann, bob, ann, bob)]
        who = scene.dice.choice([ann, bob])
        said = {"id": f"move-{scene.seed}-{turn}-xxxxxxxx", "text": f"turn {turn}"}
        works.append(_ask(who, "chat.say", **where, **said))
        if turn % 6 == 0 and not visitor.outbox:  # his pace is ten at once, then one in 2 s
            visitor.write(f"and I say {turn}")
        scene.dice.shuffle(works)
        await asyncio.gather(*works)
    scene.record.healed(number, fired=rounds)
    await asyncio.sleep(5.5)
    await _speak(scene)
    tables = await dump(scene.world.db)
    entries = [e for e in tables.entries if e.conversation == visitor.conversation]
    wrong = illegal([e.event for e in entries if e.kind == "event"])
    scene.expect(not wrong, f"moves that are not legal: {wrong[:5]}")


def illegal(events: Sequence[str]) -> list[str]:
    """Return moves that could not follow what was before them."""
    legal = {
        "waiting": {"joined": "open", "closed": "closed"},
        "open": {"left": "waiting", "closed": "closed"},
        "closed": {"reopened": "waiting"},
    }
    now, wrong = "waiting", []
    for at, event in enumerate(events):
        if event not in legal[now]:
            wrong.append(f"#{at} {event} while {now}")
        now = {"joined": "open", "left": "waiting", "closed": "closed", "reopened": "waiting"}[
            event
        ]
    return wrong


async def _two_each(scene: Scene, agents: int = 2) -> tuple[Agent, Agent, Visitor]:
    """Let two agents sit at two nodes, and a visitor wait; nothing else moves."""
    await scene.crowd.come(visitors=1, second_tabs=0, agents=agents, readers=0)
    for agent, node in zip(scene.crowd.agents, scene.nodes, strict=False):
        agent.stay_at = node
        agent.cut()
    await asyncio.sleep(0.1)
    for agent in scene.crowd.agents:
        agent.hurry()
        await agent.ready()
    visitor = scene.crowd.visitors[0]
    visitor.write("is anybody there?")
    await _speak(scene)
    return scene.crowd.agents[0], scene.crowd.agents[-1], visitor


async def _speak(scene: Scene) -> None:
    """Say something while nothing is wrong."""
    for agent in scene.crowd.agents:
        conversation = scene.crowd.visitors[0].conversation
        for _ in range(3):
            agent.write(scene.crowd.text(agent, scene.dice), conversation, "chat.note")
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while any(agent.outbox for agent in scene.crowd.agents):
                await asyncio.sleep(0.02)


SCENARIOS = [
    Scenario("same-id", ("F4",), "one id by two nodes at once, 1,000 pairs", same_id, once=True),
    Scenario("claims", ("F37",), "two agents claim one chat, 1,000 races", claimed, once=True),
    Scenario("moves", ("F38",), "claim, close, release, words at once", moved),
]
