"""What readers type is matched with what is published, and forgotten."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from portal.errors import Refused
from portal.identity import Reader
from portal.live.connection import Connection
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.news.article import Draft
from portal.news.matching import Match, Matches, MatchSocket, significant
from portal.news.store.articles import Articles
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.live.test_connection import WatchedWire
from tests.news.test_store import draft


@pytest.fixture
def articles(database: Database, clock: HeldClock) -> Articles:
    """A store over an empty database."""
    return Articles(database, clock)


def about(slug: str, title: str, summary: str = "", body: str = "", **changes: Any) -> Draft:
    """A draft with something to say."""
    return draft(slug, title=title, summary=summary, body_html=f"<p>{body}</p>", **changes)


class Page:
    """A reader's socket."""

    def __init__(self, database: Database) -> None:
        self.socket = MatchSocket(database)
        self.fresh()

    def fresh(self) -> None:
        hello = Hello(protocol=1)
        self.connection = Connection(
            WatchedWire(), Hub().turn, door="live", actor=Reader(), hello=hello
        )

    async def asks(self, text: str) -> Matches:
        told = await self.socket.table("live")[Match](self.connection, Match(text=text))
        assert isinstance(told, Matches)
        return told

    async def titles(self, text: str) -> list[str]:
        self.fresh()
        return [each.title for each in (await self.asks(text)).articles]


@pytest.fixture
def page(database: Database) -> Page:
    return Page(database)


async def test_articles_that_answer_are_offered_best_first(articles: Articles, page: Page) -> None:
    """A word in the title counts more than one in the text; three at most."""
    await articles.publish(about("a", "Nothing to see", body="The harbour, in passing. " * 5))
    await articles.publish(about("b", "Harbour reopens", "On Monday", "Ships may enter."))
    await articles.publish(about("c", "Subscription prices", body="What it costs."))
    for n in range(4):
        await articles.publish(about(f"x{n}", "Other", body="filler words " * 40 + "harbour"))

    found = await page.asks("Hello, when does the HARBOUR open again?")

    assert len(found.articles) == 3
    best = found.articles[0]
    assert (best.title, best.url, best.summary) == ("Harbour reopens", "/b", "On Monday")
    assert await page.titles("how much is a subscription") == ["Subscription prices"]


async def test_chinese_is_matched_by_pairs(articles: Articles, page: Page) -> None:
    """What questions are made of is not what they are about."""
    await articles.publish(about("a", "港口重新开放", body="港口周一重新开放。"))
    await articles.publish(about("b", "订阅价格", body="我们什么时候涨价？"))

    assert await page.titles("请问港口什么时候开放") == ["港口重新开放"]
    assert await page.titles("请问什么时候") == []


async def test_only_what_readers_can_see_is_offered(articles: Articles, page: Page) -> None:
    """As it reads now: not a draft, not an old text, not what was withdrawn."""
    await articles.publish(about("a", "Secret plans", status="draft"))
    done = await articles.publish(about("b", "Trawler found"))
    assert await page.titles("secret") == []
    assert await page.titles("trawler") == ["Trawler found"]

    await articles.publish(about("b", "Ferry found"), done.article_id)
    assert await page.titles("trawler") == []
    assert await page.titles("ferry") == ["Ferry found"]

    await articles.withdraw(done.article_id)
    assert await page.titles("ferry") == []


@pytest.mark.parametrize(
    "text",
    ["", "   ", "how are you", "a b c", "12 34", "\"' OR 1=1 --", "🙂", "\u200b", "x" * 4_000],
)
async def test_what_says_nothing_finds_nothing(page: Page, articles: Articles, text: str) -> None:
    """And raises nothing."""
    await articles.publish(about("a", "How are you"))

    assert await page.titles(text) == []


def test_the_end_of_a_long_question_counts() -> None:
    """Greetings come first; each word is looked for once."""
    query = significant(" ".join(f"word{n}" for n in range(50)) + " word49 word48")

    assert query is not None
    assert query.words[:2] == ("word48", "word49")
    assert len(query.words) == 12


async def test_a_socket_asks_once_a_second(page: Page) -> None:
    """More is refused, and says when it is not."""
    await page.asks("harbour")
    with pytest.raises(Refused) as refused:
        await page.asks("harbours")

    assert refused.value.code == "limited"
    assert 0 < (refused.value.retry_ms or 0) <= 1_000


async def test_what_is_typed_is_neither_kept_nor_logged(
    database: Database, page: Page, tmp_path: Path
) -> None:
    """Nothing is written at all; staff have no such question."""
    with structlog.testing.capture_logs() as logs:
        await page.asks("zebracanary")
    await asyncio.sleep(0)

    assert logs == []
    assert page.socket.table("staff") == {}
    files = [each.read_bytes() for each in tmp_path.iterdir() if each.is_file()]
    assert not any(b"zebracanary" in each for each in files)
