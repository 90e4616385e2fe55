"""Every kind of page a reader can come to, for everybody: seen, enlarged, spaced, by keys alone.

One window is led from page to page; all that is asked of a page is asked while it stands there.
What is asked only of the busiest pages, at four widths, stands in `test_looks.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import STORY, Demo
from tests.support import measures
from tests.support.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS = {
    "front": "/",
    "category": "/news/",
    "deep": "/news/industry-news/manufacturing/",
    "article": STORY,
    "table": "/news/industry-news/manufacturing/the-mill-that-stopped-guessing",
    "film": "/news/product-updates/how-to-read-a-vibration-spectrum",
    "tag": "/tags/europe/",
    "tags": "/tags/",
    "author": "/authors/wei-lan/",
    "authors": "/authors/",
    "month": "/archive/{month}/",
    "archive": "/archive/",
    "hits": "/search?q=harbour",
    "no-hits": "/search?q=nobodywroteofthis",
    "page": "/about",
    "letterbox": "/chat/",
    "missing": "/news/nobody-wrote-this",
}
TRANSLATED = {
    "front-zh": "/zh-cn/",
    "article-zh": "/zh-cn/news/world/asia/when-the-typhoon-signal-goes-up",
    "hits-zh": "/zh-cn/search?q=港口",
    "front-ar": "/ar/",
    "category-ar": "/ar/news/",
    "article-ar": "/ar/news/world/europe/low-water",
    "authors-ar": "/ar/authors/",
    "archive-ar": "/ar/archive/",
    "hits-ar": "/ar/search?q=الميناء",
    "missing-ar": "/ar/nobody-wrote-this",
}
DESK: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 640}
ENLARGED: ViewportSize = {"width": 320, "height": 256}
"""1,280 by 1,024 at 400 % (WCAG 1.4.10)."""
TARGET_PX = 24
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""Of axe's rules those that another theme may break."""
UNCOLOURED = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
"""With forced colours the browser paints others than axe reads from the style sheets."""
RUN = """
async (rules) => (await axe.run(document, rules)).violations
  .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
"""


@dataclass
class View:
    """A page that stands in the window."""

    name: str
    page: Page
    places: dict[int, tuple[str, list[int]]]
    """Where the chat stood on the first page, by the width of the screen."""

    def measured(self, measure: str, argument: object = None) -> list[str]:
        """Return what is wrong."""
        found: list[str] = self.page.evaluate(measure, argument)
        return found


@pytest.fixture(scope="module")
def reader(browser: Browser, demo: Demo) -> Iterator[Person]:
    """Somebody at one window; what goes wrong on any page fails his last test, too."""
    person = Person(browser, demo.url, viewport=DESK, reduced_motion="reduce")
    person.allow("status of 404")
    yield person
    person.close()


@pytest.fixture(scope="module")
def places() -> dict[int, tuple[str, list[int]]]:
    """Where the chat stands, once it was seen."""
    return {}


@pytest.fixture(scope="module", params=SCREENS | TRANSLATED)
def view(
    request: pytest.FixtureRequest,
    reader: Person,
    demo: Demo,
    places: dict[int, tuple[str, list[int]]],
) -> View:
    """One page, in the light of day on a desk."""
    path = (SCREENS | TRANSLATED)[request.param]
    if "{month}" in path:
        found = re.search(rb'href="/archive/(\d{4}/\d\d)/"', demo.portal.get("/archive/")[2])
        assert found is not None
        path = path.format(month=found[1].decode())
    page = reader.page
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.goto(path)
    reader.until("() => customElements.get('chat-launcher') !== undefined")
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    return View(request.param, page, places)


def test_axe_finds_nothing(view: View) -> None:
    """Names, roles, order and sizes are as WCAG 2.2 AA has them; contrast by day and by night."""
    by_day = view.measured(RUN, RULES)
    view.page.emulate_media(color_scheme="dark")
    by_night = view.measured(RUN, COLOURS)
    view.page.emulate_media(color_scheme="light", forced_colors="active")
    forced = view.measured(RUN, UNCOLOURED)
    view.page.emulate_media(forced_colors="none")

    assert ([], [], []) == (by_day, by_night, forced)


@pytest.mark.parametrize("size", [DESK, PHONE, ENLARGED], ids=["desk", "phone", "enlarged"])
def test_whoever_has_no_mouse_sees_where_he_is(view: View, size: ViewportSize) -> None:
    """All that can be pressed takes the keyboard in its order, with a ring, under nothing."""
    view.page.set_viewport_size(size)
    view.page.keyboard.press("Tab")
    wrong = view.measured(measures.UNSEEN_FOCUS)

    assert [] == wrong


def test_the_first_press_leads_past_the_head(view: View) -> None:
    """The first thing the keyboard has leads to what the page is about."""
    view.page.evaluate("() => document.activeElement?.blur()")
    first = view.page.evaluate(
        """() => {
          const link = document.querySelector("a[href], button");
          const target = document.querySelector(link.getAttribute("href"));
          return [link.className, target?.closest("main") !== null];
        }"""
    )

    assert ["skip", True] == first


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_chat_stands_in_the_same_place(view: View, size: ViewportSize) -> None:
    """Whoever looks for help finds it in one corner, on whichever page (WCAG 3.2.6)."""
    view.page.set_viewport_size(size)
    place = view.page.evaluate(measures.PLACE)
    first = view.places.setdefault(size["width"], (view.name, place))

    assert first[1] == place, first[0]


def test_a_finger_hits_what_it_means(view: View) -> None:
    """What is pressed has at least 24 by 24 pixels (WCAG 2.5.8)."""
    view.page.set_viewport_size(PHONE)
    small = view.measured(measures.SMALL_TARGETS, TARGET_PX)

    assert [] == small


def test_numbers_move_without_a_word(view: View) -> None:
    """No count lies in what is read out when it moves; they can be stopped (WCAG 2.2.2, 4.1.3)."""
    assert [] == view.measured(measures.SHOUTING)
    assert view.page.locator("[data-pause-counts]").is_visible()


def test_enlarged_four_times(view: View) -> None:
    """At 400 % all flows in one column; only what must be wide scrolls, in a box keys can have."""
    view.page.set_viewport_size(ENLARGED)
    beyond = view.measured(measures.BEYOND)
    unreached = view.measured(measures.UNREACHED_BOXES)
    cut = view.measured(measures.CUT)

    assert ([], [], []) == (beyond, unreached, cut)


# The last: what is spaced out stays so until the next page.
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_spaced_out_nothing_is_lost(view: View, size: ViewportSize) -> None:
    """With more space between letters, words, lines and paragraphs nothing is cut (WCAG 1.4.12)."""
    view.page.set_viewport_size(size)
    view.page.evaluate(measures.SPACED)
    beyond = view.measured(measures.BEYOND)
    cut = view.measured(measures.CUT)

    assert ([], []) == (beyond, cut)


def test_right_to_left_is_mirrored(reader: Person) -> None:
    """In Arabic all stands where a mirror would show it: the name, the way home, the chat."""
    page = reader.page
    page.set_viewport_size(DESK)
    sides = {}
    for language, path in {"en": "/tags/", "ar": "/ar/tags/"}.items():
        page.goto(path)
        reader.until("() => customElements.get('chat-launcher') !== undefined")
        sides[language] = page.evaluate(measures.SIDES)
    page.locator("chat-launcher > button").click()
    panel = page.locator("chat-panel")
    panel.locator("textarea").wait_for()
    left, right = panel.evaluate(measures.ENDS)

    assert ("ltr", "rtl") == (sides["en"].pop("dir"), sides["ar"].pop("dir"))
    assert {name: -side for name, side in sides["en"].items()} == sides["ar"]
    assert set(sides["en"].values()) == {-1, 1}
    assert left < right
