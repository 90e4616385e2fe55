"""What each public page is given: one frozen dataclass a template, and nothing else.

| template                | context        |
|-------------------------|----------------|
| `screens/article.html`  | `ArticlePage`  |
| `screens/front.html`    | `FrontPage`    |
| `screens/category.html` | `CategoryPage` |
| `screens/page.html`     | `StaticPage`   |
| `screens/error.html`    | `ErrorPage`    |

Lists other than a category's (`tag`, `author`, `archive`) and the search page keep theirs beside
what builds them.

The template sees the dataclass' fields by their names (`{{ frame.title }}`, `{{ clicks }}`).
Every path begins with "/" and goes into a link through `url(path)`; every moment is milliseconds
UTC, formatted by a filter; every text but `body` is plain and goes through autoescape.
"""

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from portal.news.picture import Picture, Source

__all__ = [
    "Alternate",
    "ArticlePage",
    "Byline",
    "Card",
    "CategoryLink",
    "CategoryPage",
    "Crumb",
    "ErrorPage",
    "FeedLink",
    "Frame",
    "FrontPage",
    "Headline",
    "LanguageLink",
    "PageLink",
    "Picture",
    "Section",
    "Source",
    "StaticPage",
    "TagLink",
    "Teaser",
]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of "Your position"."""

    name: str
    path: str | None
    """None: the page one is on."""


@dataclass(frozen=True, slots=True)
class CategoryLink:
    """A category in the list of categories, with those below it."""

    name: str
    path: str
    depth: int
    """0 for the outermost."""
    current: bool
    """Whether the page shown is this category or lies in it."""
    children: tuple["CategoryLink", ...] = ()


class PageLink(NamedTuple):
    """A page without a category: about, contact, privacy."""

    name: str
    path: str
    language: str = ""
    """Its tag, where it is another than the page's around it."""


class LanguageLink(NamedTuple):
    """A language the site speaks, and where to read in it."""

    tag: str
    name: str
    """As it calls itself."""
    path: str
    """Of the same in that language; of its front page where it has not got that."""
    current: bool
    same: bool
    """Whether the very page is there."""
    elsewhere: str
    """What is said of a link that leads to the front page, in that language."""


class Alternate(NamedTuple):
    """The same page in a language, as machines are told: `x-default` is whoever speaks none."""

    tag: str
    path: str


class TagLink(NamedTuple):
    """A tag of an article."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Byline:
    """An author above an article."""

    name: str
    slug: str
    role: str
    portrait: Picture | None


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article as another page points to it."""

    id: int
    title: str
    summary: str
    path: str
    category_name: str
    category_path: str
    published_at: int
    clicks: int
    picture: Picture | None
    authors: tuple[str, ...]
    minutes: int


class FeedLink(NamedTuple):
    """A listing that has feeds: `feed.xml`, `feed.atom` and `feed.json` below its path."""

    title: str
    path: str


class Headline(NamedTuple):
    """What is breaking, on the pages of everything else."""

    id: int
    title: str
    path: str


class Card(NamedTuple):
    """A picture other sites show beside a link."""

    path: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every public page."""

    site_name: str
    welcome: str
    language: str
    build: str
    title: str
    """Of the document: for `<title>`."""
    description: str
    canonical: str
    """The one path of this page; `absolute(frame.canonical)` is its address."""
    categories: tuple[CategoryLink, ...]
    crumbs: tuple[Crumb, ...]
    """From Home to this page; empty on the front page."""
    most_read: tuple[Teaser, ...]
    pages: tuple[PageLink, ...]
    year: int
    direction: str = "ltr"
    """Which way the language runs: "ltr" or "rtl"."""
    home: str = "/"
    """The path of the language's front page, below which all its listings stand."""
    locale: str = ""
    """The language as Open Graph writes it: `zh_CN`."""
    languages: tuple[LanguageLink, ...] = ()
    """All the site speaks, where that is more than one."""
    alternates: tuple[Alternate, ...] = ()
    """This page in each language that has it, where that is more than one."""
    contact: str = "/contact"
    letterbox: str = "/chat/"
    """Where to write to without JavaScript."""
    chat_fields: str = ""
    """What is asked before a chat, as the setting has it: `name,email*`."""
    chat_consent: str = ""
    """What one must agree to before a chat."""
    chat_preview: bool = True
    """Whether staff see what is typed."""
    counts_networks: bool = False
    """Readers are told apart by their networks: the page keeps no id of its tab."""
    embeds: str = ""
    """Hosts whose films play within the page, with spaces between."""
    facts: str = ""
    """JSON-LD as `machines.facts` made it safe; nothing in it ends a script."""
    feeds: tuple[FeedLink, ...] = ()
    """The listings whose feeds are named to whoever collects them."""
    card: Card | None = None
    """What other sites show beside a link to this page."""
    breaking: Headline | None = None
    """None: nothing is, or this page is about it."""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article."""

    frame: Frame
    id: int
    revision: int
    """Which one this page shows: a sentence that is asked about stood in it."""
    title: str
    summary: str
    published_at: int
    updated_at: int | None
    """None: unchanged since it was published."""
    clicks: int
    authors: tuple[Byline, ...]
    lead: Picture | None
    body: Markup
    """Sanitised; the only text that is not escaped again."""
    tags: tuple[TagLink, ...]
    previous: Teaser | None
    """The next older one of its category."""
    next: Teaser | None
    """The next newer one of its category."""
    related: tuple[Teaser, ...]
    minutes: int
    """How long reading it takes."""
    card: Card | None = None
    """Its lead picture, cut for links on other sites, or its title where it has none."""
    images: tuple[Card, ...] = ()
    """The same picture at 16:9, 4:3 and 1:1, for search engines."""


@dataclass(frozen=True, slots=True)
class Section:
    """A category on the front page, with its newest articles."""

    name: str
    path: str
    teasers: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The front page."""

    frame: Frame
    today: int
    lead: Teaser | None
    """None: nothing is published yet."""
    headlines: tuple[Teaser, ...]
    """Under the lead, by their words alone."""
    latest: tuple[Teaser, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """One page of a category's listing, its subcategories' articles included."""

    frame: Frame
    name: str
    description: str
    path: str
    subcategories: tuple[CategoryLink, ...]
    lead: Teaser | None
    """The newest with a picture, on the first page; None where there is none."""
    teasers: tuple[Teaser, ...]
    """All others, newest first."""
    page: int
    """From 1."""
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class StaticPage:
    """A page without a category: about, contact, privacy."""

    frame: Frame
    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What a reader sees instead of what he asked for."""

    frame: Frame
    """Without categories and most read where the database is away."""
    status: int
    title: str
    sentence: str
    latest: tuple[Teaser, ...] = ()
    """What else there is to read."""
