"""Tabs of one person: visited ones, closed ones, two of a console, twenty of a visitor."""

import asyncio
import re
import secrets
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.live.conftest import Nodes, Reader
from tests.browser.live.talk import (
    RETURN,
    SOON_MS,
    answer,
    begin,
    bubbles,
    conversation,
    log,
    signed_in,
    stored,
    write,
    write_in,
)
from tests.chat.node import Screen
from tests.faults.proxy import FaultProxy
from tests.flows.conftest import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT_RINGS = """
globalThis.rings = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  globalThis.rings += 1;
  start.apply(this, when);
};
"""
"""Two tones are one ring."""


async def test_visited_pages_are_kept(reader: Reader, desk: Screen) -> None:
    """With an open chat one goes to another story and back: the page is the same, and complete."""
    page = await reader.tab()
    talk = await begin(page, desk, "On story 0")
    await page.evaluate("globalThis.mark = 'the same page'")
    devtools = await reader.context.new_cdp_session(page)
    refused: list[Any] = []
    devtools.on("Page.backForwardCacheNotUsed", lambda why: refused.append(why))
    await devtools.send("Page.enable")
    await page.goto("/news/story-1")
    await expect(bubbles(page)).to_have_text(["On story 0"])
    await write(page, "On story 1")
    await stored(page)
    await answer(desk, talk, "And an answer")
    # Playwright's own way back cancels what comes out of the cache.
    await page.evaluate("setTimeout(() => history.back())")
    await expect(page).to_have_url(re.compile("/news/story-0$"))
    await expect(bubbles(page)).to_have_text(
        ["On story 0", "On story 1", "And an answer"], timeout=SOON_MS
    )

    assert refused == []
    assert await page.evaluate("globalThis.mark") == "the same page"
    assert page.url.endswith("/news/story-0")


async def test_a_closed_tab_s_last_words(reader: Reader, desk: Screen, proxy: FaultProxy) -> None:
    """What one tab could not send before it was closed another one sends, once."""
    stays = [await reader.tab(1), await reader.tab(2)]
    page = await reader.tab()
    talk = await begin(page, desk, "First")
    proxy.refuse(True)
    await write(page, "Last words")
    await expect(page.locator(".chat-log__row--pending")).to_have_count(1)
    await page.close(run_before_unload=False)
    proxy.heal()
    for each in stays:
        await each.evaluate(RETURN)

    assert await conversation(desk, "Last words") == talk
    assert await log(desk, talk) == ["First", "Last words"]


async def test_two_consoles_catch_up(
    reader: Reader, desk: Screen, proxy: FaultProxy, nodes: Nodes
) -> None:
    """Fifty lines and a closed chat later both tabs of a console show all of it, once, in order."""
    visitor = await People().visitor(nodes.second)
    talk = (await visitor.ask("chat.open", visitor=secrets.token_urlsafe(32)))["conversation"]
    await visitor.ask("chat.say", id=secrets.token_urlsafe(16), text="Is anybody there?")
    await desk.ask("chat.claim", conversation=talk)
    tabs = [await reader.context.new_page() for _ in range(2)]
    await signed_in(tabs[0])
    for page in tabs:
        await page.goto(f"/staff/#mine/{talk}")
        await expect(page.locator(".line__text").last).to_have_text("Is anybody there?")
    proxy.refuse(True)
    said = [f"line {n}" for n in range(50)]
    await answer(desk, talk, *said)
    await desk.ask("chat.close", conversation=talk)
    for page in tabs:
        await expect(page.locator("desk-line")).to_contain_text("Trying again")
    proxy.heal()
    await asyncio.gather(*(page.evaluate(RETURN) for page in tabs))

    for page in tabs:
        await expect(page.locator(".line__text")).to_have_text(
            ["Is anybody there?", *said], timeout=SOON_MS
        )
        await expect(page.locator(".thread__state")).to_contain_text("Closed")
        await expect(page.locator("desk-line")).to_be_hidden()
    await visitor.close()


async def test_twenty_tabs(reader: Reader, desk: Screen) -> None:
    """Twenty tabs open chat and write together: one conversation, one history, and one rings."""
    await reader.context.add_init_script(COUNT_RINGS)
    known = (await desk.hears("desk.list"))["conversations"]
    tabs = list(await asyncio.gather(*(reader.tab(n % 3) for n in range(20))))
    await asyncio.gather(*(write_in(page, f"tab {n}.") for n, page in enumerate(tabs)))
    for page in tabs:
        await expect(page.locator(".chat-log__row--pending")).to_have_count(0, timeout=60_000)
    talk = await conversation(desk, "tab ")
    said = await log(desk, talk)
    for page in tabs:
        await expect(bubbles(page)).to_have_text(said)
        await page.keyboard.press("Escape")
    before = sum([await page.evaluate("rings") for page in tabs])
    await answer(desk, talk, "An answer to all of you")
    for page in tabs:
        await expect(page.locator(".chat-launcher__unread")).to_have_text("1 new")
    await asyncio.sleep(1)
    rings = sum([await page.evaluate("rings") for page in tabs]) - before
    titles = [await page.title() for page in tabs]
    rows = {told["conversation"] for told in desk.told if told["type"] == "desk.changed"}

    assert sorted(said) == sorted(f"tab {n}." for n in range(20))
    assert rows - {row["conversation"] for row in known} == {talk}
    assert rings == 2
    assert len([title for title in titles if title.startswith("(1) ")]) == 1
    await tabs[7].get_by_role("button", name="Live Chat").click()
    for page in tabs:
        await expect(page.locator(".chat-launcher__unread")).to_have_text("")
        await expect(page).not_to_have_title(re.compile(r"^\(1\)"))
