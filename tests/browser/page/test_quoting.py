"""A sentence of the article is asked about, and found again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page.newsdesk import (
    FERRY,
    HARBOUR,
    IN_VIEW,
    SELECT,
    SENTENCE,
    Desk,
    Newsdesk,
    article_of,
    axe,
    frames_of,
    said,
)
from tests.support.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOONEST = "Ferries to all the islands now run every three hours."
"""The sentence, after an edit."""


def quote(page: Page, words: str = SENTENCE) -> str:
    """Mark words and press the button; return the paragraph they stand in."""
    paragraph: str = page.evaluate(SELECT, words)
    page.get_by_role("button", name="Ask about this").click()
    expect(page.locator("quote-chip")).to_contain_text(words[:20])
    return paragraph


def ask(page: Page, text: str) -> None:
    """Send a message that quotes, and wait until it is stored."""
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")
    mine = page.locator(".chat-log__row", has_text=text)
    expect(mine.locator("chat-quote")).to_be_visible()
    expect(mine.locator(".chat-log__state")).to_have_text(re.compile("Sent|Seen"))


def test_a_marked_sentence_is_asked_about(reader: Person, desk: Desk) -> None:
    """It stands above the field, goes with the message, and leads back to where it stands."""
    page = reader.page
    frames = frames_of(page)
    page.goto(HARBOUR)
    paragraph = quote(page)
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
    asked = axe(page)
    ask(page, "Is that still so?")
    sent = said(frames, "chat.say")[0]["quote"]
    desk.conversation("Is that still so?")
    shown = page.locator("chat-log chat-quote")

    assert [] == asked
    assert {"article": article_of(page), "paragraph": paragraph, "text": SENTENCE} == {
        key: sent[key] for key in ("article", "paragraph", "text")
    }
    assert str(sent["revision"]) == page.evaluate("() => document.body.dataset.revision")
    expect(page.locator("quote-chip")).to_be_hidden()
    expect(shown).to_contain_text(SENTENCE)
    page.evaluate("() => scrollTo(0, 0)")
    shown.get_by_role("link").click()
    reader.until(IN_VIEW, paragraph)
    expect(page.locator(f"#{paragraph}")).to_be_focused()
    expect(page.locator(f"#{paragraph}")).to_have_class("passage passage--words")
    assert [] == axe(page)
    page.get_by_role("button", name="Remove the mark").click()
    expect(page.locator(".passage")).to_have_count(0)


def test_before_words_are_marked_nothing_is_loaded(reader: Person) -> None:
    """The page listens; the button's files come with the first selection, chat's with the press."""
    page = reader.page
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    before = [url for url in reader.requests if re.search(r"/js/(quote|point|emoji|offers)/", url)]
    page.evaluate(SELECT, SENTENCE)
    expect(page.get_by_role("button", name="Ask about this")).to_be_visible()

    assert [] == before
    assert not any("chat-panel" in url for url in reader.requests)
    assert {"local": [], "session": ["portal.tab"]} == page.evaluate(
        "() => ({ local: Object.keys(localStorage), session: Object.keys(sessionStorage) })"
    )


def test_a_sentence_is_asked_about_by_keyboard(reader: Person) -> None:
    """From the selection Tab leads to the button; what is quoted can be taken away."""
    page = reader.page
    page.goto(HARBOUR)
    page.evaluate(SELECT, SENTENCE)
    button = page.get_by_role("button", name="Ask about this")
    expect(button).to_be_visible()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Write a message")
    expect(field).to_be_focused()
    expect(page.locator("quote-chip")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Do not ask about this sentence")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("quote-chip")).to_be_hidden()
    expect(field).to_be_focused()


def test_the_button_goes_with_the_selection(reader: Person) -> None:
    """Outside the text there is none; Escape and another click take it away; never far off."""
    page = reader.page
    page.goto(HARBOUR)
    page.evaluate(SELECT, SENTENCE)
    button = page.get_by_role("button", name="Ask about this")
    expect(button).to_be_visible()
    box = button.bounding_box()
    page.keyboard.press("Escape")
    expect(button).to_be_hidden()
    page.evaluate(SELECT, "council will decide")
    expect(button).to_be_visible()
    page.evaluate("() => getSelection().removeAllRanges()")
    expect(button).to_be_hidden()
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('h1'))")
    page.wait_for_timeout(400)

    expect(button).to_be_hidden()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    assert 0 <= box["y"] <= 800 - box["height"]


def test_a_quotation_is_taken_along(reader: Person) -> None:
    """Who reads on before he asks finds it on the next page; there it is a link to the first."""
    page = reader.page
    page.goto(HARBOUR)
    paragraph = quote(page)
    page.goto(FERRY)
    expect(page.locator("quote-chip")).to_contain_text(SENTENCE)
    ask(page, "And this?")
    shown = page.locator("chat-quote").get_by_role("link")
    expect(shown).to_contain_text("The harbour reopens")
    shown.click()
    page.wait_for_url(f"**{HARBOUR}#{paragraph}")

    expect(page.locator(f"#{paragraph}")).to_have_class(re.compile("passage"))
    reader.until(IN_VIEW, paragraph)


def test_a_quotation_survives_an_edit(reader: Person, newsdesk: Newsdesk) -> None:
    """An edited sentence is found by its likeness; one taken out leads to the beginning."""
    page = reader.page
    page.goto(HARBOUR)
    paragraph = quote(page)
    ask(page, "Every two hours?")
    try:
        newsdesk.publish(SENTENCE, SOONEST)
        page.reload()
        expect(page.locator("h1")).to_be_visible()
        there = page.locator(f"#{paragraph}").count()
        page.locator("chat-quote").last.get_by_role("link").click()
        expect(page.locator(".passage")).to_contain_text(SOONEST)
        expect(page.get_by_text("This passage was changed in the meantime.")).to_be_visible()
        newsdesk.publish(SENTENCE, "Nothing is known of ships.")
        page.reload()
        page.locator("chat-quote").last.get_by_role("link").click()
        expect(page.get_by_text("That passage is no longer in this article")).to_be_visible()
    finally:
        newsdesk.publish()

    assert there == 0
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(".passage")).to_have_count(0)


def test_where_chat_is_hidden_nobody_is_asked(reader: Person) -> None:
    """Outside its hours a site may hide its chat; then marked words are marked words."""
    page = reader.page
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    page.evaluate("() => document.querySelector('chat-launcher').toggleAttribute('hidden', true)")
    page.evaluate(SELECT, SENTENCE)
    reader.until("() => customElements.get('ask-offer')")
    page.wait_for_timeout(500)

    expect(page.get_by_role("button", name="Ask about this")).to_be_hidden()
