"""The newsroom's part of the live socket: open pages hear that their article changed.

Whoever publishes puts an `announcement` on the bus topic `news`; every node gives it to the sockets
that joined the article's topic.
"""

from typing import Literal

import msgspec
import structlog

from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import Told
from portal.news.article import Publication

TOPIC = "news"
"""On the bus: something readers can see changed."""

log = structlog.get_logger("portal.news")


class NewsChanged(Told, tag="news.changed"):
    """The article on this page is not what it was."""

    article: int
    revision: int
    kind: Literal["updated", "withdrawn"]


class _Announcement(msgspec.Struct, frozen=True):
    article: int
    revision: int
    kind: Literal["updated", "withdrawn"]


def announcement(done: Publication) -> bytes:
    """Return what to put on the bus after this publication was committed."""
    kind: Literal["updated", "withdrawn"] = "withdrawn" if done.change == "withdrawn" else "updated"
    return msgspec.json.encode(_Announcement(done.article_id, done.revision, kind))


def article_topic(article_id: int) -> str:
    """Return the hub topic of the sockets that show this article."""
    return f"article:{article_id}"


class NewsSocket:
    """Takes announcements off the bus: `bus.want(TOPIC, news_socket.receive)`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def opened(self, connection: Connection) -> None:
        """Let a page hear of the article it shows."""
        article = connection.hello.article
        if connection.door == "live" and isinstance(article, int):
            self._hub.join(article_topic(article), connection)

    def receive(self, payload: bytes) -> None:
        """Tell the open pages of one article; what is no announcement is logged and dropped."""
        try:
            said = msgspec.json.decode(payload, type=_Announcement)
        except msgspec.MsgspecError as error:
            log.warning("news announcement not understood", problem=str(error))
            return
        told = NewsChanged(article=said.article, revision=said.revision, kind=said.kind)
        self._hub.publish(article_topic(said.article), told)
