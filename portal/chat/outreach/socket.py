"""The socket: what is asked about letters, at both doors."""

from msgspec import UNSET

from portal.chat.outreach.messages import StaffTranscript, Transcript
from portal.chat.outreach.transcripts import Transcripts
from portal.chat.pace import Pace
from portal.chat.speaker import agent_of, visitor_of
from portal.live.connection import Connection, Door
from portal.live.protocol import Table


class OutreachSocket:
    """Answers requests. Keeps nothing."""

    def __init__(self, transcripts: Transcripts, pace: Pace) -> None:
        """Take the parts it calls."""
        self._transcripts = transcripts
        self._pace = pace

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        if door == "live":
            return {Transcript: self._transcript}
        return {StaffTranscript: self._staff_transcript}

    async def _transcript(self, connection: Connection, asked: Transcript) -> None:
        visitor, conversation = visitor_of(connection)
        which = conversation if asked.conversation is UNSET else asked.conversation
        self._pace.mails(connection.network)
        given = None if asked.email is UNSET else asked.email
        await self._transcripts.send(visitor, which, given)

    async def _staff_transcript(self, connection: Connection, asked: StaffTranscript) -> None:
        await self._transcripts.send(agent_of(connection), asked.conversation, None)
