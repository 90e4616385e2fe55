"""The way of a question, whole: a reader, a visitor and an agent, each at a browser of his own.

The three sit on different workers wherever it matters, and the workers die under them.
"""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STORY, Comes, Demo
from tests.support.browser import Person, at_desk, open_chat, say
from tests.support.servers import Portal
from tests.support.workers import only, workers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROKEN_LINE = r"WebSocket connection|net::ERR_"
"""What a browser says by itself when its server dies."""
TRIES = 20


def connected(person: Person) -> None:
    """Wait until the page that is open now has greeted and been greeted."""
    person.until(
        """async () => {
            const page = document.querySelector("script[src$='/js/page.js']").src;
            const { pageSocket } = await import(page.replace("page.js", "live/reader.js"));
            return pageSocket().state === "open";
        }"""
    )


def answers(person: Person) -> bool:
    """Whether the worker of the page that is open now answers it."""
    return bool(
        person.page.evaluate(
            """async () => {
                const page = document.querySelector("script[src$='/js/page.js']").src;
                const { pageSocket } = await import(page.replace("page.js", "live/reader.js"));
                const pong = pageSocket().request({ type: "live.ping" }, { timeout: 1000 });
                return pong.then(() => true, () => false);
            }"""
        )
    )


def reload(person: Person, portal: Portal, worker: int) -> None:
    """Load the page anew until that worker answers it.

    Not with the others still: a browser keeps connections, and would ask them over those.
    """
    for _ in range(TRIES):
        person.page.reload()
        connected(person)
        with only(portal, worker):
            if answers(person):
                return
    raise AssertionError(f"worker {worker} never answers")


def clicks(page: Page) -> int:
    """Return the number beside "Click"."""
    return int(page.locator(".fact live-count").inner_text().replace(",", ""))


def count(page: Page) -> Locator:
    return page.locator(".fact live-count")


def bubbles(page: Page) -> Locator:
    return page.locator(".chat-log__bubble")


def lines(page: Page) -> Locator:
    return page.locator(".line__text")


def answer(page: Page, text: str) -> None:
    """Write in the console and send it."""
    page.get_by_role("textbox", name="Your answer").fill(text)
    page.keyboard.press("Enter")


def test_from_the_click_to_the_closed_chat(
    demo: Demo, comes: Comes, agent: Callable[..., Person]
) -> None:
    """A click is seen by another reader; a question is rung, taken, answered, kept and closed."""
    near, far = workers(demo.portal)
    reader, visitor = comes(), comes()
    with only(demo.portal, near):
        staff = agent()
        staff.page.reload()
        at_desk(staff.page)
        reader.page.goto(STORY)
        connected(reader)
    expect(count(reader.page)).to_have_attribute("clicks", re.compile(r"^\d+$"))
    reader.until("() => document.querySelector('live-reading').checkVisibility()")
    before = clicks(reader.page)

    # A click: the other reader sees it, though another worker has counted it.
    with only(demo.portal, far):
        visitor.page.goto(STORY)
        connected(visitor)
    expect(count(reader.page)).to_have_text(f"{before + 1:,}")
    expect(count(visitor.page)).to_have_text(f"{before + 1:,}")
    title = visitor.page.get_by_role("heading", level=1).inner_text()

    # A question: it rings and stands in the list.
    open_chat(visitor.page)
    say(visitor.page, "Which bridges are too weak?")
    desk = staff.page
    row = desk.locator(".row", has_text="Which bridges are too weak?")
    expect(row).to_contain_text(title)
    expect(desk).to_have_title(re.compile(r"^\("))
    expect(desk.locator("[data-heard]")).to_contain_text(re.compile("new chats? waiting", re.I))

    # Taken: what he reads is beside it; what is half written is read along.
    row.click()
    desk.get_by_role("button", name="Take it").click()
    expect(desk.locator(".thread__state")).to_contain_text("Yours")
    expect(desk.locator(".visitor__link")).to_contain_text(title)
    expect(visitor.page.locator(".chat-panel__title")).to_have_text("Mara Lindqvist")

    # Answered, and read.
    answer(desk, "Four of them, all in the north.")
    expect(bubbles(visitor.page).last).to_have_text("Four of them, all in the north.")
    expect(desk.locator(".line--mine .line__state")).to_have_text("Seen")
    said = ["Which bridges are too weak?", "Four of them, all in the north."]

    # The next article: the panel is there with all of it, and the agent knows.
    field = visitor.page.get_by_role("textbox", name="Write a message")
    field.fill("And the south")
    visitor.page.locator(".turn__link").first.click()
    visitor.page.wait_for_url(lambda url: STORY not in url)
    following = visitor.page.get_by_role("heading", level=1).inner_text()
    assert title != following
    expect(bubbles(visitor.page)).to_have_text(said)
    expect(field).to_have_value("And the south")
    expect(desk.locator(".visitor__link")).to_contain_text(following)
    expect(desk.locator(".visitor__trail")).to_contain_text(title)

    # Once more from the start.
    reload(visitor, demo.portal, far)
    expect(bubbles(visitor.page)).to_have_text(said)
    expect(field).to_have_value("And the south")

    # The visitor's worker dies, then the agent's, while both write.
    for worker, words in ((far, "south"), (near, "west")):
        for person in (reader, visitor, staff):
            person.allow(BROKEN_LINE)
        asked = [f"What about the {words}?", f"And who pays in the {words}?"]
        field.fill(asked[0])
        field.press("Enter")
        os.kill(worker, signal.SIGKILL)
        answer(desk, f"The {words} is done.")
        field.fill(asked[1])
        field.press("Enter")
        said += [*asked, f"The {words} is done."]
        expect(bubbles(visitor.page)).to_have_count(len(said))
        expect(lines(desk)).to_have_count(len(said))
        expect(desk.locator(".line--sending, .line--failed")).to_have_count(0)
        expect(visitor.page.locator(".chat-panel__line")).to_be_hidden()
        expect(desk.locator("staff-console")).to_have_attribute("data-line", "open")
        visitor.until(
            "() => [...document.querySelectorAll('.chat-log__row--own')]"
            ".every((row) => /--(stored|seen|settled)( |$)/.test(row.className))"
        )
        assert sorted(said) == sorted(bubbles(visitor.page).all_inner_texts())
        assert lines(desk).all_inner_texts() == bubbles(visitor.page).all_inner_texts()

    # Both are back: each hears the other without a reload.
    answer(desk, "Anything else?")
    expect(bubbles(visitor.page).last).to_have_text("Anything else?")

    # Closed.
    desk.get_by_role("button", name="Close", exact=False).and_(
        desk.locator("[data-do=close]")
    ).click()
    expect(desk.locator(".thread__state")).to_have_text("Closed")
    expect(visitor.page.get_by_text("This conversation was closed")).to_be_visible()
