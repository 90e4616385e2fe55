"""The newsroom's words: what an article is to whoever reads, lists or publishes it."""

from dataclasses import dataclass
from typing import Literal

from portal.identity import ArticleId
from portal.news.focus import MIDDLE, Focus

Kind = Literal["article", "page"]
Status = Literal["draft", "scheduled", "published", "withdrawn"]
Change = Literal["added", "updated", "withdrawn"]

WORDS_A_MINUTE = 230
"""Silent reading of non-fiction, 238 words a minute (Brysbaert 2019), a little less on a screen."""


def minutes(words: int) -> int:
    """Return how long reading takes, in whole minutes, never none."""
    return max(1, round(words / WORDS_A_MINUTE))


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article as readers see it: its published revision."""

    id: ArticleId
    kind: Kind
    revision: int
    path: str
    title: str
    summary: str
    body_html: str
    words: int
    published_at: int
    updated_at: int | None
    category_id: int | None
    lead_media_id: int | None
    lead_alt: str
    lead_caption: str
    media: tuple[int, ...]
    """Ids of the pictures its text shows."""
    lead_credit: str = ""
    lead_focus: Focus = MIDDLE
    card: str = ""
    """The file of the card made of its title, below /media/; empty where a picture leads it."""
    language: str = ""
    """Its language's tag; "": the site's first."""
    original_id: int | None = None
    """The article it translates; None: it was written as it is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An address an article once had."""

    path: str
    """Where it is now, without the leading slash."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An article readers could see and no longer can: 410."""

    id: ArticleId


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list of articles needs it."""

    id: ArticleId
    path: str
    title: str
    summary: str
    words: int
    published_at: int
    category_id: int | None
    category_name: str
    category_path: str
    lead_media_id: int | None
    lead_alt: str
    lead_focus: Focus = MIDDLE


@dataclass(frozen=True, slots=True)
class Standing:
    """Which revision readers see, and whether they see it still."""

    revision: int
    published: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything one revision says, and where its article stands.

    Attributes:
        path: whole, without the leading slash: the category's path and the slug.
        published_at: when readers see it first; kept from before when None.
        authors, tags, media: ids, in order.
        card: file below /media/ of a card made of its title, if no picture leads it.
        digest: SHA-256 of all an importer can change; an equal one means "nothing new".
        source: where an importer found it; None for one written here.
        language: its tag, which its path begins with; "" is the site's first, which no path names.
        created_by: staff id; None for an importer.
    """

    kind: Kind
    slug: str
    path: str
    category_id: int | None
    status: Status
    title: str
    summary: str
    body_markdown: str
    body_html: str
    words: int
    digest: str
    published_at: int | None = None
    lead_media_id: int | None = None
    lead_alt: str = ""
    lead_caption: str = ""
    lead_credit: str = ""
    lead_focus: Focus = MIDDLE
    card: str = ""
    authors: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    media: tuple[int, ...] = ()
    source: str | None = None
    language: str = ""
    created_by: int | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a draft did."""

    article_id: ArticleId
    revision: int
    path: str
    change: Change
