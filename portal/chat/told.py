"""What visitors and staff are told, as types. Fields left at UNSET do not travel."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from portal.chat.requests import Quote
from portal.live.protocol import Told


class Author(Struct, kw_only=True):
    """Who said it. `id` is for staff only: a number a visitor could count with is not given out."""

    kind: str
    name: str
    id: int | UnsetType = UNSET


class Owner(Struct, kw_only=True):
    """The agent who answers. `id` is for staff only.

    Attributes:
        picture: address of his picture below `/media/`, if he has one.
        state: whether he is there now: `available`, `away` or `gone`.
    """

    name: str
    id: int | UnsetType = UNSET
    picture: str | UnsetType = UNSET
    state: str | UnsetType = UNSET


class File(Struct, frozen=True, kw_only=True):
    """A file somebody said: fetched at `/chat/files/{id}` with a proof in the header.

    Attributes:
        kind: media type by content; `image/…` only of pictures we made anew ourselves.
        width, height: of a picture.
    """

    id: str
    name: str
    kind: str
    size: int
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET


class Opened(Told, tag="chat.opened", kw_only=True):
    """The visitor's conversation; the socket is attached to it from `last_seq`."""

    conversation: str
    epoch: int
    last_seq: int
    status: str
    seen: int
    """How far the visitor has read, on whichever device."""
    seen_by_staff: int
    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    """What he said of himself before: it is not asked again."""
    consented: bool | UnsetType = UNSET


class Stored(Told, tag="chat.stored", kw_only=True):
    """What was said is committed."""

    id: str
    conversation: str
    seq: int
    at: int


class Said(Told, tag="chat.said", kw_only=True):
    """An entry, as its receiver may see it."""

    conversation: str
    seq: int
    id: str
    kind: str
    author: Author
    text: str
    at: int
    event: str | UnsetType = UNSET
    data: dict[str, object] | UnsetType = UNSET
    quote: Quote | UnsetType = UNSET
    files: tuple[File, ...] | UnsetType = UNSET
    mentions: tuple[int, ...] | UnsetType = UNSET
    """Staff a note is meant for; for staff."""
    article: int | UnsetType = UNSET
    """What the visitor read just then; for staff."""


class Void(Told, tag="chat.said", kw_only=True):
    """An entry its receiver may not see: the number is taken, that is all."""

    conversation: str
    seq: int
    kind: Literal["void"] = "void"


class History(Told, tag="chat.history", kw_only=True):
    """A page of entries in order; there are more while its last one is below `last_seq`."""

    conversation: str
    epoch: int
    messages: list[Said | Void]
    last_seq: int


class TypingNow(Told, tag="chat.typing", kw_only=True):
    """Somebody types, or has stopped."""

    conversation: str
    author: Author
    on: bool
    text: str | UnsetType = UNSET
    note: bool | UnsetType = UNSET


class SeenNow(Told, tag="chat.seen", kw_only=True):
    """One side has read everything up to `seq`."""

    conversation: str
    by: Literal["visitor", "agent"]
    seq: int


class State(Told, tag="chat.state", kw_only=True):
    """Where the conversation stands, and in the queue: which place, and for about how long."""

    conversation: str
    status: str
    agent: Owner | None = None
    position: int | UnsetType = UNSET
    wait_seconds: int | UnsetType = UNSET


class Claimed(Told, tag="chat.claimed", kw_only=True):
    """The conversation is the agent's."""

    conversation: str
    agent: Owner


class Where(Told, tag="chat.where", kw_only=True):
    """What the visitor reads. Title and address of our own articles are our own."""

    conversation: str
    article: int | UnsetType = UNSET
    title: str
    url: str
    revision: int | UnsetType = UNSET
    """Of the article, as his page was served."""
    paragraph: int | str | UnsetType = UNSET
    depth: float | UnsetType = UNSET


class Row(Told, tag="desk.changed", kw_only=True):
    """A conversation as it stands in a list; the same frame tells that it changed.

    Which lists it stands in follows from the row itself, so a console watches once, whichever
    list, and nobody need be told of a removal. Snoozed is what is open with `snoozed_until` set.
    `waiting`: its status is that and `waiting_since` is set. `mine`: open, its agent is oneself,
    not snoozed. `unanswered`: `waiting_since` is set, not snoozed, whoever's. `snoozed`, `closed`:
    as they say, whoever's. `all`: always. `mentions`: a note names oneself; that alone does not
    follow from the row, `desk.mentioned` tells of it. A list by label holds those whose `labels`
    have it, one by article those whose `article` it is.

    Attributes:
        name: the visitor's, or "Visitor" and a number that stays the same.
        article, title, url: what he reads; `title` and `url` of an article are our own.
        last_text, last_by, last_at: the last words anybody but a note said.
        waiting_since: since when he waits for an answer; None when he does not.
        desk: the group of agents it belongs to; None: all of them.
        labels: ids.
        snoozed_until: open, but out of its owner's way until then.
        rating: what the visitor thought of it, 1–5.
        language: of his browser, BCP 47; "" if unknown.
        staff_seen, visitor_seen: how far either side has read.
        unread: how many of the visitor's entries no member of staff has read.
        online: whether he has a page of ours open now.
        revision: rises with every change; of two rows the higher one is the newer.
    """

    conversation: str
    status: str
    name: str
    email: str
    topic: str
    article: int | None
    title: str
    url: str
    agent: Owner | None
    last_text: str
    last_by: str
    last_at: int
    last_seq: int
    staff_seen: int
    visitor_seen: int
    unread: int
    waiting_since: int | None
    created_at: int
    online: bool
    desk: int | None = None
    labels: tuple[int, ...] = ()
    snoozed_until: int | None = None
    rating: int | None = None
    language: str = ""
    revision: int


class DeskList(Told, tag="desk.list", kw_only=True):
    """A page of a list. `after` says which page it is, `next` what to ask for the one behind it."""

    conversations: list[Row]
    list: str
    total: int
    after: str | UnsetType = UNSET
    next: str | UnsetType = UNSET
    label: int | UnsetType = UNSET
    article: int | UnsetType = UNSET


class Person(Struct, kw_only=True):
    """A member of staff on duty, and how many conversations are his."""

    id: int
    name: str
    state: str
    load: int
    capacity: int | UnsetType = UNSET
    """As many at once as he takes; absent: no limit."""
    picture: str | UnsetType = UNSET


class Staff(Told, tag="desk.staff", kw_only=True):
    """Everybody whose console is open."""

    people: list[Person]


class DeskState(Told, tag="desk.state", kw_only=True):
    """Whether anybody is there to answer, and what to expect.

    Attributes:
        open: somebody is there, and it is not closed by the clock.
        reply_seconds: how long a first answer took lately (median of 7 days); absent: unknown.
        opens_at: when the hours begin again; absent: nobody knows.
        when_closed: what to offer while it is closed: `hide` the chat, a `form` for a message and
            an address, or `accept` messages as ever.
    """

    open: bool
    agents: int
    reply_seconds: int | UnsetType = UNSET
    opens_at: int | UnsetType = UNSET
    when_closed: Literal["hide", "form", "accept"] | UnsetType = UNSET
