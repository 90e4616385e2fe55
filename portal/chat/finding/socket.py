"""The socket of finding: what staff ask to find something again, and what answers it."""

from portal.chat.desk import Desk
from portal.chat.finding import messages
from portal.chat.finding.known import Knowledge
from portal.chat.finding.replies import Replies
from portal.chat.finding.searching import Searching
from portal.chat.lists import Titles
from portal.chat.speaker import agent_of
from portal.chat.standing import Held
from portal.clock import Clock
from portal.live.connection import Connection, Door
from portal.live.protocol import Table
from portal.storage.database import Database


class FindingSocket:
    """The handlers of this room. Only staff find anything."""

    def __init__(self, db: Database, desk: Desk, titles: Titles, held: Held, now: Clock) -> None:
        """Take the desk, which judges who asks, and build what answers."""
        self._desk = desk
        self._searching = Searching(db)
        self._knowledge = Knowledge(db, titles, now)
        self._replies = Replies(db, titles, held, now)

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        if door == "live":
            return {}
        return {
            messages.Search: self._search,
            messages.About: self._about,
            messages.Replies: self._offer,
            messages.SaveReply: self._save,
            messages.RemoveReply: self._remove,
        }

    async def _search(self, connection: Connection, asked: messages.Search) -> messages.Results:
        agent = agent_of(connection)
        await self._desk.one_of_ours(agent)
        return await self._searching.find(agent, asked.query, asked.after)

    async def _about(self, connection: Connection, asked: messages.About) -> messages.Known:
        row = await self._desk.of(agent_of(connection), asked.conversation)
        return await self._knowledge.of(row)

    async def _offer(self, connection: Connection, asked: messages.Replies) -> messages.Offered:
        await self._desk.one_of_ours(agent_of(connection))
        return await self._replies.offer(asked.article)

    async def _save(self, connection: Connection, asked: messages.SaveReply) -> None:
        await self._replies.save(agent_of(connection), asked)

    async def _remove(self, connection: Connection, asked: messages.RemoveReply) -> None:
        await self._replies.remove(agent_of(connection), asked.shortcut)
