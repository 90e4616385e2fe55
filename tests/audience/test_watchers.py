"""Numbers on screens: at once, then at most once a second, encoded once for all who watch alike."""

import asyncio

import pytest

from portal.audience import watchers
from tests.audience.conftest import DRAFT, OTHER, STORY, Elapsed, MakeNode, Node
from tests.audience.test_counting import tab


async def test_watching_tells_the_numbers_at_once(a: Node) -> None:
    """Published articles only; one without clicks stands at 0."""
    await a.page(tab(1)).view()

    assert await a.page(tab(2)).watch(STORY, OTHER, DRAFT, 999_999) == {"42": 1, "43": 0}


async def test_a_burst_is_one_frame_a_second(a: Node, elapsed: Elapsed) -> None:
    """The frame holds the newest number."""
    page = a.page(tab(0))
    await page.watch(STORY)
    for number in range(1, 31):
        await a.page(tab(number)).view()
        elapsed.seconds += 0.1
        await a.room.upkeep.deliver()
    elapsed.seconds += 1
    await a.room.upkeep.deliver()
    told = await page.told()

    assert [frame["counts"]["42"]["clicks"] for frame in told] == [10, 20, 30]


async def test_a_crowd_is_told_every_other_second(
    a: Node, b: Node, elapsed: Elapsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From so many readers on, wherever they are; a list that shows another story is not slowed."""
    monkeypatch.setattr(watchers, "CROWD", 10)
    pages = [(b if number % 2 else a).page(tab(number)) for number in range(10)]
    await a.room.reading.tell()
    await b.room.reading.tell()
    await asyncio.sleep(0.1)
    elsewhere = a.page(tab(99), article_id=OTHER)
    await pages[0].watch(STORY)
    await elsewhere.watch(OTHER)
    for number in range(100, 140):
        passing = a.page(tab(number), article_id=None)
        await passing.view(OTHER)
        passing.close()
        await b.page(tab(number), article_id=None).view(STORY)
        await b.room.upkeep.flush()
        await asyncio.sleep(0.01)
        elapsed.seconds += 0.1
        await a.room.upkeep.deliver()

    assert len(await pages[0].told()) == 2
    assert len(await elsewhere.told()) == 4


async def test_nothing_new_is_no_frame(a: Node, elapsed: Elapsed) -> None:
    """What changed elsewhere is not told either."""
    page = a.page(tab(1), article_id=None)
    await page.watch(OTHER)
    await a.page(tab(2)).view(STORY)
    elapsed.seconds += 5
    await a.room.upkeep.deliver()

    assert await page.told() == []


async def test_a_hidden_page_is_told_nothing_and_then_once(a: Node, elapsed: Elapsed) -> None:
    """Coming back it gets the newest, if it missed anything, and not once more what it has got."""
    page = a.page(tab(1))
    await page.watch(STORY)
    await page.attend("hidden")
    for number in range(10, 13):
        await a.page(tab(number)).view()
        elapsed.seconds += 2
        await a.room.upkeep.deliver()

    assert await page.told() == []
    await page.attend("reading")
    assert [frame["counts"]["42"]["clicks"] for frame in await page.told()] == [3]
    elapsed.seconds += 2
    await a.room.upkeep.deliver()
    assert len(await page.told()) == 1


@pytest.mark.parametrize("leaves", [False, True])
async def test_who_comes_back_misses_nothing(a: Node, elapsed: Elapsed, leaves: bool) -> None:
    """What happens between his return and the next frame is told with it, unless he went again."""
    page = a.page(tab(1))
    await page.watch(STORY)
    await page.attend("hidden")
    await a.page(tab(2)).view(STORY)
    await page.attend("reading")
    await a.page(tab(3)).view(STORY)
    if leaves:
        await page.attend("hidden")
    for number in (4, 5):
        elapsed.seconds += 2
        await a.room.upkeep.deliver()
        await a.page(tab(number)).view(STORY)
    told = [frame["counts"]["42"]["clicks"] for frame in await page.told()]

    assert told == ([1] if leaves else [1, 2, 3])


async def test_those_who_watch_alike_are_one_group(a: Node, elapsed: Elapsed) -> None:
    """However the ids are ordered; and one may change his mind."""
    first, second = a.page(tab(1)), a.page(tab(2))
    await first.watch(STORY, OTHER)
    await second.watch(OTHER, STORY, OTHER)
    await first.watch(OTHER)
    await a.page(tab(3)).view(STORY)
    elapsed.seconds += 2
    await a.room.upkeep.deliver()

    assert await first.told() == []
    assert len(await second.told()) == 1


async def test_a_peer_that_is_behind_gets_only_the_newest(a: Node, elapsed: Elapsed) -> None:
    """Numbers he has not read are worth nothing any more."""
    page = a.page(tab(1))
    await page.watch(STORY)
    page.wire.behind = True
    for number in range(10, 13):
        await a.page(tab(number)).view()
        elapsed.seconds += 2
        await a.room.upkeep.deliver()
    page.wire.behind = False
    page.wire.drained()

    assert [frame["counts"]["42"]["clicks"] for frame in await page.told()] == [3]


async def test_a_withdrawn_article_is_not_told_any_more(a: Node, elapsed: Elapsed) -> None:
    """Whoever watches it hears of the others only."""
    shown = {STORY, OTHER}

    async def is_published(article_id: int) -> bool:
        return article_id in shown

    a.room.upkeep.watchers.is_published = is_published
    page = a.page(tab(1))
    await page.watch(STORY, OTHER)
    shown.discard(STORY)
    elapsed.seconds += 2
    await a.room.upkeep.refresh()
    await a.room.upkeep.deliver()

    assert [set(frame["counts"]) for frame in await page.told()] == [{"43"}]


async def test_nothing_is_kept_of_those_who_left(make_node: MakeNode) -> None:
    """Groups end with their last socket."""
    node = await make_node()
    pages = [node.page(tab(number)) for number in range(3)]
    for page in pages:
        await page.watch(STORY)
    for page in pages:
        page.close()

    watchers = node.room.upkeep.watchers
    assert (watchers._groups, watchers._watching, watchers._dirty) == ({}, {}, set())
