"""A conversation: its three states and the moves that are legal in each.

    waiting ──claim, first answer──▶ open ──close, leave──▶ closed
       ▲  ▲────────release───────────┘                        │
       └──────────the visitor speaks again within 7 days──────┘

Nothing here speaks to a database. A move is judged from the row as it stands under its lock, and
is what the row is changed to plus the events everybody will read. Whoever writes it compares the
row's revision in the same UPDATE, so of two who race one finds that he comes too late.

`waiting_since` is when the visitor said what nobody has answered yet; it may be set while the
conversation is open, too. A conversation nobody spoke in waits for nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from msgspec import UNSET, UnsetType

from portal.clock import DAY
from portal.errors import Refused
from portal.identity import Agent, ConversationId, Role, StaffId, VisitorId

REOPEN_MS: Final = 7 * DAY
"""For so long a visitor who speaks in a closed conversation opens it again."""


class Status(StrEnum):
    """Where a conversation stands."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of `conversation`, with the names that belong to its ids.

    Attributes:
        current: whether it is the one its visitor speaks in.
        agent: who owns it; of a closed one, who owned it last.
        revision: raised by every change; what a change is compared with.
        article, url, title: what the visitor reads, as his browser told it.
        name, email: what the visitor said of himself, "" for nothing.
        desk: the group of agents it belongs to; None: all of them.
        assigned_at: when its owner got it.
        snoozed_until: open, but out of its owner's way until then.
        asked_at, answered_at: the visitor's first words, and the first of an agent after them.
        article_revision: of `article`, as the visitor's page was served.
        language: of his browser, BCP 47.
        consented: whether he agreed to the text he was shown.
    """

    id: ConversationId
    visitor: VisitorId
    current: bool
    status: Status
    epoch: int
    last_seq: int
    agent: StaffId | None
    agent_name: str
    topic: str
    article: int | None
    url: str
    title: str
    last_text: str
    last_by: str
    last_at: int
    revision: int
    visitor_seen: int
    staff_seen: int
    waiting_since: int | None
    created_at: int
    closed_at: int | None
    name: str
    email: str
    desk: int | None = None
    assigned_at: int | None = None
    snoozed_until: int | None = None
    asked_at: int | None = None
    answered_at: int | None = None
    article_revision: int | None = None
    language: str = ""
    consented: bool = False

    @property
    def visitor_name(self) -> str:
        """What staff call the visitor: his name, or a number that stays the same."""
        return self.name or f"Visitor {sum(map(ord, self.id)) * 7919 % 9000 + 1000}"

    @property
    def owner(self) -> dict[str, object] | None:
        """Who owns it, as an error names him."""
        if self.agent is None or self.status is Status.CLOSED:
            return None
        return {"id": self.agent, "name": self.agent_name}

    def owned_by(self, agent: Agent) -> bool:
        """Say whether `agent` is the one who answers here."""
        return self.status is Status.OPEN and self.agent == agent.id


@dataclass(frozen=True, slots=True)
class Move:
    """What a conversation becomes, and what is written into it on the way.

    Attributes:
        events: names of events that precede what is said.
        about: whom the events concern besides their author.
        desk: whose it becomes; UNSET: it stays where it is.
        snoozed_until: a move that does not say so wakes it.
    """

    status: Status
    agent: StaffId | None
    waiting_since: int | None
    closed_at: int | None
    events: tuple[str, ...] = ()
    about: str = ""
    desk: int | UnsetType | None = UNSET
    snoozed_until: int | None = None


def stays(conversation: Conversation) -> Move:
    """Change nothing: a note, a repeated claim."""
    c = conversation
    return Move(c.status, c.agent, c.waiting_since, c.closed_at, snoozed_until=c.snoozed_until)


def begins_anew(conversation: Conversation, now: int) -> bool:
    """Say whether it was closed so long ago that its visitor begins a new one."""
    if conversation.status is not Status.CLOSED:
        return False
    return now - (conversation.closed_at or 0) > REOPEN_MS


def visitor_says(conversation: Conversation, now: int) -> Move:
    """The visitor speaks: he waits from now on, unless he waits already."""
    c = conversation
    if c.status is Status.CLOSED:
        return Move(Status.WAITING, None, now, None, ("reopened",))
    return Move(c.status, c.agent, c.waiting_since or now, None)


def agent_says(conversation: Conversation, agent: Agent) -> Move:
    """The owner answers; in an unowned conversation the answer claims it.

    Raises:
        Refused: `conflict` with the owner, `closed`.
    """
    c = conversation
    if c.status is Status.CLOSED:
        raise Refused("closed", "the conversation is closed")
    if c.agent is None:
        return Move(Status.OPEN, agent.id, None, None, ("joined",))
    if c.agent != agent.id:
        raise Refused("conflict", f"{c.agent_name or 'a colleague'} answers here", by=c.owner)
    return Move(Status.OPEN, agent.id, None, None)


def claims(conversation: Conversation, agent: Agent) -> Move:
    """An agent takes a waiting conversation. His own he has already.

    Raises:
        Refused: `taken` with the owner, `closed`.
    """
    c = conversation
    if c.status is Status.CLOSED:
        raise Refused("closed", "the conversation is closed")
    if c.agent is None:
        return Move(Status.OPEN, agent.id, c.waiting_since, None, ("joined",))
    if c.agent != agent.id:
        raise Refused("taken", f"{c.agent_name or 'a colleague'} took it", by=c.owner)
    return stays(c)


def releases(conversation: Conversation, agent: Agent, now: int) -> Move:
    """The owner (or an administrator) puts it back among the waiting ones.

    Raises:
        Refused: `not_allowed`, `closed`.
    """
    c = conversation
    if c.status is Status.CLOSED:
        raise Refused("closed", "the conversation is closed")
    if c.status is Status.WAITING:
        return stays(c)
    owner_or_administrator(c, agent)
    return Move(Status.WAITING, None, c.waiting_since or now, None, ("left",))


def is_put_back(conversation: Conversation, now: int, first_waits_since: int | None) -> Move:
    """Its owner is gone: it waits again, before everybody else.

    Args:
        first_waits_since: since when the first in the queue waits; None: nobody does.
    """
    c = conversation
    since = min(c.waiting_since or now, (first_waits_since or now) - 1)
    return Move(Status.WAITING, None, since, None, ("left",))


def closes(conversation: Conversation, agent: Agent, now: int) -> Move:
    """The owner (or an administrator) ends it. Closing twice is closing once.

    Raises:
        Refused: `not_allowed`.
    """
    c = conversation
    if c.status is Status.CLOSED:
        return stays(c)
    owner_or_administrator(c, agent)
    return Move(Status.CLOSED, c.agent, None, now, ("closed",))


def visitor_leaves(conversation: Conversation, now: int) -> Move:
    """The visitor ends it himself."""
    c = conversation
    if c.status is Status.CLOSED:
        return stays(c)
    events = ("closed",) if c.last_seq else ()
    return Move(Status.CLOSED, c.agent, None, now, events)


def owner_or_administrator(conversation: Conversation, agent: Agent) -> None:
    """Refuse anybody else.

    Raises:
        Refused: `not_allowed`.
    """
    if conversation.owned_by(agent) or agent.role is Role.ADMIN:
        return
    raise Refused(
        "not_allowed",
        "only the owner or an administrator may do this",
        by=conversation.owner,
    )
