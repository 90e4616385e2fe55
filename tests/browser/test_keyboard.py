"""Everything by keyboard alone: what has it is seen, nothing holds it, and it comes back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STORY, Comes, Demo
from tests.support.browser import at_desk, open_chat, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
STOPS = 40
"""So many times Tab is pressed, and whatever takes the keyboard is looked at."""
FAR = 250
"""No page has more stops than this: whoever needs more presses runs in a circle."""

LOOK = """
async () => {
  // What comes with a transition, however short, is there a frame later.
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const ring = (style) =>
    (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
      && !/^rgba\\(.*, 0\\)$/.test(style.outlineColor)) || style.boxShadow !== "none";
  const carriers = [element, element.nextElementSibling, element.closest("form")];
  const styles = [undefined, "::before", "::after"].map((part) => getComputedStyle(element, part));
  if (element.matches("input, textarea")) {
    styles.push(...carriers.slice(1).filter(Boolean).map((each) => getComputedStyle(each)));
  }
  const drawn = element.getClientRects()[0];
  const x = drawn.left + drawn.width / 2;
  const y = drawn.top + drawn.height / 2;
  const top = document.elementFromPoint(x, y);
  element.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
  return {
    stop: element.dataset.stop,
    what: `${element.localName}.${element.className} ${element.textContent.trim().slice(0, 40)}`,
    ring: styles.some(ring),
    seen: top !== null && (element.contains(top) || top.contains(element)),
    over: top && `${top.localName}.${top.className}`,
  };
}
"""
"""Who has the keyboard, and whether one sees that: a ring, and nothing on top of it. A field may
leave its ring to its form or to its word."""


def focused(element: Locator) -> bool:
    here: bool = element.evaluate("(element) => element === document.activeElement")
    return here


def press_until(page: Page, key: str, element: Locator) -> None:
    """Press a key until an element has the keyboard."""
    for _ in range(FAR):
        page.keyboard.press(key)
        if focused(element):
            return
    pytest.fail(f"{FAR} times {key} do not lead to {element}")


def walk(page: Page, key: str = "Tab", presses: int = STOPS) -> list[dict[str, Any]]:
    """Press a key so many times and return what had the keyboard, without the browser's own."""
    stops: list[dict[str, Any]] = []
    for _ in range(presses):
        page.keyboard.press(key)
        if stop := page.evaluate(LOOK):
            stops.append(stop)
    return stops


def ringless(stops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [stop for stop in stops if not (stop["ring"] and stop["seen"])]


def test_from_the_front_to_an_answerless_question(comes: Comes) -> None:
    """Skip link, sections, a story, Live Chat, a question and back: no hand leaves the keys."""
    page = comes().page
    keys = page.keyboard
    page.goto("/")
    skip = page.get_by_role("link", name="Skip to content")
    keys.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(page.locator("#content")).to_be_focused()

    # The next stop is inside the content, behind all of the head.
    keys.press("Tab")
    assert page.evaluate("document.activeElement.closest('#content') !== null")

    # By the sections to a category.
    page.goto("/")
    world = page.get_by_role("navigation", name="Sections").get_by_role("link", name="World")
    press_until(page, "Tab", world)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("World")

    # From the front to a story.
    page.goto("/")
    story = page.locator("main .teaser__link").first
    title = story.inner_text()
    press_until(page, "Tab", story)
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    # Live Chat.
    expect(page.locator("chat-launcher:defined")).to_be_visible()
    launcher = page.get_by_role("button", name="Live Chat")
    press_until(page, "Tab", launcher)
    keys.press("Enter")
    field = page.get_by_role("textbox", name="Write a message")
    expect(field).to_be_focused()
    keys.type("Is anybody there?")
    keys.press("Enter")
    expect(page.locator(".chat-log__bubble")).to_have_text(["Is anybody there?"])
    expect(page.locator(".chat-log__state").last).to_have_text(re.compile("Sent|Seen"))
    expect(field).to_be_focused()
    keys.press("Escape")
    expect(page.locator("chat-panel")).to_be_hidden()
    expect(launcher).to_be_focused()


@pytest.mark.parametrize("size", SIZES)
def test_what_has_the_keyboard_is_seen(comes: Comes, size: str) -> None:
    """Each stop of an article wears a ring and lies under nothing, the launcher least of all."""
    page = comes(viewport=SIZES[size], reduced_motion="reduce").page
    page.goto(STORY)
    expect(page.locator("chat-launcher:defined")).to_be_visible()
    stops = walk(page)

    assert len({stop["stop"] for stop in stops}) >= 30  # a phone has less, and begins anew
    assert ringless(stops) == []


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_no_stop_of_an_article_holds_the_keyboard(comes: Comes, key: str) -> None:
    """From end to end each thing has it once, the launcher too; every one of them is seen."""
    page = comes(reduced_motion="reduce").page
    page.goto(STORY)
    expect(page.locator("chat-launcher:defined")).to_be_visible()
    stops: list[dict[str, Any]] = []
    while not stops or stops[-1]["stop"] not in {stop["stop"] for stop in stops[:-1]}:
        assert len(stops) < FAR
        stops += walk(page, key, 1)

    # The first who has it again is the first of all.
    assert stops[-1]["stop"] == stops[0]["stop"]
    assert any("chat-launcher__button" in stop["what"] for stop in stops)
    assert ringless(stops) == []


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_open_panel_holds_nobody(comes: Comes, key: str) -> None:
    """Beside the story the panel is one part of the page: the keyboard leaves it both ways."""
    page = comes(reduced_motion="reduce").page
    page.goto(STORY)
    open_chat(page)
    say(page, "A word")
    stops: list[dict[str, Any]] = []
    while page.evaluate("document.activeElement.closest('chat-panel') !== null"):
        assert len(stops) < STOPS
        stops += walk(page, key, 1)

    assert ringless(stops) == []


def test_the_desk_by_keyboard(demo: Demo, comes: Comes) -> None:
    """Signed in, a chat chosen, taken, answered, noted and closed: every key does what it says."""
    asks = [comes().page for _ in range(2)]
    for number, visitor in enumerate(asks):
        visitor.goto(STORY)
        open_chat(visitor)
        say(visitor, f"By keyboard, {number}")
    page = comes(reduced_motion="reduce").page
    keys = page.keyboard
    page.goto("/staff/")
    press_until(page, "Tab", page.get_by_label("E-mail"))
    keys.type(demo.email)
    press_until(page, "Tab", page.get_by_label("Password", exact=True))
    keys.type(demo.password)
    keys.press("Enter")
    at_desk(page)

    # J and K move along the list, Enter opens.
    first, second = (page.locator(".row", has_text=f"By keyboard, {number}") for number in (0, 1))
    expect(second).to_be_visible()
    press_until(page, "j", first)
    press_until(page, "j", second)
    press_until(page, "k", first)
    keys.press("Enter")
    expect(page.locator(".thread__open")).to_contain_text("By keyboard, 0")

    # C takes it; what is typed then is the answer.
    keys.press("c")
    expect(page.locator(".thread__state")).to_contain_text("Yours")
    answer = page.get_by_role("textbox", name="Your answer")
    expect(answer).to_be_focused()
    keys.type("Yes, all of it.")
    keys.press("Enter")
    expect(asks[0].locator(".chat-log__bubble").last).to_have_text("Yes, all of it.")

    # Escape leaves the field, N writes a note.
    keys.press("Escape")
    expect(answer).not_to_be_focused()
    keys.press("n")
    expect(page.get_by_role("textbox", name="Your note")).to_be_focused()
    keys.type("Asks for nothing else.")
    keys.press("Enter")
    expect(page.locator(".line--note")).to_contain_text("Asks for nothing else.")

    # The sheet of keys.
    keys.press("Escape")
    sheet = page.get_by_role("dialog", name="Keys")
    before = page.evaluate_handle("document.activeElement")
    keys.press("?")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).to_be_hidden()
    assert page.evaluate("(before) => before === document.activeElement", before)

    # Closed.
    keys.press("e")
    expect(page.locator(".thread__state")).to_have_text("Closed")
    expect(asks[0].get_by_text("This conversation was closed")).to_be_visible()
    expect(asks[0].locator(".chat-log__bubble")).to_have_text(["By keyboard, 0", "Yes, all of it."])

    # Nothing of the desk holds the keyboard, and one sees who has it.
    for key in ("Tab", "Shift+Tab"):
        stops = walk(page, key, STOPS)
        assert len({stop["stop"] for stop in stops}) > 10
        assert stops[-1]["stop"] != stops[-2]["stop"]
        assert ringless(stops) == []
