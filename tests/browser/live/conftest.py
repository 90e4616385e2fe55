"""A small newsroom on two nodes, behind a line that breaks, and people on either side of it.

The reader's browser comes through the proxy; staff answer over sockets of their own, which hold.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.chat.node import Screen
from tests.faults.proxy import FaultProxy
from tests.flows.conftest import People
from tests.support.browser import PATIENCE_MS, launch_async
from tests.support.servers import Portal, free_port, valkey
from tests.support.staff import hire

AGENT = "mara@example.com"

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
        browser = await launch_async(playwright, keep_visited=True)
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
