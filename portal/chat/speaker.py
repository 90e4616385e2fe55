"""The speaker: who sits at a socket, as far as chat is concerned."""

from typing import Final

from portal.errors import Refused
from portal.identity import Agent, ConversationId, Visitor, VisitorId
from portal.live.connection import Connection

NOWHERE: Final = (None, None)
"""What a page tells that does not say how far its reader has got."""


class Speaker:
    """Which conversation a visitor's socket speaks in. Kept with the socket."""

    def __init__(self) -> None:
        self.conversation: ConversationId | None = None
        self.reads: tuple[int | str | None, float | None] = NOWHERE
        self.barred = False
        """Whether he was told that he is blocked."""
        self.asks_as: VisitorId | None = None
        """Whose secret he asked for chat with last, be he let in or not."""


def visitor_of(connection: Connection) -> tuple[Visitor, ConversationId]:
    """Return the visitor at a socket and the conversation he speaks in.

    Raises:
        Refused: `not_allowed`, he has not asked for chat.
    """
    speaker = connection.kept(Speaker)
    if not isinstance(connection.actor, Visitor) or speaker is None or not speaker.conversation:
        raise Refused("not_allowed", "ask for chat first (chat.open)")
    return connection.actor, speaker.conversation


def agent_of(connection: Connection) -> Agent:
    """Return the member of staff at a socket.

    Raises:
        Refused: `not_allowed`.
    """
    if not isinstance(connection.actor, Agent):
        raise Refused("not_allowed", "this is for staff")
    return connection.actor
