"""How readers came and read: told by what a browser says, summed, with nobody in it."""

# ruff: noqa: E501 - names of browsers are as long as they are

import pytest

from portal.audience.among import Among
from portal.audience.facts import device, language, referrer_kind
from portal.audience.kinds import Came, Kinds
from portal.clock import HOUR
from portal.identity import Reader
from portal.storage.database import Database
from tests.audience.conftest import OTHER, SETTINGS, STORY, Elapsed, Node
from tests.audience.test_counting import tab
from tests.conftest import HeldClock


@pytest.mark.parametrize(
    ("referrer", "kind"),
    [
        ("", "direct"),
        ("https://news.example/", "internal"),
        ("https://www.news.example/a?b", "internal"),
        ("https://www.google.com/", "search"),
        ("https://www.google.co.uk/search?q=x", "search"),
        ("https://cn.bing.com/", "search"),
        ("https://duckduckgo.com/", "search"),
        ("https://www.baidu.com/link?url=x", "search"),
        ("https://yandex.ru/", "search"),
        ("https://www.so.com/s", "search"),
        ("https://l.facebook.com/", "social"),
        ("https://t.co/abc", "social"),
        ("https://x.com/", "social"),
        ("https://old.reddit.com/r/news", "social"),
        ("https://news.ycombinator.com/", "social"),
        ("https://weibo.com/", "social"),
        ("https://mail.google.com/", "mail"),
        ("https://outlook.live.com/", "mail"),
        ("https://deref-gmx.net/mail", "mail"),
        ("https://blog.example.org/post", "other"),
        ("https://so.example.org/", "other"),
        ("https://notgoogle.com/", "other"),
        ("https://google.com.evil.example/", "other"),
        ("android-app://com.example", "other"),
        ("http://[broken", "other"),
        ("nonsense", "other"),
    ],
)
def test_where_a_reader_came_from(referrer: str, kind: str) -> None:
    """Told by the registered name; what looks like another's is other."""
    assert referrer_kind(referrer, "news.example") == kind


@pytest.mark.parametrize(
    ("browser", "kind"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
            "phone",
        ),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/140.0 Mobile Safari/537.36", "phone"),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
            "tablet",
        ),
        ("Mozilla/5.0 (Linux; Android 14; SM-X200) Chrome/140.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36", "desktop"),
        ("", "desktop"),
    ],
)
def test_what_he_reads_on(browser: str, kind: str) -> None:
    """Phone, tablet or desktop, by what the browser says."""
    assert device(browser) == kind


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("zh-CN", "zh"),
        ("yue;q=0.5", "yue"),
        ("*", "unknown"),
        ("", "unknown"),
        ("<script>", "unknown"),
        ("ÄÖ", "unknown"),
    ],
)
def test_which_language_he_asks_for(header: str, found: str) -> None:
    """The first of his list, without its region; nothing he made up is kept."""
    assert language(header) == found


async def test_each_kind_comes_to_the_clicks(a: Node, articles: Database, clock: HeldClock) -> None:
    """A fact a click, none for a reload, a machine or a colleague."""
    for number in range(3):
        await a.page(tab(number)).view(STORY)
    await a.page(tab(0)).view(STORY)
    await a.page(tab(7), browser="Googlebot/2.1").view(STORY)
    await a.page(tab(8), actor=Reader(colleague=True)).view(STORY)
    await a.page(tab(9)).view(OTHER)
    await a.room.upkeep.write_record()
    kinds = Kinds(articles)
    everything = await kinds.since(clock.at - HOUR)
    story = await kinds.since(clock.at - HOUR, Among(STORY))

    assert {kind: values.total() for kind, values in everything.by.items()} == {
        "referrer": 4,
        "device": 4,
        "language": 4,
    }
    assert story.by["referrer"] == {"direct": 3}
    assert (await kinds.since(clock.at + HOUR)).by == {}


async def test_reading_time_is_without_pauses(
    a: Node, articles: Database, clock: HeldClock, elapsed: Elapsed
) -> None:
    """From input to fifteen seconds after the last; told when he leaves the story."""
    page = a.page(tab(1))
    await page.attend("reading")
    elapsed.seconds += 10
    await page.attend("reading")
    elapsed.seconds += 15
    await a.room.reading.tell()
    elapsed.seconds += 600
    await page.attend("reading")
    elapsed.seconds += 5
    await page.attend("hidden")
    elapsed.seconds += 600
    await page.view(OTHER)
    await page.attend("reading")
    elapsed.seconds += 7
    page.close()
    colleague = a.page(tab(2), actor=Reader(colleague=True))
    await colleague.attend("reading")
    elapsed.seconds += 50
    colleague.close()
    await a.room.upkeep.write_record()
    kinds = Kinds(articles)
    story, other = [await kinds.since(0, Among(article)) for article in (STORY, OTHER)]

    assert (story.seconds, story.readings, story.mean_seconds) == (30, 1, 30)
    assert (other.seconds, other.readings) == (7, 1)
    assert (await kinds.since(0)).mean_seconds == 18
    assert (await kinds.since(clock.at + HOUR)).mean_seconds is None


async def test_how_far_it_is_read(
    a: Node, articles: Database, clock: HeldClock, elapsed: Elapsed
) -> None:
    """The furthest quarter of each reading; a page that does not say is in no share."""
    for number, depths in enumerate([(10.0,), (60.0, 30.0), (100.0,), ()]):
        page = a.page(tab(number))
        await page.attend("reading")
        for depth in depths:
            await page.attend("reading", depth)
        elapsed.seconds += 3
        page.close()
    await a.room.upkeep.write_record()
    came = await Kinds(articles).since(clock.at - HOUR, Among(STORY))

    assert came.depth == {0: 1, 50: 1, 100: 1}
    assert [came.reached(percent) for percent in (25, 50, 75, 100)] == [67, 67, 33, 33]
    assert came.readings == 4
    assert Came().reached(25) is None


async def test_where_on_the_front_page_they_click(
    a: Node, articles: Database, clock: HeldClock
) -> None:
    """Where the story stands there; nothing of who came from elsewhere."""
    a.room.facts.place = {STORY: "lead", OTHER: "/news/" + "long" * 20}.get
    home = SETTINGS.site_url
    for number, referrer in enumerate(
        [f"{home}/", f"{home}/?x=1", f"{home}/news/", home, "https://example.org/", "", None]
    ):
        await a.page(tab(number), referrer=referrer).view(STORY)
    await a.page(tab(8), referrer=f"{home}/").view(OTHER)
    await a.room.upkeep.write_record()
    kinds = Kinds(articles)
    story = await kinds.since(clock.at - HOUR, Among(STORY))
    other = await kinds.since(clock.at - HOUR, Among(OTHER))

    assert story.by["place"] == {"lead": 2}
    assert [len(value) for value in other.by["place"]] == [40]


async def test_what_no_longer_stands_there_is_other(
    a: Node, articles: Database, clock: HeldClock
) -> None:
    """A front page that was open for an hour leads to what is gone from it."""
    await a.page(tab(1), referrer=f"{SETTINGS.site_url}/").view(STORY)
    await a.room.upkeep.write_record()

    assert (await Kinds(articles).since(clock.at - HOUR)).by["place"] == {"other": 1}
