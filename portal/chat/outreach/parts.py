"""The parts of this room within the room, built once and wired to each other."""

from collections.abc import Callable

from portal.chat.outreach.house import House
from portal.chat.outreach.mailing import Mailing
from portal.clock import Clock
from portal.storage.database import Database

MAIL_SECONDS = 5.0
"""How often the outbox is looked at; letters wait for minutes, so nobody waits for this."""


class Outreach:
    """Letters, for the life of the process.

    Attributes:
        mailing: the periodic job.
    """

    def __init__(
        self, house: House, *, db: Database, now: Clock, is_online: Callable[[str], bool]
    ) -> None:
        """Build the parts.

        Args:
            is_online: whether a conversation's visitor has a page of ours open.
        """
        self.mailing = Mailing(db, now, house, is_online)
