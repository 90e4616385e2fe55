"""What a Chromium on a desk makes of a click: shown or not, kept, copied, twenty times, moving.

Two servers over one database: one tells readers apart by their tabs, the other by their networks.
Each test has a story of its own; what counts is the number that a socket is told of it, and the
frames that reach the page.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.audience.test_bad_counts import INSTAGRAM, WECHAT
from tests.browser.counted import (
    LIVES,
    STORIES,
    UNSEEN_SECONDS,
    Newsroom,
    counted,
    frames,
    press_wheel,
    serving,
    until_viewed,
)
from tests.support.devtools import Devtools, Profile
from tests.support.servers import Portal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAW_AHEAD = """{
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({ prerender: [{ urls: ["%s"], eagerness: "immediate" }] });
    document.head.append(rules);
}"""
STORAGE_DENIED = "Object.defineProperty(window, 'sessionStorage', { get: () => null });"
"""As in a web view whose program did not ask for storage."""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Portal]]:
    """The two servers, by what tells readers apart there."""
    with serving(tmp_path_factory.mktemp("clicks"), "tab", "network") as two:
        yield two


@pytest.fixture
async def room(nodes: dict[str, Portal]) -> AsyncIterator[Newsroom]:
    """The server that tells readers apart by their tabs."""
    newsroom = await Newsroom.of(nodes["tab"])
    yield newsroom
    await newsroom.close()


@pytest.fixture
async def by_network(nodes: dict[str, Portal]) -> AsyncIterator[Newsroom]:
    """The server that tells them apart by their networks."""
    newsroom = await Newsroom.of(nodes["network"])
    yield newsroom
    await newsroom.close()


@pytest.fixture(scope="module")
def unread() -> Iterator[str]:
    """Stories that nobody has opened."""
    return iter([f"/news/story-{n}" for n in range(STORIES)])


@pytest.fixture
def story(unread: Iterator[str]) -> str:
    """One of them, for each test its own."""
    return next(unread)


async def test_a_page_drawn_ahead_counts_once_it_is_shown(
    person: Profile, room: Newsroom, story: str
) -> None:
    """By speculation rules: whole and with its scripts, but without a socket; then one click."""
    tab = await person.open(room.url + "/")
    await tab.until(LIVES)
    front = tab.page
    # Our policy allows no such rules within a page; a site may send them as a header.
    await tab.ask("Page.setBypassCSP", enabled=True)
    await tab.ask("Page.reload")
    await tab.until(LIVES)
    await tab.ask("Preload.enable")
    await tab.run(DRAW_AHEAD % story)
    await tab.tells("Preload.prerenderStatusUpdated", status="Ready")
    await tab.until(LIVES)
    await asyncio.sleep(UNSEEN_SECONDS)
    ahead = await room.numbers(story)
    await tab.line.ask("Runtime.evaluate", front, expression=f"location.assign('{story}')")
    await room.becomes(story, clicks=1)
    drawn_at = await tab.until("performance.getEntriesByType('navigation')[0].activationStart")
    await tab.ask("Page.reload")
    await room.becomes(story, open=1)
    await asyncio.sleep(UNSEEN_SECONDS)

    assert {"clicks": 0, "open": 0, "reading": 0} == ahead
    assert drawn_at > 0
    assert 1 == (await room.numbers(story))["clicks"]


async def test_a_tab_in_the_background_counts_once_it_is_shown(
    person: Profile, room: Newsroom, story: str
) -> None:
    """It has its socket, so it is open; never shown it is no click, and shown twice it is one."""
    front = await person.open(room.url + "/")
    never, later = [await person.open(room.url + story, behind=True) for _ in range(2)]
    await room.becomes(story, open=2)
    await asyncio.sleep(UNSEEN_SECONDS)
    hidden = await room.numbers(story)
    unseen = [await tab.run("document.visibilityState") for tab in (never, later)]
    await later.show()
    await room.becomes(story, clicks=1, reading=1)
    await front.show()
    await room.becomes(story, reading=0)
    await later.show()
    await room.becomes(story, reading=1)
    await never.close()
    await room.becomes(story, open=1)

    assert ["hidden", "hidden"] == unseen
    assert {"clicks": 0, "open": 2, "reading": 0} == hidden
    assert 1 == (await room.numbers(story))["clicks"]


async def test_back_and_forward_are_the_same_click(
    person: Profile, room: Newsroom, story: str
) -> None:
    """Out of the browser's memory, where the page stayed as it was; and reloaded."""
    tab = await person.open(room.url + story)
    await room.becomes(story, clicks=1)
    await tab.run("globalThis.mark = 'the same page'")
    kept = []
    for _ in range(2):
        await tab.go(room.url + "/")
        await tab.until(f"location.pathname === '/' && {LIVES}")
        await room.becomes(story, open=0)
        await tab.run("void history.back()")
        await room.becomes(story, open=1)
        kept.append(await tab.until(f"location.pathname === '{story}' && globalThis.mark"))
    await until_viewed(tab, 3)
    await tab.ask("Page.reload")
    await until_viewed(tab, 4)

    assert ["the same page"] * 2 == kept
    assert [True, False, False, False] == counted(tab)
    assert 1 == (await room.numbers(story))["clicks"]


async def test_twenty_tabs_are_twenty(person: Profile, room: Newsroom, story: str) -> None:
    """Each opened by the wheel of the mouse on the story's link, and looked at."""
    front = await person.open(room.url + "/news/")
    await front.until(LIVES)
    await press_wheel(front, story, 20)
    await room.becomes(story, open=20)
    behind = (await room.numbers(story))["clicks"]
    opened = set(await person.tabs()) - {front.target}
    for shown, target in enumerate(opened, 1):
        await person.line.ask("Target.activateTarget", targetId=target)
        await room.becomes(story, clicks=shown)
    await front.show()
    await asyncio.sleep(UNSEEN_SECONDS)

    assert 0 == behind
    assert 20 == (await room.numbers(story))["clicks"]


async def test_twenty_tabs_of_a_network_are_one(
    person: Profile, by_network: Newsroom, story: str
) -> None:
    """And nothing is kept in any of them."""
    tabs = [await person.open(by_network.url + story) for _ in range(20)]
    for tab in tabs:
        await tab.show()
        await until_viewed(tab, 1)
    kept = [await tab.run("sessionStorage.length + localStorage.length") for tab in tabs]

    assert 1 == sum(each for tab in tabs for each in counted(tab))
    assert 1 == (await by_network.numbers(story))["clicks"]
    assert [0] * 20 == kept


@pytest.mark.parametrize(("identity", "clicks"), [("tab", 2), ("network", 1)])
async def test_two_people_behind_one_address(
    line: Devtools, nodes: dict[str, Portal], story: str, identity: str, clicks: int
) -> None:
    """With browsers of one make they are two by their tabs, and cannot be by their network."""
    newsroom = await Newsroom.of(nodes[identity])
    people = [await Profile.new(line) for _ in range(2)]
    for person in people:
        await until_viewed(await person.open(newsroom.url + story), 1)

    assert clicks == (await newsroom.numbers(story))["clicks"]
    for person in people:
        await person.close()
    await newsroom.close()


@pytest.mark.parametrize(("how", "clicks"), [("", 1), ("noopener", 2)])
async def test_a_copied_tab_is_the_same_reader(
    person: Profile, room: Newsroom, story: str, how: str, clicks: int
) -> None:
    """A window that a script opens begins with a copy of the tab's storage, as a duplicate does."""
    tab = await person.open(room.url + story)
    await room.becomes(story, clicks=1)
    opens = f"void open('{story}', '_blank', '{how}')"
    await tab.ask("Runtime.evaluate", expression=opens, userGesture=True)
    await room.becomes(story, open=2, clicks=clicks)
    await asyncio.sleep(UNSEEN_SECONDS)

    assert clicks == (await room.numbers(story))["clicks"]


async def test_a_hidden_tab_is_told_once_on_return(
    person: Profile, room: Newsroom, story: str
) -> None:
    """Nothing while it is hidden, whatever happens; then the newest, in one frame, at once."""
    tab = await person.open(room.url + story)
    await room.becomes(story, clicks=1, reading=1)
    await person.open("about:blank")
    await room.becomes(story, reading=0)
    before = len(frames(tab, "audience.counts"))
    for _ in range(3):
        await room.click(story)
        await asyncio.sleep(1.1)
    unseen = len(frames(tab, "audience.counts")) - before
    await tab.show()
    await tab.until("document.querySelector('.count--large').textContent === '4'")
    await asyncio.sleep(2 * UNSEEN_SECONDS)
    caught_up = [
        each["counts"][str(room.story(story))]["clicks"]
        for each in frames(tab, "audience.counts")[before:]
    ]

    assert 0 == unseen
    assert [4] == caught_up


async def test_without_scripts_a_page_is_no_click(
    person: Profile, room: Newsroom, story: str
) -> None:
    """However often it is asked for; it reads all the same."""
    tab = await person.open("about:blank")
    await tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    await tab.ask("Page.enable")
    await tab.go(room.url + story)
    await tab.tells("Page.loadEventFired")
    answers = {room.portal.get(story)[0] for _ in range(100)}
    await asyncio.sleep(UNSEEN_SECONDS)

    assert {200} == answers
    assert {"clicks": 0, "open": 0, "reading": 0} == await room.numbers(story)


@pytest.mark.parametrize("denied", [False, True], ids=["storage", "no storage"])
@pytest.mark.parametrize("program", [INSTAGRAM, WECHAT], ids=["instagram", "wechat"])
async def test_a_browser_inside_another_program_counts_once(
    person: Profile, room: Newsroom, story: str, program: str, denied: bool
) -> None:
    """Five loads, one after the other, whether or not the program lets a page keep anything."""
    tab = await person.open("about:blank")
    # Each its own, for where nothing is kept the network and the browser's name are the reader.
    name = f"{program} {secrets.token_hex(4)}"
    await tab.ask("Emulation.setUserAgentOverride", userAgent=name)
    if denied:
        await tab.ask("Page.enable")
        await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=STORAGE_DENIED)
    for load in range(5):
        await tab.go(room.url + story)
        await until_viewed(tab, load + 1)

    assert [True, False, False, False, False] == counted(tab)
    assert 1 == (await room.numbers(story))["clicks"]


async def test_the_account_comes_to_what_is_shown(
    person: Profile, room: Newsroom, story: str
) -> None:
    """Of each story of this file, in the export; and what was no click stands in it."""
    tab = await person.open(room.url + story)
    await until_viewed(tab, 1)
    await tab.ask("Page.reload")
    await until_viewed(tab, 2)
    shown = {room.story(path): (await room.numbers(path))["clicks"] for path in room.paths}
    await asyncio.sleep(2 * UNSEEN_SECONDS)  # SQL is a second behind
    export = await asyncio.to_thread(room.portal.run, "counts", "export")
    again = await asyncio.to_thread(room.portal.run, "counts", "recount", "-", input=export.stdout)
    lines = [json.loads(line) for line in export.stdout.splitlines()]
    counted = {each["article"]: each["shown"] for each in lines if each["kind"] == "article"}
    (hour,) = [
        each for each in lines if each["kind"] == "hour" and each["article"] == room.story(story)
    ]

    assert shown == counted
    assert (1, {"seen": 1}) == (hour["counted"], hour["refused"])
    assert (0, "") == (again.returncode, again.stderr)
