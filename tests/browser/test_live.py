"""The line between a page and its server, broken in every way a network and a machine can.

The reader's browser comes through a proxy that breaks; staff answer over sockets of their own,
which do not. Two nodes stand behind the proxy, one at a time.
"""

import asyncio
import json
import os
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    async_playwright,
    expect,
)

from tests.chat.node import Screen
from tests.faults.proxy import FaultProxy
from tests.flows.conftest import PASSWORD, People, hire
from tests.support.browser import ARGUMENTS, PATIENCE_MS, installed, missing
from tests.support.servers import Portal, free_port, valkey

expect.set_options(timeout=2 * PATIENCE_MS)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGENT = "mara@example.com"
SOON_MS = 2_000
"""So long a person who comes back to a page may wait until it is right."""
HEALED_MS = 5_000
"""So long after a fault everybody has everything."""
BUSY = 3 if (os.cpu_count() or 1) < 4 else 1
"""A small machine that runs other tests too may take longer for the same."""

STORY = """---
title: "{title}"
slug: {slug}
date: 2 days ago, 09:00
category: News
author: Ingrid Solheim
summary: "A story."
tags: []
status: published
---
{words}
"""

SOCKET = """
async () => {
  const page = document.querySelector("script[src$='/js/page.js']").src;
  const { pageSocket } = await import(page.replace("page.js", "live/page-socket.js"));
  return pageSocket().state;
}"""

RETURN = "dispatchEvent(new Event('online'))"
"""The browser tells that its network is back: that is the moment to try."""

COUNT_RINGS = """
globalThis.rings = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  globalThis.rings += 1;
  start.apply(this, when);
};
"""
"""Two tones are one ring."""


@dataclass
class Nodes:
    """Two nodes of one portal, and the port by which readers come to one of them."""

    first: Portal
    second: Portal
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A small newsroom on two nodes, and somebody who answers."""
    data = tmp_path_factory.mktemp("live") / "data"
    data.mkdir()
    stories = data.parent / "stories"
    stories.mkdir()
    for n in range(3):
        story = STORY.format(title=f"Story {n}", slug=f"story-{n}", words="Words.\n\n" * 40)
        (stories / f"story-{n}.md").write_text(story, encoding="utf-8")
    port = free_port()
    with valkey(data) as redis_url:
        environ = {
            "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
            "PORTAL_REDIS_URL": redis_url,
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_DRAIN_SECONDS": "0",
        }
        two = [Portal(data, environ, arguments=("--workers", "1")) for _ in range(2)]
        try:
            for node in two:
                node.start()
            two[0].run("import", "markdown", str(stories)).check_returncode()
            hire(two[0], AGENT, "Mara Lindqvist")
            yield Nodes(two[0], two[1], port)
        finally:
            for node in two:
                if node.process is not None:
                    node.stop()


@pytest.fixture
async def proxy(nodes: Nodes) -> AsyncIterator[FaultProxy]:
    """The way readers come; it leads to the first node."""
    made = FaultProxy(("127.0.0.1", nodes.first.port))
    made.port = nodes.port
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium that keeps visited pages, as people's own do."""
    async with async_playwright() as playwright:
        if installed() is None:
            try:
                browser = await playwright.chromium.launch()
            except Exception as error:  # noqa: BLE001
                missing(error)  # type: ignore[arg-type]
        browser = await playwright.chromium.launch(
            executable_path=installed(),
            args=list(ARGUMENTS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def desk(nodes: Nodes) -> AsyncIterator[Screen]:
    """A member of staff on the second node, by a line that holds."""
    people = People()
    agent = await people.agent(nodes.second, AGENT)
    await agent.tell("desk.watch", list="all")
    await agent.tell("desk.status", state="available")
    yield agent
    await agent.close()


class Reader:
    """Somebody with a browser of his own, in one tab or many."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context

    async def tab(self, story: int = 0) -> Page:
        page = await self.context.new_page()
        page.on("pageerror", _fail)
        await page.goto(f"/news/story-{story}", wait_until="domcontentloaded")
        return page


def _fail(error: object) -> None:
    raise AssertionError(f"a script of the page failed: {error}")


@pytest.fixture
async def reader(chromium: Browser, nodes: Nodes, proxy: FaultProxy) -> AsyncIterator[Reader]:
    """A reader on the far side of the proxy, who was never here."""
    context = await chromium.new_context(
        base_url=nodes.url, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(3 * PATIENCE_MS)
    yield Reader(context)
    await context.close()


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


WATCH = """
() => {
  const line = document.querySelector(".chat-panel__line");
  globalThis.shown = [];
  new MutationObserver(() => line.hidden || shown.push(line.textContent))
    .observe(line, { attributes: true, childList: true, subtree: true, characterData: true });
}"""
"""Notes everything the panel ever says about its line."""


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


async def test_a_frozen_tab(reader: Reader, desk: Screen) -> None:
    """Fifty answers come while a tab is frozen; thawed, it has them all in order at once."""
    page = await reader.tab()
    talk = await begin(page, desk, "Before the frost")
    devtools = await reader.context.new_cdp_session(page)
    said = [f"answer {n}" for n in range(50)]
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await answer(desk, talk, *said)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})

    await expect(bubbles(page)).to_have_text(["Before the frost", *said], timeout=SOON_MS * BUSY)


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
    await expect(bubbles(page)).to_have_text(
        ["On story 0", "On story 1", "And an answer"], timeout=SOON_MS * BUSY
    )

    assert refused == []
    assert await page.evaluate("globalThis.mark") == "the same page"
    assert page.url.endswith("/news/story-0")


async def test_offline_and_online(reader: Reader, desk: Screen) -> None:
    """A blip is not worth a word, an outage is; what both sides wrote meanwhile is there after."""
    page = await reader.tab()
    talk = await begin(page, desk, "Before the tunnel")
    await page.evaluate(WATCH)
    await reader.context.set_offline(True)
    await asyncio.sleep(0.3)
    await reader.context.set_offline(False)
    await asyncio.sleep(1.2)
    blip = await page.evaluate("shown")
    await reader.context.set_offline(True)
    await expect(line(page)).to_contain_text("You are offline")
    await write(page, "In the tunnel")
    await answer(desk, talk, "Are you there?")
    await expect(page.locator(".chat-log__row--pending")).to_have_count(1)
    await reader.context.set_offline(False)
    await expect(bubbles(page)).to_have_text(
        ["Before the tunnel", "Are you there?", "In the tunnel"], timeout=HEALED_MS * BUSY
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

    assert time.monotonic() - healed < HEALED_MS / 1000 * BUSY
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
            ["Is anybody there?", *said], timeout=SOON_MS * BUSY
        )
        await expect(page.locator(".thread__state")).to_contain_text("Closed")
        await expect(page.locator("desk-line")).to_be_hidden()
    await visitor.close()


async def signed_in(page: Page) -> None:
    """Sign in by the form."""
    await page.goto("/staff/")
    await page.get_by_label("E-mail").fill(AGENT)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("staff-console")).to_have_attribute("data-line", "open")


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
