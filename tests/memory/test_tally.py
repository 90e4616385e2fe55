"""The tally on a real Valkey: one call counts one view, and a flush loses nothing that is known."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from portal.errors import Unavailable
from portal.memory.redis import Memory, connect
from portal.memory.tally import LIFE, Budgets, Counted, Moved, Tally, View

HALF_HOUR_MS = 1_800_000
NONE = Budgets(article=0, site=0, held=0)
TODAY = "2026-01-31"


@pytest.fixture
async def memory(valkey_url: str) -> AsyncIterator[Memory]:
    """An empty Valkey."""
    found = Memory(connect(valkey_url))
    await found.redis.flushall()
    yield found
    await found.close()


@pytest.fixture
def tally(memory: Memory) -> Tally:
    """The tally of an empty Valkey."""
    return Tally(memory)


def a_view(
    mark: str = "m", *, name: str = "", article: int = 42, before: str = "", network: str = "n"
) -> View:
    return View(article, mark, before or mark, name or f"view of {mark}", network, TODAY)


async def count(
    tally: Tally, view: View, window_ms: int = HALF_HOUR_MS, *, budgets: Budgets = NONE
) -> Counted:
    return await tally.count(view, window_ms=window_ms, budgets=budgets)


async def test_a_view_counts_once_within_the_window(tally: Tally) -> None:
    """The same mark again is seen; another mark counts."""
    outcomes = [
        (await count(tally, a_view(mark, name=name))).outcome
        for mark, name in (("m", "1"), ("m", "2"), ("other", "3"))
    ]

    assert outcomes == ["counted", "seen", "counted"]
    assert (await tally.since(0)).totals == {42: 2}


async def test_a_view_asked_twice_is_answered_alike(tally: Tally) -> None:
    """The answer may be lost on its way; asking again with the same name counts no second time."""
    first = await count(tally, a_view())

    assert await count(tally, a_view()) == first
    assert first.outcome == "counted"
    assert first.total == 1


async def test_without_a_window_every_view_counts_but_none_twice(tally: Tally) -> None:
    """A window of 0 still knows a view that is asked about again."""
    outcomes = [
        (await count(tally, a_view(name=name), window_ms=0)).outcome for name in ("1", "1", "2")
    ]

    assert outcomes == ["counted"] * 3
    assert (await tally.since(0)).totals == {42: 2}


async def test_the_window_ends(tally: Tally) -> None:
    """After it the same reader is a click again."""
    await count(tally, a_view(name="1"), window_ms=20)
    await asyncio.sleep(0.04)

    assert (await count(tally, a_view(name="2"), window_ms=20)).outcome == "counted"


async def test_yesterdays_mark_is_seen_too(tally: Tally) -> None:
    """A reader whose mark changed at midnight is still the same reader."""
    await count(tally, a_view("yesterday", name="1"))

    assert (await count(tally, a_view("today", name="2", before="yesterday"))).outcome == "seen"


async def test_a_budget_holds_for_article_and_site(tally: Tally) -> None:
    """What is over is held, does not use the budget, and other networks are free."""
    budgets = Budgets(article=2, site=3, held=10)
    outcomes = [
        (await count(tally, a_view(f"m{at}", article=40 + at % 2), budgets=budgets)).outcome
        for at in range(6)
    ]

    assert outcomes == ["counted", "counted", "counted", "held", "held", "held"]
    other = a_view("m9", network="another")
    assert (await count(tally, other, budgets=budgets)).outcome == "counted"


async def test_a_held_view_is_held_once(tally: Tally) -> None:
    """Its repeat is seen, its question asked again is answered alike, and it is in no total."""
    budgets = Budgets(article=1, site=9, held=10)
    await count(tally, a_view("first"), budgets=budgets)
    views = [a_view("held", name=name) for name in ("1", "1", "2")]
    outcomes = [(await count(tally, view, budgets=budgets)).outcome for view in views]

    assert outcomes == ["held", "held", "seen"]
    assert (await tally.since(0)).totals == {42: 1}
    assert await tally.readers([TODAY]) == 1


async def test_a_flood_is_not_even_remembered(tally: Tally, memory: Memory) -> None:
    """Far beyond its budget a network fills no memory any more."""
    budgets = Budgets(article=1, site=9, held=2)
    outcomes = [(await count(tally, a_view(f"m{at}"), budgets=budgets)).outcome for at in range(6)]

    assert outcomes == ["counted", "held", "held", "flood", "flood", "flood"]
    assert len(await memory.redis.keys("{tally}:seen:*")) == 3


async def test_readers_are_about_how_many_marks_there_were(tally: Tally) -> None:
    """Two thousand marks are told as two thousand, give or take two in a hundred."""
    for at in range(2_000):
        await count(tally, a_view(f"m{at}", article=at % 3))
        if at % 4 == 0:
            await count(tally, a_view(f"m{at}", name="again", article=at % 3))

    assert await tally.readers([TODAY]) == pytest.approx(2_000, rel=0.02)
    assert await tally.readers([TODAY, "2026-01-30"]) == await tally.readers([TODAY])
    assert await tally.readers(["2026-01-30"]) == 0


async def test_since_tells_only_what_moved(tally: Tally) -> None:
    """Who asks again is told what changed meanwhile."""
    await count(tally, a_view("a", article=1))
    first = await tally.since(0)
    await count(tally, a_view("b", article=2))
    second = await tally.since(first.moves)

    assert first.totals == {1: 1}
    assert second.totals == {2: 1}
    assert await tally.since(second.moves) == Moved(first.life, second.moves, {})


async def test_raising_never_lowers(tally: Tally) -> None:
    """SQL may know more, never take away."""
    await count(tally, a_view())
    life = (await tally.since(0)).life

    assert await tally.raise_to(life, {42: 119, 43: 7})
    assert await tally.raise_to(life, {42: 100})
    assert (await tally.since(0)).totals == {42: 119, 43: 7}
    assert (await count(tally, a_view("b"))).total == 120


async def test_after_a_flush_what_is_owed_stands_beside_what_is_new(
    tally: Tally, memory: Memory
) -> None:
    """Two nodes that knew 130 and 128, and a click before either spoke, make 131."""
    before = (await tally.since(0)).life
    await memory.redis.flushall()
    counted = await count(tally, a_view())

    assert counted.life != before
    assert await tally.raise_owed(counted.life, {42: 128})
    assert await tally.raise_owed(counted.life, {42: 130})
    assert await tally.raise_owed(counted.life, {42: 130})
    assert (await tally.since(0)).totals == {42: 131}


async def test_another_life_takes_nothing(tally: Tally, memory: Memory) -> None:
    """Numbers meant for a life that is over are refused."""
    before = (await tally.since(0)).life
    await memory.redis.flushall()

    assert await tally.raise_to(before, {42: 5}) is False
    assert await tally.raise_owed(before, {42: 5}) is False
    assert (await tally.since(0)).totals == {}


async def test_a_memory_that_went_back_tells_everything(tally: Tally, memory: Memory) -> None:
    """An older copy was promoted: it has fewer moves than the caller knows."""
    await count(tally, a_view())

    assert (await tally.since(1_000)).totals == {42: 1}


async def test_thousands_of_totals_are_raised_in_pieces(tally: Tally) -> None:
    """No call holds Valkey up, and none has too many arguments."""
    life = (await tally.since(0)).life
    totals = {article: article for article in range(1, 3_001)}
    await tally.raise_to(life, totals)

    assert (await tally.since(0)).totals == totals


async def test_large_totals_stay_exact(tally: Tally) -> None:
    """Beyond what a careless conversion through floating point would keep."""
    life = (await tally.since(0)).life
    await tally.raise_to(life, {42: 2**52 + 1})
    await count(tally, a_view())

    assert (await tally.since(0)).totals == {42: 2**52 + 2}


async def test_without_valkey_it_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    """At once, and by one kind of exception."""
    memory = Memory(connect("unix:///nowhere/valkey.sock"))
    with pytest.raises(Unavailable):
        await count(Tally(memory), a_view())
    await memory.close()


async def test_another_server_begins_another_life(tally: Tally, memory: Memory) -> None:
    """What it holds was counted before, and stays; what it has not got yet is owed to it."""
    await count(tally, a_view("a"))
    before = (await tally.since(0)).life
    await memory.redis.hset(LIFE, "run", "of another server")
    counted = await count(tally, a_view("b"))

    assert counted.life != before
    assert counted.total == 2
    assert await tally.raise_owed(counted.life, {42: 1})
    assert (await tally.since(0)).totals == {42: 2}
    assert await tally.raise_owed(counted.life, {42: 5})
    assert (await tally.since(0)).totals == {42: 6}


async def test_a_server_that_tells_nothing_of_itself_counts(tally: Tally, memory: Memory) -> None:
    """Some who rent Redis out forbid asking it: then its life goes on."""
    before = await count(tally, a_view("a"))
    await memory.redis.acl_setuser("default", enabled=True, commands=["-info"])
    try:
        after = await count(tally, a_view("b"))
        await memory.redis.flushall()
        flushed = await count(tally, a_view("c"))
    finally:
        await memory.redis.acl_setuser("default", enabled=True, commands=["+info"])

    assert after == Counted("counted", 2, before.life)
    assert flushed.life != before.life
    assert (await count(tally, a_view("d"))).total == 2
