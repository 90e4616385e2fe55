"""A reader who goes from one language to another."""

from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from portal.web.languages import language
from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOW_WATER = "/news/world/europe/low-water"
NUMBERS = (0, 7, 1_234, 1_234_567)
UTC = ZoneInfo("UTC")
BY_SERVER = {
    tag: [language(tag, UTC).number(each) for each in NUMBERS]
    for tag in ("en", "zh-CN", "ar", "ar-EG")
}
"""Read before there is a loop that reading files would hold up."""
FORMATTED = "([tag, numbers]) => numbers.map((n) => new Intl.NumberFormat(tag).format(n))"
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


def test_the_switch_stays_on_the_article(browser: Browser, demo: Demo) -> None:
    """From English to Arabic to Chinese and back, without a script; no page is wider than its."""
    context = browser.new_context(
        base_url=demo.url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(LOW_WATER)
    page.get_by_role("link", name="العربية", exact=True).click()
    arabic = page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("حين ينخفض الماء")
    side = page.locator(".masthead__mark").bounding_box()
    wider = page.evaluate(WIDER)
    page.get_by_role("link", name="中文", exact=True).click()
    chinese = page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("枯水")
    page.get_by_role("link", name="English", exact=True).click()
    english = page.url
    context.close()

    assert arabic.endswith("/ar" + LOW_WATER)
    assert chinese.endswith("/zh-cn" + LOW_WATER)
    assert english.endswith(LOW_WATER)
    assert side is not None
    assert side["x"] > 390 / 2
    assert wider == 0


def test_a_number_that_moves_is_written_as_the_server_wrote_it(
    browser: Browser, demo: Demo
) -> None:
    """What the browser knows of a language and what Babel knows are the same for ours."""
    page = browser.new_page(base_url=demo.url)
    page.goto("/robots.txt")
    by_browser = {tag: page.evaluate(FORMATTED, [tag, NUMBERS]) for tag in BY_SERVER}
    page.close()

    assert by_browser == BY_SERVER
