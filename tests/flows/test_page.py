"""A page's way to its readers: two server processes on one database and one Valkey.

ARCHITECTURE 3.1: files are imported beside the running servers, and every open page and every new
reader on every node sees the same soon after.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.memory.embedded import EmbeddedValkey, redis_url
from tests.flows.conftest import People
from tests.support.servers import Portal

WITHIN_SECONDS = 1.0
WITHOUT_BELL_SECONDS = 5.0
"""Every 3 s a node asks by itself what was published; the rest is for a busy machine."""


@dataclass
class Newsroom:
    """Two nodes, the folder their articles are written in, and the Valkey between them."""

    nodes: tuple[Portal, Portal]
    folder: Path
    valkey: EmbeddedValkey

    def write(self, name: str, text: str, *, slug: str = "", status: str = "published") -> str:
        """Write an article's file; return the address it shall have."""
        (self.folder / f"{name}.md").write_text(
            f"---\ntitle: About {name}\nslug: {slug or name}\ndate: 2026-05-01\n"
            f"category: news\nauthor: Ada Moor\nsummary: What is known of {name}.\n"
            f"status: {status}\n---\n\n{text}\n",
            encoding="utf-8",
        )
        return f"/news/{slug or name}"

    async def publish(self) -> str:
        """Import the folder beside the running servers; return what the command says."""
        done = await asyncio.to_thread(self.nodes[0].run, "import", "markdown", str(self.folder))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def command(self, *words: str) -> str:
        """Type `portal news …` beside the running servers; return what it says."""
        done = await asyncio.to_thread(self.nodes[0].run, "news", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def ask(self, path: str, **headers: str) -> list[tuple[int, dict[str, str], str]]:
        """Ask every node for a page."""
        answers = [await asyncio.to_thread(node.get, path, **headers) for node in self.nodes]
        return [(status, found, body.decode()) for status, found, body in answers]

    async def statuses(self, path: str) -> list[int]:
        return [status for status, _, _ in await self.ask(path)]

    async def article(self, path: str) -> int:
        """The article's id, as its page tells the socket."""
        (_, _, body), _ = await self.ask(path)
        return int(body.partition('data-article="')[2].partition('"')[0])

    async def until_shown(self, path: str, text: str) -> float:
        """Wait until every node's page has this text; return how long that took, in s."""
        return await until(lambda pages: all(text in body for _, _, body in pages), self, path)

    async def until_gone(self, path: str) -> float:
        return await until(
            lambda pages: [status for status, _, _ in pages] == [410, 410], self, path
        )


async def until(
    met: Callable[[list[tuple[int, dict[str, str], str]]], bool], newsroom: Newsroom, path: str
) -> float:
    began = time.monotonic()
    while not met(pages := await newsroom.ask(path)):
        assert time.monotonic() - began < WITHOUT_BELL_SECONDS, pages
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def newsroom(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newsroom]:
    """Two servers that share nothing but a database and a Valkey of their own."""
    place = tmp_path_factory.mktemp("page")
    database = f"sqlite:///{place / 'portal.sqlite'}"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").create()
    for name in ("a", "b", "stories", "valkey"):
        (place / name).mkdir()
    valkey = EmbeddedValkey(place / "valkey")
    valkey.start()
    shared = {
        "PORTAL_REDIS_URL": redis_url(place / "valkey"),
        "PORTAL_DATABASE_URL": database,
        "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        "PORTAL_DRAIN_SECONDS": "0",
        # As behind one balancer: a page says its own address, and shall be the same everywhere.
        "PORTAL_BASE_URL": "http://news.example",
    }
    a, b = (Portal(place / name / "data", shared, ("--workers", "1")) for name in "ab")
    found = Newsroom((a, b), place / "stories", valkey)
    try:
        for node in (a, b):
            node.data.mkdir()
            node.start()
        yield found
    finally:
        for node in (a, b):
            if node.process is not None:
                node.stop()
        found.valkey.stop()


@pytest.fixture
def valkey_comes_back(newsroom: Newsroom) -> Iterator[None]:
    """Start a new Valkey after the test, in the main thread as it must be."""
    yield
    newsroom.valkey = EmbeddedValkey(newsroom.valkey.data)
    newsroom.valkey.start()


async def test_an_imported_article_is_answered_by_both_nodes(newsroom: Newsroom) -> None:
    """And was by neither before; importing it again finds nothing new."""
    path = newsroom.write("ferry", "The first ferry came in at six.")
    before = await newsroom.statuses(path)
    await newsroom.publish()
    took = await newsroom.until_shown(path, "The first ferry came in at six.")
    again = await newsroom.publish()

    assert before == [404, 404]
    assert took < WITHIN_SECONDS
    assert "0 added, 0 updated, 1 unchanged" in again


async def test_both_nodes_agree_on_what_a_reader_has(newsroom: Newsroom) -> None:
    """Whichever node is asked next, an unchanged page is not sent twice."""
    path = newsroom.write("bridge", "The bridge is closed on Sunday.")
    await newsroom.publish()
    await newsroom.until_shown(path, "closed on Sunday")
    etags = [headers["etag"] for _, headers, _ in await newsroom.ask(path)]
    repeated = await newsroom.ask(path, **{"if-none-match": etags[0]})
    newsroom.write("bridge", "The bridge is closed on Monday.")
    await newsroom.publish()
    await newsroom.until_shown(path, "closed on Monday")
    changed = await newsroom.ask(path, **{"if-none-match": etags[0]})

    assert etags[0] == etags[1]
    assert [(status, body) for status, _, body in repeated] == [(304, "")] * 2
    assert [status for status, _, _ in changed] == [200, 200]
    assert {headers["etag"] for _, headers, _ in changed}.isdisjoint(etags)


async def test_an_edit_reaches_both_nodes_and_open_pages(
    newsroom: Newsroom, people: People
) -> None:
    """Readers of this article are told, readers of another are left alone."""
    path = newsroom.write("market", "The market opens at eight.")
    other_path = newsroom.write("library", "The library is quiet.")
    await newsroom.publish()
    await newsroom.until_shown(other_path, "quiet")
    article, other = await newsroom.article(path), await newsroom.article(other_path)
    pages = [await people.visitor(node, article=article) for node in newsroom.nodes]
    elsewhere = await people.visitor(newsroom.nodes[1], article=other)
    newsroom.write("market", "The market opens at nine.")
    await newsroom.publish()
    took = await newsroom.until_shown(path, "opens at nine")
    told = [await page.hears("news.changed", WITHIN_SECONDS, article=article) for page in pages]
    await elsewhere.ask("live.ping")

    assert took < WITHIN_SECONDS
    assert [frame["kind"] for frame in told] == ["updated"] * 2
    assert told[0] == told[1]
    assert [frame for frame in elsewhere.told if frame["type"] == "news.changed"] == []


async def test_a_left_address_leads_to_the_new_one_in_one_hop(
    newsroom: Newsroom, people: People
) -> None:
    """However often it was renamed; and who reads it at the old one is told."""
    first = newsroom.write("tram", "The tram is late.")
    await newsroom.publish()
    page = await people.visitor(newsroom.nodes[1], article=await newsroom.article(first))
    second = newsroom.write("tram", "The tram is late.", slug="tram-late")
    await newsroom.publish()
    await newsroom.until_shown(second, "The tram is late.")
    once = await newsroom.ask(first)
    heard = await page.hears("news.changed", WITHIN_SECONDS)
    third = newsroom.write("tram", "The tram is late.", slug="tram-on-time")
    await newsroom.publish()
    await newsroom.until_shown(third, "The tram is late.")
    twice = [*await newsroom.ask(first), *await newsroom.ask(second)]

    assert [(status, headers.get("location")) for status, headers, _ in once] == [(301, second)] * 2
    assert [(status, headers.get("location")) for status, headers, _ in twice] == [(301, third)] * 4
    assert heard["kind"] == "updated"


async def test_a_withdrawn_article_is_gone_on_both_nodes(
    newsroom: Newsroom, people: People
) -> None:
    """410, not 404; open pages are told, and lists show it no more."""
    path = newsroom.write("rumour", "It is said that it is said.")
    await newsroom.publish()
    await newsroom.until_shown("/news/", "About rumour")
    page = await people.visitor(newsroom.nodes[1], article=await newsroom.article(path))
    newsroom.write("rumour", "It is said that it is said.", status="withdrawn")
    await newsroom.publish()
    took = await newsroom.until_gone(path)
    heard = await page.hears("news.changed", WITHIN_SECONDS, kind="withdrawn")
    lists = await newsroom.ask("/news/")

    assert took < WITHIN_SECONDS
    assert heard["kind"] == "withdrawn"
    assert [(status, "About rumour" in body) for status, _, body in lists] == [(200, False)] * 2


SAYING = (
    *("/", "/news/", "/tags/moor/", "/authors/ada-moor/", "/archive/2026/05/"),
    *("/search?q=lighthouse", "/feed.xml", "/news/feed.atom", "/tags/moor/feed.json"),
)
"""Pages and papers that name every fresh article of the category, its tag and its author."""


async def test_a_change_is_everywhere_on_every_node(newsroom: Newsroom) -> None:
    """Front, lists, search, feeds and sitemap say the same a second after it, whatever was kept."""

    async def say(text: str) -> list[str]:
        """Where on which node a text does not stand."""
        return [
            f"{at} {path}"
            for path in SAYING
            for at, (status, _, body) in enumerate(await newsroom.ask(path))
            if status != 200 or text not in body
        ]

    async def within(done: Callable[[list[str]], bool], text: str) -> float:
        began = time.monotonic()
        while not done(left := await say(text)):
            assert time.monotonic() - began < WITHOUT_BELL_SECONDS, left
        return time.monotonic() - began

    everywhere = [f"{at} {path}" for path in SAYING for at in (0, 1)]
    sitemap = "/sitemap/articles-1.xml"
    path = newsroom.write("lamp", "The lighthouse is white.")
    file = newsroom.folder / "lamp.md"
    file.write_text(file.read_text().replace("status:", "tags: [Moor]\nstatus:"))
    await newsroom.publish()
    await within(lambda left: left == [], "About lamp")
    file.write_text(file.read_text().replace("About lamp", "About the old lamp"))
    await newsroom.publish()
    edited = await within(lambda left: left == [], "About the old lamp")
    listed = await newsroom.ask(sitemap)
    file.write_text(file.read_text().replace("status: published", "status: withdrawn"))
    await newsroom.publish()
    gone = await within(lambda left: left == everywhere, "About the old lamp")
    unlisted = await newsroom.ask(sitemap)

    # Asked eighteen times, one after the other: that takes a while by itself.
    assert edited < 2 * WITHIN_SECONDS
    assert gone < 2 * WITHIN_SECONDS
    assert await newsroom.statuses(path) == [410, 410]
    assert [f"{path}<" in body for _, _, body in listed] == [True, True]
    assert [f"{path}<" in body for _, _, body in unlisted] == [False, False]


async def test_what_is_breaking_is_on_every_open_page_of_every_node(
    newsroom: Newsroom, people: People
) -> None:
    """Within a second of the command, whatever they read; pages served after it have it, too."""
    path = newsroom.write("quake", "The ground shook at noon.")
    other = newsroom.write("chess", "White moves first.")
    await newsroom.publish()
    await newsroom.until_shown(other, "White moves first.")
    article, elsewhere = await newsroom.article(path), await newsroom.article(other)
    pages = [await people.visitor(node, article=elsewhere) for node in newsroom.nodes]
    done = await newsroom.command("breaking", path)
    began = time.monotonic()
    told = [await page.hears("news.breaking", WITHIN_SECONDS, article=article) for page in pages]
    took = time.monotonic() - began
    await newsroom.until_shown(other, "<breaking-bar")
    late = await people.visitor(newsroom.nodes[1])
    heard = await late.hears("news.breaking", WITHIN_SECONDS)
    await newsroom.command("breaking", path, "--end")
    over = [
        await page.hears("news.breaking", WITHIN_SECONDS, article=article, until=0)
        for page in (*pages, late)
    ]
    await until(
        lambda answers: all("<breaking-bar" not in body for *_, body in answers), newsroom, other
    )

    assert done.startswith(f"{path} is breaking until ")
    assert took < WITHIN_SECONDS
    assert told[0] == told[1] == heard
    assert (told[0]["title"], told[0]["url"]) == ("About quake", path)
    assert {(frame["title"], frame["url"]) for frame in over} == {("", "")}


async def test_a_command_withdraws_and_moves_beside_the_servers(
    newsroom: Newsroom, people: People
) -> None:
    """Open pages hear, both nodes answer anew."""
    path = newsroom.write("leak", "Water is in the cellar.")
    await newsroom.publish()
    await newsroom.until_shown(path, "Water")
    page = await people.visitor(newsroom.nodes[1], article=await newsroom.article(path))
    moved = await newsroom.command("move-category", "/news/", "/reports/")
    await until(lambda answers: [status for status, *_ in answers] == [301] * 2, newsroom, path)
    withdrawn = await newsroom.command("withdraw", path)
    heard = await page.hears("news.changed", WITHIN_SECONDS, kind="withdrawn")
    gone = await newsroom.until_gone("/reports/leak")
    await newsroom.command("move-category", "/reports/", "/news/")

    assert "/news/ is /reports/ now" in moved
    assert withdrawn.startswith("/reports/leak is withdrawn")
    assert heard["kind"] == "withdrawn"
    assert gone < WITHIN_SECONDS


@pytest.mark.usefixtures("valkey_comes_back")
async def test_without_valkey_pages_are_served_and_still_change(newsroom: Newsroom) -> None:
    """No bell rings then: each node finds out by asking the database."""
    path = newsroom.write("storm", "A storm is coming.")
    await newsroom.publish()
    await newsroom.until_shown(path, "A storm is coming.")
    await asyncio.to_thread(newsroom.valkey.stop)
    kept, front = await newsroom.statuses(path), await newsroom.statuses("/")
    newsroom.write("storm", "The storm has passed.")
    await newsroom.publish()
    took = await newsroom.until_shown(path, "The storm has passed.")

    assert kept == front == [200, 200]
    assert took < WITHOUT_BELL_SECONDS
