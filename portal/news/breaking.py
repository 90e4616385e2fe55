"""What is breaking: the one story that stands on every page, and that every open page hears of.

It is in SQL (`store.breaking`), so it makes no difference whether somebody comes late, sits at
another node, or was told by a bell that was lost: `look` reads it every few seconds, and at once
when the bell on `news` rings. Pages are rendered with what is known here (`now`); that is taken
together with the newsroom's version, so no page is kept under one whose story it does not show.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from portal.errands import Errands
from portal.identity import ArticleId
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import Told

LOOK_SECONDS: Final = 3.0
HUB_TOPIC: Final = "news.breaking"
"""All sockets of readers: whatever page they show, it has the bar."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article that is breaking, or was the last to be.

    Attributes:
        path: as people read it, "/" in front.
        until: milliseconds; 0: it is over.
    """

    article_id: ArticleId
    title: str
    path: str
    until: int


class NewsBreaking(Told, tag="news.breaking"):
    """A story is breaking; `until` 0, without title and address: it is over."""

    article: int
    title: str
    url: str
    until: int


class Ledger(Protocol):
    """Where it is written down what is breaking."""

    async def at_hand(self) -> tuple[int, Story | None]:
        """Return the newsroom's version, and the newest story of the last day, over or not."""

    async def expire(self) -> bool:
        """End what had its time; tell whether anything had."""


class BreakingNews:
    """What is breaking, as this process knows it; tells its open pages when that changes."""

    def __init__(
        self, hub: Hub, ledger: Ledger, ring: Callable[[], Awaitable[object]], errands: Errands
    ) -> None:
        """Begin with nothing.

        Args:
            ring: tells every node that something ended.
            errands: where a bell's look is done.
        """
        self._hub = hub
        self._ledger = ledger
        self._ring = ring
        self._errands = errands
        self._version = -1
        self._last: Story | None = None
        self._rung = False
        self._looking = False

    @property
    def now(self) -> Story | None:
        """The story that stands on every page."""
        return self._last if self._last and self._last.until else None

    def opened(self, connection: Connection) -> None:
        """Let a page hear of it; one that was away, or kept by somebody, hears that it is over."""
        if connection.door == "live":
            self._hub.join(HUB_TOPIC, connection)
            if self._last is not None:
                connection.tell(_told(self._last))

    def receive(self, _payload: bytes) -> None:
        """Hear on the bus (topic `news`) that something was published; a hundred bells are one."""
        self._rung = True
        if not self._looking:
            self._looking = True
            self._errands.send(self._hear())

    async def look(self) -> None:
        """See what is breaking now.

        Raises:
            Unavailable: the database does not answer.
        """
        if await self._ledger.expire():
            await self._ring()
        self.take(*await self._ledger.at_hand())

    def take(self, version: int, story: Story | None) -> None:
        """Believe what was read, unless what was read with a newer version is known."""
        if version < self._version:
            return
        self._version = version
        before, self._last = self._last, story
        if story is not None and story != before:
            self._hub.publish(HUB_TOPIC, _told(story), slot=HUB_TOPIC)

    async def _hear(self) -> None:
        try:
            while self._rung:
                self._rung = False
                await self.look()
        finally:
            self._looking = False


def _told(story: Story) -> NewsBreaking:
    if not story.until:
        return NewsBreaking(article=story.article_id, title="", url="", until=0)
    return NewsBreaking(
        article=story.article_id, title=story.title, url=story.path, until=story.until
    )
