"""Numbers that move by themselves: in their place, everywhere, silently, until one stops them."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from portal.memory.tally import TOTAL
from tests.browser.counted import LIVES, STORIES, UNSEEN_SECONDS, Newsroom, serving
from tests.support.devtools import Devtools, Profile, Tab
from tests.support.servers import Portal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORY = f"/news/story-{STORIES - 1}"
"""The newest, which every list begins with."""
TEXTS = "[...document.querySelectorAll('live-count[article=\"%d\"]')].map((one) => one.textContent)"
WATCH = """
globalThis.moved = [];
new PerformanceObserver((list) => moved.push(...list.getEntries().map((each) => each.value)))
    .observe({ type: "layout-shift" });
globalThis.places = () => [...document.querySelectorAll("body *")].map((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    // On a phone a number is the last of its line, and has the rest of that to grow into.
    const grows = each.matches("live-count, :has(> live-count)");
    return [each.localName, x, y, height, grows || width].join(" ");
});
globalThis.before = places();
"""
STIRRED = "places().filter((each, at) => each !== before[at]).concat(moved)"
FIGURES = """[...document.querySelectorAll("live-count")].filter((each) =>
    !getComputedStyle(each).fontVariantNumeric.includes("tabular-nums")).length"""
LOUD = """document.querySelectorAll(`:is([aria-live], [role=status], [role=alert], [role=log],
    [role=timer], output) :is(live-count, live-reading)`).length"""
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
PAUSE = "[data-pause-counts]"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A newsroom."""
    with serving(tmp_path_factory.mktemp("numbers"), "tab") as nodes:
        yield nodes["tab"]


@pytest.fixture
async def room(node: Portal) -> AsyncIterator[Newsroom]:
    """The numbers it tells."""
    newsroom = await Newsroom.of(node)
    yield newsroom
    await newsroom.close()


@pytest.fixture
async def clicks(node: Portal) -> AsyncIterator[Redis]:
    """Where they are counted."""
    async with Redis.from_url(node.environ["PORTAL_REDIS_URL"]) as redis:
        yield redis


async def read_so_far(room: Newsroom, clicks: Redis, number: int) -> None:
    """Let so many have opened the story, and the last of them now."""
    await clicks.hset(TOTAL, str(room.story(STORY)), number - 1)
    await room.click(STORY)


async def shows(tab: Tab, room: Newsroom, number: str) -> int:
    """Wait until every count of the story is that on a page; return how many there are."""
    texts = TEXTS % room.story(STORY)
    await tab.until(f"{LIVES} && {texts}.length > 0 && {texts}.every((one) => one === '{number}')")
    return int(await tab.run(f"{texts}.length"))


async def test_a_number_grows_and_nothing_else_stirs(
    line: Devtools, room: Newsroom, clicks: Redis
) -> None:
    """From 119 to 1,119 on the story, in lists, on a phone, and among the most read: no sound."""
    await read_so_far(room, clicks, 118)  # the first of these pages is one more
    people = [await Profile.new(line) for _ in range(4)]
    pages = zip(people, (STORY, "/news/", "/", "/news/"), strict=True)
    tabs = [await person.open(room.url + path) for person, path in pages]
    await tabs[3].ask("Emulation.setDeviceMetricsOverride", **PHONE)
    shown = [await shows(tab, room, "119") for tab in tabs]
    await room.becomes(STORY, open=1, reading=1)
    await asyncio.sleep(UNSEEN_SECONDS)
    for tab in tabs:
        await tab.run(WATCH)
    await read_so_far(room, clicks, 1_119)
    for tab in tabs:
        await shows(tab, room, "1,119")
    await asyncio.sleep(UNSEEN_SECONDS)
    most_read = f".ranking__list live-count[article='{room.story(STORY)}']"
    ranked = f"document.querySelector(`{most_read}`)?.textContent"

    for tab in tabs:
        assert [] == await tab.run(STIRRED)
        assert (0, 0) == (await tab.run(FIGURES), await tab.run(LOUD))
    assert [None, "1,119", "1,119", "1,119"] == [await tab.run(ranked) for tab in tabs]
    assert [1, 2, 2] == [shown[at] for at in (0, 1, 3)]
    for person in people:
        await person.close()


async def test_numbers_can_be_stopped(person: Profile, room: Newsroom, clicks: Redis) -> None:
    """They stand on this page and on the next until one lets them go; then the newest is there."""
    await read_so_far(room, clicks, 2_000)
    tab = await person.open(room.url + STORY)
    await shows(tab, room, "2,001")
    await tab.run(f'document.querySelector("{PAUSE}").click()')
    await room.click(STORY)
    await asyncio.sleep(2 * UNSEEN_SECONDS)
    stopped = await shows(tab, room, "2,001")
    await tab.go(room.url + "/")
    await tab.until(f"location.pathname === '/' && {LIVES}")
    drawn = await tab.run(TEXTS % room.story(STORY))
    await room.click(STORY)
    await asyncio.sleep(2 * UNSEEN_SECONDS)
    still = await tab.run(TEXTS % room.story(STORY))
    pressed = await tab.run(f'document.querySelector("{PAUSE}").ariaPressed')
    await tab.run(f'document.querySelector("{PAUSE}").click()')

    assert await shows(tab, room, "2,003")
    assert stopped
    assert drawn == still
    assert "true" == pressed
