"""What programs are told before they read: robots.txt, llms.txt, the manifest, the icons."""

from urllib.robotparser import RobotFileParser

from PIL import Image

from portal.packed import folder
from tests.screens.conftest import Newsroom


async def test_robots_read_what_is_for_readers(newsroom: Newsroom) -> None:
    """Articles, pictures, search pages (they say `noindex` themselves); not the staff's doors."""
    answer = await newsroom.get("/robots.txt")
    read = RobotFileParser()
    read.parse(answer.text.splitlines())

    def may(path: str) -> bool:
        return read.can_fetch("Googlebot", f"https://portal.example{path}")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert all(map(may, ("/", "/news/story", "/media/a-1.jpg", "/static/b/a.css", "/search?q=a")))
    assert not any(map(may, ("/staff/", "/chat/", "/live/check", "/api/v1/articles")))
    assert [
        "https://portal.example/sitemap.xml",
        "https://portal.example/sitemap-news.xml",
    ] == read.site_maps()


async def test_the_manifest_lets_the_site_be_installed(newsroom: Newsroom) -> None:
    """A name, where to begin, icons that are as large as they are said to be."""
    answer = await newsroom.get("/manifest.webmanifest")
    said = answer.json()
    pictures = [icon for icon in said["icons"] if icon["type"] == "image/png"]

    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert ("HiFred", "/", "/", "minimal-ui") == (
        said["name"],
        said["start_url"],
        said["scope"],
        said["display"],
    )
    assert ("en", "ltr") == (said["lang"], said["dir"])
    assert {"192x192", "512x512"} == {icon["sizes"] for icon in pictures}
    assert ["maskable"] == [icon["purpose"] for icon in said["icons"] if "purpose" in icon]


async def test_the_manifest_is_named_by_every_page(newsroom: Newsroom) -> None:
    """And the icon of a telephone's home screen; whoever reads no page finds one, too."""
    page = (await newsroom.get("/")).text
    asked = await newsroom.get("/favicon.ico")

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="/static/' in page
    assert 302 == asked.status_code
    assert asked.headers["location"].endswith("/img/icon-192.png")


def test_pictures_are_as_large_as_their_names_say() -> None:
    """Icons and the card of what has no picture."""
    images = folder("static") / "img"
    named = {
        "icon-180.png": (180, 180),
        "icon-192.png": (192, 192),
        "icon-512.png": (512, 512),
        "icon-maskable-512.png": (512, 512),
        "share.png": (1200, 630),
    }
    sizes = {}
    for name in named:
        with Image.open(images / name) as image:
            sizes[name] = image.size

    assert named == sizes


async def test_a_language_model_is_told_where_plain_words_are(newsroom: Newsroom) -> None:
    """The feeds, the sections, and how to get an article's Markdown."""
    text = (await newsroom.get("/llms.txt")).text

    assert text.startswith("# HiFred\n")
    assert "](https://portal.example/feed.json)" in text
    assert "- [Company News](https://portal.example/news/company-news/)" in text
    assert "`.md`" in text
