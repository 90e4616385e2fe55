"""What visitors and staff ask, as types: every length of the protocol stands here, nowhere else.

The same type name means the same thing on both doors. On `/staff/live` a frame names its
`conversation`; on `/live` there is only one, and naming another is answered `not_found`.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.live.protocol import Key, MessageId, Request

TEXT_LONGEST = 4_000
NAME_LONGEST = 80
EMAIL_LONGEST = 254
TOPIC_LONGEST = 120
PAGE_MOST = 100

FILES_MOST = 10
"""Files one entry may carry."""
QUOTE_LONGEST = 1_000

Text = Annotated[str, Meta(min_length=1, max_length=TEXT_LONGEST)]
Caption = Annotated[str, Meta(max_length=TEXT_LONGEST)]
"""What is said; may be empty only where files are said with it."""
Secret = Annotated[str, Meta(min_length=43, max_length=43, pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
"""32 random bytes, base64url. Kept by the browser, never by us."""
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""A database's INTEGER; a number past it was never given out."""
Limit = Annotated[int, Meta(ge=1, le=PAGE_MOST)]
Which = Annotated[str, Meta(min_length=1, max_length=64)]
"""A conversation's id, as a client names it."""
Typed = Annotated[str, Meta(max_length=TEXT_LONGEST)]
FileId = Annotated[str, Meta(min_length=22, max_length=22, pattern=r"\A[A-Za-z0-9_-]{22}\Z")]
Files = Annotated[tuple[FileId, ...], Meta(max_length=FILES_MOST)]
Paragraph = Annotated[str, Meta(min_length=1, max_length=64)]
"""The id of a paragraph in an article's text."""


class Quote(Struct, frozen=True):
    """A sentence of an article that is asked about, and where it stood.

    Attributes:
        revision: of the article, as the page was served.
        paragraph: the id of the paragraph that holds it.
        text: the sentence, as it was marked.
    """

    article: Key
    revision: Key
    paragraph: Paragraph
    text: Annotated[str, Meta(min_length=1, max_length=QUOTE_LONGEST)]


class Quoted(Quote, frozen=True, kw_only=True):
    """A quotation as it is kept and told: what its article is called and where it stands.

    Both are our own; of an article we do not show, nothing.
    """

    title: str = ""
    url: str = ""


class Open(Request, tag="chat.open", kw_only=True):
    """The visitor asks for chat. The first time, this makes the first row about him."""

    visitor: Secret
    name: Annotated[str, Meta(max_length=NAME_LONGEST)] | None = None
    email: Annotated[str, Meta(max_length=EMAIL_LONGEST)] | None = None
    topic: Annotated[str, Meta(max_length=TOPIC_LONGEST)] | None = None
    consent: bool = False
    """He agreed to the text that was shown."""
    language: Annotated[str, Meta(max_length=35)] | UnsetType = UNSET
    zone: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    way_back: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    """The token of a link in a mail: this browser speaks in that conversation from now on."""


class OfVisitor(Request, kw_only=True):
    """A request about the visitor's own conversation."""

    conversation: Which | UnsetType = UNSET


class Say(OfVisitor, tag="chat.say", kw_only=True):
    """The visitor speaks."""

    id: MessageId
    text: Caption
    quote: Quote | UnsetType = UNSET
    files: Files = ()


class Since(OfVisitor, tag="chat.since", kw_only=True):
    """Entries behind `seq`; the page that reaches the head attaches the socket."""

    seq: Seq
    limit: Limit = PAGE_MOST


class Typing(OfVisitor, tag="chat.typing", kw_only=True):
    """The visitor types; staff read what stands in his field. Empty: he stopped."""

    text: Typed | None = None


class Seen(OfVisitor, tag="chat.seen", kw_only=True):
    """Everything up to `seq` was shown to him."""

    seq: Seq


class Leave(OfVisitor, tag="chat.leave", kw_only=True):
    """The visitor ends the conversation."""


class OfStaff(Request, kw_only=True):
    """A request about the conversation it names."""

    conversation: Which


class StaffSay(OfStaff, tag="chat.say", kw_only=True):
    """The owner answers; in an unowned conversation this claims it."""

    id: MessageId
    text: Caption
    files: Files = ()


class Note(OfStaff, tag="chat.note", kw_only=True):
    """Words for colleagues: they never leave the staff side. `mentions` are told of it."""

    id: MessageId
    text: Text
    mentions: Annotated[tuple[Key, ...], Meta(max_length=20)] = ()


class StaffSince(OfStaff, tag="chat.since", kw_only=True):
    """As the visitor's."""

    seq: Seq
    limit: Limit = PAGE_MOST


class StaffTyping(OfStaff, tag="chat.typing", kw_only=True):
    """An agent types; with `note`, only colleagues are told. `on` false: he stopped."""

    note: bool = False
    on: bool = True


class StaffSeen(OfStaff, tag="chat.seen", kw_only=True):
    """Everything up to `seq` was shown to the agent."""

    seq: Seq


class Join(OfStaff, tag="chat.join", kw_only=True):
    """Read along from `last_seq`."""

    last_seq: Seq = 0


class Part(OfStaff, tag="chat.part", kw_only=True):
    """Read along no more."""


class Claim(OfStaff, tag="chat.claim", kw_only=True):
    """Take it; exactly one wins."""


class Release(OfStaff, tag="chat.release", kw_only=True):
    """Put it back among the waiting ones."""


class Close(OfStaff, tag="chat.close", kw_only=True):
    """End it."""


class Watch(Request, tag="desk.watch", kw_only=True):
    """Send a list and tell of every change from now on.

    `after` is the `next` of the page before; `label` and `article` narrow whichever list it is.
    """

    list: Literal["waiting", "mine", "unanswered", "all", "closed", "snoozed", "mentions"]
    after: Annotated[str, Meta(max_length=80)] | None = None
    label: Key | None = None
    article: Key | None = None


class SetStatus(Request, tag="desk.status", kw_only=True):
    """The agent is there for visitors, or is not."""

    state: Literal["available", "away"]
