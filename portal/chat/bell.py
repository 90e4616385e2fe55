"""The bell: what one process tells the others about chat, over the bus, after a commit.

A message may be lost, doubled or late; nothing relies on it. `Happened` carries the row and the
entries of one transaction, so that the others need not read them; who missed it finds out from
the row's revision and reads what is missing. The rest is state and is replaced by the next.

Topics: `chat:{conversation}` for those who read along in it, `desk` for every console.
"""

import msgspec
import structlog
from msgspec import Struct

from portal.chat.conversation import Conversation
from portal.chat.told import Row
from portal.chat.transcript import Entry
from portal.errands import Errands
from portal.memory.bus import Bus

log = structlog.get_logger("portal.chat")

DESK = "desk"


class News(Struct, tag_field="news", frozen=True, kw_only=True):
    """What rang. `origin` is the process that knows it already."""

    origin: str


class Happened(News, tag="happened", frozen=True, kw_only=True):
    """A transaction was committed."""

    conversation: Conversation
    entries: list[Entry]


class Types(News, tag="types", frozen=True, kw_only=True):
    """Somebody types. `key` names him among all who may; `text` is for staff, `note` too."""

    key: str
    who: str
    on: bool
    text: str | None = None
    note: bool = False


class Reads(News, tag="reads", frozen=True, kw_only=True):
    """How far the visitor has got in what he reads: this article, or the page at this address."""

    paragraph: int | str | None
    depth: float | None
    article: int | None = None
    revision: int | None = None
    url: str = ""


class Asks(News, tag="asks", frozen=True, kw_only=True):
    """Somebody came who wants to know how far the visitor has got; whoever knows rings it."""


class Shown(News, tag="shown", frozen=True, kw_only=True):
    """State for one side of those attached: a message, ready to be sent."""

    slot: str
    told: msgspec.Raw
    staff: bool


class Named(News, tag="named", frozen=True, kw_only=True):
    """Colleagues were named in a note."""

    staff: list[int]
    told: msgspec.Raw


class Erases(News, tag="erases", frozen=True, kw_only=True):
    """Everything about a visitor is gone."""

    visitor: str
    conversations: list[str]


class Rows(News, tag="rows", frozen=True, kw_only=True):
    """Rows of the lists changed."""

    rows: list[Row]


class Came(News, tag="came", frozen=True, kw_only=True):
    """Somebody came or went (`value` None), among staff on duty or visitors online.

    Of `blocks` and `labels` it says only that they are others now.
    """

    kind: str
    member: str
    value: str | None


Rung = Happened | Types | Reads | Asks | Shown | Named | Erases | Rows | Came

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Rung] = msgspec.json.Decoder(Rung)


def topic(conversation: str) -> str:
    """Return the topic of one conversation."""
    return f"chat:{conversation}"


def read(payload: bytes) -> Rung | None:
    """Return what rang; None for what a process of another version says."""
    try:
        return _decoder.decode(payload)
    except msgspec.MsgspecError:
        log.warning("news nobody understands", size_bytes=len(payload))
        return None


class Bell:
    """This process' hand on the bell rope."""

    def __init__(self, bus: Bus, errands: Errands, *, node: str) -> None:
        """Take the rope.

        Args:
            node: this process' name, as `News.origin`.
        """
        self.node = node
        self._bus = bus
        self._errands = errands

    def ring(self, topic: str, news: News) -> None:
        """Tell the other processes; waits for nothing. Rung in order, sent in order."""
        if self._bus.up:
            self._errands.send(self._bus.publish(topic, _encoder.encode(news)))
