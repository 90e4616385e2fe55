"""What is asked and told about finding things again, as types."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.chat.requests import OfStaff
from portal.live.protocol import Key, Request, Told

QUERY_LONGEST = 200


class Search(Request, tag="desk.search", kw_only=True):
    """Find words and people in all conversations; `after` is the `next` of the page before."""

    query: Annotated[str, Meta(min_length=1, max_length=QUERY_LONGEST)]
    after: Annotated[str, Meta(max_length=80)] | None = None


class About(OfStaff, tag="chat.about", kw_only=True):
    """Everything the desk knows of whoever speaks here."""


class Replies(Request, tag="desk.replies", kw_only=True):
    """The canned replies that fit: general ones, and those bound to what is read there."""

    article: Key | None = None


class SaveReply(Request, tag="desk.save_reply", kw_only=True):
    """Keep a canned reply; the shortcut is its name, an existing one is changed."""

    shortcut: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"\A[^\s/]+\Z")]
    title: Annotated[str, Meta(max_length=120)] = ""
    text: Annotated[str, Meta(min_length=1, max_length=4_000)]
    category: Annotated[str, Meta(max_length=400)] = ""
    article: Key | None = None


class RemoveReply(Request, tag="desk.remove_reply", kw_only=True):
    """Keep it no more."""

    shortcut: Annotated[str, Meta(min_length=1, max_length=40)]


class Found(Struct, frozen=True, kw_only=True):
    """One conversation that matches, newest match first.

    Attributes:
        seq: of the entry that matches; 0: the visitor himself does (name, address, topic).
        marks: start and end of each match within `text`, in UTF-16 units, as a browser counts.
    """

    conversation: str
    seq: int
    name: str
    status: str
    by: str
    text: str
    marks: list[tuple[int, int]]
    at: int


class Results(Told, tag="desk.found", kw_only=True):
    """What was found for `query`."""

    query: str
    found: list[Found]
    next: str | UnsetType = UNSET


class Visit(Struct, frozen=True, kw_only=True):
    """A page he opened since he opened chat. Title and address of our articles are our own."""

    article: int | UnsetType = UNSET
    title: str
    url: str
    at: int


class Earlier(Struct, frozen=True, kw_only=True):
    """An earlier conversation of the same visitor."""

    conversation: str
    status: str
    last_text: str
    last_at: int
    created_at: int
    rating: int | UnsetType = UNSET


class Known(Told, tag="chat.known", kw_only=True):
    """The visitor as the desk knows him.

    Attributes:
        zone: IANA, of his browser, for his local time; "" if unknown.
        visits: the newest first, at most 100.
        blocked: until when he is blocked, 0 for ever; absent: he is not.
    """

    conversation: str
    name: str
    email: str
    language: str
    zone: str
    device: str
    visits: list[Visit]
    earlier: list[Earlier]
    rating: int | UnsetType = UNSET
    comment: str | UnsetType = UNSET
    blocked: int | UnsetType = UNSET
    block_reason: str | UnsetType = UNSET


class Reply(Struct, frozen=True, kw_only=True):
    """A canned reply. Its text may hold {visitor}, {agent}, {article}, {site}."""

    shortcut: str
    title: str
    text: str
    category: str
    article: int | None


class Offered(Told, tag="desk.replies", kw_only=True):
    """The canned replies that fit, best first."""

    replies: list[Reply]
