"""What is asked and told about handling a conversation, as types."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.chat.requests import OfStaff, OfVisitor, Paragraph, Text, Which
from portal.live.protocol import Key, MessageId, Request, Told

COMMENT_LONGEST = 1_000
LABELS_MOST = 20
REASON_LONGEST = 300

Moment = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class To(Struct, forbid_unknown_fields=True):
    """Where a conversation goes: to an agent, or to the queue of a desk (0: of all)."""

    agent: Key | UnsetType = UNSET
    desk: Annotated[int, Meta(ge=0, le=2**53 - 1)] | UnsetType = UNSET


class Transfer(OfStaff, tag="chat.transfer", kw_only=True):
    """Pass it on; the owner or an administrator may."""

    to: To


class Reopen(OfStaff, tag="chat.reopen", kw_only=True):
    """Open a closed conversation again; it is the one's who asks."""


class Snooze(OfStaff, tag="chat.snooze", kw_only=True):
    """Out of the way until then, or until the visitor speaks. None: it is back at once."""

    until: Moment | None


class SetLabels(OfStaff, tag="chat.label", kw_only=True):
    """From now on it carries these labels and no others: names, made on first use."""

    labels: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=40)], ...], Meta(max_length=LABELS_MOST)
    ]


class Block(OfStaff, tag="chat.block", kw_only=True):
    """Hear no more of this visitor, or of his network, for a while. None: until it is lifted."""

    by: Literal["visitor", "network"] = "visitor"
    reason: Annotated[str, Meta(max_length=REASON_LONGEST)] = ""
    until: Moment | None = None


class Unblock(OfStaff, tag="chat.unblock", kw_only=True):
    """Hear him again, and his network."""


class AnswerAll(Request, tag="chat.answer_all", kw_only=True):
    """One answer to every open conversation about an article; owners stay who they are.

    `conversations` narrows it to those the agent saw when he wrote it.
    """

    takes_long = True
    id: MessageId
    article: Key
    text: Text
    conversations: tuple[Which, ...] | UnsetType = UNSET


class Point(OfStaff, tag="chat.point", kw_only=True):
    """His page offers to go to this passage, and marks it."""

    article: Key
    paragraph: Paragraph


class Look(Request, tag="desk.look", kw_only=True):
    """This conversation is in front on my screen; None: none is."""

    conversation: Which | None


class Rate(OfVisitor, tag="chat.rate", kw_only=True):
    """What the visitor thinks of it; the last word counts."""

    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=COMMENT_LONGEST)] = ""


class Forget(OfVisitor, tag="chat.forget", kw_only=True):
    """Remove everything about me: words, files, way, letters, search."""


class AnsweredAll(Told, tag="chat.answered_all", kw_only=True):
    """Where an answer to all was committed; what was skipped had been closed by then."""

    id: str
    conversations: list[str]
    skipped: list[str]


class Pointed(Told, tag="chat.point", kw_only=True):
    """An agent points to a passage. Title and address are our own."""

    conversation: str
    article: int
    paragraph: str
    title: str
    url: str
    by: str


class Viewer(Struct, frozen=True, kw_only=True):
    """A member of staff who has a conversation in front."""

    id: int
    name: str


class Viewers(Told, tag="chat.viewers", kw_only=True):
    """Who has this conversation in front now; told to staff who read along in it."""

    conversation: str
    people: list[Viewer]


class Erased(Told, tag="chat.erased", kw_only=True):
    """These entries are no more; `seqs` empty: the whole conversation is gone."""

    conversation: str
    seqs: list[int]


class Label(Struct, frozen=True, kw_only=True):
    """A label as staff see it; `hue` is 0–7, a colour of the palette."""

    id: int
    name: str
    hue: int


class Labels(Told, tag="desk.labels", kw_only=True):
    """All labels there are; after the first `desk.watch`, and when they change."""

    labels: list[Label]


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody who works here and can be named in a note, whether he is there now or not."""

    id: int
    name: str


class Colleagues(Told, tag="desk.colleagues", kw_only=True):
    """Everybody who works here; after the first `desk.watch`, and when they change."""

    people: list[Colleague]


class Mentioned(Told, tag="desk.mentioned", kw_only=True):
    """A colleague named me in a note."""

    conversation: str
    seq: int
    by: str
    text: str
    at: int


class Blocked(Told, tag="chat.blocked", kw_only=True):
    """To a visitor who is blocked: nothing he says arrives, until then if that is known.

    `until` 0: he is listened to again. `conversation` is "" to one who was let into none.
    """

    conversation: str
    until: int | None
