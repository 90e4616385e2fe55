"""The play: one run of one scenario in a world, from the first page opened to the verdict."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.checker import Verdict, check
from tests.faults.clients import Agent, Visitor
from tests.faults.crowd import Crowd
from tests.faults.history import History
from tests.faults.nemesis import FAULTS, suffer
from tests.faults.record import Record
from tests.faults.sums import Sums, sums
from tests.faults.tables import Tables, agent_person, dump
from tests.faults.world import Kind, Node, World

WARM_SECONDS = 2.5
"""Somebody writes before anything goes wrong: a portal that refuses everything is found out."""
CALM_WORK_SECONDS = 8.0
"""So long they go on after the last fault: five seconds are granted, the rest is judged."""
QUIET_SECONDS = 6.0
"""Promise 4 gives five seconds; then everything must be everywhere."""
LONGEST_SECONDS = 240.0


@dataclass
class Scene:
    """What a scenario is played with."""

    world: World
    record: Record
    crowd: Crowd
    seed: int
    scale: float = 1.0
    """How much of everything a scenario tries: 1 is all of it."""
    problems: list[str] = field(default_factory=list)
    """What the scenario itself found wrong, beside what the checker finds."""
    figures: dict[str, float] = field(default_factory=dict)
    """What it measured, by name; told in the table."""

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed}:scene")

    @property
    def nodes(self) -> list[Node]:
        return self.world.nodes

    def node(self) -> Node:
        """One of the nodes, by the seed."""
        return self.dice.choice(self.nodes)

    async def begin(self, **people: int) -> None:
        """Let people come, work, and write a little before anything goes wrong."""
        await self.crowd.come(**people)
        self.crowd.work()
        await asyncio.sleep(WARM_SECONDS)

    async def suffer(
        self, name: str, *, seconds: float | None = None, node: Node | None = None
    ) -> None:
        """Let one fault begin, last and end."""
        where = node or self.node()
        await suffer(self.world, self.record, FAULTS[name], where, self.dice, seconds)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note a problem unless something holds."""
        if not holds:
            self.problems.append(otherwise)

    def measure(self, name: str, value: float) -> None:
        """Keep the largest of a measure."""
        self.figures[name] = max(value, self.figures.get(name, value))


Play = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """A way for the portal to suffer.

    Attributes:
        name: what a command line and a fixture call it.
        covers: which faults of the table it proves.
        sentence: what happens and what must hold.
        kinds: on which databases it is played.
        tracebacks: whether it plants exceptions, so that tracebacks in the log are its own.
        once: whether one seed is enough: it tries every case, and waits long.
    """

    name: str
    covers: tuple[str, ...]
    sentence: str
    play: Play
    kinds: tuple[Kind, ...] = ("sqlite", "postgresql")
    tracebacks: bool = False
    once: bool = False


@dataclass
class Result:
    """What one run came to."""

    scenario: Scenario
    kind: Kind
    seed: int
    verdict: Verdict
    problems: list[str]
    figures: dict[str, float]
    tracebacks: Counter[str]
    sums: Sums

    @property
    def clean(self) -> bool:
        return self.verdict.says == "kept" and not self.problems

    def __str__(self) -> str:
        head = f"{self.scenario.name} on {self.kind}, {self.verdict}"
        lines = [head, *(f"  problem: {each}" for each in self.problems)]
        lines += [f"  traceback x{n}: {what}" for what, n in self.tracebacks.most_common(5)]
        lines += [f"  {name}: {value:.3f}" for name, value in self.figures.items()]
        return "\n".join(lines)


async def perform(
    world: World, scenario: Scenario, seed: int, keep: Path | None = None, scale: float = 1.0
) -> Result:
    """Play a scenario, let everything come to rest, and judge it.

    Args:
        keep: where record and tables go for whoever wants to look.
    """
    await world.heal()
    before = await dump(world.db)
    marks = {node.name: len(node.portal.log) for node in world.nodes}
    record = Record(seed=seed)
    scene = Scene(world, record, Crowd(world, record, seed), seed, scale)
    ours: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, about: ours.append(_brief(about)))
    try:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await scenario.play(scene)
        except TimeoutError:
            scene.problems.append("the scenario did not end")
        await world.heal()
        await scene.crowd.work_on(CALM_WORK_SECONDS)
        try:
            await scene.crowd.settle()
        except TimeoutError:
            scene.problems.append(f"did not settle: {_unsettled(scene.crowd)}")
        await asyncio.sleep(QUIET_SECONDS)
        record.end()
        tables = await dump(world.db)
    finally:
        await scene.crowd.go()
        loop.set_exception_handler(None)
    scene.problems += wrong_screens(scene.crowd, tables)
    scene.problems += [f"the driver's own: {each}" for each in ours]
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        record.save(keep / "record.jsonl")
        tables.save(keep / "tables.json")
        before.save(keep / "before.json")
    found = _tracebacks(world, marks)
    if found and not scenario.tracebacks:
        scene.problems.append(f"{found.total()} tracebacks in the nodes' logs")
    # In a thread: long records take seconds, and another world may be at play in this loop.
    verdict = await asyncio.to_thread(check, record, tables, before)
    added = await asyncio.to_thread(lambda: sums(History(record, tables, before)))
    return Result(scenario, world.kind, seed, verdict, scene.problems, scene.figures, found, added)


def wrong_screens(crowd: Crowd, tables: Tables) -> list[str]:
    """Say which screens show something else than what is: state is the newest, in the end."""
    wrong = []
    rows = {row.id: row for row in tables.conversations if row.id in crowd.conversations}
    here = [each for each in crowd.talkers if each.refused is None and not each.left]
    for agent in [each for each in here if isinstance(each, Agent)]:
        for id, row in rows.items():
            if (shown := agent.rows.get(id)) is None:
                continue
            owner = (shown["agent"] or {}).get("id") if shown["status"] == "open" else None
            is_owner = row.agent if row.status == "open" else None
            told = (shown["status"], owner and agent_person(owner), shown["last_seq"])
            if told != (row.status, is_owner, row.last_seq):
                stands = (row.status, is_owner, row.last_seq)
                wrong.append(f"{agent.name} shows {id} as {told}, it is {stands}")
    for visitor in [each for each in here if isinstance(each, Visitor)]:
        row = rows[visitor.conversation]
        if visitor.status != row.status:
            wrong.append(f"{visitor.name} shows {row.id} as {visitor.status}, it is {row.status}")
    return wrong


def _unsettled(crowd: Crowd) -> str:
    return ", ".join(
        f"{each.name} ({'open' if each.open else 'away'}, {len(each.outbox)} unsent)"
        for each in crowd.talkers
        if not each.left and (not each.open or each.outbox)
    )


def _tracebacks(world: World, marks: dict[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in world.nodes:
        for line in node.portal.log[marks[node.name] :].splitlines():
            if "Traceback (most recent call last)" in line:
                said = line.replace("\\n", "\n")
                last = re.findall(r"^[\w.]*(?:Error|Exception|Refused|Unavailable)\b.*", said, re.M)
                found[last[-1][:160] if last else line[:160]] += 1
    return found


def _brief(about: dict[str, object]) -> str:
    error = about.get("exception")
    cause = getattr(error, "__cause__", None)
    return f"{about.get('message')}: {error!r} {cause!r}"
