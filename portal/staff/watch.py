"""The watch: sockets of staff whose session has ended are closed, whoever ended it and wherever.

A bell on the bus (topic `staff`) says that something changed; a look at SQL every two seconds says
it as well when the bell is silent. One query for all open sockets of this process.
"""

from portal.clock import Clock
from portal.identity import Agent
from portal.live.connection import RESYNC, Connection
from portal.live.hub import Hub
from portal.staff.sessions import TOUCH_EVERY, Roster, Sessions

SIGNED_OUT = 4502


class Watch:
    """Holds the open staff sockets of this process against the sessions in SQL."""

    def __init__(self, hub: Hub, sessions: Sessions, roster: Roster, now: Clock) -> None:
        self._hub = hub
        self._sessions = sessions
        self._roster = roster
        self._now = now
        self._touched_at = 0

    async def look(self) -> None:
        """Close every socket whose session no longer holds, and keep those in use awake.

        Who stays is from here on who he is now: a new role needs no new socket.

        An agent on duty has a live socket and may wait an hour for a question: that is not idle.
        """
        open_now = [
            (connection, connection.actor)
            for connection in self._hub.connections()
            if isinstance(connection.actor, Agent)
        ]
        agents = [agent for _, agent in open_now]
        alive = await self._sessions.alive(agents)
        ended = {agent.session for agent in self._roster.compare(agents, alive)}
        for connection, agent in open_now:
            if getattr(connection.actor, "session", None) != agent.session:
                continue  # meanwhile it went on under another session; that one is looked at next
            if agent.session in ended:
                _close(connection)
            else:
                connection.actor = alive[agent.session]
        if alive and self._now() - self._touched_at > TOUCH_EVERY:
            self._touched_at = self._now()
            await self._sessions.touch(alive)

    def woken(self) -> None:
        """Send all staff away for a moment: this process slept, and knows of no one's rights."""
        for connection in self._hub.connections():
            if isinstance(connection.actor, Agent):
                connection.end(RESYNC, "resync")

    async def still(self, connection: Connection) -> bool:
        """Tell whether a socket's session still holds.

        Between the handshake and the hello it is nobody's to close; so it is looked at once more
        as soon as it can be found.
        """
        actor = connection.actor
        return not isinstance(actor, Agent) or bool(await self._sessions.alive([actor]))


def _close(connection: Connection) -> None:
    connection.end(SIGNED_OUT, "signed out")
