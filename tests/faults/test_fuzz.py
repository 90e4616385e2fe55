"""Whatever chance makes of a request: known types, random fields. Never a fault of ours."""

import json
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.live.connection import Door
from tests.faults.conftest import Dial, ask_for_chat
from tests.faults.raw import codes, text
from tests.faults.test_requests import RIGHT, kinds

BUDGET_SECONDS = 7.0
"""Each door; what is not tried by then is not tried on this machine."""
EXAMPLES = 60
OWN = "an own conversation"
"""Stands for the conversation that the attacker may really name."""

# The two who talk ping each other from threads of their own, and draw at random for it.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
LONG = "a text too long"

Test = Callable[..., Coroutine[Any, Any, None]]
DOORS: tuple[Door, ...] = ("live", "staff")
FIELDS = sorted(
    {field.name for door in DOORS for kind in kinds(door) for field in msgspec.structs.fields(kind)}
)
KINDS = {door: kinds(door) for door in DOORS}
words = st.text(max_size=12) | st.sampled_from(
    [OWN, "waiting", "available", "hidden", "a@b.c", "\u202e", LONG, "s" * 43, "\ud800"]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.integers(0, 3)
    | st.floats()
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


LIKELY: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.just(right) for name, right in RIGHT.items()},
    "conversation": st.just(OWN),
    "id": st.sampled_from(["a" * 16, "b" * 16, "c" * 64]),
    "text": st.text(st.characters(codec="utf-8"), max_size=40),
    "seq": st.integers(0, 9),
    "last_seq": st.integers(0, 9),
    "limit": st.integers(1, 100),
    "articles": st.lists(st.integers(1, 9), max_size=4),
    "state": st.sampled_from(["reading", "idle", "hidden", "available", "away"]),
    "list": st.sampled_from(["waiting", "mine", "all"]),
    "paragraph": st.integers(0, 100) | st.text(st.characters(codec="utf-8"), max_size=64),
    "on": st.booleans(),
    "note": st.booleans(),
}
"""What a field may be, nine times of ten: a request that is all wrong is refused at once."""


@st.composite
def one(draw: st.DrawFn, door: Door) -> dict[str, Any]:
    """Make a request: a type the door knows, and fields that are often nearly right."""
    kind = draw(st.sampled_from(KINDS[door]))
    made: dict[str, Any] = {"type": kind.__struct_config__.tag}
    for field in msgspec.structs.fields(kind):
        if field.required or draw(st.booleans()):
            wild = draw(st.integers(0, 9)) == 9
            made[field.name] = draw(values if wild else LIKELY.get(field.name, values))
    for name in draw(st.lists(st.sampled_from(FIELDS) | words, max_size=1)):
        made.setdefault(name, draw(values))
    return made


def once(door: Door) -> Callable[[Test], Callable[..., None]]:
    """Return the ways in which a door's test is repeated."""
    tried = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return lambda test: tried(given(asked=st.lists(one(door), min_size=1, max_size=12))(test))


class Budget:
    """How long a door has been fuzzed."""

    def __init__(self) -> None:
        self._until = time.monotonic() + BUDGET_SECONDS
        self.tried = 0

    def is_spent(self) -> bool:
        self.tried += 1
        return time.monotonic() > self._until and self.tried > 20


@pytest.fixture
def budget() -> Budget:
    return Budget()


async def attack(dial: Dial, door: Door, asked: list[dict[str, Any]]) -> None:
    """Ask it all on one socket, which lives and answers each with something typed."""
    visitor, own = await ask_for_chat(dial, secrets.token_urlsafe(32))
    line = visitor if door == "live" else await dial(door)
    frames = [text(json.dumps(each).replace(OWN, own).replace(LONG, "x" * 4_001)) for each in asked]
    told = await line.answered(*frames)
    for each in (visitor, line):
        each.abort()

    assert "busy" not in codes(told)
    assert all(isinstance(each["type"], str) for each in told)
    assert sum(map(len, map(json.dumps, told))) < 64 * 1024 * len(asked)


@once("live")
async def test_random_requests_of_visitors(
    dial: Dial, budget: Budget, asked: list[dict[str, Any]]
) -> None:
    """A visitor's socket outlives whatever is asked of it."""
    if not budget.is_spent():
        await attack(dial, "live", asked)


@once("staff")
async def test_random_requests_of_staff(
    dial: Dial, budget: Budget, asked: list[dict[str, Any]]
) -> None:
    """A console's socket outlives whatever is asked of it."""
    if not budget.is_spent():
        await attack(dial, "staff", asked)
