"""The outcome: what one transaction came to, as it is told to everybody whom it concerns."""

from dataclasses import dataclass

from portal.chat.conversation import Conversation
from portal.chat.transcript import Entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction came to.

    Attributes:
        conversation: as it is now.
        entries: what was written, in order; empty when nothing was.
        changed: whether the row is another than before.
        answer: the entry that was asked for, be it new or the first of a repetition.
        before: the conversation this one took the place of.
    """

    conversation: Conversation
    entries: tuple[Entry, ...] = ()
    changed: bool = True
    answer: Entry | None = None
    before: Conversation | None = None
