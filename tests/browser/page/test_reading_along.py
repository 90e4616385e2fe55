"""Where one reads is told, from the moment chat is opened."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.page.newsdesk import (
    HARBOUR,
    Desk,
    asks,
    frames_of,
    said,
    wait_for,
)
from tests.support.browser import Person, open_chat, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_where_one_reads_is_told_only_after_chat_was_opened(reader: Person, desk: Desk) -> None:
    """Before, no frame names a paragraph; then the agent knows within a second of each move."""
    page = reader.page
    frames = frames_of(page)
    page.goto(HARBOUR)
    reader.until("() => customElements.get('chat-launcher')")
    for y in (300, 900, 0):
        page.evaluate("(y) => scrollTo(0, y)", y)
        page.wait_for_timeout(700)
    before = said(frames, "audience.attention")
    open_chat(page)
    say(page, "Do you see me?")
    conversation = desk.conversation("Do you see me?")
    desk.send(type="chat.join", conversation=conversation)
    wait_for(page, lambda: any("paragraph" in it for it in said(frames, "audience.attention")))
    told = len(frames)
    last = page.locator(".article__body > p").nth(9)
    last.evaluate("(element) => element.scrollIntoView({ block: 'start' })")
    wait_for(page, lambda: len(said(frames[told:], "audience.attention")) > 0, seconds=2.0)
    where = said(frames, "audience.attention")[-1]

    assert before
    assert not [frame for frame in before if {"paragraph", "depth"} & frame.keys()]
    assert 0 < where["depth"] <= 100
    assert desk.hears(
        "({ type, paragraph }, wanted) => type === 'chat.where' && paragraph === wanted",
        where["paragraph"],
    )


def test_moves_are_told_once_a_second_at_most(reader: Person) -> None:
    """Whoever scrolls through the page does not flood the line."""
    page = reader.page
    asks(reader, "I scroll")
    page.wait_for_timeout(1_500)
    frames = frames_of(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()
    page.wait_for_timeout(1_500)
    told = len(frames)
    begun = time.monotonic()
    for step in range(60):
        page.evaluate("(y) => scrollTo(0, y)", step * 20)
        page.wait_for_timeout(40)
    seconds = time.monotonic() - begun
    moves = [it for it in said(frames[told:], "audience.attention") if "paragraph" in it]

    # One at its beginning, one of the attention that goes on beside it.
    assert 1 <= len(moves) <= seconds + 2
