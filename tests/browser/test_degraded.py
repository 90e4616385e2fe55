"""What people read while the servers do not hear each other, and that it goes again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.memory.test_bus import Valkey
from tests.support.browser import Person, open_chat, say, sign_in
from tests.support.servers import Portal
from tests.support.staff import PASSWORD, hire

pytestmark = pytest.mark.browser

BANNER = (
    "The link between the servers is down: messages are stored and arrive within five seconds; "
    "counts stand still."
)
STANDS = """() => Promise.all(document.getAnimations()
    .filter(each => each.effect.getTiming().iterations !== Infinity)
    .map(each => each.finished))"""
"""Returns once the panel has glided in."""
SLOW = "Messages may take a few seconds longer just now."


@dataclass
class House:
    """A portal and its Valkey, which can be killed."""

    portal: Portal
    valkey: Valkey


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A portal on a Valkey of its own, with Mei at the desk."""
    for name in ("valkey", "data"):
        (tmp_path / name).mkdir()
    valkey = Valkey(tmp_path / "valkey")
    valkey.start()
    environ = {"PORTAL_REDIS_URL": valkey.url, "PORTAL_DRAIN_SECONDS": "0"}
    portal = Portal(tmp_path / "data", environ, arguments=("--workers", "1")).start()
    try:
        hire(portal, "mei@example.com", "Mei")
        yield House(portal, valkey)
    finally:
        portal.stop()
        valkey.kill()


@pytest.mark.parametrize("width", [390, 1280])
def test_panel_and_console_say_it_and_stop_saying_it(
    browser: Browser, house: House, width: int
) -> None:
    """One line each, spoken politely; the page of somebody who only reads does not change."""
    size = {"viewport": {"width": width, "height": 800}}
    visitor, agent, reader = (Person(browser, house.portal.url, **size) for _ in range(3))
    visitor.page.goto("/")
    reader.page.goto("/")
    sign_in(agent, "mei@example.com", PASSWORD)
    open_chat(visitor.page)
    say(visitor.page, "hello")
    line = visitor.page.locator(".chat-panel__line")
    spoken = visitor.page.locator(".chat-panel__spoken")
    banner = agent.page.locator("desk-line")
    expect(line).to_be_hidden()
    composer = visitor.page.get_by_role("textbox", name="Write a message")
    visitor.page.evaluate(STANDS)
    before = composer.bounding_box()
    read = reader.page.locator("body").inner_text()

    house.valkey.kill()
    expect(line).to_have_text(SLOW)
    expect(spoken).to_have_text(SLOW)
    expect(spoken).to_have_attribute("role", "status")
    expect(banner).to_have_text(BANNER)
    expect(banner).to_have_attribute("role", "status")
    during = composer.bounding_box()
    say(visitor.page, "are you there?")
    presence = visitor.page.locator(".chat-panel__presence").inner_text()
    wide = agent.page.evaluate("document.documentElement.scrollWidth")
    read_during = reader.page.locator("body").inner_text()

    house.valkey.start()
    expect(line).to_be_hidden()
    expect(spoken).to_have_text("")
    expect(banner).to_be_hidden()
    for person in (visitor, agent, reader):
        person.close()

    assert before == during
    assert re.search("here", presence)
    assert wide <= width
    assert read_during == read
    assert not any(frame["type"] == "live.health" for frame in reader.heard)
