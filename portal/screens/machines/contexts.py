"""What the templates under `machines/` are given: one frozen dataclass each.

| template                    | context   |
|-----------------------------|-----------|
| `machines/rss.xml`          | `Feed`    |
| `machines/atom.xml`         | `Feed`    |
| `machines/sitemap.xml`      | `Sitemap` |
| `machines/sitemap-index.xml`| `Sitemap` |
| `machines/sitemap-news.xml` | `News`    |
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote an entry."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An entry's picture."""

    address: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a feed. Every address is absolute, those in `html` too."""

    id: str
    """The same for ever, wherever the article goes."""
    address: str
    title: str
    summary: str
    html: str
    published_at: int
    changed_at: int
    authors: tuple[Writer, ...]
    categories: tuple[str, ...]
    """Its category's name and its tags'."""
    picture: Enclosed | None


@dataclass(frozen=True, slots=True)
class Feed:
    """The newest articles of the site, a category, a tag or an author."""

    id: str
    title: str
    description: str
    language: str
    site_name: str
    site: str
    home: str
    """Where people read the same."""
    itself: str
    icon: str
    changed_at: int
    """0: nothing was ever published."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An address in a sitemap, as a path; `changed_at` is None where there is no telling."""

    path: str
    changed_at: int | None = None
    alternates: tuple[tuple[str, str], ...] = ()
    """Language and path of the same in each language that has it, its own included."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap, or an index of them."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article of the last two days."""

    path: str
    title: str
    published_at: int
    language: str


@dataclass(frozen=True, slots=True)
class News:
    """A news sitemap."""

    site_name: str
    articles: tuple[Fresh, ...]
