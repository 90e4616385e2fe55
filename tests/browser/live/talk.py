"""What people do on the pages of these tests, and what they see there."""

import asyncio
import re
import secrets
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.live.conftest import AGENT
from tests.chat.node import Screen
from tests.faults.proxy import FaultProxy
from tests.support.browser import PATIENCE_MS
from tests.support.machine import BUSY
from tests.support.staff import PASSWORD

SOON_MS = 2_000 * BUSY
"""So long a person who comes back to a page may wait until it is right."""
HEALED_MS = 5_000 * BUSY
"""So long after a fault everybody has everything."""

expect.set_options(timeout=2 * PATIENCE_MS)

SOCKET = """
async () => {
  const page = document.querySelector("script[src$='/js/page.js']").src;
  const { pageSocket } = await import(page.replace("page.js", "live/reader.js"));
  return pageSocket().state;
}"""

RETURN = "dispatchEvent(new Event('online'))"
"""The browser tells that its network is back: that is the moment to try."""


def bubbles(page: Page) -> Locator:
    return page.locator("chat-log .chat-log__bubble")


def line(page: Page) -> Locator:
    return page.locator(".chat-panel__line")


async def texts(page: Page) -> list[str]:
    return await bubbles(page).all_inner_texts()


async def open_chat(page: Page) -> None:
    await page.get_by_role("button", name="Live Chat").click()
    await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()


async def write(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(text)
    await page.keyboard.press("Enter")


async def stored(page: Page) -> None:
    """Wait until everything that was written is stored."""
    await expect(page.locator(".chat-log__row--pending")).to_have_count(0)
    await expect(page.locator(".chat-log__state").last).to_have_text(re.compile("Sent|Seen"))


async def write_in(page: Page, text: str) -> None:
    """Open chat and say something, with nothing between."""
    await open_chat(page)
    await write(page, text)


async def until(page: Page, condition: str, *wanted: Any) -> None:
    """Wait until a function of the page returns one of these."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await page.evaluate(condition) not in wanted:
            await asyncio.sleep(0.02)


async def fires(proxy: FaultProxy, fault: str) -> None:
    """Wait until this fault has touched one more link."""
    before = proxy.fired[fault]
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while proxy.fired[fault] == before:
            await asyncio.sleep(0.01)


async def begin(page: Page, desk: Screen, text: str) -> str:
    """Open chat and say something; return the conversation once the desk has seen it."""
    await open_chat(page)
    await write(page, text)
    await stored(page)
    return await conversation(desk, text)


async def conversation(desk: Screen, text: str) -> str:
    """Return the conversation in which this was said last."""
    row = await desk.hears(lambda told: told["type"] == "desk.changed" and text in str(told), 20)
    return str(row["conversation"])


async def answer(desk: Screen, conversation: str, *said: str) -> None:
    for text in said:
        told = await desk.ask(
            "chat.say", conversation=conversation, id=secrets.token_urlsafe(16), text=text
        )
        assert told["type"] == "chat.stored", told


async def log(desk: Screen, conversation: str) -> list[str]:
    """Return what stands in the conversation, as the database has it."""
    found: list[dict[str, Any]] = []
    last = 1
    while len(found) < last:
        page = await desk.ask("chat.since", conversation=conversation, seq=len(found))
        found += page["messages"]
        last = page["last_seq"]
    return [entry["text"] for entry in found if entry["kind"] == "text"]


async def signed_in(page: Page) -> None:
    """Sign in by the form."""
    await page.goto("/staff/")
    await page.get_by_label("E-mail").fill(AGENT)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("staff-console")).to_have_attribute("data-line", "open")
