"""The board: what is being read now, the same on every node, its parts the sum of the whole."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audience.board import MINUTES
from portal.audience.messages import BoardState, WatchBoard
from portal.audience.totals import Totals
from portal.clock import MINUTE
from tests.audience.conftest import DRAFT, OTHER, STORY, Elapsed, Node, Page
from tests.audience.test_counting import AGENT, tab
from tests.conftest import HeldClock


async def watch(page: Page, within: str = "/") -> BoardState:
    """Let a console watch."""
    table = page.node.room.board.table(page.connection.door)
    told = await table[WatchBoard](page.connection, WatchBoard(within=within))
    assert isinstance(told, BoardState)
    return told


def console(node: Node) -> Page:
    return node.page(None, article_id=None, door="staff", actor=AGENT)


async def settle(*nodes: Node) -> None:
    """Let every node learn what the others know."""
    for node in nodes:
        await node.room.upkeep.flush()
        await node.room.reading.tell()
    await asyncio.sleep(0.1)


async def test_it_says_what_is_read_on_every_node(a: Node, b: Node) -> None:
    """Readers and clicks of both, by story, category and the whole site."""
    await a.page(tab(1)).view(STORY)
    reader = b.page(tab(2))
    await reader.view(STORY)
    await reader.attend("reading")
    await b.page(tab(3), article_id=OTHER).view(OTHER)
    await settle(a, b)
    here, there = await watch(console(a)), await watch(console(b))

    assert [(row.id, row.clicks, row.open, row.reading) for row in here.articles] == [
        (STORY, 2, 2, 1),
        (OTHER, 1, 1, 0),
    ]
    assert here.articles == there.articles
    assert [(row.id, row.open) for row in here.categories] == [("/news", 2), ("/news/town", 1)]
    assert (here.site.clicks, here.site.open, here.site.reading) == (3, 3, 1)
    assert here.articles[0].minutes[-1] == 2
    assert here.articles[0].title == "The story"


async def test_what_readers_may_not_see_is_not_on_it(a: Node) -> None:
    """A page of a draft that is open is nobody's business."""
    a.page(tab(1), article_id=DRAFT)

    assert (await watch(console(a))).articles == ()


async def test_only_the_staff_s_door_has_a_board(a: Node) -> None:
    """A reader who asks is told that there is no such thing."""
    assert a.room.board.table("live") == {}


async def test_it_is_told_when_something_changed(a: Node) -> None:
    """At once when it is asked for, then at most with every round, and not for nothing."""
    page = console(a)
    await watch(page)
    for _ in range(3):
        await a.room.upkeep.show_board()
    quiet = await page.told("board.state")
    for number in range(20):
        await a.page(tab(number)).view(STORY)
    for _ in range(3):
        await a.room.upkeep.show_board()
    told = await page.told("board.state")

    assert len(quiet) <= 1
    assert len(told) == len(quiet) + 1
    assert told[-1]["site"]["clicks"] == 20


async def test_nobody_watches_nothing_is_made(a: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """A console that went is not thought of any more."""
    page = console(a)
    await watch(page)
    a.room.board.closed(page.connection)

    async def made(*_: Any) -> BoardState:
        raise AssertionError("made for nobody")

    monkeypatch.setattr(a.room.board, "state", made)
    await a.room.upkeep.show_board()

    assert a.room.board._watching == {}


async def test_a_category_is_a_board_of_its_own(a: Node) -> None:
    """Its stories come to it; who looks there is told of nothing else, and may look elsewhere."""
    page = console(a)
    town = await watch(page, "/news/town/")
    await a.page(tab(1)).view(STORY)
    await a.room.upkeep.show_board()
    quiet = await page.told("board.state")
    await a.page(tab(2), article_id=OTHER).view(OTHER)
    await a.room.upkeep.show_board()
    told = (await page.told("board.state"))[-1]
    whole = await watch(page)
    for _ in range(2):
        await a.room.upkeep.show_board()

    assert (town.site.title, town.site.open) == ("News › The town", 0)
    assert [frame["site"]["clicks"] for frame in quiet] in ([], [0])
    assert [row["id"] for row in told["articles"]] == [OTHER]
    assert (told["site"]["clicks"], told["site"]["open"]) == (1, 1)
    assert (whole.site.title, whole.site.clicks) == ("The whole site", 2)
    assert (await page.told("board.state"))[-1]["site"]["clicks"] == 2


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/news/town", "News › The town"),
        ("", "Pages"),
        ("/zh-cn/news", "zh-cn: News"),
        ("/zh-cn", "zh-cn: Pages"),
        ("/nowhere/deep", "nowhere: deep"),
    ],
)
async def test_a_category_is_called_by_its_name(a: Node, path: str, name: str) -> None:
    """In another language by the same with its tag; what is not known by its address."""
    await a.page(tab(1)).view(STORY)
    await watch(console(a))

    assert a.room.board._name(path) == name


async def test_what_grows_is_named(a: Node, clock: HeldClock) -> None:
    """More clicks in this quarter of an hour than in the one before."""
    for number in range(4):
        await a.page(tab(number)).view(OTHER)
    clock.forward(16 * MINUTE)
    for number in range(3):
        await a.page(tab(number)).view(STORY)
    await a.page(tab(9)).view(OTHER)
    state = await watch(console(a))

    assert [(each.id, each.now, each.before) for each in state.movers] == [(STORY, 3, 0)]


async def test_a_new_title_is_seen_within_half_a_minute(
    a: Node, elapsed: Elapsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stories are named anew now and then; between, SQL is left in peace."""
    await a.page(tab(1)).view(STORY)
    first = await watch(console(a))
    asked = []

    async def renamed(ids: Any) -> dict[int, tuple[str, str]]:
        asked.append(sorted(ids))
        return {STORY: ("Renamed", "/news/story")}

    monkeypatch.setattr(a.room.board, "_titles", renamed)
    second = await watch(console(a))
    elapsed.seconds += 31
    third = await watch(console(a))

    assert [each.articles[0].title for each in (first, second, third)] == [
        "The story",
        "The story",
        "Renamed",
    ]
    assert asked == [[STORY]]


Clicks = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 200_000)), max_size=60)


@given(clicks=Clicks)
def test_the_minutes_come_to_the_clicks_of_the_hour(clicks: list[tuple[int, int]]) -> None:
    """By article and together: each click is in one minute, those of more than an hour in none."""
    totals, at, when = Totals(), 10 * 3_600_000, []
    totals.begin("life")
    sums: dict[int, int] = {}
    for article, wait in clicks:
        at += wait
        sums[article] = sums.get(article, 0) + 1
        totals.hear("life", {article: sums[article]}, at)
        when.append((article, at // MINUTE))
    found = totals.minutes(at, MINUTES)

    last = at // MINUTE
    expected: dict[int, list[int]] = {}
    for article, minute in when:
        if last - minute < MINUTES:
            expected.setdefault(article, [0] * MINUTES)[MINUTES - 1 - (last - minute)] += 1
    assert found == expected


@given(
    pages=st.lists(
        st.tuples(st.sampled_from([STORY, OTHER]), st.booleans(), st.booleans()), max_size=30
    )
)
def test_the_articles_are_the_site(pages: list[tuple[int, bool, bool]]) -> None:
    """Whoever opens what on which node, and reads or not: the sums agree."""
    from portal.audience.board import _categories, _sum
    from portal.audience.messages import Row

    rows = [
        Row(at, "t", f"/news/{'town/' * inside}a{at}", at, 1, int(reading), (at % 3,) * MINUTES)
        for at, (_, inside, reading) in enumerate(pages)
    ]
    site, parts = _sum("", "", "/", rows), _categories(rows, str)
    for name in ("clicks", "open", "reading"):
        assert getattr(site, name) == sum(getattr(row, name) for row in rows)
        assert getattr(site, name) == sum(getattr(part, name) for part in parts)

    assert sum(site.minutes) == sum(sum(part.minutes) for part in parts)
