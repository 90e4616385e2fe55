"""What is a click and what is not, on two nodes."""

import pytest

from portal.audience import counting
from portal.identity import Agent, Reader, Role, StaffId, Visitor, VisitorId
from portal.memory.tally import Budgets
from tests.audience.conftest import DRAFT, OTHER, STORY, MakeNode, Node
from tests.conftest import HeldClock

AGENT = Agent(StaffId(1), "Ada", Role.EDITOR, "s", 1)


def tab(number: int) -> str:
    return f"tab-{number:018}"


async def test_a_hundred_views_are_a_hundred_clicks(a: Node, b: Node) -> None:
    """A hundred tabs on two nodes, all behind one address, count a hundred exactly."""
    for number in range(100):
        assert await (a if number % 2 else b).page(tab(number)).view()
    await a.room.upkeep.sweep()
    await b.room.upkeep.sweep()

    assert a.room.clicks.total(STORY) == 100
    assert b.room.clicks.total(STORY) == 100


async def test_a_reload_is_no_click(a: Node, b: Node) -> None:
    """The same tab again, on whichever node, is answered and not counted."""
    assert await a.page(tab(1)).view()

    assert await a.page(tab(1)).view() is False
    assert await b.page(tab(1)).view() is False
    assert a.room.clicks.total(STORY) == 1


async def test_each_article_counts_for_itself(a: Node) -> None:
    """A tab that goes on to the next article is a click there."""
    page = a.page(tab(1))

    assert await page.view(STORY)
    assert await page.view(OTHER)


async def test_twenty_tabs_are_twenty(a: Node) -> None:
    """Tabs opened by hand count each."""
    counted = [await a.page(tab(number)).view() for number in range(20)]

    assert counted == [True] * 20


async def test_in_network_mode_twenty_tabs_are_one(make_node: MakeNode) -> None:
    """Nothing is stored in the browser then, so a network with one browser is one reader."""
    node = await make_node(count_identity="network")
    counted = [await node.page(tab(number)).view() for number in range(20)]

    assert sum(map(bool, counted)) == 1
    assert await node.page(browser="Another/1.0").view()
    assert await node.page(network="198.51.100.7").view()


async def test_without_a_tab_id_the_network_tells_readers_apart(a: Node) -> None:
    """A page that sends no id is not counted again and again."""
    assert await a.page(None).view()

    assert await a.page(None).view() is False
    assert await a.page(None, network="198.51.100.7").view()


async def test_a_guessable_tab_id_counts_only_with_its_network(a: Node) -> None:
    """Nobody silences another's click by sending a short id he may have."""
    assert await a.page("1").view()

    assert await a.page("1").view() is False
    assert await a.page("2").view()
    assert await a.page("1", network="198.51.100.7").view()


@pytest.mark.parametrize("article_id", [DRAFT, 4_242_424_242, 2**53 - 1])
async def test_what_is_not_published_is_not_counted(a: Node, article_id: int) -> None:
    """Drafts, deleted and made-up ids are answered and leave nothing behind."""
    assert await a.page(tab(1)).view(article_id) is False

    assert a.room.clicks.total(article_id) == 0


@pytest.mark.parametrize(("window", "clicks"), [(0, 2), (86_400, 1)])
async def test_the_window_is_what_the_setting_says(
    make_node: MakeNode, window: int, clicks: int
) -> None:
    """From none at all to a whole day: for so long Valkey knows the reader."""
    node = await make_node(click_window=window)
    counted = [await node.page(tab(1)).view() for _ in range(2)]
    (seen,) = [key async for key in node.memory.redis.scan_iter("{tally}:seen:*")]
    left_seconds = await node.memory.redis.pttl(seen) / 1000

    assert sum(map(bool, counted)) == clicks
    assert not window or window - 60 < left_seconds <= window


@pytest.mark.parametrize(
    "browser",
    ["Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5.0", "HeadlessChrome/140.0"],
)
async def test_machines_are_not_counted(a: Node, browser: str) -> None:
    """Whoever says that he is a machine is believed."""
    assert await a.page(tab(1), browser=browser).view() is False


async def test_staff_are_not_counted(a: Node) -> None:
    """A member of staff who reads, or looks at a preview, is no reader."""
    assert await a.page(tab(1), actor=AGENT).view() is False


async def test_sample_readers_count_in_the_demo_only(a: Node, make_node: MakeNode) -> None:
    """They are told by their User-Agent."""
    demo = await make_node(demo=True)

    assert await a.page(tab(1), browser="Portal sample reader").view() is False
    assert await demo.page(tab(2), browser="Portal sample reader").view()


async def test_midnight_splits_no_visit(make_node: MakeNode, clock: HeldClock) -> None:
    """Yesterday's salt is asked too, so a hashed reader is the same one a minute later."""
    node = await make_node(count_identity="network")
    clock.at -= clock.at % 86_400_000
    clock.forward(-30_000)

    assert await node.page(None).view()
    clock.forward(60_000)
    assert await node.page(None).view() is False


async def test_a_network_has_a_budget(a: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand made-up tabs behind one address do not get past it; others are not held up."""
    monkeypatch.setattr(counting, "BUDGETS", Budgets(article=5, site=7, held=100))
    story = [await a.page(tab(number)).view(STORY) for number in range(10)]
    other = [await a.page(tab(number)).view(OTHER) for number in range(10)]

    assert sum(map(bool, story)) == 5
    assert sum(map(bool, other)) == 2
    assert await a.page(tab(11), network="198.51.100.7").view(STORY)
    assert a.room.counting.outcomes["held"] == 13


@pytest.mark.parametrize(
    ("one", "neighbour", "stranger"),
    [
        ("192.0.2.7", "192.0.2.250", "192.0.3.7"),
        ("2001:db8:0:aa00::/64", "2001:db8:0:aaff::/64", "2001:db8:0:ab00::/64"),
    ],
)
async def test_a_budget_is_of_the_neighbourhood(
    a: Node, monkeypatch: pytest.MonkeyPatch, one: str, neighbour: str, stranger: str
) -> None:
    """Whoever changes his address within what one subscriber may hold has no budget anew."""
    monkeypatch.setattr(counting, "BUDGETS", Budgets(article=1, site=9, held=9))
    networks = (one, neighbour, stranger)
    views = [await a.page(tab(at), network=network).view() for at, network in enumerate(networks)]

    assert views == [True, False, True]


async def test_a_colleague_who_reads_is_not_counted(a: Node) -> None:
    """A member of staff who is signed in reads like anybody, as a visitor too, and is no click."""
    page = a.page(tab(1), actor=Reader(colleague=True))
    assert await page.view() is False
    page.connection.actor = Visitor(VisitorId("v"))

    assert await page.view() is False
    assert a.room.counting.outcomes["staff"] == 2


async def test_a_page_fetched_ahead_is_not_counted(a: Node) -> None:
    """Its handshake says so."""
    page = a.page(tab(1))
    page.connection.fetched_ahead = True

    assert await page.view() is False
    assert a.room.counting.outcomes["prefetch"] == 1


async def test_nothing_of_a_reader_is_kept(a: Node) -> None:
    """Neither address nor browser nor tab stands in any key or value."""
    await a.page(tab(1)).view()
    await a.page(None).view()
    found = []
    async for key in a.memory.redis.scan_iter():
        found.append(key.decode())

    assert not [key for key in found if "192.0.2" in key or "Firefox" in key or "tab-" in key]
