"""A newsroom whose numbers are looked at, and what of them reaches the tabs of its readers."""

import asyncio
import contextlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.live.conftest import STORY
from tests.chat.node import Screen
from tests.flows.conftest import People
from tests.support.devtools import PATIENCE_SECONDS, Tab
from tests.support.servers import Portal, valkey

STORIES = 20
LIVES = "!!customElements.get('live-count')"
"""The page's scripts have come."""
LOOK_SECONDS = 0.05
UNSEEN_SECONDS = 1.0
"""So long nothing moves that is not told; what is told comes within a tenth, or the next second."""


@contextlib.contextmanager
def serving(folder: Path, *identities: str) -> Iterator[dict[str, Portal]]:
    """Run a server for each of these ways to tell readers apart, all over one database."""
    data = folder / "data"
    data.mkdir()
    stories = folder / "stories"
    stories.mkdir()
    for n in range(STORIES):
        story = STORY.format(title=f"Story {n}", slug=f"story-{n}", words="Words.\n\n" * 40)
        (stories / f"story-{n}.md").write_text(story, encoding="utf-8")
    with valkey(data) as redis_url:
        shared = {
            "PORTAL_REDIS_URL": redis_url,
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_DRAIN_SECONDS": "0",
        }
        nodes = {
            identity: Portal(
                data, {**shared, "PORTAL_COUNT_IDENTITY": identity}, arguments=("--workers", "1")
            )
            for identity in identities
        }
        first = nodes[identities[0]]
        try:
            first.start()  # makes the database
            for node in nodes.values():
                if node is not first:
                    node.start(wait=False)
            first.run("import", "markdown", str(stories)).check_returncode()
            for node in nodes.values():
                node.wait_until_ready()
            yield nodes
        finally:
            for node in nodes.values():
                if node.process is not None:
                    node.stop()


class Newsroom:
    """One server, and a screen that is told its numbers."""

    def __init__(self, portal: Portal, people: People, screen: Screen) -> None:
        self.portal, self.people, self.screen = portal, people, screen
        self.url = portal.url
        self._stories: dict[str, int] = {}

    @classmethod
    async def of(cls, portal: Portal) -> "Newsroom":
        people = People()
        return cls(portal, people, await people.visitor(portal))

    def story(self, path: str) -> int:
        """Return the id of the story that stands there."""
        if path not in self._stories:
            found = re.search(rb'<body[^>]* data-article="(\d+)"', self.portal.get(path)[2])
            assert found
            self._stories[path] = int(found[1])
        return self._stories[path]

    @property
    def paths(self) -> list[str]:
        """Where the stories stand."""
        return [f"/news/story-{n}" for n in range(STORIES)]

    async def numbers(self, path: str) -> dict[str, int]:
        """Return what is told of a story just now."""
        story = self.story(path)
        told = await self.screen.ask("audience.watch", articles=[story])
        return dict(told["counts"][str(story)])

    async def becomes(self, path: str, **wanted: int) -> None:
        """Wait until a story has these numbers."""
        numbers: dict[str, int] = {}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not wanted.items() <= (numbers := await self.numbers(path)).items():
                    await asyncio.sleep(2 * LOOK_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{wanted} never came, but {numbers}") from None

    async def click(self, path: str) -> None:
        """Somebody else opens a story, and goes."""
        reader = await self.people.visitor(self.portal, tab=secrets.token_urlsafe(16))
        viewed = await reader.ask("audience.view", article=self.story(path))
        await reader.close()
        assert viewed["counted"]

    async def close(self) -> None:
        for screen in self.people.screens:
            await screen.close()


def frames(tab: Tab, kind: str) -> list[dict[str, Any]]:
    """Return the frames of one type that reached a tab's pages."""
    told = [
        json.loads(each["response"]["payloadData"])
        for each in tab.told("Network.webSocketFrameReceived")
    ]
    return [each for each in told if each["type"] == kind]


def counted(tab: Tab) -> list[bool]:
    """Return what became of each view of a tab."""
    return [each["counted"] for each in frames(tab, "audience.viewed")]


async def until_viewed(tab: Tab, times: int) -> None:
    """Wait until a tab's pages were told so often what became of a view."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(counted(tab)) < times:
            await asyncio.sleep(LOOK_SECONDS)


async def press_wheel(tab: Tab, path: str, times: int) -> None:
    """Press the wheel of the mouse on a link that leads there: it opens behind, each time."""
    x, y = await tab.run(
        "(() => { const link = document.querySelector('main a[href*=story]');"
        f"link.href = '{path}'; link.scrollIntoView({{ block: 'center' }});"
        "const at = link.getBoundingClientRect(); return [at.x + 5, at.y + 5]; })()"
    )
    for kind in ("mousePressed", "mouseReleased") * times:
        await tab.ask(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="middle", clickCount=1
        )
