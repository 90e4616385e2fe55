"""The answers: rows and entries as whoever asked is told of them."""

from msgspec import UNSET

from portal.chat.conversation import Conversation
from portal.chat.entry import Entry
from portal.chat.told import Opened, Stored


def opened(conversation: Conversation, last_seq: int | None = None) -> Opened:
    """Return what a visitor is told of the conversation he has opened."""
    return Opened(
        conversation=conversation.id,
        epoch=conversation.epoch,
        last_seq=conversation.last_seq if last_seq is None else last_seq,
        status=conversation.status.value,
        seen=conversation.visitor_seen,
        seen_by_staff=conversation.staff_seen,
        name=conversation.name or UNSET,
        email=conversation.email or UNSET,
        consented=conversation.consented or UNSET,
    )


def stored(entry: Entry) -> Stored:
    """Return what whoever said something is told once it is committed."""
    return Stored(id=entry.id, conversation=entry.conversation, seq=entry.seq, at=entry.at)
