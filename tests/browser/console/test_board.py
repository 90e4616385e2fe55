"""The board in a browser: what moves on it, and what it lets the chat desk know beforehand."""

import re
import sqlite3
import time
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.console.people import ARTICLES, DESK, PHONE, Comes, Desk
from tests.browser.test_everybody import RULES
from tests.support.servers import Portal

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKED_MS = 20_000
"""Alerts are looked for every ten seconds, and told within two."""


def raise_spike(portal: Portal) -> None:
    """Let many read the harbour, as the portal would note it."""
    now = int(time.time() * 1000)
    with closing(sqlite3.connect(portal.data / "portal.sqlite", timeout=20)) as c, c:
        (article,) = c.execute("SELECT id FROM article WHERE slug = 'harbour'").fetchone()
        c.execute(
            "INSERT INTO reading_alert (kind, article_id, began_at, slot, clicks, usual)"
            " VALUES ('spike', ?, ?, 0, 412, 38)",
            (article, now),
        )


def test_what_is_read_moves_and_is_named(portal: Portal, desk: Desk, visitor: Comes) -> None:
    """Readers come and go before one's eyes; the number leads to its account, and back by hand."""
    board = desk()
    board.goto(f"{portal.url}/staff/board")
    expect(board.locator("#board-line")).to_have_text("The numbers move.")
    reader = visitor("Ada")
    expect(board.locator("[data-site=open]").first).not_to_have_text("0")
    story = board.locator("[data-stories] tr", has_text=ARTICLES["harbour"])
    expect(story.locator("svg.spark")).to_be_visible()
    reader.page.close()
    expect(board.locator("[data-site=open]").first).to_have_text("0")
    story.get_by_role("link").last.focus()
    board.keyboard.press("Enter")

    expect(board.get_by_role("heading", level=1)).to_have_text(re.compile(r"Why \d"))


def test_the_desk_learns_of_it_before_the_questions(portal: Portal, desk: Desk) -> None:
    """A quiet line over the lists, until somebody hides it; the board says the same."""
    agent = desk()
    raise_spike(portal)
    line = agent.locator("desk-alarms")
    expect(line).to_contain_text("Many are reading", timeout=LOOKED_MS)
    expect(line).to_contain_text("412 clicks in ten minutes, usual are 38. Questions may come.")
    line.get_by_role("button", name="Hide").click()
    expect(line).to_be_hidden()
    agent.reload()
    agent.wait_for_selector("staff-console[data-line=open]")
    agent.goto(f"{portal.url}/staff/board")

    expect(agent.locator("[data-alarms] li")).to_contain_text(ARTICLES["harbour"])


def test_a_board_left_before_it_is_answered_complains_of_nothing(
    portal: Portal, desk: Desk
) -> None:
    """Nobody waits for the answer any more; whatever the page reports fails the test."""
    board = desk()
    asked: list[str | bytes] = []

    def join(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(line.send)
        line.on_message(
            lambda frame: asked.append(frame) if "board.watch" in str(frame) else server.send(frame)
        )

    board.route_web_socket("**/staff/live", join)
    board.goto(f"{portal.url}/staff/board")
    expect(board.locator("#board-line")).to_have_text("The numbers move.")
    board.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    board.wait_for_timeout(200)

    assert len(asked) == 1


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/staff/board", "/staff/board/articles/1"])
def test_everybody_can_read_it(portal: Portal, desk: Desk, path: str, size: dict[str, int]) -> None:
    """axe finds nothing in light and dark, and nothing scrolls sideways but what may."""
    page = desk(viewport=size)
    page.goto(f"{portal.url}{path}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
