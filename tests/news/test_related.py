"""What else is worth reading after an article, the same on both databases."""

from typing import Any

import pytest

from portal.news.article import PublishedArticle
from portal.news.matching import significant
from portal.news.store import tags
from portal.news.store.articles import Articles
from portal.news.store.beside import beside
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.news.test_store import draft, rooms


class Newsroom:
    """Articles of two categories and three tags."""

    def __init__(self, database: Database, articles: Articles, clock: HeldClock) -> None:
        self.database = database
        self.articles = articles
        self.clock = clock
        self.rooms: dict[str, int] = {}
        self.tags: dict[str, int] = {}

    async def furnish(self) -> None:
        self.rooms = await rooms(self.database, "news", "world")
        names = {"sea": "Sea", "air": "Air", "jobs": "Jobs"}
        self.tags = await self.database.write(lambda c: tags.save(c, names))

    async def publish(self, slug: str, room: str, *tagged: str, **more: Any) -> int:
        self.clock.forward(1_000)
        ids = tuple(self.tags[each] for each in tagged)
        made = draft(slug, room, category_id=self.rooms[room], tags=ids, **more)
        return (await self.articles.publish(made)).article_id

    async def after(self, path: str, limit: int = 3) -> list[str]:
        """What is offered after the article at `path`, by the ends of their addresses."""
        shown = await self.articles.published(path)
        assert isinstance(shown, PublishedArticle)
        query = significant(f"{shown.summary} {shown.title}")
        async with self.database.read() as c:
            found = await beside(c, shown, query, (), limit)
        return [each.path.rpartition("/")[2] for each in found.related]


@pytest.fixture
async def newsroom(database: Database, clock: HeldClock) -> Newsroom:
    made = Newsroom(database, Articles(database, clock), clock)
    await made.furnish()
    return made


async def test_shared_tags_say_most(newsroom: Newsroom) -> None:
    """Two more than one, whatever is newer or nearer; itself is never offered."""
    await newsroom.publish("shown", "news", "sea", "air", title="Alpha")
    await newsroom.publish("both", "world", "sea", "air", title="Beta")
    await newsroom.publish("one", "world", "air", title="Gamma")
    await newsroom.publish("none", "world", "jobs", title="Delta")
    await newsroom.publish("near", "news", title="Epsilon")

    assert await newsroom.after("news/shown", 9) == ["both", "one", "near"]


async def test_words_relate_where_tags_do_not(newsroom: Newsroom) -> None:
    """Of another category, before what only stands beside it."""
    await newsroom.publish("shown", "news", title="Breakwater survives the storm")
    text = "<p>The breakwater was hit by the storm.</p>"
    await newsroom.publish("alike", "world", title="Winter", body_html=text)
    for number in range(3):
        await newsroom.publish(f"other{number}", "news", title="Invoices")

    assert await newsroom.after("news/shown") == ["alike", "other2", "other1"]


async def test_chinese_texts_relate(newsroom: Newsroom) -> None:
    """By pairs of signs."""
    await newsroom.publish("shown", "news", title="港口重新开放")
    await newsroom.publish("alike", "world", title="Ships", body_html="<p>船只进入港口</p>")
    await newsroom.publish("other", "world", title="机场")

    assert await newsroom.after("news/shown") == ["alike"]


async def test_a_tag_in_the_same_category_is_nearer(newsroom: Newsroom) -> None:
    """Than the same tag elsewhere, though that is newer."""
    await newsroom.publish("shown", "news", "sea", title="Alpha")
    await newsroom.publish("near", "news", "sea", title="Beta")
    await newsroom.publish("far", "world", "sea", title="Gamma")

    assert await newsroom.after("news/shown") == ["near", "far"]


async def test_what_is_withdrawn_is_not_offered(newsroom: Newsroom) -> None:
    """By whichever way it would come."""
    await newsroom.publish("shown", "news", "sea", title="Harbour")
    gone = await newsroom.publish("gone", "news", "sea", title="Harbour")
    await newsroom.articles.withdraw(gone)

    assert await newsroom.after("news/shown") == []
