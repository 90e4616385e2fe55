"""A click reaches all readers' screens: two server processes, one Valkey, one database.

ARCHITECTURE 3.3, from the page's `audience.view` on one node to the frame on another.
"""

import asyncio
import contextlib
import http.client
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.support.servers import Portal, forget_everything

WITHIN_SECONDS = 2.0
TREE = Path(__file__).parents[2]
PATH = "/news/harbour-reopens"
STORY = """---
title: The harbour reopens
slug: harbour-reopens
date: 2026-05-01
category: news
author: Ada Moor
summary: After eight months the quay is open again.
status: published
---

The first ferry came in at six.
"""


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, valkey_server: str
) -> Iterator[tuple[Portal, Portal]]:
    """Two servers that share nothing but Valkey and the database, and one article."""
    forget_everything(valkey_server)
    folder = tmp_path_factory.mktemp("clicks")
    shared = {
        "PORTAL_REDIS_URL": valkey_server,
        "PORTAL_DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite'}",
        "PORTAL_SECRET_KEYS": "k" * 40,
    }
    stories = folder / "stories"
    stories.mkdir()
    (stories / "harbour.md").write_text(STORY)
    a, b = (Portal(folder / name / "data", shared) for name in "ab")
    for node in (a, b):
        node.data.mkdir(parents=True)
    a.start()
    b.start()
    done = a.run("import", "markdown", str(stories))
    assert done.returncode == 0, done.stderr
    yield a, b
    for node in (a, b):
        node.kill()


@pytest.fixture(scope="module")
def article(nodes: tuple[Portal, Portal]) -> int:
    """The article's id, as its page tells it."""
    status, _, body = nodes[0].get(PATH)
    assert status == 200
    found = re.search(rb'<live-count[^>]* article="(\d+)"', body)
    assert found
    return int(found[1])


class Page:
    """One open page: its socket, and the numbers it shows."""

    def __init__(self, socket: ClientConnection, article: int) -> None:
        self.socket, self.article = socket, article
        self.counted: list[bool] = []
        self.refused: list[dict[str, Any]] = []
        self.shown: list[dict[str, int]] = []
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def open(cls, node: Portal, article: int, tab: str) -> "Page":
        socket = await connect(
            node.url.replace("http", "ws") + "/live",
            origin=Origin(node.url),
            proxy=None,
            compression=None,
        )
        page = cls(socket, article)
        await page.say("live.hello", protocol=1, article=article, tab=tab)
        return page

    async def say(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def view(self) -> bool:
        had = len(self.counted)
        await self.say("audience.view", article=self.article)
        await until(lambda: len(self.counted) > had)
        return self.counted[-1]

    async def watch(self) -> int:
        await self.say("audience.watch", articles=[self.article])
        await until(lambda: bool(self.shown))
        return self.clicks

    @property
    def clicks(self) -> int:
        return self.shown[-1]["clicks"]

    async def close(self) -> None:
        await self.socket.close()
        await self._hearing

    async def _hear(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # a node may be killed under it
            async for text in self.socket:
                told = json.loads(text)
                if told["type"] == "audience.viewed":
                    self.counted.append(told["counted"])
                if told["type"] == "error":
                    self.refused.append(told)
                if told["type"] == "audience.counts":
                    self.shown.append(told["counts"][str(self.article)])


OpenPage = Callable[[Portal, int, str], Awaitable[Page]]


@pytest.fixture
async def open_page() -> AsyncIterator[OpenPage]:
    """Opens pages, and closes them after the test."""
    pages: list[Page] = []

    async def open_one(node: Portal, article: int, tab: str) -> Page:
        pages.append(await Page.open(node, article, tab))
        return pages[-1]

    yield open_one
    for page in pages:
        await page.close()


async def until(met: Any, seconds: float = 5.0) -> float:
    """Wait until something holds; return how long that took, in s."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < seconds, "it never came to hold"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_a_view_on_one_node_moves_the_number_on_the_other(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """Within two seconds, and on the node that counted it too."""
    reader, other, near = [
        await open_page(node, article, f"one-{at:020}")
        for at, node in enumerate((nodes[0], nodes[1], nodes[0]))
    ]
    before = await other.watch()
    await near.watch()

    assert await reader.view()
    took = await until(lambda: other.clicks == near.clicks == before + 1)
    assert took < WITHIN_SECONDS


async def test_a_hundred_views_are_a_hundred_and_reloads_none(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """On two nodes at once, each number on each screen no less than the one before it."""
    screens = [await open_page(node, article, f"screen-{node.port:020}") for node in nodes]
    before = [await screen.watch() for screen in screens]
    tabs = [f"hundred-{at:020}" for at in range(100)]
    pages = [await open_page(nodes[at % 2], article, tab) for at, tab in enumerate(tabs)]
    counted = await asyncio.gather(*(page.view() for page in pages))
    again = [await open_page(nodes[(at + 1) % 2], article, tabs[at]) for at in range(10)]
    reloads = await asyncio.gather(*(page.view() for page in again))

    assert sum(counted) == 100
    assert not any(reloads)
    for screen, number in zip(screens, before, strict=True):
        assert await until(lambda s=screen, n=number: s.clicks == n + 100) < WITHIN_SECONDS
        clicks = [shown["clicks"] for shown in screen.shown]
        assert clicks == sorted(clicks)


async def test_who_reads_is_known_on_both_nodes(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """Open and reading are sums over the nodes, and end with the socket."""
    screen = await open_page(nodes[1], article, "screen")
    await screen.watch()
    await until(lambda: screen.shown[-1]["open"] == 1)
    page = await open_page(nodes[0], article, "reader")
    await page.say("audience.attention", state="reading")
    await until(lambda: screen.shown[-1]["open"] == 2)
    await until(lambda: screen.shown[-1]["reading"] == 1)
    await page.close()

    await until(lambda: screen.shown[-1]["open"] == 1)
    assert screen.shown[-1]["reading"] == 0


async def test_a_click_outlives_the_node_that_counted_it(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """Killed right after its answer, it told nobody; the other node finds out by asking."""
    screen = await open_page(nodes[1], article, "screen")
    before = await screen.watch()
    reader = await open_page(nodes[0], article, "the-last-one-before-the-end")
    assert await reader.view()
    nodes[0].kill()

    assert await until(lambda: screen.clicks == before + 1) < WITHIN_SECONDS
    await asyncio.to_thread(nodes[0].start)
    back = await open_page(nodes[0], article, "back-again")
    assert await back.watch() == before + 1


async def test_a_thousand_requests_are_no_click(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """V 6, V 8: whoever only asks for the page, from wherever he says he comes."""
    screen = await open_page(nodes[1], article, "screen")
    before = await screen.watch()

    def ask() -> set[int]:
        line = http.client.HTTPConnection("127.0.0.1", nodes[0].port, timeout=10)
        found = set()
        for at in range(1_000):
            line.request("GET", PATH, headers={"X-Forwarded-For": f"198.51.100.{at % 250}"})
            answer = line.getresponse()
            answer.read()
            found.add(answer.status)
        line.close()
        return found

    assert await asyncio.to_thread(ask) == {200}
    assert (await open_page(nodes[0], article, "one-more-in-the-end-22")).article == article
    assert await screen.watch() == before


async def test_what_a_page_says_of_numbers_is_not_heard(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """V 12, V 13: a count of its own, an article that is none, ten thousand articles at once."""
    screen = await open_page(nodes[1], article, "screen")
    before = await screen.watch()
    page = await open_page(nodes[0], article, "says-numbers-of-its-own")
    await page.say("audience.view", article={"id": article, "clicks": 10**9})
    await page.say("audience.view", article=-article)
    await page.say("audience.watch", articles=list(range(1, 10_001)))
    await until(lambda: len(page.refused) == 3)
    await page.say("audience.view", article=article, clicks=10**9, counted=True)
    await until(lambda: page.counted == [True])

    assert {each["code"] for each in page.refused} <= {"bad_field", "bad_frame", "too_long"}
    assert await until(lambda: screen.clicks == before + 1) < WITHIN_SECONDS


async def test_five_hundred_readers_are_five_hundred(
    nodes: tuple[Portal, Portal], article: int, open_page: OpenPage
) -> None:
    """Exact within three seconds of the last that came, gone when their machine dies."""
    screen = await open_page(nodes[1], article, "screen")
    await screen.watch()
    await until(lambda: screen.shown[-1]["open"] == 1)
    crowd = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.flows.readers", str(article), "500"),
        *(str(node.port) for node in nodes),
        stdout=asyncio.subprocess.PIPE,
        cwd=TREE,
    )
    assert crowd.stdout is not None
    assert await asyncio.wait_for(crowd.stdout.readline(), 60) == b"in\n"
    came = await until(lambda: screen.shown[-1]["open"] == 501)
    reading = await until(lambda: screen.shown[-1]["reading"] == 500)
    crowd.kill()
    await crowd.wait()
    went = await until(lambda: screen.shown[-1]["open"] == 1, 30)

    assert max(came, reading) < 3
    assert went < 30
