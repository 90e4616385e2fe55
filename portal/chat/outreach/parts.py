"""The parts of this room within the room, built once and wired to each other."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection

from portal.chat.desk import Desk
from portal.chat.lists import Titles
from portal.chat.outcome import Outcome
from portal.chat.outreach.form import Form
from portal.chat.outreach.house import House
from portal.chat.outreach.mailing import Mailing
from portal.chat.outreach.pages import TranscriptPage
from portal.chat.outreach.socket import OutreachSocket
from portal.chat.outreach.transcripts import Transcripts
from portal.chat.pace import Pace
from portal.chat.standing import Held
from portal.chat.where import Where
from portal.clock import Clock
from portal.identity import Agent, VisitorId
from portal.storage.database import Database

MAIL_SECONDS = 5.0
"""How often the outbox is looked at; letters wait for minutes, so nobody waits for this."""


class Outreach:
    """Letters, for the life of the process.

    Attributes:
        mailing: the periodic job.
        socket: requests about letters.
        form: takes what was written without a script.
    """

    def __init__(
        self,
        house: House,
        *,
        db: Database,
        now: Clock,
        desk: Desk,
        held: Held,
        titles: Titles,
        announce: Callable[[Outcome], None],
        is_online: Callable[[str], bool],
        bars: Callable[[VisitorId | None, str], None],
        named: Callable[[str], str],
    ) -> None:
        """Build the parts.

        Args:
            is_online: whether a conversation's visitor has a page of ours open.
            bars: refuses whom staff have blocked, and their networks.
            named: a network's name as it is kept, which is not the network.
        """
        self._house, self._db, self._desk = house, db, desk
        self._pace = Pace()
        self.mailing = Mailing(db, now, house, is_online)
        transcripts = Transcripts(house, db=db, now=now, desk=desk, held=held)
        self.socket = OutreachSocket(transcripts, self._pace)
        where = Where(db, announce)
        self.form = Form(
            house,
            desk=desk,
            where=where,
            pace=self._pace,
            titles=titles,
            bars=bars,
            named=named,
        )

    def pages(
        self, identify: Callable[[HTTPConnection], Awaitable[Agent | None]]
    ) -> TranscriptPage:
        """Return the page of transcripts; `identify` knows the staff behind a request."""
        return TranscriptPage(
            self._house, db=self._db, desk=self._desk, pace=self._pace, identify=identify
        )
