"""Moves: what handling makes of a conversation, judged from its row as `chat.conversation` does."""

from portal.chat.conversation import Conversation, Move, Status, owner_or_administrator, stays
from portal.errors import Refused
from portal.identity import Agent, StaffId


def may_pass_on(conversation: Conversation, agent: Agent) -> None:
    """Let its owner or an administrator pass it on.

    Raises:
        Refused: `closed`, `not_allowed`.
    """
    if conversation.status is Status.CLOSED:
        raise Refused("closed", "the conversation is closed")
    owner_or_administrator(conversation, agent)


def goes_to_agent(conversation: Conversation, to: StaffId, name: str) -> Move:
    """It is that colleague's at once. His already: nothing happens."""
    c = conversation
    if c.status is Status.OPEN and c.agent == to:
        return stays(c)
    return Move(Status.OPEN, to, c.waiting_since, None, ("transferred",), name)


def goes_to_desk(conversation: Conversation, to: int | None, name: str, now: int) -> Move:
    """It waits again in that desk's queue, as long as it waits already."""
    c = conversation
    if c.status is Status.WAITING and c.desk == to:
        return stays(c)
    since = c.waiting_since or now
    return Move(Status.WAITING, None, since, None, ("transferred",), name, desk=to)


def reopens(conversation: Conversation, agent: Agent) -> Move:
    """A closed one is open again, and his who asks.

    Raises:
        Refused: `conflict`, it is not closed, or its visitor speaks in another one by now.
    """
    c = conversation
    if c.owned_by(agent):
        return stays(c)
    if c.status is not Status.CLOSED:
        raise Refused("conflict", "the conversation is not closed", by=c.owner)
    if not c.current:
        raise Refused("conflict", "the visitor speaks in another conversation by now")
    return Move(Status.OPEN, agent.id, None, None, ("reopened",))


def snoozes(conversation: Conversation, agent: Agent, until: int | None, now: int) -> Move:
    """It is out of its owner's way until then; None: it is back.

    Raises:
        Refused: `closed`, `conflict`, `not_allowed`, `bad_field`.
    """
    c = conversation
    may_pass_on(c, agent)
    if c.status is not Status.OPEN:
        raise Refused("conflict", "nobody owns the conversation; take it first")
    if until is not None and until <= now:
        raise Refused("bad_field", "`until` has passed")
    if until == c.snoozed_until:
        return stays(c)
    event, about = ("woken", "") if until is None else ("snoozed", str(until))
    return Move(Status.OPEN, c.agent, c.waiting_since, None, (event,), about, snoozed_until=until)


def wakes(conversation: Conversation) -> Move:
    """The time has come: it is back with its owner."""
    c = conversation
    return Move(Status.OPEN, c.agent, c.waiting_since, None)
