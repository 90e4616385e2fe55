"""The guard: stands before what a visitor asks, and lets nothing of one who is blocked pass.

It asks memory only: neither SQL nor another process hears of a frame it turns away.
"""

from typing import Any, Final, Protocol

from msgspec import UNSET

from portal.chat import requests
from portal.chat.handling import messages
from portal.chat.handling.blocks import Blocks
from portal.chat.outreach.messages import Transcript
from portal.chat.speaker import Speaker
from portal.chat.standing import visitor_id
from portal.errors import Refused
from portal.identity import Visitor
from portal.live.connection import Connection, Door
from portal.live.protocol import Handler, Request, Table, Told

GUARDED: tuple[type[Request], ...] = (
    requests.Open,
    requests.Say,
    requests.Typing,
    requests.Seen,
    requests.Leave,
    messages.Rate,
    Transcript,
)
"""What a blocked visitor may not. He may read what was said, and be forgotten."""
LIFTED: Final = 0
"""As `until`: he is listened to again."""


class Answers(Protocol):
    """Whatever answers requests."""

    def table(self, door: Door) -> Table: ...


class Guard:
    """Answers as what stands behind it, to those who are listened to."""

    def __init__(self, behind: Answers, blocks: Blocks) -> None:
        self._behind = behind
        self._blocks = blocks

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        table = self._behind.table(door)
        if door == "staff":
            return table
        return {
            kind: self._guarded(handler) if kind in GUARDED else handler
            for kind, handler in table.items()
        }

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(connection: Connection, asked: Any) -> Told | None:
            opens = asked if isinstance(asked, requests.Open) else None
            self._bar(connection, opens)
            answer = await handler(connection, asked)
            if opens is not None and opens.way_back is not UNSET:
                tell(connection, self._blocks)  # who it is was not known before
            return answer

        return guarded

    def _bar(self, connection: Connection, opens: requests.Open | None) -> None:
        try:
            if opens is not None:
                connection.keep(Speaker, Speaker).asks_as = visitor_id(opens.visitor)
                self._blocks.bars(visitor_id(opens.visitor), connection.network)
            actor = connection.actor
            self._blocks.bars(actor.id if isinstance(actor, Visitor) else None, connection.network)
        except Refused:
            connection.keep(Speaker, Speaker).barred = True
            tell(connection, self._blocks)
            raise


def tell(connection: Connection, blocks: Blocks) -> None:
    """Tell a visitor's socket that he is blocked, if he is and knows a conversation.

    Who was told so, or was turned away, is told when he is listened to again.
    """
    speaker = connection.kept(Speaker)
    if speaker is None:
        return
    actor = connection.actor
    id = actor.id if isinstance(actor, Visitor) else speaker.asks_as
    blocked, until = blocks.of(id, connection.network)
    if blocked and (not isinstance(actor, Visitor) or not speaker.conversation):
        return
    if blocked or speaker.barred:
        speaker.barred = blocked
        ends = until if blocked else LIFTED
        told = messages.Blocked(conversation=speaker.conversation or "", until=ends)
        connection.tell_state("chat.blocked", told)
