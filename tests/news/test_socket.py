"""What open pages hear of the newsroom."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import structlog.testing

from portal.identity import ArticleId, Reader
from portal.live.connection import Connection
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.protocol import Told, encode
from portal.meter import Meter
from portal.news.article import Change, Publication, Standing
from portal.news.socket import BELL, NewsSocket, announcement, article_topic
from tests.live.test_connection import WatchedWire


class ListenedHub(Hub):
    """A hub that writes down what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, bytes]] = []

    def publish(self, topic: str, told: Told | bytes, **more: Any) -> int:
        self.said.append((topic, told if isinstance(told, bytes) else encode(told)))
        return super().publish(topic, told, **more)


async def nobody(ids: Collection[int]) -> dict[int, Standing]:
    """No article stands anywhere."""
    return {}


def done(change: Change) -> Publication:
    """Return the publication of article 42."""
    return Publication(ArticleId(42), 3, "news/a", change)


def test_an_announcement_reaches_the_article_s_pages() -> None:
    """What was withdrawn is told as that, anything else as updated."""
    hub = ListenedHub()
    news = NewsSocket(hub, nobody)
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
            NewsSocket(hub, nobody).receive(payload)

    assert hub.said == []
    assert [line["log_level"] for line in logs] == ["warning"] * 4


class Newsroom:
    """Articles in SQL, and pages that show them."""

    def __init__(self) -> None:
        self.stands = {42: Standing(3, True), 43: Standing(1, True)}
        self.asked: list[list[int]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.hub = ListenedHub()
        self.meter = Meter()
        self.news = NewsSocket(self.hub, self.ask, self.meter)

    async def ask(self, ids: Collection[int]) -> dict[int, Standing]:
        self.asked.append(sorted(ids))
        found = {id: self.stands[id] for id in ids if id in self.stands}
        self.meanwhile()
        return found

    def open(self, article: int, revision: int | None = None) -> Connection:
        hello = Hello(protocol=1, article=article, revision=revision)
        connection = Connection(
            WatchedWire(), self.hub.turn, door="live", actor=Reader(), hello=hello
        )
        self.hub.open(connection)
        self.news.opened(connection)
        return connection

    def told(self) -> list[bytes]:
        found = [frame.partition(b'"revision":')[2] for _, frame in self.hub.said]
        self.hub.said.clear()
        return found


async def test_what_the_bus_lost_is_found_in_sql() -> None:
    """An update and a withdrawal, once each; what stood there when the page came is no news."""
    room = Newsroom()
    room.open(42)
    room.open(43)
    room.open(99)
    await room.news.look()
    first = room.told()
    room.stands[42] = Standing(4, True)
    await room.news.look()
    updated = room.told()
    room.stands[42] = Standing(4, False)
    await room.news.look()
    await room.news.look()
    withdrawn = room.told()

    assert first == []
    assert updated == [b'4,"kind":"updated"}']
    assert withdrawn == [b'4,"kind":"withdrawn"}']
    assert room.meter.counts["repairs", "news"] == 2
    assert room.asked == [[42, 43, 99]] * 4


async def test_what_was_heard_is_not_found_again() -> None:
    """A bell that came, also while SQL was asked, is not told twice nor taken back."""
    room = Newsroom()
    room.open(42)
    await room.news.look()
    room.stands[42] = Standing(4, True)
    room.news.receive(b'{"article":42,"revision":4,"kind":"updated"}')
    await room.news.look()
    heard = room.told()
    room.meanwhile = lambda: room.news.receive(b'{"article":42,"revision":5,"kind":"updated"}')
    await room.news.look()
    room.meanwhile = lambda: None
    room.stands[42] = Standing(5, True)
    await room.news.look()

    assert heard == [b'4,"kind":"updated"}']
    assert room.told() == [b'5,"kind":"updated"}']


async def test_closed_pages_are_not_asked_about() -> None:
    """Nothing is kept of an article nobody shows."""
    room = Newsroom()
    page = room.open(42)
    room.open(43)
    await room.news.look()
    room.hub.close(page)
    await room.news.look()

    assert room.asked == [[42, 43], [43]]


async def test_a_page_that_somebody_kept_is_told_what_it_missed() -> None:
    """One from a proxy shows an older revision: it hears of the newest, whoever else is here."""
    room = Newsroom()
    first = room.open(42, revision=2)
    fresh = room.open(42, revision=3)
    await room.news.look()
    late, gone = room.open(42, revision=1), room.open(43, revision=1)
    await room.news.look()
    room.stands[43] = Standing(1, False)
    again = room.open(43, revision=1)
    await room.news.look()
    await asyncio.sleep(0)  # what is told in one turn is written at its end

    assert room.told() == [b'1,"kind":"withdrawn"}']
    assert ["updated"] == kinds(first) == kinds(late)
    assert kinds(fresh) == []
    assert ["withdrawn"] == kinds(gone) == kinds(again)


def kinds(connection: Connection) -> list[str]:
    """Return how each change was told to a page."""
    wire = connection.wire
    assert isinstance(wire, WatchedWire)
    said = b"".join(wire.written).decode("latin-1")
    return [part.partition('"')[0] for part in said.split('"kind":"')[1:]]


def test_a_bell_for_something_else_is_no_announcement() -> None:
    """A category that moved is nobody's article; it is not logged either."""
    hub = ListenedHub()
    with structlog.testing.capture_logs() as logs:
        NewsSocket(hub, nobody).receive(BELL)

    assert hub.said == []
    assert logs == []
