"""News that arrives while one reads: in place, in quiet, and what is breaking on every page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page.newsdesk import FERRY, HARBOUR, LINES, Newsdesk, axe
from tests.support.browser import Person, open_chat, say

OPENING = (
    "Opened early.\n\nA second opening paragraph, which is long enough to take two lines or more "
    "and push down what one reads.\n\n"
    "And <img src=x onerror=alert(1)> [a third](javascript:alert(2))."
)
READ = "Paragraph 4 fills"
TOP = """
(words) => [...document.querySelectorAll(".article__body > p")]
  .find((p) => p.textContent.startsWith(words)).getBoundingClientRect().top
"""
TO_READ = """
() => {
  const block = document.querySelectorAll(".article__body > p")[6];
  scrollTo({ top: scrollY + block.getBoundingClientRect().top - 200, behavior: "instant" });
}
"""
WATCH_SHIFTS = """
() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift" });
}
"""
CLEAR = """
() => {
  const bar = document.querySelector("breaking-bar").getBoundingClientRect();
  const taken = document.activeElement.getBoundingClientRect();
  return taken.bottom <= bar.top || taken.top >= bar.bottom || taken.left >= bar.right;
}
"""


@pytest.fixture
def newsroom(newsdesk: Newsdesk) -> Iterator[Newsdesk]:
    """The newsdesk, put back in order afterwards."""
    yield newsdesk
    newsdesk.publish()


def command(newsroom: Newsdesk, *words: str) -> None:
    newsroom.portal.run("news", *words).check_returncode()


def opens(person: Person, path: str) -> Page:
    """Open a page and wait until it hears what happens."""
    page = person.page
    with page.expect_websocket() as opened:
        page.goto(path)
    opened.value.wait_for_event("framereceived")
    return page


def test_a_change_is_shown_where_one_reads(newsroom: Newsdesk, reader: Person) -> None:
    """What changed is told and moves nothing; pressed, it is there, and one's line stays put."""
    page = opens(reader, HARBOUR)
    open_chat(page)
    say(page, "When does it open?")
    page.evaluate(TO_READ)
    page.evaluate(WATCH_SHIFTS)
    revision = int(page.evaluate("() => document.body.dataset.revision"))
    newsroom.publish(LINES[0], OPENING)
    notice = page.locator("news-notice")
    expect(notice).to_contain_text("1 paragraph changed, 2 paragraphs added")
    wrong = axe(page)
    stood = page.evaluate(TOP, READ)
    notice.get_by_role("button", name="Show it here").press("Enter")
    expect(notice).to_contain_text("newest version")
    stands, marks = page.evaluate(TOP, READ), page.locator("[data-news]").all()
    marked = [mark.get_attribute("data-news") for mark in marks]
    wrong += axe(page)
    page.keyboard.press("Enter")  # the notice kept the keyboard, and leads to the first change
    expect(page.locator(".article__body > p").first).to_be_focused()
    say(page, "I see.")
    expect(page.locator("chat-log")).to_contain_text("I see.")

    assert wrong == []
    assert abs(stood - stands) < 1
    assert page.evaluate("() => window.shifted") < 0.001
    assert marked == ["Changed", "New", "New"]
    assert int(page.evaluate("() => document.body.dataset.revision")) == revision + 1
    assert page.locator(".article__body :is(img, a)").count() == 0
    expect(page.locator(".article__facts")).to_contain_text("Updated")


def test_a_reader_who_wants_quiet_has_it(newsroom: Newsdesk, reader: Person) -> None:
    """Until he takes it back; then the newest is told. What does not come is behind a link."""
    page = opens(reader, HARBOUR)
    notice = page.locator("news-notice")
    newsroom.publish(LINES[1], "Once.")
    notice.get_by_role("button", name="Not while I read").click()
    expect(notice).to_contain_text("not be told")
    page.keyboard.press("Escape")
    opens(reader, HARBOUR)
    newsroom.publish(LINES[1], "Twice.")
    switch = page.get_by_role("button", name="Pause notices of news")
    expect(switch).to_have_attribute("aria-pressed", "true")
    told = notice.get_by_role("status").text_content()
    page.route(f"**{HARBOUR}?revision=*", lambda route: route.abort())
    reader.allow("net::ERR_FAILED")
    switch.click()
    link = notice.get_by_role("link", name="Reload the page")
    link.click()
    expect(page.locator(".article__body")).to_contain_text("Twice.")

    assert told == ""


def test_withdrawn_it_says_so_and_can_be_read_on(newsroom: Newsdesk, reader: Person) -> None:
    """The text stays, its number stands still, and the way leads to the front page."""
    page = opens(reader, HARBOUR)
    command(newsroom, "withdraw", HARBOUR)
    notice = page.locator("news-notice")
    expect(notice).to_contain_text("was withdrawn")
    link = notice.get_by_role("link", name="To the front page")

    assert axe(page) == []
    assert link.get_attribute("href") == "/"
    assert page.locator(".article__body").inner_text().startswith(LINES[0])
    assert page.locator(".article__facts live-count[article]").count() == 0
    newsroom.publish(LINES[2], "It is published again.")


def test_what_is_breaking_stands_on_every_page(newsroom: Newsdesk, reader: Person) -> None:
    """At once, moving nothing and covering no focus; dismissed, it stays away, in every tab."""
    page = opens(reader, HARBOUR)
    page.evaluate(WATCH_SHIFTS)
    command(newsroom, "breaking", FERRY)
    bar = page.get_by_role("region", name="Breaking news")
    expect(bar.get_by_role("status")).to_contain_text("New ferries for the islands")
    wrong, shifted = axe(page), page.evaluate("() => window.shifted")
    page.locator(".foot a").last.focus()
    clear = page.evaluate(CLEAR)
    other = reader.context.new_page()
    other.goto("/")
    expect(other.locator("breaking-bar")).to_be_visible()
    wrong += axe(other)
    page.get_by_role("button", name="Dismiss this notice").press("Enter")
    expect(other.locator(".breaking__close")).to_be_hidden()
    page.goto("/news/")
    page.wait_for_function("() => customElements.get('breaking-bar')")
    expect(page.locator(".breaking__close")).to_be_hidden()
    opens(reader, FERRY)
    own = page.locator("breaking-bar").count()
    command(newsroom, "breaking", FERRY, "--end")

    assert wrong == []
    assert shifted < 0.001
    assert clear
    assert own == 0
