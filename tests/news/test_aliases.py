"""Addresses of other sites: as files name them, and as requests ask for them."""

import pytest

from portal.news.aliases import asked, read

NAMED = [
    ("/old/path.html", "old/path.html"),
    ("/2019/05/Some-Title/", "2019/05/some-title"),
    ("2019//05/x", "2019/05/x"),
    ("/?p=123", "?p=123"),
    ("?p=123", "?p=123"),
    ("https://old.example/News.aspx?ID=7&lang=EN", "news.aspx?id=7&lang=en"),
    ("/%E6%B8%AF%E5%8F%A3/%C3%84.html#top", "港口/ä.html"),
    ("/A\u0308.html", "ä.html"),
    ("/index.php?b=2&a=1", "index.php?a=1&b=2"),
    ("/archive/2019/x.html", "archive/2019/x.html"),
    ("/feeder.html", "feeder.html"),
]


@pytest.mark.parametrize(("written", "kept"), NAMED)
def test_an_old_address_is_one_text(written: str, kept: str) -> None:
    """However it was written."""
    assert kept == read(written)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "/",
            "//",
            "https://old.example/",
            "/../etc/passwd",
            "/a/./b",
            "/a\0b",
            "/%00",
            "http://[x",
        ),
        *("/search?q=x", "/staff/", "/media/a.jpg", "/STATIC/x", "/live", "/chat.js?site=1"),
        *("/news/story.md", "/feed.xml", "/news/feed.atom", "/sitemap-news.xml", "/robots.txt"),
        "/" + "x" * 501,
    ],
)
def test_what_nobody_can_ask_for_is_refused(written: str) -> None:
    """The front page, what is no address, and what something else than a page answers."""
    with pytest.raises(ValueError, match=r"is no address|front page|portal's own|has more than"):
        read(written)


def test_a_request_asks_with_its_query_first() -> None:
    """Then without it; what others add to an address does not count."""
    assert ("old/path.html?id=7", "old/path.html") == asked("/Old/Path.html/", b"id=7&utm_source=x")
    assert ("old/path.html",) == asked("/old/path.html", b"utm_source=x&fbclid=1")
    assert ("?p=123",) == asked("/", b"P=123")
    assert () == asked("/", b"page=2")


@pytest.mark.parametrize(
    ("path", "query"),
    [("/a\0b", b""), ("/" + "x" * 501, b""), ("/x", b"y" * 501), ("/", b"a&" * 40)],
)
def test_what_no_browser_sends_asks_for_nothing(path: str, query: bytes) -> None:
    """And costs no statement."""
    assert () == asked(path, query)
