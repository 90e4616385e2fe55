"""An article as Markdown, for who asks for that."""

from portal.news.store import authors
from portal.news.store.authors import NewAuthor
from tests.screens.conftest import Newsroom
from tests.screens.machines import pictured

TEXT = """\
The *harbour* reopens.

![Two "boats"](harbour.jpg "At noon")

![Not there](other.jpg) and [a link](https://example.org/harbour.jpg).
"""


async def test_an_article_is_served_as_it_was_written(newsroom: Newsroom) -> None:
    """Title, summary, byline, times, address, text; its pictures where they are served."""
    ada = await newsroom.db.write(lambda c: authors.save(c, NewAuthor(slug="ada", name="Ada")))
    picture = await pictured(newsroom)
    await newsroom.publish("story", authors=(ada,), body_markdown=TEXT, media=(picture,))
    answer = await newsroom.get("/news/story.md")

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.text == (
        "# About story\n\n> A summary.\n\nBy Ada  \nPublished 2026-05-28T20:26:41Z  \n"
        "<https://portal.example/news/story>\n\nThe *harbour* reopens.\n\n"
        '![Two "boats"](https://portal.example/media/0123456789abcdef-800.jpg "At noon")\n\n'
        "![Not there](other.jpg) and [a link](https://example.org/harbour.jpg).\n"
    )


async def test_who_has_the_markdown_is_told_so(newsroom: Newsroom) -> None:
    """Until another revision is published."""
    done = await newsroom.publish("story", body_markdown="One.")
    first = await newsroom.get("/news/story.md")
    again = await newsroom.get("/news/story.md", **{"If-None-Match": first.headers["etag"]})
    await newsroom.publish("story", of=done.article_id, body_markdown="Two.")
    later = await newsroom.get("/news/story.md", **{"If-None-Match": first.headers["etag"]})

    assert (200, 304, 200) == (first.status_code, again.status_code, later.status_code)
    assert "Two." in later.text
    assert "Updated 2026-" in later.text


async def test_markdown_goes_where_its_article_goes(newsroom: Newsroom) -> None:
    """Moved, withdrawn, unwritten, or written otherwise: as the article's own address says."""
    done = await newsroom.publish("old")
    gone = await newsroom.publish("gone")
    await newsroom.publish("secret", status="draft")
    await newsroom.publish("new", "news/company-news", done.article_id)
    await newsroom.articles.withdraw(gone.article_id)
    moved = await newsroom.get("/news/old.md")
    other = await newsroom.get("/News/Company-News/NEW.md")
    refused = [
        (await newsroom.get(f"/{path}.md")).status_code
        for path in ("news/gone", "news/secret", "news", "news/", "nothing", "a.b")
    ]

    assert (301, "/news/company-news/new.md") == (moved.status_code, moved.headers["location"])
    assert (308, "/news/company-news/new.md") == (other.status_code, other.headers["location"])
    assert [410, 404, 404, 404, 404, 404] == refused


async def test_who_asks_an_article_for_markdown_is_sent_to_it(newsroom: Newsroom) -> None:
    """By name, not by "anything"; the page itself stays one for every cache."""
    await newsroom.publish("story")
    asked = await newsroom.get("/news/story", Accept="text/markdown, text/html;q=0.5")
    anything = await newsroom.get("/news/story", Accept="text/html, */*")
    listing = await newsroom.get("/news/", Accept="text/markdown")

    assert (303, "/news/story.md") == (asked.status_code, asked.headers["location"])
    assert "no-store" == asked.headers["cache-control"]
    assert (200, 200) == (anything.status_code, listing.status_code)
