"""The line between a page and its server, broken in every way a network and a machine can."""

import asyncio
import json
import os
import signal
import time

import pytest
from playwright.async_api import expect

from tests.browser.live.conftest import Nodes, Reader
from tests.browser.live.talk import (
    HEALED_MS,
    RETURN,
    SOCKET,
    SOON_MS,
    answer,
    begin,
    bubbles,
    fires,
    line,
    log,
    stored,
    texts,
    write,
)
from tests.chat.node import Screen
from tests.faults.proxy import FaultProxy
from tests.support.browser import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WATCH = """
() => {
  const line = document.querySelector(".chat-panel__line");
  globalThis.shown = [];
  new MutationObserver(() => line.hidden || shown.push(line.textContent))
    .observe(line, { attributes: true, childList: true, subtree: true, characterData: true });
}"""
"""Notes everything the panel ever says about its line."""


async def test_a_frozen_tab(reader: Reader, desk: Screen) -> None:
    """Fifty answers come while a tab is frozen; thawed, it has them all in order at once."""
    page = await reader.tab()
    talk = await begin(page, desk, "Before the frost")
    devtools = await reader.context.new_cdp_session(page)
    said = [f"answer {n}" for n in range(50)]
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await answer(desk, talk, *said)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})

    await expect(bubbles(page)).to_have_text(["Before the frost", *said], timeout=SOON_MS)


async def test_offline_and_online(reader: Reader, desk: Screen) -> None:
    """A blip is not worth a word, an outage is; what both sides wrote meanwhile is there after."""
    page = await reader.tab()
    talk = await begin(page, desk, "Before the tunnel")
    await page.evaluate(WATCH)
    for _ in range(3):  # a busy machine may make an outage of a blip
        await page.evaluate("shown.length = 0")
        await reader.context.set_offline(True)
        await asyncio.sleep(0.3)
        await reader.context.set_offline(False)
        await asyncio.sleep(2.5)
        if not (blip := await page.evaluate("shown")):
            break
    await reader.context.set_offline(True)
    await expect(line(page)).to_contain_text("You are offline")
    await write(page, "In the tunnel")
    await answer(desk, talk, "Are you there?")
    await expect(page.locator(".chat-log__row--pending")).to_have_count(1)
    await reader.context.set_offline(False)
    await expect(bubbles(page)).to_have_text(
        ["Before the tunnel", "Are you there?", "In the tunnel"], timeout=HEALED_MS
    )

    assert blip == []
    assert await log(desk, talk) == await texts(page)


async def test_a_line_that_swallows_everything(
    reader: Reader, desk: Screen, proxy: FaultProxy
) -> None:
    """Half open, nobody tells the browser; the return of its person does, and a person waits."""
    page = await reader.tab()
    talk = await begin(page, desk, "Before the hole")
    proxy.blackhole(True)
    await answer(desk, talk, "Swallowed")
    await write(page, "Swallowed too")
    await page.evaluate(RETURN)
    await expect(line(page)).to_contain_text("No connection")
    healed = time.monotonic()
    proxy.blackhole(False)
    await page.evaluate(RETURN)
    await expect(bubbles(page)).to_have_text(["Before the hole", "Swallowed", "Swallowed too"])
    await stored(page)

    assert time.monotonic() - healed < HEALED_MS / 1000
    assert proxy.fired["blackhole"] > 0
    assert await log(desk, talk) == await texts(page)


async def test_45_seconds_of_silence(reader: Reader, desk: Screen, proxy: FaultProxy) -> None:
    """Without anybody's doing a line that says nothing for so long is replaced."""
    page = await reader.tab()
    await page.clock.install()
    talk = await begin(page, desk, "Before the silence")
    proxy.blackhole(True)
    await answer(desk, talk, "Into the silence")
    await page.clock.fast_forward(44_000)
    before = await page.evaluate(SOCKET)
    await page.clock.fast_forward(2_000)
    after = await page.evaluate(SOCKET)
    proxy.blackhole(False)
    await page.clock.fast_forward(30_000)
    await expect(bubbles(page)).to_have_text(["Before the silence", "Into the silence"])

    assert before == "open"
    assert after != "open"


async def test_answers_cut_off(reader: Reader, desk: Screen, proxy: FaultProxy) -> None:
    """Wherever the line breaks on the way to an answer: one bubble, one row."""
    page = await reader.tab()
    talk = await begin(page, desk, "First")
    proxy.cut_after(down=0, links="all")
    await asyncio.gather(fires(proxy, "cut_after"), write(page, "Said once"))
    for down in (150, 400, 650, 900, 1150):
        proxy.heal()
        proxy.cut_after(down=down)
        await asyncio.gather(fires(proxy, "cut_after"), page.evaluate(RETURN))
    proxy.heal()
    await page.evaluate(RETURN)
    await stored(page)

    assert await texts(page) == ["First", "Said once"]
    assert await log(desk, talk) == ["First", "Said once"]


async def test_five_answers_lost(reader: Reader, desk: Screen, proxy: FaultProxy) -> None:
    """The message arrives, its answer does not, five times: one id, one bubble, one row."""
    page = await reader.tab()
    talk = await begin(page, desk, "First")
    said: list[str] = []

    def lose(frame: str | bytes) -> None:
        asked = json.loads(frame)
        if asked["type"] == "chat.say" and len(said) < 5:
            said.append(asked["id"])
            proxy.cut_after(down=0, links="all")

    page.on("websocket", lambda socket: socket.on("framesent", lose))
    proxy.cut()
    proxy.latency(0.2)  # what was sent is known here before its answer is on its way
    await write(page, "Said once")
    for lost in range(5):
        await page.evaluate(RETURN)
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while len(said) == lost or await page.evaluate(SOCKET) == "open":
                await asyncio.sleep(0.02)
        proxy.heal()
        proxy.latency(0.2)
    await page.evaluate(RETURN)
    await stored(page)

    assert len(said) == 5
    assert len(set(said)) == 1
    assert await texts(page) == ["First", "Said once"]
    assert await log(desk, talk) == ["First", "Said once"]


async def test_another_node(reader: Reader, desk: Screen, proxy: FaultProxy, nodes: Nodes) -> None:
    """A node stands still, then dies; the page goes to the other and has lost nothing."""
    page = await reader.tab()
    talk = await begin(page, desk, "On the first node")
    assert nodes.first.process is not None
    os.killpg(nodes.first.process.pid, signal.SIGSTOP)
    await write(page, "To a node that stands still")
    await answer(desk, talk, "From the second node")
    await expect(page.locator(".chat-log__row--pending")).to_have_count(1)
    nodes.first.kill()
    await write(page, "To nobody")
    await expect(line(page)).to_contain_text("Trying again")
    await expect(line(page)).to_contain_text("The server does not answer")
    proxy.target = ("127.0.0.1", nodes.second.port)
    try:
        await stored(page)
        said = ["On the first node", "From the second node"]
        said += ["To a node that stands still", "To nobody"]

        assert await texts(page) == said
        assert await log(desk, talk) == said
        await expect(line(page)).to_be_hidden()
    finally:
        nodes.first.start()
