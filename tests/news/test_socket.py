"""What open pages hear of the newsroom."""

from typing import Any

import structlog.testing

from portal.identity import ArticleId
from portal.live.hub import Hub
from portal.live.protocol import Told, encode
from portal.news.article import Change, Publication
from portal.news.socket import NewsSocket, announcement, article_topic


class ListenedHub(Hub):
    """A hub that writes down what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, bytes]] = []

    def publish(self, topic: str, told: Told | bytes, **more: Any) -> int:
        self.said.append((topic, told if isinstance(told, bytes) else encode(told)))
        return super().publish(topic, told, **more)


def done(change: Change) -> Publication:
    """Return the publication of article 42."""
    return Publication(ArticleId(42), 3, "news/a", change)


def test_an_announcement_reaches_the_article_s_pages() -> None:
    """What was withdrawn is told as that, anything else as updated."""
    hub = ListenedHub()
    news = NewsSocket(hub)
    for change in ("added", "updated", "withdrawn"):
        news.receive(announcement(done(change)))

    assert [
        (
            article_topic(42),
            b'{"type":"news.changed","article":42,"revision":3,"kind":"%s"}' % kind,
        )
        for kind in (b"updated", b"updated", b"withdrawn")
    ] == hub.said


def test_what_is_no_announcement_is_dropped() -> None:
    """One line in the log, nothing to any page."""
    hub = ListenedHub()
    with structlog.testing.capture_logs() as logs:
        for payload in (b"", b"{}", b"[]", b'{"article":"x","revision":1,"kind":"updated"}'):
            NewsSocket(hub).receive(payload)

    assert hub.said == []
    assert [line["log_level"] for line in logs] == ["warning"] * 4
