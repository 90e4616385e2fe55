"""Along: how a socket comes to read a conversation, at either door.

A page is read after the socket has subscribed, so nothing is missed between the two.
"""

from portal.chat import history
from portal.chat.conversation import Conversation
from portal.chat.desk import Desk
from portal.chat.threads import Threads
from portal.chat.told import History
from portal.live.connection import Connection
from portal.storage.database import Database


class Along:
    """Lets sockets read along. Keeps nothing."""

    def __init__(self, db: Database, desk: Desk, threads: Threads) -> None:
        """Take the parts it asks."""
        self._db = db
        self._desk = desk
        self._threads = threads

    async def page(
        self, connection: Connection, which: str | None, since: int, limit: int
    ) -> History:
        """Return a page of a conversation; the one that reaches the head attaches the socket.

        Raises:
            Refused: `not_found`, `not_allowed`, `limited`.
        """
        row = await self._desk.of(connection.actor, which)
        attachment = await self._threads.attach(connection, row)
        upto: int | None = None
        try:
            page, row, reached = await history.read(
                self._db, connection.actor, row.id, since, limit
            )
            upto = row.last_seq if reached else None
        finally:
            self._threads.settle(row, attachment, upto)
        return page

    async def row(self, connection: Connection, which: str) -> Conversation:
        """Return a conversation's row, without asking the database where it is followed."""
        known = self._threads.known(connection, which)
        return known if known is not None else await self._desk.of(connection.actor, which)
