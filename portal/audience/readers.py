"""Sample readers: real sockets that behave as readers do, so that a demo has life in it.

They are not people and say so, by their User-Agent and by the name of their tab. They open an
article, read, grow idle, look away, and go on to the next, some stories oftener than others. The
site counts them in the demo only.
"""

import asyncio
import json
import os
import random
import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from portal.audience.crawlers import SAMPLE_READER

ARRIVE_SECONDS = 20.0
"""They come within so long, not all at once."""
STAY_SECONDS = (15.0, 120.0)
"""How long one looks at an article."""
GLANCE_SECONDS = (4.0, 12.0)
"""How long one does the same thing: read, rest, look at another tab."""
BACK_SECONDS = (1.0, 8.0)
"""After a broken line, or when the site restarts."""
WATCHED = 10
"""A page shows its own number and those of a list."""
MOODS = (("reading", 7), ("idle", 2), ("hidden", 1))
MOST_PAGES = 60
ELSEWHERE = (
    "/static/",
    "/staff",
    "/media/",
    "/tags/",
    "/authors/",
    "/archive/",
    "/search",
    "/chat/",
)
"""Where no story stands that the front page and the categories do not lead to."""
PAPERS = (".xml", ".atom", ".json", ".md", ".webmanifest")
PARENT_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Story:
    """An article as its page tells it."""

    article: int
    path: str
    title: str


def run(base_url: str, n: int) -> None:
    """Send `n` sample readers to a site until this process is ended, or its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    stories = find_stories(base_url)
    if stories:
        asyncio.run(_read(base_url, stories, n))


def find_stories(base_url: str) -> list[Story]:
    """Return the articles that the front page and its listings lead to."""
    found: dict[int, Story] = {}
    seen = {"/"}
    waiting = ["/"]
    opened = 0
    while waiting and opened < MOST_PAGES:
        path = waiting.pop(0)
        page = _page(base_url, path)
        opened += 1
        story = _story(path, page)
        if story:
            found[story.article] = story
        for link in re.findall(r'href="(/[^"#?]*)"', page):
            link = unescape(link)
            if link not in seen and not link.startswith(ELSEWHERE) and not link.endswith(PAPERS):
                seen.add(link)
                waiting.append(link)
    return list(found.values())


def _story(path: str, page: str) -> Story | None:
    article = re.search(r'<body[^>]*\bdata-article="(\d+)"', page)
    title = re.search(r"<title>([^<]*)</title>", page)
    if article is None:
        return None
    return Story(int(article[1]), path, unescape(title[1]).strip() if title else "")


def _page(base_url: str, path: str) -> str:
    site = urlsplit(base_url)
    kind = HTTPSConnection if site.scheme == "https" else HTTPConnection
    line = kind(site.netloc, timeout=10)
    try:
        line.request("GET", path, headers={"User-Agent": SAMPLE_READER})
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        is_page = answer.headers.get_content_type() == "text/html"
    except (OSError, HTTPException):
        return ""
    finally:
        line.close()
    return text if answer.status == 200 and is_page else ""


async def _read(base_url: str, stories: Sequence[Story], n: int) -> None:
    readers = [asyncio.create_task(_reader(base_url, stories, at)) for at in range(n)]
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us but the question
        await asyncio.sleep(PARENT_LOOK_SECONDS)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)


async def _reader(base_url: str, stories: Sequence[Story], at: int) -> None:
    """One reader: page after page, for ever."""
    dice = random.Random()
    tab = f"sample-reader-{at:06}-{dice.randrange(16**8):08x}"
    # The first stories are read most, as on any front page: the k-th 1/k as often.
    weights = [1 / (k + 1) for k in range(len(stories))]
    await asyncio.sleep(dice.uniform(0, ARRIVE_SECONDS))
    while True:
        story = dice.choices(stories, weights)[0]
        try:
            await _visit(base_url, story, stories, tab, dice)
        except (OSError, TimeoutError, WebSocketException):
            await asyncio.sleep(dice.uniform(*BACK_SECONDS))


async def _visit(
    base_url: str, story: Story, stories: Sequence[Story], tab: str, dice: random.Random
) -> None:
    """One page: open its socket, count, and read for a while."""
    address = "ws" + base_url.removeprefix("http") + "/live"
    async with connect(
        address,
        origin=Origin(base_url),
        user_agent_header=SAMPLE_READER,
        compression=None,
        proxy=None,
        close_timeout=1,
    ) as socket:
        await _say(
            socket,
            "live.hello",
            protocol=1,
            article=story.article,
            url=base_url + story.path,
            title=story.title[:300],
            tab=tab,
        )
        hearing = asyncio.create_task(_hear(socket))
        try:
            await _say(socket, "audience.view", article=story.article)
            watched = {story.article, *(s.article for s in stories[:WATCHED])}
            await _say(socket, "audience.watch", articles=sorted(watched))
            await _attend(socket, dice)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)


async def _attend(socket: ClientConnection, dice: random.Random) -> None:
    loop = asyncio.get_running_loop()
    leaves_at = loop.time() + dice.uniform(*STAY_SECONDS)
    state = "reading"
    while loop.time() < leaves_at:
        await _say(socket, "audience.attention", state=state)
        await asyncio.sleep(dice.uniform(*GLANCE_SECONDS))
        state = dice.choices([name for name, _ in MOODS], [often for _, often in MOODS])[0]


async def _hear(socket: ClientConnection) -> None:
    """Take what comes; a reader who did not would be closed as too slow."""
    async for _ in socket:
        pass


async def _say(socket: ClientConnection, kind: str, **fields: object) -> None:
    await socket.send(json.dumps({"type": kind, **fields}))
