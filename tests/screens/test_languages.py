"""The site in three languages: addresses, lists, words, and the ways from one to another."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import httpx2 as httpx
import pytest

from portal.clock import system_clock
from portal.news.importers.markdown import import_folder
from portal.storage.database import Database, address
from portal.storage.media import Media
from tests.screens.test_letterbox import opened
from tests.support.inside import Inside

LANGUAGES = ("en", "zh-CN", "ar")
SITEMAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
STORIES = {
    "boats": {"title": "Boats", "category": "News/Harbour", "tags": "[quay]"},
    "nets": {"title": "Nets", "category": "News/Harbour", "tags": "[quay]"},
    "weather": {"title": "Weather", "category": "News/World"},
    "about": {"title": "About us", "kind": "page"},
    "privacy": {"title": "Privacy", "kind": "page"},
    "船": {
        "title": "海港的船",
        "category": "News/Harbour",
        "tags": "[码头]",
        "language": "zh-CN",
        "translates": "boats",
        "author": "魏岚",
    },
    "网": {"title": "渔网", "category": "News/Harbour", "language": "zh-CN"},
    "قوارب": {
        "title": "قوارب الميناء",
        "category": "News/Harbour",
        "author": "Wei Lan",
        "language": "ar",
        "translates": "boats",
    },
    "من-نحن": {"title": "من نحن", "kind": "page", "language": "ar", "translates": "about"},
}


@dataclass
class Reader:
    """Somebody who reads the site."""

    client: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def text(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text


@pytest.fixture
async def reader(tmp_path: Path, valkey_url: str) -> AsyncIterator[Reader]:
    """A reader of a site that speaks three languages, with a translated story."""
    source = tmp_path / "source"
    source.mkdir()
    for slug, front in STORIES.items():
        lines = [f"{name}: {value}" for name, value in {"slug": slug, **front}.items()]
        text = "\n".join(["---", "date: 2026-06-07 09:30", *lines, "---", "Words 海港 مرفأ.", ""])
        (source / f"{slug}.md").write_text(text, encoding="utf-8")
    (source / "newsroom.toml").write_text(
        '[[category]]\npath = "News"\nnames = { zh-CN = "新闻", ar = "الأخبار" }\n'
        '[[category]]\npath = "News/Harbour"\nnames = { zh-CN = "港口", ar = "الميناء" }\n',
        encoding="utf-8",
    )
    data = tmp_path / "data"
    data.mkdir()
    built = await asyncio.to_thread(
        Inside.build, data, valkey_url, languages=LANGUAGES, site_name="Harbour Post"
    )
    async with built.open() as site:
        database = Database(address(None, data))
        await database.open()
        report = await import_folder(
            database, Media(data / "media"), source, system_clock, site.settings
        )
        await database.close()
        assert report.problems == []
        async with site.client() as client:
            yield Reader(client)


def alternates(page: str) -> dict[str, str]:
    """Return what a page says of itself in other languages, as paths."""
    found = re.findall(
        r'<link rel="alternate" hreflang="([^"]+)" href="https?://[^/]+([^"]+)">', page
    )
    return dict(found)


def switch(page: str) -> dict[str, str]:
    """Return where the switch leads, by language."""
    found = re.search(r'<nav class="languages".*?</nav>', page, re.DOTALL)
    assert found
    return dict(re.findall(r'href="([^"]+)" lang="([^"]+)"', found[0]))


async def test_every_language_has_its_own_pages(reader: Reader) -> None:
    """Front page, categories, tags, authors, archive and feeds, of its own articles alone."""
    pages = [
        "/zh-cn/",
        "/zh-cn/news/",
        "/zh-cn/news/harbour/",
        "/zh-cn/tags/",
        "/zh-cn/tags/码头/",
        "/zh-cn/authors/",
        "/zh-cn/authors/魏岚/",
        "/zh-cn/archive/",
        "/zh-cn/archive/2026/06/",
        "/zh-cn/feed.xml",
        "/zh-cn/news/harbour/feed.atom",
        "/zh-cn/search?q=海港",
    ]
    texts = {path: await reader.text(path) for path in pages}
    english = await reader.text("/")

    indexes = ("/tags/", "/authors/", "/archive/", "海港")
    assert all("海港的船" in texts[path] for path in pages if not path.endswith(indexes))
    assert not any(">Boats<" in text or "قوارب" in text for text in texts.values())
    assert "海港的船" not in english
    assert "Boats" in english


async def test_a_page_speaks_its_language_in_every_word(reader: Reader) -> None:
    """Words, dates and names of categories; direction; what machines are told."""
    chinese = await reader.text("/zh-cn/news/harbour/船")
    arabic = await reader.text("/ar/news/harbour/قوارب")

    assert '<html lang="zh-CN" dir="ltr"' in chinese
    assert '<html lang="ar" dir="rtl"' in arabic
    assert "2026年6月7日 09:30" in chinese
    assert "7 يونيو 2026، 9:30 ص" in arabic
    assert [word in chinese for word in ("当前位置", "港口", "上一篇", "欢迎来到")] == [True] * 4
    assert [word in arabic for word in ("موقعك", "الميناء", "بقلم", "مرحبًا")] == [True] * 4
    assert [re.search(rf">{word}<", chinese) for word in ("Home", "Harbour", "By")] == [None] * 3
    assert '"inLanguage":"zh-CN"' in chinese
    assert '<meta property="og:locale" content="zh_CN">' in chinese
    assert '"item":"http://127.0.0.1:8000/zh-cn/news/harbour/"' in chinese


async def test_an_article_leads_to_its_translations(reader: Reader) -> None:
    """Machines by hreflang, people by the switch; each page names all, itself included."""
    paths = {
        "en": "/news/harbour/boats",
        "zh-CN": "/zh-cn/news/harbour/%E8%88%B9",
        "ar": "/ar/news/harbour/%D9%82%D9%88%D8%A7%D8%B1%D8%A8",
    }
    for spoken, path in paths.items():
        page = await reader.text(path)
        others = {where: tag for tag, where in paths.items() if tag != spoken}

        assert alternates(page) == {**paths, "x-default": paths["en"]}
        assert switch(page) == others
    assert "前往首页" not in page


async def test_where_there_is_no_translation_the_switch_says_where_it_leads(
    reader: Reader,
) -> None:
    """To the front page of the language, in words of that language; machines are told nothing."""
    page = await reader.text("/news/harbour/nets")
    about = await reader.text("/about")

    assert alternates(page) == {}
    assert switch(page) == {"/zh-cn/": "zh-CN", "/ar/": "ar"}
    assert '<span class="unseen">, 前往首页</span>' in page
    assert "/zh-cn/" in switch(about)
    assert "/ar/%D9%85%D9%86-%D9%86%D8%AD%D9%86" in switch(about)


async def test_listings_name_those_languages_that_have_them(reader: Reader) -> None:
    """A category without articles in a language is none there, and in no menu of it."""
    front = await reader.text("/ar/")
    harbour = await reader.text("/news/harbour/")
    world = await reader.text("/news/world/")
    missing = await reader.get("/ar/news/world/")

    assert alternates(front) == {"en": "/", "ar": "/ar/", "zh-CN": "/zh-cn/", "x-default": "/"}
    assert set(alternates(harbour)) == {"en", "ar", "zh-CN", "x-default"}
    assert alternates(world) == {}
    assert "/ar/news/world/" not in front
    assert missing.status_code == 404
    assert "لا يوجد شيء هنا" in missing.text
    assert "قوارب الميناء" in missing.text


async def test_a_language_is_written_in_one_way(reader: Reader) -> None:
    """The site's first by nothing, others by their tag in lower case."""
    right = {
        "/en/": "/",
        "/en": "/",
        "/en/news/harbour/boats": "/news/harbour/boats",
        "/EN/news/": "/news/",
        "/en/feed.xml": "/feed.xml",
        "/zh-cn": "/zh-cn/",
        "/zh-CN/news/harbour/": "/zh-cn/news/harbour/",
        "/zh-cn/news/harbour": "/zh-cn/news/harbour/",
    }
    answers = {asked: await reader.get(asked) for asked in right}

    assert {each.status_code for each in answers.values()} == {308}
    assert {asked: each.headers["location"] for asked, each in answers.items()} == right


async def test_what_no_language_has_is_not_there(reader: Reader) -> None:
    """A tag the site does not speak, and an article of another language."""
    asked = ("/fr/", "/fr/news/harbour/boats", "/fr/search", "/zh-cn/news/harbour/boats")
    statuses = [(await reader.get(path)).status_code for path in asked]

    assert statuses == [404] * 4


async def test_a_language_that_is_spoken_no_more_is_gone(
    reader: Reader, tmp_path: Path, valkey_url: str
) -> None:
    """Its articles are kept, and shown to nobody: not at their address, in no list, in no map."""
    data = tmp_path / "data"
    built = await asyncio.to_thread(Inside.build, data, valkey_url, languages=("en", "ar"))
    async with built.open() as site, site.client() as client:
        gone = await client.get("/zh-cn/news/harbour/船")
        front = await client.get("/")
        mapped = await client.get("/sitemap/articles-1.xml")
        boats = await client.get("/news/harbour/boats")

    assert gone.status_code == 404
    assert "中文" not in front.text
    assert "zh-cn" not in mapped.text
    assert "zh-CN" not in mapped.text
    assert set(alternates(boats.text)) == {"en", "ar", "x-default"}


async def test_feeds_and_sitemaps_know_languages(reader: Reader) -> None:
    """A feed is of one language and says so; a sitemap names what translates what."""
    feed = ElementTree.fromstring(await reader.text("/zh-cn/feed.xml"))
    news = await reader.text("/sitemap-news.xml")
    maps = ElementTree.fromstring(await reader.text("/sitemap/articles-1.xml"))
    pages = ElementTree.fromstring(await reader.text("/sitemap/pages.xml"))
    told = {
        place.findtext("s:loc", "", SITEMAP): [
            each.get("hreflang") for each in place.findall("x:link", SITEMAP)
        ]
        for place in [*maps, *pages]
    }
    by_path = {re.sub("^https?://[^/]+", "", where): tags for where, tags in told.items()}
    all_of_them = ["en", "ar", "zh-CN", "x-default"]

    assert feed.findtext("channel/language") == "zh-CN"
    assert feed.findtext("channel/link", "").endswith("/zh-cn/")
    assert sorted(each.text or "" for each in feed.findall("channel/item/title")) == [
        "海港的船",
        "渔网",
    ]
    assert by_path["/news/harbour/boats"] == all_of_them
    assert by_path["/zh-cn/news/harbour/%E8%88%B9"] == all_of_them
    assert by_path["/news/harbour/nets"] == []
    assert by_path["/"] == by_path["/zh-cn/"] == by_path["/news/harbour/"] == all_of_them
    assert by_path["/about"] == ["en", "ar", "x-default"]
    assert "/zh-cn/tags/%E7%A0%81%E5%A4%B4/" in by_path
    assert "/ar/news/world/" not in by_path
    assert "<news:language>" in news or "<url>" not in news


async def test_a_search_finds_its_language(reader: Reader) -> None:
    """All texts hold the word; each language finds its own."""
    found = {
        path: re.findall(r'teaser__link" href="([^"]+)"', await reader.text(f"{path}?q=海港"))
        for path in ("/search", "/zh-cn/search", "/ar/search")
    }

    assert all(
        each.startswith("/news") or each in ("/about", "/privacy") for each in found["/search"]
    )
    assert len(found["/zh-cn/search"]) == 2
    assert all(each.startswith("/ar/") for each in found["/ar/search"])
    assert len(found["/ar/search"]) == 2


async def test_the_letterbox_speaks_the_page_s_language(reader: Reader) -> None:
    """From the link on the page to the words at a field; its address stays one."""
    front = await reader.text("/ar/")
    hidden = await opened(reader.client, "/chat/?language=ar")
    refused = await reader.client.post("/chat/", data={**hidden, "email": "nobody", "message": ""})
    thanks = await reader.text("/chat/?sent=1&language=zh-CN")

    assert 'href="/chat/?language=ar"' in front
    assert hidden["language"] == "ar"
    assert refused.status_code == 422
    assert "يُرجى كتابة رسالة." in refused.text
    assert 'dir="rtl"' in refused.text
    assert "谢谢您" in thanks
