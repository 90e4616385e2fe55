"""What is breaking: kept in SQL, told to every open page, and over in time."""

import asyncio
import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from portal.clock import DAY, HOUR, MINUTE
from portal.errands import Errands
from portal.identity import ArticleId, Reader
from portal.live.connection import Connection, Door
from portal.live.hello import Hello
from portal.news.article import Draft, Publication
from portal.news.breaking import BreakingNews, Story
from portal.news.store import breaking
from portal.news.store.articles import Articles
from portal.news.store.breaking import Breakings, Wish
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.live.test_connection import WatchedWire
from tests.news.test_socket import ListenedHub


class Room:
    """A newsroom, and one process' open pages."""

    def __init__(self, db: Database, clock: HeldClock) -> None:
        self.db = db
        self.clock = clock
        self.articles = Articles(db, clock)
        self.ledger = Breakings(db, clock)
        self.hub = ListenedHub()
        self.errands = Errands()
        self.rung = 0
        self.news = BreakingNews(self.hub, self.ledger, self.ring, self.errands)

    async def ring(self) -> None:
        self.rung += 1

    async def publish(self, slug: str, of: int | None = None, **more: object) -> Publication:
        draft = Draft(
            kind="page",
            slug=slug,
            path=slug,
            category_id=None,
            title=str(more.pop("title", f"About {slug}")),
            summary="",
            body_markdown="",
            body_html="<p>Words.</p>",
            words=1,
            digest=slug,
            **{"status": "published", **more},  # type: ignore[arg-type]
        )
        return await self.articles.publish(draft, of)

    async def wish(self, article: int, said: Wish) -> None:
        await self.db.write(lambda c: breaking.wish(c, article, said, self.clock()))

    async def at_hand(self) -> Story | None:
        return (await self.ledger.at_hand())[1]

    def open(self, door: Door = "live") -> WatchedWire:
        wire = WatchedWire()
        connection = Connection(
            wire, self.hub.turn, door=door, actor=Reader(), hello=Hello(protocol=1)
        )
        self.hub.open(connection)
        self.news.opened(connection)
        return wire


@pytest.fixture
async def room(database: Database, clock: HeldClock) -> AsyncIterator[Room]:
    """A newsroom in which nothing happens yet."""
    found = Room(database, clock)
    yield found
    await found.errands.close()


async def said(wire: WatchedWire) -> list[tuple[int, str, str, bool]]:
    """Return what a page was told: article, title, address, whether it goes on."""
    await asyncio.sleep(0)  # what is told in one turn is written at its end
    told = re.findall(rb'{"type":"news.breaking"[^}]+}', b"".join(wire.written))
    frames = [msgspec.json.decode(each) for each in told]
    return [(each["article"], each["title"], each["url"], each["until"] > 0) for each in frames]


async def test_the_newest_story_is_at_hand(room: Room) -> None:
    """With the article's own title and address; when it ends the one before is, then none."""
    first, second = await room.publish("flood"), await room.publish("storm")
    nothing = await room.at_hand()
    until = await room.ledger.begin(first.article_id, 2 * HOUR)
    one = await room.at_hand()
    room.clock.forward(MINUTE)
    await room.ledger.begin(second.article_id, HOUR)
    two = await room.at_hand()
    ended = await room.ledger.end(second.article_id)
    left = await room.at_hand()

    assert nothing is None
    assert until == room.clock() - MINUTE + 2 * HOUR
    assert one == left == Story(first.article_id, "About flood", "/flood", until)
    assert two is not None
    assert two.title == "About storm"
    assert ended


async def test_what_is_over_is_told_as_over_for_a_day(room: Room) -> None:
    """Who was away hears so; a day later nobody needs to."""
    done = await room.publish("flood")
    await room.ledger.begin(done.article_id, HOUR)
    await room.ledger.end(done.article_id)
    over = await room.at_hand()
    again = await room.ledger.end(done.article_id)
    room.clock.forward(DAY + HOUR)
    later = await room.at_hand()

    assert over == Story(done.article_id, "About flood", "/flood", 0)
    assert not again
    assert later is None


async def test_what_is_withdrawn_is_not_breaking(room: Room) -> None:
    """The bar would lead to a 410."""
    done = await room.publish("flood")
    await room.ledger.begin(done.article_id, HOUR)
    await room.articles.withdraw(done.article_id)
    found = await room.at_hand()

    assert found is not None
    assert found.until == 0


async def test_beginning_and_ending_raise_the_version(room: Room) -> None:
    """So that kept pages are made anew, with the bar and without."""
    done = await room.publish("flood")
    versions = [(await room.ledger.at_hand())[0]]
    await room.ledger.begin(done.article_id, HOUR)
    versions.append((await room.ledger.at_hand())[0])
    nothing = await room.ledger.expire()
    versions.append((await room.ledger.at_hand())[0])
    room.clock.forward(HOUR)
    something, no_more = await room.ledger.expire(), await room.ledger.expire()
    versions.append((await room.ledger.at_hand())[0])

    first = versions[0]
    assert [first, first + 1, first + 1, first + 2] == versions
    assert (nothing, something, no_more) == (False, True, False)


async def test_a_file_says_it_once(room: Room) -> None:
    """Imported again it does not begin anew, not even when it was ended by hand."""
    done = await room.publish("flood")
    await room.wish(done.article_id, Wish(on=True))
    usual = await room.at_hand()
    room.clock.forward(HOUR)
    await room.wish(done.article_id, Wish(on=True))
    again = await room.at_hand()
    await room.wish(done.article_id, Wish(on=False))
    ended = await room.at_hand()
    await room.wish(done.article_id, Wish(on=True))
    still = await room.at_hand()
    later = room.clock() + 10 * HOUR
    await room.wish(done.article_id, Wish(on=True, until=later))
    longer = await room.at_hand()

    assert usual == again
    assert usual is not None
    assert usual.until == room.clock() + 5 * HOUR
    assert ended == still
    assert ended is not None
    assert ended.until == 0
    assert longer is not None
    assert longer.until == later


async def test_a_file_of_last_year_breaks_nothing(room: Room) -> None:
    """Its time was over before it came."""
    done = await room.publish("flood")
    await room.wish(done.article_id, Wish(on=True, until=room.clock() - 1))

    assert await room.at_hand() is None


async def test_every_open_page_hears_of_it_once(room: Room) -> None:
    """Readers on any page; the console does not; a look that finds the same says nothing."""
    page, console = room.open(), room.open("staff")
    done = await room.publish("flood")
    await room.ledger.begin(done.article_id, HOUR)
    await room.news.look()
    await room.news.look()
    late = room.open()
    await room.publish("flood", done.article_id, title="The flood recedes")
    await room.news.look()
    await room.ledger.end(done.article_id)
    await room.news.look()
    heard = await said(page), await said(late), await said(console)

    begun = (done.article_id, "About flood", "/flood", True)
    renamed = (done.article_id, "The flood recedes", "/flood", True)
    over = (done.article_id, "", "", False)
    assert heard == ([begun, renamed, over], [begun, renamed, over], [])
    assert room.news.now is None


async def test_its_time_runs_out_on_every_node(room: Room) -> None:
    """One node writes that down and rings; the others find it done, and tell their pages too."""
    done = await room.publish("flood")
    await room.ledger.begin(done.article_id, HOUR)
    other = Room(room.db, room.clock)
    pages = [room.open(), other.open()]
    for each in (room, other):
        await each.news.look()
    room.clock.forward(HOUR)
    for each in (room, other):
        await each.news.look()
    heard = [[goes_on for *_, goes_on in await said(page)] for page in pages]

    assert heard == [[True, False]] * 2
    assert (room.rung, other.rung) == (1, 0)


async def test_a_hundred_bells_are_one_look(room: Room) -> None:
    """An import rings for each article; the last bell is not missed."""
    done = await room.publish("flood")
    page = room.open()
    looks: list[int] = []

    async def at_hand() -> tuple[int, Story | None]:
        looks.append(1)
        if len(looks) == 1:
            await room.ledger.begin(done.article_id, HOUR)
            room.news.receive(b"")
            return 0, None
        return await Breakings(room.db, room.clock).at_hand()

    room.ledger.at_hand = at_hand  # type: ignore[method-assign]
    for _ in range(100):
        room.news.receive(b"")
    async with asyncio.timeout(5):
        while not await said(page):
            await asyncio.sleep(0.01)
    heard = await said(page)

    assert len(looks) == 2
    assert [goes_on for *_, goes_on in heard] == [True]


def test_what_was_read_earlier_is_not_believed_later() -> None:
    """Two looks may overtake each other: the newsroom's version says which is the newer."""
    hub = ListenedHub()
    news = BreakingNews(hub, None, None, Errands())  # type: ignore[arg-type]
    story = Story(ArticleId(4), "Flood", "/flood", 99)
    news.take(7, story)
    news.take(6, None)

    assert news.now == story
    assert len(hub.said) == 1
