"""An agent points to a passage; the page offers to go there and marks it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.page.newsdesk import (
    FERRY,
    IN_VIEW,
    Desk,
    article_of,
    asks,
    axe,
    said,
    wait_for,
)
from tests.support.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_agent_points_to_a_passage(reader: Person, desk: Desk) -> None:
    """With the panel open the offer stands in it; pressed, the page goes there and marks it."""
    page = reader.page
    asks(reader, "Where is that?")
    paragraph = page.locator(".article__body > p").nth(8).get_attribute("id")
    assert paragraph is not None
    desk.point(desk.conversation("Where is that?"), article_of(page), paragraph)
    offer = page.locator("chat-panel page-offer")
    expect(offer.get_by_role("status")).to_have_text("Mei Lin points to a passage.")
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
    offered = axe(page)
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(f"#{paragraph}")).to_be_focused()
    reader.until(IN_VIEW, paragraph)

    assert [] == offered
    expect(page.locator(f"#{paragraph}")).to_have_class("passage")
    expect(offer).not_to_have_class(re.compile("shown"))
    expect(page.locator("chat-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".passage")).to_have_count(0)


def test_pointing_reaches_a_page_whose_panel_is_closed(reader: Person, desk: Desk) -> None:
    """The offer stands on the page; it can be put away by keyboard, and asks for no focus."""
    page = reader.page
    asks(reader, "Closed now")
    page.keyboard.press("Escape")
    paragraph = page.locator(".article__body > p").nth(5).get_attribute("id")
    assert paragraph is not None
    desk.point(desk.conversation("Closed now"), article_of(page), paragraph)
    offer = page.locator("body > page-offer")
    expect(offer).to_contain_text("points to a passage")
    expect(page.get_by_role("button", name="Live Chat")).to_be_focused()
    assert [] == axe(page)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Dismiss")).to_be_focused()
    page.keyboard.press("Escape")

    expect(offer).not_to_have_class(re.compile("shown"))
    expect(page.get_by_role("button", name="Live Chat")).to_be_focused()
    expect(page.locator(".passage")).to_have_count(0)


def test_pointing_into_another_article_leads_there(reader: Person, desk: Desk) -> None:
    """The offer is a link then; the passage is marked once that page has come."""
    page = reader.page
    page.goto(FERRY)
    elsewhere, paragraph = page.evaluate(
        """() => [Number(document.body.dataset.article),
            document.querySelectorAll(".article__body > p")[7].id]"""
    )
    asks(reader, "Anything else?")
    desk.point(desk.conversation("Anything else?"), elsewhere, paragraph)
    words = page.locator("page-offer").get_by_role("status")
    expect(words).to_have_text("Mei Lin points to a passage in “New ferries for the islands”.")
    page.get_by_role("link", name="Show me").click()
    page.wait_for_url(f"**{FERRY}#{paragraph}")

    expect(page.locator(f"#{paragraph}")).to_have_class("passage")
    reader.until(IN_VIEW, paragraph)


def test_on_a_phone_the_panel_gets_out_of_the_way(phone: Person, desk: Desk) -> None:
    """The sheet covers the page: it is closed, the passage seen, and reached by the keyboard."""
    page = phone.page
    asks(phone, "From a phone")
    paragraph = page.locator(".article__body > p").nth(8).get_attribute("id")
    assert paragraph is not None
    desk.point(desk.conversation("From a phone"), article_of(page), paragraph)
    act = page.locator("chat-panel").get_by_role("button", name="Show me")
    expect(act).to_be_visible()
    assert [] == axe(page)
    act.tap()
    expect(page.locator("chat-panel")).to_be_hidden()
    expect(page.locator(f"#{paragraph}")).to_be_focused()
    phone.until(IN_VIEW, paragraph)

    expect(page.locator(f"#{paragraph}")).to_have_class("passage")
    assert [] == axe(page)


def test_no_motion_for_whom_it_hurts(reader: Person, desk: Desk) -> None:
    """With reduced motion the page is there at once."""
    page = reader.page
    page.emulate_media(reduced_motion="reduce")
    asks(reader, "Without motion")
    paragraph = page.locator(".article__body > p").nth(9).get_attribute("id")
    assert paragraph is not None
    desk.point(desk.conversation("Without motion"), article_of(page), paragraph)
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(f"#{paragraph}")).to_be_focused()

    assert page.evaluate(IN_VIEW, paragraph)


def test_of_two_tabs_one_goes_there(reader: Person, desk: Desk) -> None:
    """Each offers it; once one has gone, the other stops offering."""
    page = reader.page
    asks(reader, "In two tabs")
    other = reader.context.new_page()
    told: list[str] = []
    other.on("websocket", lambda s: s.on("framereceived", lambda frame: told.append(str(frame))))
    other.goto(FERRY)
    expect(other.locator("chat-launcher:defined")).to_be_visible()
    # It is in the conversation: one who is not there yet is not pointed to anything.
    wait_for(other, lambda: bool(said(told, "live.welcome")))
    paragraph = page.locator(".article__body > p").nth(8).get_attribute("id")
    assert paragraph is not None
    conversation = desk.conversation("In two tabs")
    desk.point(conversation, article_of(page), paragraph)
    offered = other.locator("page-offer").get_by_role("status")
    expect(offered).to_contain_text("The harbour reopens")
    page.get_by_role("button", name="Show me").click()

    expect(page.locator(f"#{paragraph}")).to_have_class("passage")
    expect(offered).to_have_text("")
