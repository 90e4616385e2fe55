"""Importing articles in several languages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import PublishedArticle
from portal.news.importers.markdown import Report, import_folder
from portal.news.store import articles, categories, listing, moves, translations
from portal.news.store.details import details
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.media import Media
from tests.conftest import HeldClock

SETTINGS = replace(Settings(), languages=("en", "zh-CN", "ar"))
Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, write: Write) -> Path:
    """A story, a translation that names its slug and one that names its file."""
    place = tmp_path / "source"
    place.mkdir()
    write("boats.md", "Boats.", title="Boats", slug="boats", category="News/Harbour")
    write(
        *("boats.zh.md", "船。"),
        title="船",
        slug="船",
        category="News/Harbour",
        language="zh-cn",
        translates="boats",
    )
    write(
        *("ar/boats.md", "قوارب."),
        title="قوارب",
        category="News/Harbour",
        language="ar",
        translates="boats.zh.md",
    )
    (place / "newsroom.toml").write_text(
        '[[category]]\npath = "News/Harbour"\ndescription = "Ships."\n'
        'names = { zh-CN = "港口" }\ndescriptions = { zh-CN = "船只。" }\n'
    )
    return place


async def imported(database: Database, media: Media, folder: Path, clock: HeldClock) -> Report:
    """Import the folder."""
    return await import_folder(database, media, folder, clock, SETTINGS)


async def test_translations_are_tied_to_what_they_were_made_from(
    database: Database, media: Media, folder: Path, clock: HeldClock
) -> None:
    """By slug or by file; a translation of a translation is one of the first. Twice is once."""
    report = await imported(database, media, folder, clock)
    again = await imported(database, media, folder, clock)
    async with database.read() as c:
        english = await articles.published(c, "news/harbour/boats")
        chinese = await articles.published(c, "zh-cn/news/harbour/船")
        arabic = await articles.published(c, "ar/news/harbour/boats")
        assert isinstance(english, PublishedArticle)
        paths = (await details(c, (), (), english, translated=True)).paths

    assert report.problems == []
    assert (report.added, again.unchanged) == (3, 3)
    assert isinstance(chinese, PublishedArticle)
    assert isinstance(arabic, PublishedArticle)
    assert (english.language, chinese.language, arabic.language) == ("", "zh-CN", "ar")
    assert english.original_id is None
    assert (chinese.original_id, arabic.original_id) == (english.id, english.id)
    assert paths == {
        "": "news/harbour/boats",
        "zh-CN": "zh-cn/news/harbour/船",
        "ar": "ar/news/harbour/boats",
    }


async def test_lists_are_of_one_language(
    database: Database, media: Media, folder: Path, clock: HeldClock
) -> None:
    """And call categories as it does; what has no name in it keeps the first one's."""
    await imported(database, media, folder, clock)
    async with database.read() as c:
        listed = {each: await listing.latest(c, 9, language=each) for each in ("", "zh-CN", "ar")}
        trees = {each: await categories.tree(c, each) for each in ("", "zh-CN", "ar")}
        spread = await translations.spread(c)
    harbour = [tree.by_path["news/harbour"] for tree in trees.values()]

    assert [[each.title for each in found] for found in listed.values()] == [
        ["Boats"],
        ["船"],
        ["قوارب"],
    ]
    assert [found[0].category_name for found in listed.values()] == ["Harbour", "港口", "Harbour"]
    assert [each.name for each in harbour] == ["Harbour", "港口", "Harbour"]
    assert [each.description for each in harbour] == ["Ships.", "船只。", "Ships."]
    assert spread == {each: {harbour[0].id} for each in ("", "zh-CN", "ar")}


async def test_a_category_moves_in_every_language(
    database: Database, media: Media, folder: Path, clock: HeldClock
) -> None:
    """What is below it keeps the language its address begins with."""
    await imported(database, media, folder, clock)

    async def move(c: AsyncConnection) -> str:
        tree = await categories.tree(c)
        harbour = tree.by_path["news/harbour"]
        return await moves.move(c, harbour.id, slug="port", parent_id=harbour.parent_id, now=9)

    await database.write(move)
    async with database.read() as c:
        english = await articles.published(c, "news/port/boats")
        assert isinstance(english, PublishedArticle)
        paths = (await details(c, (), (), english, translated=True)).paths

    assert sorted(paths.values()) == [
        "ar/news/port/boats",
        "news/port/boats",
        "zh-cn/news/port/船",
    ]


async def test_what_cannot_be_meant_is_one_line(
    database: Database, media: Media, folder: Path, clock: HeldClock, write: Write
) -> None:
    """A language the site does not speak, an original that is not there, or in the same."""
    write("a.md", "x", title="A", category="News", language="fr")
    write("b.md", "x", title="B", category="News", language="ar", translates="nothing")
    write("c.md", "x", title="C", category="News", translates="boats")
    report = await imported(database, media, folder, clock)

    assert report.advice == ["1 in fr, which PORTAL_LANGUAGES does not name: left out"]
    assert sorted(report.problems) == [
        "b.md: translates: there is no 'nothing'",
        "c.md: translates: boats.md is in the same language",
    ]
    assert report.added == 5
