"""Reads what was made for machines, as machines do."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import httpx2 as httpx
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from portal.news.picture import Rendered
from portal.news.store import media
from portal.news.store.media import NewMedia
from tests.screens.conftest import Newsroom

KINDS = ("xml", "atom", "json")
SCHEMAS = Path(__file__).parent / "schemas"


@dataclass
class ReadEntry:
    """An entry, of whichever kind of feed."""

    id: str
    address: str
    title: str
    summary: str
    html: str
    published_at: str
    authors: list[str]
    categories: list[str]
    picture: str | None


@dataclass
class ReadFeed:
    """A feed, of whichever kind."""

    title: str
    home: str
    itself: str
    entries: list[ReadEntry]


async def pictured(newsroom: Newsroom) -> int:
    """Add a picture; return its id."""
    name = "0123456789abcdef"
    new = NewMedia(
        sha256=name * 4,
        filename="harbour.jpg",
        width=1600,
        height=900,
        size_bytes=99,
        renditions=(
            Rendered("jpeg", 480, 270, f"{name}-480.jpg", 10_000),
            Rendered("jpeg", 800, 450, f"{name}-800.jpg", 20_000),
            Rendered("share", 1200, 630, f"{name}-share.jpg", 30_000),
        ),
    )
    ids = await newsroom.db.write(lambda c: media.save(c, [new], 0))
    return ids[new.sha256]


def parsed(answer: httpx.Response) -> ReadFeed:
    """Read a feed as its kind wants it; fail where a strict reader would."""
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("application/feed+json"):
        return _of_json(answer.json())
    # As it stands: feedparser by itself takes out what no page should show.
    read = feedparser.parse(answer.content, sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, read.bozo_exception
    (itself,) = [link.href for link in read.feed.links if link.rel == "self"]
    return ReadFeed(
        read.feed.title, read.feed.link, itself, [_of_xml(entry) for entry in read.entries]
    )


def _of_xml(entry: Any) -> ReadEntry:
    enclosed = [link.href for link in entry.links if link.rel == "enclosure"]
    moment = entry.published_parsed
    return ReadEntry(
        id=entry.id,
        address=entry.link,
        title=entry.title,
        summary=entry.summary,
        html=entry.content[0].value,
        published_at="{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6]),
        authors=[author.name for author in entry.get("authors", []) if "name" in author],
        categories=[tag.term for tag in entry.get("tags", [])],
        picture=enclosed[0] if enclosed else None,
    )


def _of_json(read: dict[str, Any]) -> ReadFeed:
    return ReadFeed(
        title=read["title"],
        home=read["home_page_url"],
        itself=read["feed_url"],
        entries=[
            ReadEntry(
                id=item["id"],
                address=item["url"],
                title=item["title"],
                summary=item["summary"],
                html=item["content_html"],
                published_at=item["date_published"],
                authors=[author["name"] for author in item.get("authors", [])],
                categories=item.get("tags", []),
                picture=item.get("image"),
            )
            for item in read["items"]
        ],
    )


def of_schema(name: str, found: Any) -> None:
    """Fail unless `found` keeps to a JSON schema."""
    problems = [
        f"{each.json_path}: {each.message}" for each in _json_schema(name).iter_errors(found)
    ]

    assert [] == problems


def sitemap(name: str, content: bytes) -> Any:
    """Read a sitemap; fail unless it keeps to its schema."""
    document = etree.fromstring(content)
    _xml_schema(name).assertValid(document)
    return document


def news_of(content: bytes) -> list[dict[str, str]]:
    """Read a news sitemap by its tags; fail unless every entry keeps to both schemas."""
    found = []
    for place in sitemap("sitemap", content):
        (news,) = [each for each in place if each.tag.endswith("}news")]
        _xml_schema("sitemap-news").assertValid(etree.fromstring(etree.tostring(news)))
        leaves = [each for each in place.iter() if not len(each)]
        found.append({each.tag.rpartition("}")[2]: each.text for each in leaves})
    return found


@cache
def _json_schema(name: str) -> Draft202012Validator:
    said = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(said)
    return Draft202012Validator(said, format_checker=FormatChecker())


@cache
def _xml_schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}.xsd"))
