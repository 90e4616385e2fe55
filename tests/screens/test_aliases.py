"""Old addresses of other sites lead readers on, once, and stand in nobody's way."""

import pytest

from portal.errors import Unavailable
from portal.news.aliases import read
from portal.news.store import aliases
from tests.screens.conftest import Newsroom
from tests.screens.test_addresses import led, move


async def keep(newsroom: Newsroom, article_id: int, *written: str) -> None:
    """Say what an article's addresses were."""
    wanted = {read(each): article_id for each in written}
    await newsroom.db.write(lambda c: aliases.keep(c, wanted, 0))


async def test_an_old_address_is_one_hop(newsroom: Newsroom) -> None:
    """With dots, capitals, escapes, a slash behind it, a query, or a language before it."""
    done = await newsroom.publish("a")
    await keep(
        newsroom,
        done.article_id,
        *("/Old/Path.html", "/2019/05/some-title", "/?p=123", "/x.asp?id=7", "/en/der-Hafen"),
        *(
            "/港口.html",
            "/archive/2019/x",
            "/tags/gone",
            "/news/company-news/once",
            "/a/b/c/d/e/f/g/h/i",
        ),
    )

    for path in (
        *("/Old/Path.html", "/old/path.html", "/OLD//path.html/", "/old/path.html?utm_source=feed"),
        *("/2019/05/some-title", "/2019/05/Some-Title/", "/2019/05/some%2Dtitle?x=1"),
        *("/?p=123", "/?P=123&utm_medium=x", "/x.asp?id=7", "/X.ASP?ID=7", "/en/der-hafen"),
        *("/%E6%B8%AF%E5%8F%A3.html", "/archive/2019/x", "/tags/gone/", "/a/b/c/d/e/f/g/h/i"),
        "/news/company-news/once",
    ):
        assert (301, "/news/a") == await led(newsroom, path), path


async def test_however_often_it_moved_it_is_one_hop(newsroom: Newsroom) -> None:
    """To the newest address; withdrawn it is gone, and back again when that is."""
    done = await newsroom.publish("a")
    await keep(newsroom, done.article_id, "/old.html", "/world/b")
    await newsroom.publish("b", of=done.article_id)
    await move(newsroom, "news", "world")
    there = [await led(newsroom, each) for each in ("/old.html", "/news/a", "/world/b")]
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"{}")
    gone = [await led(newsroom, each) for each in ("/old.html", "/news/a", "/world/b")]

    assert [(301, "/world/b"), (301, "/world/b"), (200, None)] == there
    assert [(410, None)] * 3 == gone


async def test_a_draft_is_nowhere(newsroom: Newsroom) -> None:
    """Neither at its own address nor at those it had."""
    done = await newsroom.publish("a", status="draft")
    await keep(newsroom, done.article_id, "/old.html")

    assert (404, None) == await led(newsroom, "/old.html")
    assert (404, None) == await led(newsroom, "/news/a")


async def test_what_lives_goes_before(newsroom: Newsroom) -> None:
    """The front page, listings, articles, feeds and Markdown answer as if there were no alias."""
    done = await newsroom.publish("a")
    await newsroom.publish("story")
    wanted = dict.fromkeys(("news/story", "news", "news/story.md", "feed.xml"), done.article_id)
    await newsroom.db.write(lambda c: aliases.keep(c, wanted, 0))

    for path in ("/", "/?q=1", "/news/story", "/news/", "/news/story.md", "/feed.xml"):
        assert (200, None) == await led(newsroom, path), path
    for path in ("/nothing.html", "/wp-login.php", "/.env", "/?", "/a.b.c/"):
        assert (200 if path == "/?" else 404, None) == await led(newsroom, path), path


async def test_without_a_database_nobody_is_told_that_nothing_is_there(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old address answers 503; the front page is served as it is kept."""
    await newsroom.publish("a")
    await newsroom.get("/")

    def away() -> None:
        raise Unavailable("away")

    monkeypatch.setattr(newsroom.db, "read", away)

    assert (503, None) == await led(newsroom, "/old.html")
    assert (200, None) == await led(newsroom, "/?p=1")
