"""What helps with writing: emoji, articles that answer, the way back."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.page.newsdesk import (
    HARBOUR,
    axe,
    frames_of,
    said,
)
from tests.support.browser import Person, open_chat, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_emoji_are_found_and_put_where_the_cursor_stands(reader: Person) -> None:
    """By name or by arrows; Escape closes them and not the panel; the last used come first."""
    page = reader.page
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    field = open_chat(page)
    field.fill("Thanks for it")
    field.evaluate("(element) => element.setSelectionRange(6, 6)")
    button = page.get_by_role("button", name="Emoji")
    button.click()
    find = page.get_by_role("searchbox", name="Find an emoji")
    expect(find).to_be_focused()
    opened = axe(page)
    page.keyboard.type("thumbs")
    expect(page.get_by_role("gridcell")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Thanks👍 for it")
    expect(field).to_be_focused()
    button.click()
    expect(find).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("gridcell", name="thumbs up").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Thanks👍😄 for it")
    button.click()
    expect(find).to_be_focused()
    page.keyboard.press("Escape")

    assert [] == opened
    expect(page.locator("emoji-picker")).to_be_hidden()
    expect(page.locator("chat-panel")).to_be_visible()
    expect(button).to_be_focused()
    assert "👍" not in str(page.evaluate("() => JSON.stringify({ ...localStorage })"))


def test_articles_are_offered_while_one_types(reader: Person) -> None:
    """In a pause, calmly, once; they can be put away, and are gone with the first message."""
    page = reader.page
    frames = frames_of(page)
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    field = open_chat(page)
    page.keyboard.type("Hello", delay=10)
    page.wait_for_timeout(900)
    greeted = said(frames, "news.match")
    page.keyboard.type(" what may go into my baggage", delay=20)
    offers = page.locator("article-offers")
    link = offers.get_by_role("link", name="What may go into your baggage")
    expect(link).to_be_visible()
    asked = said(frames, "news.match")

    assert [] == greeted
    assert 1 <= len(asked) <= 3
    expect(field).to_be_focused()
    expect(page.get_by_text("These articles may help")).to_be_visible()
    assert "/news/baggage" == urlsplit(link.evaluate("(element) => element.href")).path
    assert [] == axe(page)
    page.keyboard.press("Enter")
    expect(link).to_be_hidden()


def test_offered_articles_can_be_put_away(reader: Person) -> None:
    """Then there are no more while this question is written."""
    page = reader.page
    frames = frames_of(page)
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    field = open_chat(page)
    page.keyboard.type("Tell me of the baggage")
    offered = page.locator("article-offers").get_by_role("link")
    expect(offered.filter(has_text="What may go into your baggage")).to_be_visible()
    page.get_by_role("button", name="Show no articles").click()
    expect(field).to_be_focused()
    told = len(frames)
    page.keyboard.type(" and of batteries in it")
    page.wait_for_timeout(1_200)

    assert [] == said(frames[told:], "news.match")
    expect(page.locator("article-offers")).to_have_count(0)


def test_a_link_that_has_ended_is_said_to_have(reader: Person) -> None:
    """Its token leaves the address at once; one can write all the same."""
    page = reader.page
    frames = frames_of(page)
    page.goto(f"{HARBOUR}#chat=an-old-token-0123456789")
    expect(page.get_by_text("This link has ended.")).to_be_visible()
    asked = said(frames, "chat.open")

    assert f"{reader.origin}{HARBOUR}" == page.url
    assert "an-old-token-0123456789" == asked[0]["way_back"]
    assert "chat=" not in json.dumps(said(frames, "live.hello"))
    assert [] == axe(page)
    say(page, "Then here.")
