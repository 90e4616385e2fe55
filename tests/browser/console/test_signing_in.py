"""Signing in again in place: the line, the chat and the words half written outlive a session."""

import sqlite3
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.people import PASSWORD, Comes, Desk, open_chat
from tests.support.servers import Portal
from tests.support.staff import hire

pytestmark = pytest.mark.browser

MINUTE_MS = 60_000

COUNT_SOCKETS = """
window.dialled = 0;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    window.dialled += 1;
  }
};
"""


def session_ends(portal: Portal, in_ms: int) -> None:
    """Set the absolute end of every session that is alive."""
    place = portal.data / "portal.sqlite"
    with sqlite3.connect(place, timeout=10) as database:
        now = int(time.time() * 1000)
        database.execute(
            "UPDATE session SET expires_at = ? WHERE expires_at > ?", (now + in_ms, now)
        )
    database.close()


def own_session(portal: Portal, desk: Desk, sessions: dict[str, object], name: str) -> Page:
    """Return the console of somebody nobody else uses."""
    hire(portal, f"{name}@example.org", name.title(), password=PASSWORD)
    page = desk(f"{name}@example.org")
    sessions.clear()  # these sessions end: nobody may come back by them
    page.add_init_script(COUNT_SOCKETS)
    page.reload()
    page.wait_for_selector("staff-console[data-line=open]")
    return page


def test_the_end_is_announced_and_the_open_line_goes_on(
    portal: Portal, desk: Desk, visitor: Comes, sessions: dict[str, object]
) -> None:
    """A bar says when; after signing in the same socket serves, and nothing half written is lost.

    Another tab of the same browser goes on by itself.
    """
    agent = own_session(portal, desk, sessions, "renate")
    tab = agent.context.new_page()
    tab.add_init_script(COUNT_SOCKETS)
    tab.goto(f"{portal.url}/staff/")
    tab.wait_for_selector("staff-console[data-line=open]")
    asks = visitor("Nele")
    asks.say("One moment?")
    agent.bring_to_front()
    open_chat(agent, asks)
    expect(agent.locator(".thread").get_by_role("button", name="Take it")).to_be_visible()
    agent.keyboard.press("c")
    expect(agent.locator(".composer__field")).to_be_focused()
    agent.keyboard.type("half an ans")
    session_ends(portal, 10 * MINUTE_MS)
    bar = agent.locator("[data-ending]")
    expect(bar).to_contain_text("Your sign-in ends at", timeout=15_000)
    expect(tab.locator("[data-ending]")).to_be_visible(timeout=15_000)
    bar.get_by_role("button", name="Sign in again").click()
    sheet = agent.get_by_role("dialog", name="Sign in again")
    expect(sheet.get_by_label("E-mail")).to_have_value("renate@example.org")
    sheet.get_by_label("Password").fill("not this one, surely")
    agent.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_have_text("E-mail address and password do not match.")
    sheet.get_by_label("Password").fill(PASSWORD)
    agent.keyboard.press("Enter")

    expect(sheet).to_be_hidden()
    expect(bar).to_be_hidden()
    expect(tab.locator("[data-ending]")).to_be_hidden()
    expect(agent.locator(".composer__field")).to_have_value("half an ans")
    agent.locator(".composer__field").focus()
    agent.keyboard.type("wer")
    agent.keyboard.press("Enter")
    asks.hears("half an answer")
    assert [page.evaluate("dialled") for page in (agent, tab)] == [1, 1]


def test_after_an_end_that_came_all_the_same_one_signs_in_over_the_page(
    portal: Portal, desk: Desk, visitor: Comes, sessions: dict[str, object]
) -> None:
    """The sheet lies over the page; behind it place, chat and draft are as they were."""
    agent = own_session(portal, desk, sessions, "ulrich")
    asks = visitor("Pia")
    asks.say("Are you there?")
    open_chat(agent, asks)
    agent.keyboard.press("r")
    agent.keyboard.type("I am, and")
    session_ends(portal, 0)
    sheet = agent.get_by_role("dialog", name="You were signed out")
    expect(sheet).to_be_visible(timeout=10_000)
    asks.say("Hello?")
    sheet.get_by_label("Password").fill(PASSWORD)
    agent.keyboard.press("Enter")

    expect(sheet).to_be_hidden()
    agent.wait_for_selector("staff-console[data-line=open]")
    expect(agent.locator(".line__text").last).to_have_text("Hello?")
    expect(agent.locator(".composer__field")).to_have_value("I am, and")
    assert agent.url.endswith(f"#waiting/{asks.conversation}")


def test_another_person_gets_a_page_of_his_own(
    portal: Portal, desk: Desk, visitor: Comes, sessions: dict[str, object]
) -> None:
    """Whoever signs in over a colleague's page finds neither his chat nor his words."""
    agent = own_session(portal, desk, sessions, "vera")
    asks = visitor("Rosa")
    asks.say("Hi")
    open_chat(agent, asks)
    agent.keyboard.press("n")
    agent.keyboard.type("canary of a draft")
    session_ends(portal, 0)
    sheet = agent.get_by_role("dialog", name="You were signed out")
    expect(sheet).to_be_visible(timeout=10_000)
    sheet.get_by_label("E-mail").fill("jonas@example.org")
    sheet.get_by_label("Password").fill(PASSWORD)
    agent.keyboard.press("Enter")

    expect(agent.locator(".me__who")).to_have_text("Jonas Weber")
    expect(agent.locator(".thread__open")).to_be_hidden()
    assert "canary" not in agent.evaluate("JSON.stringify(sessionStorage)")
