"""How every screen looks: on a phone, on a desk, by night, on paper, and while numbers move.

Each screen is opened once a width; all that is asked of it is asked of that one page, in the order
of this file. What is measured is what a reader sees, in CSS pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import STORY, Demo
from tests.support.browser import Person, at_desk, open_chat, say, sign_in
from tests.support.measures import SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Kind = Literal["article", "page", "door", "panel", "console"]
PUBLIC: tuple[Kind, ...] = ("article", "page", "panel")
"""What has the frame, the socket and numbers that move."""

ALL: tuple[Kind, ...] = (*PUBLIC, "door", "console")

TABLE = "/news/industry-news/manufacturing/the-mill-that-stopped-guessing"
SCREENS: dict[str, tuple[str, Kind]] = {
    "front": ("/", "page"),
    "article": (STORY, "article"),
    "table": (TABLE, "article"),
    "short": ("/news/industry-news/drift", "article"),
    "category": ("/news/", "page"),
    "deep": ("/news/industry-news/manufacturing/", "page"),
    "about": ("/about", "page"),
    "letterbox": ("/chat/", "page"),
    "missing": ("/news/nobody-wrote-this", "page"),
    "sign-in": ("/staff/sign-in", "door"),
    "panel": (STORY, "panel"),
    "talking": (STORY, "panel"),
    "console": ("/staff/", "console"),
    "thread": ("/staff/#all/{conversation}", "console"),
}
TALK = [
    f"Is https://example.com/{'a-long-address-' * 12} the right map?",
    "It is, and the one below it too.",
    "Thank you. And the other one?",
]
WIDTHS = (320, 390, 768, 1280)
"""The narrowest that WCAG 1.4.10 asks for, a phone, a tablet, a desk."""

AXE_WIDTHS = (390, 1280)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TEXT_PX = 17
TARGET_PX = 24
LINE_CHARACTERS = (60, 75)

RECORD_SHIFTS = """
window.shifts = [];
const keep = (list) => {
  for (const shift of list.getEntries()) {
    if (shift.hadRecentInput) continue;
    window.shifts.push({
      value: shift.value,
      moved: shift.sources.map(({ node, previousRect: from, currentRect: to }) =>
        `${(node?.parentElement ?? node)?.className}: ${[from.x, from.y, from.width, from.height]}`
        + ` -> ${[to.x, to.y, to.width, to.height]}`),
    });
  }
};
const observer = new PerformanceObserver(keep);
observer.observe({ type: "layout-shift", buffered: true });
window.takeShifts = async () => {
  // The first frame may be on its way already; one draws what was asked for, one tells of it.
  for (const _ of [1, 2, 3]) await new Promise((drawn) => requestAnimationFrame(drawn));
  keep({ getEntries: () => observer.takeRecords() });
  return window.shifts.splice(0);
};
"""

LIVE = """
async () => {
  const page = document.querySelector("script[src$='/js/page.js']").src;
  const { pageSocket } = await import(page.replace("page.js", "live/reader.js"));
  const reading = document.querySelector("main live-reading");
  return pageSocket().state === "open" && (!reading || reading.checkVisibility());
}
"""
"""The page is greeted and says how many read it: nothing more comes by itself."""

SMALL_TEXT = """
(least) => [...document.querySelectorAll("p, li, dd, blockquote, td")]
  .filter((block) => block.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((block) => {
    const own = [...block.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE
      || node instanceof Element && getComputedStyle(node).display === "inline");
    return own.map((node) => node.textContent).join("").trim().length >= 80;
  })
  .filter((block) => parseFloat(getComputedStyle(block).fontSize) < least)
  .map((block) => `${block.className || block.parentElement.className}: `
    + `${getComputedStyle(block).fontSize} "${block.textContent.trim().slice(0, 40)}"`)
"""
"""What has 80 letters or more is read; what has fewer is a label."""

LINE_LENGTHS = """
() => [...document.querySelectorAll(".prose > p")].flatMap((paragraph) => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  const lines = new Map();
  for (const { bottom, width } of range.getClientRects()) {
    const line = Math.round(bottom / 8);
    lines.set(line, (lines.get(line) ?? 0) + width);
  }
  const widths = [...lines.values()];
  if (widths.length < 3) return [];
  const all = widths.reduce((sum, width) => sum + width, 0);
  const full = all - widths.at(-1);
  return [paragraph.textContent.length * (full / all) / (widths.length - 1)];
})
"""
"""The characters of a line, by paragraph; the last line is as long as it happens to be."""

SHOW_COUNT = """
() => document.querySelectorAll("live-count").forEach((count) => { count.textContent = "119"; })
"""
JUMP = """
(clicks) => document.querySelectorAll("live-count").forEach((count) =>
  count.setAttribute("clicks", clicks))
"""

RUNNING = """
async () => {
  for (const _ of [1, 2]) await new Promise((drawn) => requestAnimationFrame(drawn));
  return document.getAnimations()
    .filter(({ playState }) => playState === "running")
    .map(({ animationName, transitionProperty, effect }) =>
      `${effect.target.className}: ${animationName ?? transitionProperty}`);
}
"""

ON_PAPER = """
() => {
  const seen = (selector) => [...document.querySelectorAll(selector)]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height > 0);
  const text = seen("main h1, main p, .door__card p");
  return {
    text: text.length,
    pale: text.filter((element) => {
      const [red, green, blue] = getComputedStyle(element).color.match(/\\d+/g).map(Number);
      return Math.max(red, green, blue) > 0x66;
    }).map((element) => element.className),
    controls: seen("nav, chat-launcher, chat-panel").map((element) => element.className),
  };
}
"""


@dataclass
class View:
    """One screen at one width, opened once."""

    name: str
    kind: Kind
    width: int
    page: Page

    def shifts(self) -> list[dict[str, Any]]:
        """Return what has moved by itself since the last time this was asked."""
        shifts: list[dict[str, Any]] = self.page.evaluate("() => takeShifts()")
        return shifts


def of(*kinds: Kind, widths: tuple[int, ...] = WIDTHS) -> pytest.MarkDecorator:
    """Ask a test of the screens of these kinds; pytest asks all tests of one before the next."""
    views = [
        pytest.param((name, width), id=f"{name}-{width}")
        for name, (_, kind) in SCREENS.items()
        for width in widths
        if kind in kinds
    ]
    return pytest.mark.parametrize("view", views, indirect=True)


@dataclass(frozen=True)
class Talk:
    """A question and its answer, for the screens that show them."""

    conversation: str
    visitor: Any
    """The storage of the browser that asked."""


@pytest.fixture(scope="module")
def talk(browser: Browser, demo: Demo) -> Talk:
    """Let somebody ask and somebody answer."""
    visitor, staff = Person(browser, demo.url), _at_the_desk(browser, demo)
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, TALK[0])
    staff.page.locator(".row", has_text="a-long-address").click()
    staff.page.get_by_role("textbox", name="Your answer").fill(TALK[1])
    staff.page.keyboard.press("Enter")
    expect(visitor.page.locator(".chat-log__bubble")).to_have_text(TALK[:2])
    say(visitor.page, TALK[2])
    conversation = staff.page.url.rpartition("/")[2]
    storage = visitor.context.storage_state()
    for person in (visitor, staff):
        person.close()
    return Talk(conversation, storage)


@pytest.fixture(scope="module")
def view(
    request: pytest.FixtureRequest, browser: Browser, demo: Demo, talk: Talk
) -> Iterator[View]:
    """One screen at one width, for all tests; nothing may go wrong on it."""
    name, width = request.param
    path, kind = SCREENS[name]
    options: dict[str, Any] = {"viewport": {"width": width, "height": 844 if width < 600 else 800}}
    if kind == "console":
        person = _at_the_desk(browser, demo, path.format(conversation=talk.conversation), **options)
    else:
        if name == "talking":
            options["storage_state"] = talk.visitor
        person = Person(browser, demo.url, **options)
        person.context.add_init_script(RECORD_SHIFTS)
        if name == "missing":
            person.allow("status of 404")
        person.page.goto(path)
    if kind in PUBLIC:
        person.until(LIVE)
    if name == "thread":
        expect(person.page.locator(".line__text")).to_have_text(TALK)
    yield View(name, kind, width, person.page)
    person.close()


def _at_the_desk(browser: Browser, demo: Demo, path: str = "/staff/", **options: Any) -> Person:
    if demo.email not in demo.sessions:
        door = Person(browser, demo.url)
        sign_in(door, demo.email, demo.password)
        demo.sessions[demo.email] = door.context.storage_state()
        door.close()
    person = Person(browser, demo.url, storage_state=demo.sessions[demo.email], **options)
    person.page.goto(path)
    at_desk(person.page)
    return person


# Not the console: its line fills it, and its notices come when there is something to say.
@of(*PUBLIC, "door")
def test_nothing_moves_while_it_loads(view: View) -> None:
    """Nothing moves that has been drawn, not even when the socket is greeted."""
    shifts = view.shifts()

    assert [] == shifts


@of("panel")
def test_nothing_moves_when_the_panel_opens(view: View) -> None:
    """The panel lies above the page; whoever opens it keeps his place."""
    # Not by a finger: what moves soon after one is not counted.
    view.page.evaluate("() => document.querySelector('chat-launcher button').click()")
    expect(view.page.get_by_role("textbox", name="Write a message")).to_be_focused()
    if view.name == "talking":
        expect(view.page.locator(".chat-log__bubble")).to_have_text(TALK)

    assert [] == view.shifts()


@of(*PUBLIC)
def test_nothing_moves_when_a_number_grows(view: View) -> None:
    """From 119 to 1,234,567 clicks, everything else stays where it is."""
    counts = view.page.locator("live-count")
    view.page.evaluate(SHOW_COUNT)
    view.shifts()
    view.page.evaluate(JUMP, 1_234_567)
    shifts = view.shifts()

    assert {"1,234,567"} == set(counts.all_text_contents())
    assert [] == shifts


@of(*ALL)
def test_nothing_scrolls_sideways(view: View) -> None:
    """The page is as wide as the screen, whatever numbers it shows."""
    wide, seen = view.page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )

    assert wide <= seen == view.width


@of(*ALL)
def test_text_is_large_enough_to_read(view: View) -> None:
    """What is read has at least 17 pixels."""
    small = view.page.evaluate(SMALL_TEXT, TEXT_PX)

    assert [] == small


@of(*ALL)
def test_targets_are_large_enough_to_hit(view: View) -> None:
    """What is pressed has at least 24 by 24 pixels."""
    small = view.page.evaluate(SMALL_TARGETS, TARGET_PX)

    assert [] == small


@of("article", widths=(1280,))
def test_lines_have_the_length_that_reads_well(view: View) -> None:
    """A line of an article has 60 to 75 characters, on average."""
    lengths = view.page.evaluate(LINE_LENGTHS)
    least, most = LINE_CHARACTERS

    assert lengths
    assert least <= sum(lengths) / len(lengths) <= most


@of(*ALL, widths=AXE_WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(view: View, scheme: Literal["light", "dark"]) -> None:
    """Names, roles, order, contrast and sizes are as WCAG 2.2 AA has them, by day and by night."""
    # Without motion: a colour on its way to another is neither.
    view.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    view.page.evaluate(RUNNING)
    found = Axe().run(view.page, options=RULES)

    assert [] == found.response["violations"], found.generate_report()


@of(*ALL)
def test_nothing_moves_for_whom_motion_hurts(view: View) -> None:
    """With reduced motion nothing is on its way anywhere, not even a number that grows."""
    view.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    view.page.evaluate(JUMP, 2_345_678)
    running = view.page.evaluate(RUNNING)

    assert [] == running


@of(*PUBLIC, "door", widths=(1280,))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_the_words_alone(view: View, scheme: Literal["light", "dark"]) -> None:
    """On paper there is text, dark by day and by night, and nothing to press."""
    view.page.emulate_media(media="print", color_scheme=scheme)
    paper = view.page.evaluate(ON_PAPER)

    assert paper["text"] > 0
    assert [] == paper["pale"]
    assert [] == paper["controls"]
