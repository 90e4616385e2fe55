"""The newsroom's part of the live socket: open pages hear that their article changed.

Whoever publishes puts an `announcement` on the bus topic `news`; every node gives it to the sockets
that joined the article's topic. The bus may lose it, so `look` compares the articles that are open
here with SQL every few seconds, and at once when the bus is back.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final, Literal

import msgspec
import structlog

from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import Told
from portal.meter import Meter
from portal.news.article import Publication, Standing

TOPIC = "news"
"""On the bus: something readers can see changed."""
BELL: Final = b"changed"
"""It was no article that changed: a category's address, or what is breaking."""

LOOK_SECONDS: Final = 3.0
IDS_A_QUERY: Final = 500

Ask = Callable[[Collection[int]], Awaitable[Mapping[int, Standing]]]
Kind = Literal["updated", "withdrawn"]

log = structlog.get_logger("portal.news")


class NewsChanged(Told, tag="news.changed"):
    """The article on this page is not what it was."""

    article: int
    revision: int
    kind: Kind


class _Announcement(msgspec.Struct, frozen=True):
    article: int
    revision: int
    kind: Kind


def announcement(done: Publication) -> bytes:
    """Return what to put on the bus after this publication was committed."""
    kind: Kind = "withdrawn" if done.change == "withdrawn" else "updated"
    return msgspec.json.encode(_Announcement(done.article_id, done.revision, kind))


def article_topic(article_id: int) -> str:
    """Return the hub topic of the sockets that show this article."""
    return f"article:{article_id}"


class NewsSocket:
    """Takes announcements off the bus: `bus.want(TOPIC, news_socket.receive)`."""

    def __init__(self, hub: Hub, ask: Ask, meter: Meter | None = None) -> None:
        """Begin with no page open.

        Args:
            ask: where articles stand in SQL now.
        """
        self._hub = hub
        self._ask = ask
        self._meter = meter or Meter()
        self._open: dict[int, Standing | None] = {}
        """Articles that pages show here, and where they stood when last heard of."""

    def opened(self, connection: Connection) -> None:
        """Let a page hear of the article it shows."""
        article = connection.hello.article
        if connection.door == "live" and isinstance(article, int):
            self._hub.join(article_topic(article), connection)
            stands = self._open.setdefault(article, None)
            if stands is not None:
                self._catch_up(connection, article, stands)

    def receive(self, payload: bytes) -> None:
        """Tell the open pages of one article; what is no announcement is logged and dropped."""
        if payload == BELL:
            return
        try:
            said = msgspec.json.decode(payload, type=_Announcement)
        except msgspec.MsgspecError as error:
            log.warning("news announcement not understood", problem=str(error))
            return
        if said.article in self._open:
            self._open[said.article] = Standing(said.revision, said.kind == "updated")
        self._tell(said.article, said.revision, said.kind)

    async def look(self) -> None:
        """Find in SQL what the bus lost.

        Raises:
            Unavailable: the database does not answer.
        """
        for article in [a for a in self._open if not self._hub.count(article_topic(a))]:
            del self._open[article]
        ids = sorted(self._open)
        for at in range(0, len(ids), IDS_A_QUERY):
            some = {article: self._open.get(article) for article in ids[at : at + IDS_A_QUERY]}
            for article, now in (await self._ask(some)).items():
                if self._open.get(article) != some[article]:
                    continue  # heard of while we asked: what was read may be the older
                self._open[article] = now
                if some[article] is None:
                    for connection in self._hub.members(article_topic(article)):
                        self._catch_up(connection, article, now)
                elif some[article] != now:
                    self._meter.count("repairs", "news")
                    self._tell(article, now.revision, "updated" if now.published else "withdrawn")

    def _catch_up(self, connection: Connection, article: int, now: Standing) -> None:
        """Tell a page that a proxy kept, or a browser, what it missed since it was made."""
        shown = connection.hello.revision
        if isinstance(shown, int) and (shown < now.revision or not now.published):
            kind: Kind = "updated" if now.published else "withdrawn"
            connection.tell(NewsChanged(article=article, revision=now.revision, kind=kind))

    def _tell(self, article: int, revision: int, kind: Kind) -> None:
        told = NewsChanged(article=article, revision=revision, kind=kind)
        self._hub.publish(article_topic(article), told)
