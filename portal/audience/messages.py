"""What travels about reading: the wire types of `audience.*`, with their limits."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.live.protocol import Key, Request, Told

MOST_WATCHED = 100
"""Articles one socket may watch: a page shows a dozen, the console's list a hundred."""

MOST_PATH = 700
"""Characters of a category's address: eight slugs, each with its slash."""

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


class WatchBoard(Request, tag="board.watch"):
    """Tell me what is being read from now on, on the whole site or below an address."""

    within: Annotated[str, Meta(max_length=MOST_PATH)] = "/"


class Row(Struct, frozen=True):
    """A story, or a category, as the board shows it.

    Attributes:
        id: the article's id, or the category's path.
        title: its words.
        url: where it stands.
        clicks: all there ever were, as readers see it; 0 for a category.
        open: sockets on it.
        reading: of these, visible and with input in the last 15 seconds.
        minutes: clicks of the last minutes, the oldest first.
    """

    id: int | str
    title: str
    url: str
    clicks: int
    open: int
    reading: int
    minutes: tuple[int, ...]


class Mover(Struct, frozen=True):
    """A story whose clicks of the last quarter of an hour are more than those of the one before."""

    id: int
    title: str
    url: str
    now: int
    before: int


class Alarm(Struct, frozen=True):
    """Something is read far more, or far less, than is usual.

    Attributes:
        kind: `spike`, `drop`, or `held`: clicks that wait for a decision.
        article: its id; 0: the whole site.
        clicks: of the ten minutes in which it was raised; those that were held by then.
        usual: of ten minutes, then.
    """

    id: int
    kind: str
    article: int
    title: str
    url: str
    clicks: int
    usual: int
    began_at: int


class BoardAlarms(Told, tag="board.alarms", kw_only=True):
    """All that lasts; told to every console.

    Attributes:
        still: numbers stand still: clicks have not been written for half a minute.
    """

    alarms: tuple[Alarm, ...]
    still: bool


class BoardState(Told, tag="board.state", kw_only=True):
    """What is being read now. The sum of the articles is the site, in each of its numbers."""

    at: int
    site: Row
    articles: tuple[Row, ...]
    """The most clicked of the last hour first, then those that are open."""
    categories: tuple[Row, ...]
    movers: tuple[Mover, ...]
    alarms: tuple[Alarm, ...]


class Attention(Request, tag="audience.attention"):
    """How the page is attended to. Where in the text is heeded only once chat is opened."""

    state: State
    paragraph: Paragraph | UnsetType = UNSET
    depth: Depth | UnsetType = UNSET
