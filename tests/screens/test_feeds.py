"""Feeds: what a reader of feeds gets, and keeps."""

import feedparser
import pytest

from portal.news.store import authors, moves
from portal.news.store.authors import NewAuthor
from tests.screens.conftest import Newsroom
from tests.screens.machines import KINDS, of_schema, parsed, pictured

BODY = (
    '<p>See <a href="/news/other">the <em>other</em></a> &amp; <a href="#s1">above</a>.</p>'
    '<p>Written src="/x" in the text.</p>'
    '<img src="/media/0123456789abcdef-800.jpg" srcset="/media/0123456789abcdef-480.jpg 480w, '
    '/media/0123456789abcdef-800.jpg 800w" alt="A &gt; B">'
)


async def written_by(newsroom: Newsroom, name: str, slug: str) -> int:
    """Add an author; return the id."""
    return await newsroom.db.write(
        lambda c: authors.save(c, NewAuthor(slug=slug, name=name, bio="Writes."))
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_feed_holds_the_newest_whole(
    newsroom: Newsroom, labels: dict[str, int], kind: str
) -> None:
    """Title, text with whole addresses, times, authors, categories, picture; newest first."""
    picture = await pictured(newsroom)
    ada = await written_by(newsroom, "Ada O'Hara", "ada")
    await newsroom.publish("older")
    await newsroom.publish(
        "story",
        "news/company-news",
        title='A <b>"story"</b> & more',
        body_html=BODY,
        tags=(labels["Harbour"],),
        authors=(ada,),
        lead_media_id=picture,
        lead_alt='The "harbour"',
    )
    answer = await newsroom.get(f"/feed.{kind}")
    feed = parsed(answer)
    first = feed.entries[0]

    assert feed.title == "HiFred"
    assert feed.home == "https://portal.example/"
    assert feed.itself == f"https://portal.example/feed.{kind}"
    assert [entry.title for entry in feed.entries] == ['A <b>"story"</b> & more', "About older"]
    assert first.address == "https://portal.example/news/company-news/story"
    assert first.summary == "A summary."
    assert first.published_at == "2026-05-28T20:26:42Z"
    assert first.authors == ["Ada O'Hara"]
    assert first.categories == ["Company News", "Harbour"]
    assert first.picture == "https://portal.example/media/0123456789abcdef-800.jpg"
    assert 'href="https://portal.example/news/other"' in first.html
    assert 'href="https://portal.example/news/company-news/story#s1"' in first.html
    assert 'src="https://portal.example/media/0123456789abcdef-800.jpg"' in first.html
    assert ", https://portal.example/media/0123456789abcdef-800.jpg 800w" in first.html
    assert 'Written src="/x" in the text.' in first.html
    assert 'alt="The &quot;harbour&quot;"' in first.html
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("where", "title", "slugs"),
    [
        ("/", "HiFred", ["c", "b", "a"]),
        ("/news/", "News – HiFred", ["c", "b", "a"]),
        ("/news/company-news/", "Company News – HiFred", ["c", "b"]),
        ("/news/company-news/people/", "People – HiFred", ["c"]),
        ("/tags/harbour/", "Harbour – HiFred", ["c", "a"]),
        ("/authors/ada/", "Ada – HiFred", ["b"]),
        ("/tags/sensors/", "Sensors – HiFred", []),
    ],
)
async def test_every_listing_has_its_feeds(
    newsroom: Newsroom,
    labels: dict[str, int],
    where: str,
    title: str,
    slugs: list[str],
    kind: str,
) -> None:
    """The site, a category with what lies in it, a tag, an author; an empty one too."""
    ada = await written_by(newsroom, "Ada", "ada")
    await newsroom.publish("a", "news", tags=(labels["Harbour"],))
    await newsroom.publish("b", "news/company-news", authors=(ada,))
    await newsroom.publish("c", "news/company-news/people", tags=(labels["Harbour"],))
    feed = parsed(await newsroom.get(f"{where}feed.{kind}"))

    assert feed.title == title
    assert feed.home == f"https://portal.example{where}"
    assert [f"About {slug}" for slug in slugs] == [entry.title for entry in feed.entries]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_entry_stays_itself_when_its_address_changes(
    newsroom: Newsroom, kind: str
) -> None:
    """The id is the article's; the link and the time of change are new."""
    done = await newsroom.publish("story", published_at=1_700_000_000_000)
    before = parsed(await newsroom.get(f"/feed.{kind}")).entries[0]
    await newsroom.publish("renamed", "news/company-news", done.article_id)
    after = parsed(await newsroom.get(f"/feed.{kind}")).entries[0]

    assert before.id == after.id == f"tag:portal.example,2026:article:{done.article_id}"
    assert before.address != after.address
    assert before.published_at == after.published_at == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("kind", KINDS)
async def test_who_has_it_is_told_so(newsroom: Newsroom, kind: str) -> None:
    """By ETag and by time; once something changed or was withdrawn he gets it anew."""
    done = await newsroom.publish("story")
    await newsroom.publish("other")
    first = await newsroom.get(f"/feed.{kind}")
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    same = await newsroom.get(f"/feed.{kind}", **{"If-None-Match": tag})
    since = await newsroom.get(f"/feed.{kind}", **{"If-Modified-Since": changed})
    newsroom.clock.forward(1000)
    await newsroom.articles.withdraw(done.article_id)
    later = await newsroom.get(f"/feed.{kind}", **{"If-None-Match": tag})
    later_since = await newsroom.get(f"/feed.{kind}", **{"If-Modified-Since": changed})

    assert (200, 304, 304) == (first.status_code, same.status_code, since.status_code)
    assert b"" == same.content
    assert tag == same.headers["etag"]
    assert (200, 200) == (later.status_code, later_since.status_code)
    assert ["About other"] == [entry.title for entry in parsed(later).entries]


async def test_nothing_else_is_a_feed(newsroom: Newsroom) -> None:
    """Neither an unknown listing nor another name; a wrong address leads to the right one."""
    await newsroom.publish("story")
    refused = [
        (await newsroom.get(path)).status_code
        for path in (
            "/feed.html",
            "/newsfeed.xml",
            "/nothing/feed.xml",
            "/tags/nothing/feed.xml",
            "/authors/nobody/feed.json",
            "/tags/feed.xml",
            "/news/story/feed.xml",
        )
    ]
    moved = await newsroom.get("/News//Company-News/feed.xml")

    assert [404] * 7 == refused
    assert (308, "/news/company-news/feed.xml") == (moved.status_code, moved.headers["location"])


async def test_a_feed_moves_with_its_category(newsroom: Newsroom) -> None:
    """Who reads the feed of a category is led to its new address, in one hop."""
    await newsroom.publish("story", "news/company-news")
    room = newsroom.rooms["news/company-news"]
    await newsroom.db.write(
        lambda c: moves.move(c, room, slug="house", parent_id=None, now=newsroom.clock())
    )
    moved = await newsroom.get("/news/company-news/feed.atom")

    assert (301, "/house/feed.atom") == (moved.status_code, moved.headers["location"])


async def test_a_feed_reader_in_a_browser_may_read_it(newsroom: Newsroom) -> None:
    """From any origin, compressed; and it is no search result itself."""
    await newsroom.publish("story")
    answer = await newsroom.get("/feed.json", **{"Accept-Encoding": "gzip"})

    assert "*" == answer.headers["access-control-allow-origin"]
    assert "gzip" == answer.headers["content-encoding"]
    assert "noindex" == answer.headers["x-robots-tag"]
    assert "stale-while-revalidate" in answer.headers["cache-control"]
    assert "Accept-Encoding" == answer.headers["vary"]


async def test_a_json_feed_keeps_to_its_schema(newsroom: Newsroom) -> None:
    """Version 1.1, with items and without."""
    empty = (await newsroom.get("/feed.json")).json()
    await newsroom.publish("story")
    full = await newsroom.get("/feed.json")

    of_schema("json-feed", empty)
    of_schema("json-feed", full.json())
    assert full.headers["content-type"].startswith("application/feed+json")


async def test_an_rss_feed_keeps_to_its_rules(newsroom: Newsroom) -> None:
    """`content:encoded` after `description`, at most one enclosure, items last, no HTML in text."""
    await newsroom.publish("story", title="Bell \x07 rings", lead_media_id=await pictured(newsroom))
    answer = await newsroom.get("/feed.xml")
    text = answer.text

    assert answer.headers["content-type"].startswith("application/rss+xml")
    assert text.index("</description>\n      <content:encoded>") > 0
    assert 1 == text.count("<enclosure ")
    assert 'isPermaLink="false"' in text
    assert "\x07" not in text
    assert text.rindex("</item>") > text.rindex("<image>")


async def test_atom_has_what_it_must(newsroom: Newsroom) -> None:
    """Feed and entries each an id, a title, a time of change, an author."""
    await newsroom.publish("story")
    read = feedparser.parse((await newsroom.get("/feed.atom")).content)

    assert "atom10" == read.version
    assert not read.bozo
    assert read.feed.id == "tag:portal.example,2026:feed:"
    assert read.feed.author == "HiFred"
    assert read.feed.updated == read.entries[0].updated
