"""The socket of handling: what is asked about a conversation besides speaking in it."""

from portal.live.connection import Door
from portal.live.protocol import Handler, Request, Table


class HandlingSocket:
    """Answers over either door. Keeps nothing."""

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        visitors: dict[type[Request], Handler] = {}
        staff: dict[type[Request], Handler] = {}
        return visitors if door == "live" else staff
