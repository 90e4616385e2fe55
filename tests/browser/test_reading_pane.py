"""The reading pane: one reads along, points to a passage, and answers all who ask about it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import STORY, Comes
from tests.support.browser import Person, at_desk, open_chat, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_VIEW = """(last) => {
  const passages = [...document.querySelectorAll(".article__body > [id]")];
  passages.at(last).scrollIntoView({ block: "start" });
}"""
LOSE = """() => {
  const send = WebSocket.prototype.send;
  globalThis.ids = [];
  WebSocket.prototype.send = function (text) {
    send.call(this, text);
    const { type, id } = JSON.parse(text);
    if (type === "chat.answer_all" && ids.push(id) === 1) this.close();
  };
}"""
"""The line breaks after the first answer to all has gone out, and before it is confirmed."""
HERE = ".reading__text [aria-current=location]"


def open_row(desk: Page, words: str) -> None:
    """Show the chat whose last words these are, and what its visitor reads."""
    desk.goto("/staff/#all")
    desk.locator(".row", has_text=words).click()
    desk.get_by_role("tab", name="Reading").click()


def test_the_agent_reads_along(comes: Comes, agent: Callable[..., Person]) -> None:
    """Beside the thread stands the article itself; the passage in the reader's view moves."""
    visitor, staff = comes(), agent()
    visitor.page.goto(STORY)
    title = visitor.page.get_by_role("heading", level=1).inner_text()
    open_chat(visitor.page)
    say(visitor.page, "What does this passage mean?")
    desk = staff.page
    open_row(desk, "What does this passage mean?")

    expect(desk.locator(".reading__title")).to_contain_text(title)
    expect(desk.locator(".reading__text p").first).to_be_visible()
    visitor.page.keyboard.press("Escape")
    visitor.page.evaluate(IN_VIEW, -2)
    expect(desk.locator(HERE)).to_be_visible()
    first = desk.locator(HERE).get_attribute("id")
    visitor.page.evaluate(IN_VIEW, 1)
    expect(desk.locator(HERE)).not_to_have_attribute("id", first or "")
    expect(desk.locator(HERE)).to_be_in_viewport()


def test_the_agent_points_to_a_passage_by_keyboard(
    comes: Comes, agent: Callable[..., Person]
) -> None:
    """Arrows choose a passage, Enter points to it, the reader's page offers to go there."""
    visitor, staff = comes(), agent()
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, "Where does it say so?")
    desk = staff.page
    open_row(desk, "Where does it say so?")
    text = desk.locator(".reading__text")
    expect(text.locator("p").first).to_be_visible()
    text.focus()
    for _ in range(3):
        desk.keyboard.press("ArrowDown")
    chosen = desk.locator(".reading__chosen").get_attribute("id") or ""
    desk.keyboard.press("Enter")

    expect(desk.locator(".reading__said")).to_contain_text("offers to go there")
    visitor.page.get_by_role("button", name="Show me").click()
    expect(visitor.page.locator(f'.article__body [id="{chosen}"]')).to_be_in_viewport()


def test_a_passage_is_pointed_out_to_nobody_who_is_gone(
    comes: Comes, agent: Callable[..., Person]
) -> None:
    """Whose page is closed sees nothing of it; the agent is told so in the pane."""
    visitor, staff = comes(), agent()
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, "I have to go now")
    desk = staff.page
    open_row(desk, "I have to go now")
    text = desk.locator(".reading__text")
    expect(text.locator("p").first).to_be_visible()
    visitor.page.close()
    desk.wait_for_timeout(5_000)  # until then he may be on his way to the next page
    text.focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")

    expect(desk.locator(".reading__said")).to_contain_text("The visitor has no page open now")


def test_a_text_that_did_not_come_is_asked_for_when_the_reader_moves(
    comes: Comes, agent: Callable[..., Person]
) -> None:
    """It is said that it could not be loaded, and what is promised then is kept."""
    visitor, staff = comes(), agent()
    staff.allow("503")
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, "Why is it empty?")
    visitor.page.keyboard.press("Escape")
    desk = staff.page
    desk.route("**/staff/articles/**", lambda route: route.fulfill(status=503))
    open_row(desk, "Why is it empty?")
    expect(desk.locator(".reading__text")).to_contain_text("tried again when the reader moves")
    desk.unroute("**/staff/articles/**")
    visitor.page.evaluate(IN_VIEW, -2)

    expect(desk.locator(HERE)).to_be_visible()


def test_all_who_ask_about_an_article_get_one_answer(
    comes: Comes, agent: Callable[..., Person]
) -> None:
    """Two readers ask about the same article; one answer stands in both chats, once."""
    first, second, staff = comes(), comes(), agent()
    for who in (first, second):
        who.page.goto(STORY)
        open_chat(who.page)
        say(who.page, "When does it begin?")
    desk = staff.page
    desk.goto("/staff/#all")
    desk.locator(".row", has_text="When does it begin?").first.click()
    desk.get_by_role("tab", name="Reading").click()
    desk.get_by_role("button", name=re.compile("Answer all")).click()
    desk.get_by_role("textbox", name="Your answer to all of them").fill("It begins in March.")
    desk.get_by_role("button", name=re.compile(r"Send to \d+")).dblclick()

    for who in (first, second):
        expect(who.page.get_by_text("It begins in March.", exact=True)).to_have_count(1)


def test_an_answer_to_all_that_was_not_confirmed_goes_out_once(
    comes: Comes, agent: Callable[..., Person]
) -> None:
    """The sheet is closed and opened again, the same words are sent again: the same answer."""
    visitor, other, staff = comes(), comes(), agent()
    for who in (other, visitor):
        who.page.goto(STORY)
        open_chat(who.page)
        say(who.page, "Until when, then?")
    desk = staff.page
    desk.goto("/staff/#all")
    desk.locator(".row", has_text="Until when, then?").first.click()
    desk.get_by_role("tab", name="Reading").click()
    desk.evaluate(LOSE)
    opens = desk.get_by_role("button", name=re.compile("^Answer (all|the one)"))
    field = desk.get_by_role("textbox", name="Your answer to all of them")
    send = desk.get_by_role("dialog").get_by_role("button", name=re.compile("^Send"))
    opens.click()
    field.fill("Until the end of May.")
    send.click()
    expect(desk.locator(".answer-all__said")).to_contain_text("press again")
    desk.keyboard.press("Escape")
    expect(field).to_be_hidden()
    at_desk(desk)
    opens.click()
    expect(field).to_have_value("Until the end of May.")
    send.click()
    expect(field).to_be_hidden()
    ids = desk.evaluate("ids")
    opens.click()
    field.fill("Until the end of May.")
    send.click()
    expect(field).to_be_hidden()

    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert desk.evaluate("ids").pop() not in ids
    for who in (visitor, other):
        expect(who.page.get_by_text("Until the end of May.", exact=True)).to_have_count(2)
