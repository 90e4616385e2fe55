"""An article as its author wrote it: `/news/company-news/harbour-reopens.md`.

Pictures and films are named there by the files they came as; here by the addresses they are
served at.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Moved, PublishedArticle, Withdrawn
from portal.news.slugs import article_path, read_address
from portal.news.store import articles, labels, media, syndicated
from portal.screens.machines.shelf import Paper
from portal.settings import Settings
from portal.web.templates import iso, url

MEDIA_TYPE: Final = "text/markdown; charset=utf-8"
_PICTURE: Final = re.compile(r"(!\[(?:[^\]\\]|\\.)*\]\()(<[^<>\n]*>|[^\s()]+)")
_FILM_FILE: Final = re.compile(r"\.(?:mp4|webm)$", re.IGNORECASE)
_FILM: Final = re.compile(r'<source src="(/media/[^"]+)" type="video/')


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is said instead: it stands at `path`, or not at all."""

    status: int
    path: str | None = None


async def stands(connection: AsyncConnection, path: str) -> PublishedArticle | Elsewhere:
    """Find the article whose address, without `.md`, is `path`; in two statements at most."""
    address = read_address("/" + path)
    if address is None or not address.key or address.listing:
        return Elsewhere(404)
    if not address.exact:
        return Elsewhere(308, f"/{address.key}.md")
    found = await articles.published(connection, address.key)
    if isinstance(found, PublishedArticle):
        return found
    if isinstance(found, Moved):
        return Elsewhere(301, f"/{found.path}.md")
    return Elsewhere(410 if isinstance(found, Withdrawn) else 404)


async def make(connection: AsyncConnection, settings: Settings, shown: PublishedArticle) -> Paper:
    """Make the article's Markdown, in four statements: head, facts, text."""
    site = settings.site_url
    body = await syndicated.markdown_of(connection, shown.id, shown.revision)
    writers = await labels.authors_of(connection, [shown.id])
    places = await _places(connection, shown, site)
    facts = [
        *([f"By {', '.join(name for name, _ in writers[shown.id])}"] if writers else []),
        f"Published {iso(shown.published_at)}",
        *([f"Updated {iso(shown.updated_at)}"] if shown.updated_at else []),
        f"<{site}{url(article_path(shown.path))}>",
    ]
    parts = [
        f"# {shown.title}",
        *([f"> {' '.join(shown.summary.split())}"] if shown.summary else []),
        "  \n".join(facts),
        _with_addresses(body, {**places, **_films(body, shown.body_html, site)}).strip(),
    ]
    changed = max(shown.updated_at or 0, shown.published_at)
    return Paper("\n\n".join(parts) + "\n", MEDIA_TYPE, changed)


def _with_addresses(text: str, places: dict[str, str]) -> str:
    """Return the text with the address of every picture it names."""

    def placed(found: re.Match[str]) -> str:
        return found[1] + places.get(_name(found), found[2])

    return _PICTURE.sub(placed, text)


def _films(text: str, html: str, site: str) -> dict[str, str]:
    """Return where the films of an article are served: its page shows them in the same order."""
    names = [name for found in _PICTURE.finditer(text) if _FILM_FILE.search(name := _name(found))]
    return dict(zip(names, (f"{site}{path}" for path in _FILM.findall(html)), strict=False))


def _name(found: re.Match[str]) -> str:
    return PurePosixPath(unquote(found[2].strip("<>"))).name


async def _places(
    connection: AsyncConnection, shown: PublishedArticle, site: str
) -> dict[str, str]:
    """Return where the pictures of an article are served, by the names of their files."""
    made = await media.renditions(connection, shown.media)
    names = await media.filenames(connection, made)
    return {name: f"{site}/media/{made[each].largest.path}" for each, name in names.items()}
