"""Finding in a browser: by words without a script, and lists that anybody can use."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Comes, Demo
from tests.browser.test_looks import RULES
from tests.support.browser import Person

pytestmark = pytest.mark.browser

PAGES = [
    "/search?q=harbour",
    "/search?q=zzzqq",
    "/tags/",
    "/tags/sensors/",
    "/authors/",
    "/authors/wei-lan/",
    "/archive/",
]


def test_words_are_found_without_a_script(comes: Comes) -> None:
    """From any page to the form, to what is marked, to the article."""
    page = comes(java_script_enabled=False).page
    page.goto("/")
    page.get_by_role("link", name="Search").click()
    page.get_by_label("What are you looking for?").fill("华强")
    page.get_by_role("main").get_by_role("button", name="Search").click()

    expect(page.locator("mark").first).to_have_text("华强")
    expect(page.get_by_label("What are you looking for?")).to_have_value("华强")

    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="Your position")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_lists_look_as_they_should(browser: Any, demo: Demo, width: int, scheme: Any) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    person = Person(
        browser, demo.url, viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    page = person.page
    found: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(path)
        violations = Axe().run(page, context="main", options=RULES).response["violations"]
        found[path] = [each["id"] for each in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[path].append("sideways")
    wrong = person.wrong
    person.close()

    assert ({path: [] for path in PAGES}, []) == (found, wrong)
