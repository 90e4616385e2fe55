"""What a page can be kept from: scripts, and numbers that move while somebody reads."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import STORY, Comes
from tests.browser.test_everybody import SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITTEN = """
() => [...document.querySelectorAll("main live-count")]
  .map((count) => [count.getAttribute("clicks"), count.textContent.replace(/\\D/g, "")])
  .filter(([clicks, written]) => clicks !== written)
"""


def test_every_kind_of_page_without_scripts(comes: Comes) -> None:
    """All is there as it was sent: the words, the numbers, and a way to write to us."""
    person = comes(java_script_enabled=False)
    person.allow("status of 404")
    page = person.page
    for name, path in SCREENS.items():
        if "{" in path:
            continue
        page.goto(path)
        assert page.locator("h1").is_visible(), name
        assert page.get_by_role("link", name="Write to us").last.is_visible(), name
        assert page.locator("chat-launcher > button").is_hidden(), name
        assert page.evaluate(WRITTEN) == [], name


def test_search_and_letters_without_scripts(comes: Comes) -> None:
    """One looks for a word, opens what was found, and stands before the form about it."""
    page = comes(java_script_enabled=False).page
    page.goto("/")
    page.get_by_role("link", name="Search").click()
    page.get_by_label("What are you looking for?").fill("breakwater salt")
    page.get_by_role("button", name="Search").click()
    found = page.locator("main .teaser__link").first
    title = found.inner_text()
    assert page.locator("main mark").count() > 0
    found.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("link", name="Write to us").click()
    page.wait_for_url(re.compile(r"/chat/\?article=\d+$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("form textarea")).to_be_editable()


def test_numbers_stand_still_for_who_wants_it(comes: Comes) -> None:
    """Stopped they stay as they are, on the next page too; set free they are right at once."""
    page = comes().page
    page.goto(STORY)
    count = page.locator(".fact live-count")
    stop = page.get_by_role("button", name="Pause moving numbers")
    stop.click()
    expect(stop).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    expect(stop).to_have_attribute("aria-pressed", "true")
    page.goto(STORY)
    expect(stop).to_have_attribute("aria-pressed", "true")
    before = int(count.inner_text())
    other, moving = comes(), comes()
    moving.page.goto("/news/company-news/")
    teaser = moving.page.locator(f".teaser:has(a[href='{STORY}']) live-count").first
    seen = int(teaser.inner_text())
    other.page.goto(STORY)
    expect(teaser).to_have_text(str(seen + 1))

    assert before == int(count.inner_text())
    stop.click()
    expect(stop).to_have_attribute("aria-pressed", "false")
    expect(count).to_have_text(str(seen + 1))
