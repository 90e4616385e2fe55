"""What travels about reading: the wire types of `audience.*`, with their limits."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.live.protocol import Key, Request, Told

MOST_WATCHED = 100
"""Articles one socket may watch: a page shows a dozen, the console's list a hundred."""

State = Literal["reading", "idle", "hidden"]
Paragraph = Annotated[int, Meta(ge=0, le=100_000)] | Annotated[str, Meta(max_length=64)]
Depth = Annotated[float, Meta(ge=0, le=100)]


class View(Request, tag="audience.view"):
    """The page is visible to a person (never sent for a prerender)."""

    article: Key


class Viewed(Told, tag="audience.viewed"):
    """What came of a view; said when it is known, after a fault of Valkey later than usual."""

    article: int
    counted: bool


class Watch(Request, tag="audience.watch"):
    """Tell me the numbers of these articles from now on, and no others."""

    articles: Annotated[tuple[Key, ...], Meta(max_length=MOST_WATCHED)]


class Numbers(Struct, frozen=True):
    """One article's numbers, each absolute.

    Attributes:
        clicks: readers who opened it.
        open: sockets on it.
        reading: of these, visible and with input in the last 15 seconds.
    """

    clicks: int
    open: int
    reading: int


class Counts(Told, tag="audience.counts"):
    """The numbers of everything a socket watches, by article id. Unpublished ones are absent."""

    counts: dict[str, Numbers]


class Attention(Request, tag="audience.attention"):
    """How the page is attended to. Where in the text is heeded only once chat is opened."""

    state: State
    paragraph: Paragraph | UnsetType = UNSET
    depth: Depth | UnsetType = UNSET
