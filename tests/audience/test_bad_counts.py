"""Whoever would make a number false: by accident, by force, by forgery or by the clock.

Numbered as in the list of what a counter is tried with; what needs a browser (V 2, V 7, V 8) is in
`tests/browser/test_clicks.py` too.
"""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_network

import msgspec
import pytest

from portal.audience import counting
from portal.audience.messages import MOST_WATCHED, View, Watch
from portal.audience.ticker import TOPIC
from portal.identity import Agent, Reader, Role, StaffId
from portal.live.protocol import Decoder, Unreadable
from portal.memory.tally import TOTAL, Budgets
from portal.storage.database import Database
from portal.storage.tables.audience import click_held, click_refused
from portal.web.person import network_of
from tests.audience.conftest import DRAFT, OTHER, STORY, MakeNode, Node, Page
from tests.audience.test_record import rows
from tests.conftest import HeldClock

INSTAGRAM = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/21F90 Instagram 340.0.3.27.98 (iPhone15,3; iOS 17_5; en_GB; en; scale=3.00)"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2148A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MicroMessenger/8.0.49"
)
LARGEST = 2**53 - 10
"""Near the end of what a script in Valkey, and in a page, knows to the unit."""


def tab(number: int) -> str:
    return f"tab-{number:018}"


async def views(pages: Sequence[Page], article_id: int = STORY) -> int:
    """View an article from each page, a hundred at a time; return how many counted."""
    counted = 0
    for at in range(0, len(pages), 100):
        some = pages[at : at + 100]
        counted += sum(map(bool, await asyncio.gather(*(page.view(article_id) for page in some))))
    return counted


async def test_a_thousand_reloads_are_one_click(a: Node, b: Node, articles: Database) -> None:
    """V 1: of one tab, at two nodes, some at the same moment; each of the others has its reason."""
    pages = [(a, b)[at % 2].page(tab(1)) for at in range(1_000)]
    counted = await views(pages)
    await a.room.upkeep.write_record()
    await b.room.upkeep.write_record()

    assert counted == 1
    assert await rows(articles, click_refused, "article_id", "reason") == {(STORY, "seen"): 999}


@pytest.mark.parametrize(("identity", "clicks"), [("tab", 20), ("network", 1)])
async def test_twenty_tabs_are_what_the_setting_says(
    make_node: MakeNode, identity: str, clicks: int
) -> None:
    """V 2: opened by hand and at once."""
    node = await make_node(count_identity=identity)

    assert await views([node.page(tab(at)) for at in range(20)]) == clicks


async def test_everybody_in_one_house_counts(a: Node, b: Node) -> None:
    """V 3: fifty browsers of one make behind one address are fifty."""
    assert await views([(a, b)[at % 2].page(tab(at)) for at in range(50)]) == 50


async def test_a_view_that_is_replayed_counts_once(a: Node, b: Node) -> None:
    """V 5: at two nodes at the same moment."""
    for number in range(20):
        both = a.page(tab(number)), b.page(tab(number))
        assert await views(both) == 1


async def test_whoever_only_fetches_does_not_count(a: Node, articles: Database) -> None:
    """V 7: crawlers, previews of links, headless browsers, pages that were fetched ahead."""
    machines = [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "WhatsApp/2.23.20.0 A",
    ]
    machines += ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0"]
    pages = [a.page(tab(at), browser=browser) for at, browser in enumerate(machines)]
    ahead = a.page(tab(9))
    ahead.connection.fetched_ahead = True
    counted = await views([*pages, ahead])
    await a.room.upkeep.write_record()

    assert counted == 0
    assert await rows(articles, click_refused, "article_id", "reason") == {
        (STORY, "machine"): 3,
        (STORY, "prefetch"): 1,
    }


@pytest.mark.parametrize("browser", [INSTAGRAM, WECHAT])
@pytest.mark.parametrize("named", [True, False])
async def test_a_browser_inside_another_program_counts_once(
    a: Node, browser: str, named: bool
) -> None:
    """Five loads in half a minute, whether or not the program keeps the tab's id."""
    pages = [a.page(tab(1) if named else None, browser=browser) for _ in range(5)]

    assert await views(pages) == 1


async def test_ten_thousand_forged_views_stop_at_the_budget(
    a: Node, b: Node, articles: Database
) -> None:
    """V 6, V 9: each with an id of its own, from one host; the rest is held, none is lost."""
    budget = counting.BUDGETS.article
    pages = [(a, b)[at % 2].page(tab(at)) for at in range(10_000)]
    await views(pages)
    for node in (a, b):
        while node.room.counting.waiting:  # Valkey was slow for a moment: those wait, none is lost
            await node.room.counting.catch_up()
        await node.room.upkeep.write_record()
        await node.room.upkeep.sweep()
    held = await rows(articles, click_held, "article_id")

    assert [node.room.clicks.total(STORY) for node in (a, b)] == [budget, budget]
    assert held == {(STORY,): 10_000 - budget}
    assert await a.page(tab(10_001), network="198.51.100.7").view()


async def test_who_changes_his_address_has_no_new_budget(
    a: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V 10: all networks a subscriber may hold are one; the next subscriber's is another."""
    monkeypatch.setattr(counting, "BUDGETS", Budgets(article=5, site=9, held=1_000))
    mine = [f"2001:db8:0:aa{at:02x}::/64" for at in range(256)]
    pages = [a.page(tab(at), network=network) for at, network in enumerate(mine)]

    assert await views(pages) == 5
    assert await a.page(tab(300), network="2001:db8:0:ab00::/64").view()


async def test_a_forged_header_makes_no_other_reader(make_node: MakeNode) -> None:
    """V 11: whatever `X-Forwarded-For` says, who is no proxy of ours comes from where he is."""
    node = await make_node(count_identity="network")
    networks = set()
    for at in range(50):
        forged = (b"x-forwarded-for", f"198.51.100.{at}, 203.0.113.{at}".encode())
        asked = {"type": "websocket", "client": ("192.0.2.7", 1), "headers": [forged]}
        networks.add(network_of(asked, [ip_network("10.0.0.0/8")]))

    assert networks == {"192.0.2.7"}
    assert await views([node.page(tab(at), network=each) for at, each in enumerate(networks)]) == 1


async def test_what_a_client_says_of_numbers_is_nothing(a: Node) -> None:
    """V 12: a count beside the article is not read, and an article that is an object is refused."""
    decoder = Decoder([View])
    boast = '{"type": "audience.view", "article": 42, "clicks": 9999, "n": 5, "counted": true}'
    page = a.page(tab(1))
    asked = decoder.decode(boast)
    await page.ask(asked)

    assert asked == View(article=STORY)
    assert a.room.clicks.total(STORY) == 1
    for article in (
        '{"id": 42, "clicks": 9}',
        "[42]",
        '"42"',
        "4.2",
        "-42",
        "0",
        "null",
        str(2**64),
    ):
        with pytest.raises(Unreadable, match="article"):
            decoder.decode(f'{{"type": "audience.view", "article": {article}}}')


async def test_ten_thousand_articles_are_not_watched(a: Node) -> None:
    """V 13: more than a hundred are refused; of a hundred times a hundred the last are."""
    every = [*range(1_000_000, 1_010_000)]
    decoder = Decoder([Watch])
    page = a.page(tab(1), article_id=None)
    for at in range(0, len(every), MOST_WATCHED):
        await page.watch(*every[at : at + MOST_WATCHED])
    watchers = a.room.upkeep.watchers

    assert len(watchers._groups) == 1
    assert len(watchers._watching) == MOST_WATCHED
    for articles in (every, every[: MOST_WATCHED + 1]):
        with pytest.raises(Unreadable):
            decoder.decode(msgspec.json.encode(Watch(articles=tuple(articles))).decode())


async def test_no_number_is_too_large_to_move(a: Node, b: Node, articles: Database) -> None:
    """V 14: near the largest there is, a click is still one click, on screens and in SQL."""
    await a.memory.redis.hset(TOTAL, str(STORY), LARGEST)
    await a.page(tab(1)).view()
    await b.room.upkeep.sweep()
    await a.room.upkeep.book()

    assert b.room.clicks.total(STORY) == LARGEST + 1
    assert (await b.room.ledger.totals())[STORY] == LARGEST + 1


@pytest.mark.parametrize("total", [-1, -(2**63), 0, 2])
async def test_no_number_falls(a: Node, b: Node, total: int) -> None:
    """V 14: whatever is told late, doubled or below nothing, by the bus, by Valkey or by SQL."""
    await views([a.page(tab(at)) for at in range(3)])
    await b.room.upkeep.sweep()
    life = await a.memory.redis.hget("{tally}:life", "id")
    assert isinstance(life, bytes)
    late = {"life": life.decode(), "totals": {STORY: total}, "released": {STORY: min(total, 0)}}
    await a.bus.publish(TOPIC, msgspec.json.encode(late))
    await asyncio.sleep(0.05)
    b.room.clicks.rest({STORY: total})
    await a.memory.redis.hset(TOTAL, str(STORY), total)
    await b.room.upkeep.sweep()

    assert b.room.clicks.total(STORY) == 3


@pytest.mark.parametrize("jump_hours", [-48, -1, 1])
async def test_a_clock_that_jumps_makes_no_click(
    a: Node, b: Node, clock: HeldClock, jump_hours: int
) -> None:
    """V 15: the window is Valkey's own time, so a node's clock neither ends nor renews it."""
    await a.page(tab(1)).view()
    clock.forward(jump_hours * 3_600_000)
    again = [await node.page(tab(1)).view() for node in (a, b)]
    await a.room.upkeep.book()
    await b.room.upkeep.book()

    assert again == [False, False]
    assert sum(n for _, n in await a.room.ledger.history(STORY, 0, 2**60)) == 1


async def test_those_who_make_it_are_no_readers(a: Node, articles: Database) -> None:
    """V 4, V 16: an editor at his draft, a colleague at the story, anybody at what is not there."""
    editor = Agent(StaffId(1), "Ada", Role.EDITOR, "s", 1)
    await a.page(tab(1), actor=editor).view(DRAFT)
    await a.page(tab(2), actor=Reader(colleague=True)).view(STORY)
    await a.page(tab(3)).view(DRAFT)
    await a.page(tab(4)).view(9_999_999)
    await a.room.upkeep.write_record()

    assert [a.room.clicks.total(key) for key in (STORY, OTHER, DRAFT)] == [0, 0, 0]
    assert await rows(articles, click_refused, "article_id", "reason") == {
        (DRAFT, "staff"): 1,
        (STORY, "staff"): 1,
        (DRAFT, "unpublished"): 1,
        (0, "unknown"): 1,
    }


async def test_made_up_articles_fill_nothing(a: Node, articles: Database) -> None:
    """V 4: a hundred ids nobody wrote are one row in SQL and none in Valkey."""
    page = a.page(tab(1), article_id=None)
    for made_up in range(100):
        await page.view(10_000 + made_up)
    await a.room.upkeep.write_record()

    assert await rows(articles, click_refused, "article_id", "reason") == {(0, "unknown"): 100}
    assert await a.memory.redis.hlen(TOTAL) == 0
    page.close()
    assert a.room.reading.numbers(10_099) == (0, 0)
