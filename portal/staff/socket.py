"""What staff are told about their own session, and how a socket goes on under a new one.

The absolute end of a session is announced a quarter of an hour before; whoever signs in again in
time keeps his socket, and with it everything he had open.
"""

from collections.abc import Iterable

from portal.clock import MINUTE, Clock
from portal.errors import Refused
from portal.identity import Agent
from portal.live.connection import Connection, Door
from portal.live.hub import Hub
from portal.live.protocol import Table, Told
from portal.staff.messages import Ending, Renew, Renewed
from portal.staff.renewal import Tickets
from portal.staff.sessions import Sessions

ANNOUNCED = 15 * MINUTE
LOOK_SECONDS = 10


class _Told:
    """What one socket was told last."""

    ends_at = 0


class StaffSocket:
    """Announces the ends of sessions, and answers `staff.renew`."""

    def __init__(self, hub: Hub, sessions: Sessions, tickets: Tickets, now: Clock) -> None:
        self._hub = hub
        self._sessions = sessions
        self._tickets = tickets
        self._now = now

    def table(self, door: Door) -> Table:
        """Return the handlers of one door."""
        return {Renew: self.renew} if door == "staff" else {}

    async def look(self) -> None:
        """Tell every socket whose session is about to end, once."""
        open_now = list(_staff(self._hub.connections()))
        ends = await self._sessions.ends(
            {agent.session for _, agent in open_now}, before=self._now() + ANNOUNCED
        )
        for connection, agent in open_now:
            ends_at = ends.get(agent.session)
            told = connection.keep(_Told, _Told)
            # Meanwhile it may have gone on under another session.
            stays = getattr(connection.actor, "session", None) == agent.session
            if ends_at is None or told.ends_at == ends_at or not stays:
                continue
            told.ends_at = ends_at
            connection.tell_state("staff.ending", Ending(ends_at=ends_at))

    async def renew(self, connection: Connection, asked: Renew) -> Told:
        """Let the socket go on under the session the ticket leads to.

        Raises:
            Refused: `not_allowed`; the ticket is no good here, or that session does not hold.
        """
        before = connection.actor
        assert isinstance(before, Agent)
        key = await self._tickets.take(asked.ticket, before.id)
        found = await self._sessions.by_key(key)
        if found is None or found[0].id != before.id or connection.ended:
            raise Refused("not_allowed", "That sign-in does not hold any more.")
        connection.actor, ends_at = found
        if before.session != key:
            await self._sessions.shorten(before.session)
        return Renewed(ends_at=ends_at)


def _staff(connections: Iterable[Connection]) -> Iterable[tuple[Connection, Agent]]:
    for connection in connections:
        if isinstance(connection.actor, Agent):
            yield connection, connection.actor
