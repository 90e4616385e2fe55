"""Sitemaps: every address a search engine should know, and nothing else."""

from typing import Any

import pytest

from portal.news.store import authors
from portal.news.store.authors import NewAuthor
from portal.screens.machines import sitemaps
from portal.screens.machines.sitemaps import news_language
from tests.screens.conftest import Newsroom
from tests.screens.machines import news_of, sitemap

MINUTE = 60_000
HOUR = 60 * MINUTE


async def listed(newsroom: Newsroom, path: str, schema: str = "sitemap") -> dict[str, str | None]:
    """Return the addresses of a sitemap, with their times of change."""
    answer = await newsroom.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/xml")
    return {place[0].text: _changed(place) for place in sitemap(schema, answer.content)}


def _changed(place: Any) -> str | None:
    return next((each.text for each in place if each.tag.endswith("lastmod")), None)


async def test_the_index_leads_to_every_address(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """Front page, categories, used tags and authors, pages, articles with their last change."""
    ada = await newsroom.db.write(lambda c: authors.save(c, NewAuthor(slug="ada", name="Ada")))
    done = await newsroom.publish("old")
    gone = await newsroom.publish("gone")
    await newsroom.publish("story", "news/company-news", tags=(labels["Harbour"],), authors=(ada,))
    await newsroom.publish("about", "")
    await newsroom.publish("secret", status="draft")
    await newsroom.publish("new", of=done.article_id)
    await newsroom.articles.withdraw(gone.article_id)
    index = await listed(newsroom, "/sitemap.xml", "sitemap-index")
    site = "https://portal.example"
    pages = await listed(newsroom, "/sitemap/pages.xml")
    articles = await listed(newsroom, "/sitemap/articles-1.xml")

    assert {
        f"{site}/sitemap/pages.xml": None,
        f"{site}/sitemap/articles-1.xml": "2026-05-28T20:26:46Z",
        f"{site}/sitemap-news.xml": None,
    } == index
    assert {
        f"{site}/",
        f"{site}/news/",
        f"{site}/news/company-news/",
        f"{site}/news/company-news/people/",
        f"{site}/tags/harbour/",
        f"{site}/authors/ada/",
        f"{site}/about",
    } == set(pages)
    assert {
        f"{site}/news/new": "2026-05-28T20:26:46Z",
        f"{site}/news/company-news/story": "2026-05-28T20:26:43Z",
    } == articles


async def test_articles_stand_in_groups_that_stay(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their ids: what is new changes only the last file; an unknown file is none."""
    monkeypatch.setattr(sitemaps, "GROUP", 2)
    for number in range(4):
        await newsroom.publish(f"a{number}")
    index = await listed(newsroom, "/sitemap.xml", "sitemap-index")
    groups = [each for each in index if "/articles-" in each]
    found = [await listed(newsroom, each.removeprefix("https://portal.example")) for each in groups]
    unknown = [
        (await newsroom.get(f"/sitemap/{name}.xml")).status_code
        for name in ("articles-99", "articles-0", "news-2", "x", "articles-1-1")
    ]

    assert 4 == sum(len(each) for each in found)
    assert all(len(each) <= 2 for each in found)
    assert [404] * 5 == unknown


async def test_news_are_news_for_two_days(newsroom: Newsroom) -> None:
    """There at 47:59, gone at 48:01; then the file stays, empty."""
    await newsroom.publish("story", title="A & B")
    began = newsroom.clock()
    newsroom.clock.at = began + 48 * HOUR - MINUTE
    there = news_of((await newsroom.get("/sitemap-news.xml")).content)
    newsroom.clock.at = began + 48 * HOUR + MINUTE
    gone = await newsroom.get("/sitemap-news.xml")

    assert [
        {
            "loc": "https://portal.example/news/story",
            "name": "HiFred",
            "language": "en",
            "publication_date": "2026-05-28T20:26:41Z",
            "title": "A & B",
        }
    ] == there
    assert 200 == gone.status_code
    assert [] == news_of(gone.content)


async def test_a_change_makes_no_news_of_an_old_article(newsroom: Newsroom) -> None:
    """What counts is when readers saw it first."""
    old = await newsroom.publish("old")
    newsroom.clock.forward(72 * HOUR)
    fresh = await newsroom.publish("fresh")
    first = newsroom.clock()
    newsroom.clock.forward(HOUR)
    await newsroom.publish("old", of=old.article_id)
    await newsroom.publish("fresh", of=fresh.article_id)
    (only,) = news_of((await newsroom.get("/sitemap-news.xml")).content)

    assert "https://portal.example/news/fresh" == only["loc"]
    assert "2026-05-31T20:26:42Z" == only["publication_date"]
    assert 1_780_259_202_000 == first


async def test_more_news_than_a_file_may_hold_take_two(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most a thousand a file; the index names each."""
    monkeypatch.setattr(sitemaps, "NEWS_MOST", 3)
    for number in range(4):
        await newsroom.publish(f"a{number}")
    index = await listed(newsroom, "/sitemap.xml", "sitemap-index")
    first = news_of((await newsroom.get("/sitemap-news.xml")).content)
    second = news_of((await newsroom.get("/sitemap/news-2.xml")).content)

    assert [f"https://portal.example/{n}.xml" for n in ("sitemap-news", "sitemap/news-2")] == [
        each for each in index if "news" in each
    ]
    assert (3, 1) == (len(first), len(second))
    assert ["About a3", "About a2", "About a1", "About a0"] == [
        each["title"] for each in [*first, *second]
    ]


@pytest.mark.parametrize(
    ("tag", "written"),
    [("en", "en"), ("en-GB", "en"), ("zh-CN", "zh-cn"), ("zh-Hant", "zh-tw"), ("ar", "ar")],
)
def test_news_write_languages_their_own_way(tag: str, written: str) -> None:
    """Two or three letters, but for Chinese."""
    assert news_language(tag) == written


async def test_a_sitemap_is_sent_once(newsroom: Newsroom) -> None:
    """Who has it is told so until something is published."""
    await newsroom.publish("story")
    first = await newsroom.get("/sitemap.xml")
    again = await newsroom.get("/sitemap.xml", **{"If-None-Match": first.headers["etag"]})
    newsroom.clock.forward(1000)
    await newsroom.publish("more")
    later = await newsroom.get("/sitemap.xml", **{"If-None-Match": first.headers["etag"]})

    assert (200, 304, 200) == (first.status_code, again.status_code, later.status_code)
