"""The table: which fault of the house's list is proven by which scenario, and which is not yet."""

from tests.faults.nemesis import mixed
from tests.faults.play import Scenario, Scene
from tests.faults.scenarios import (
    counts,
    lines,
    memory,
    nodes,
    outage,
    races,
    rights,
    silence,
    store,
)

MIXED_SECONDS = 30.0


async def everything(scene: Scene) -> None:
    """Whatever chance chooses, now and then two at once."""
    await scene.begin(visitors=5, second_tabs=2)
    seconds = MIXED_SECONDS if scene.scale >= 1 else MIXED_SECONDS * max(0.3, scene.scale)
    await mixed(scene.world, scene.record, scene.dice, seconds=seconds)


_ALL: list[Scenario] = [
    Scenario("mixed", ("mixed",), "whatever chance chooses, two at once now and then", everything),
    *lines.SCENARIOS,
    *nodes.SCENARIOS,
    *memory.SCENARIOS,
    *outage.SCENARIOS,
    *silence.SCENARIOS,
    *store.SCENARIOS,
    *races.SCENARIOS,
    *rights.SCENARIOS,
    *counts.SCENARIOS,
]
SCENARIOS = {scenario.name: scenario for scenario in _ALL}

FAULTS: dict[str, str] = {
    "F1": "a tab asleep",
    "F2": "cut before the server saw it",
    "F3": "cut after the commit, before the ack",
    "F4": "the same id on two nodes at once",
    "F5": "killed between store and publish",
    "F6": "killed between publish and ack",
    "F7": "killed inside the transaction",
    "F8": "a node killed with its sockets",
    "F9": "a node stands still and goes on",
    "F10": "Redis killed, back after 2 s",
    "F11": "Redis flushed",
    "F12": "Redis stands still",
    "F13": "Redis fails over, empty",
    "F14": "Redis full or read-only",
    "F15": "Redis slow",
    "F16": "a publish lost",
    "F17": "a publish doubled",
    "F18": "a subscriber cut off for being behind",
    "F19": "no Redis at the start, nor for long",
    "F20": "one node sees Redis, the other not",
    "F25": "PostgreSQL restarted, cut off",
    "F26": "a commit whose answer is lost",
    "F30": "clocks jump",
    "F31": "a rolling deploy",
    "F32": "all nodes restart at once",
    "F33": "a peer that does not read",
    "F34": "a half-open line",
    "F35": "a proxy's idle timeout",
    "F36": "a proxy that strips Upgrade",
    "F37": "two agents claim one chat",
    "F38": "claim, close, release, words at once",
    "F39": "an agent's browser dies",
    "F40": "an account disabled",
    "F41": "a role lowered",
    "F42": "signed out, password changed",
    "F49": "two nodes flush counts at once",
    "F50": "killed with clicks nobody has booked",
    "F51": "counts lost and overtaken",
    "F53": "a handler raises",
    "F54": "the mail server is away",
    "F55": "one visitor in twenty tabs",
    "mixed": "everything, by chance",
}
"""What is to be survived, in the order of the list."""

ELSEWHERE: dict[str, str] = {
    "F1": "frozen tabs and bfcache in Chromium: tests/browser",
    "F5": "every crash point: tests/faults/test_crash_points.py",
    "F6": "every crash point: tests/faults/test_crash_points.py",
    "F7": "every crash point: tests/faults/test_crash_points.py",
    "F36": "the fallback without a socket is not built yet",
    "F54": "down, slow, refusing, killed in the middle: tests/chat/test_outreach_post.py",
    "F55": "tabs that agree, in Chromium: tests/browser",
}
"""What is proven beside this suite, or cannot be yet."""
