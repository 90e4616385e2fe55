"""The staff's side of the socket: what agents ask of conversations and lists, and what answers."""

from portal.chat import requests, transcript
from portal.chat.along import Along
from portal.chat.answers import stored
from portal.chat.desk import Desk
from portal.chat.duty import Duty
from portal.chat.floor import Floor
from portal.chat.lists import Lists
from portal.chat.pace import Pace
from portal.chat.speaker import agent_of
from portal.chat.threads import Threads
from portal.chat.told import Claimed, DeskList, History, Owner, Stored
from portal.live.connection import Connection, Door
from portal.live.protocol import Table


class StaffSocket:
    """Answers what only staff ask. Keeps nothing."""

    def __init__(
        self,
        *,
        desk: Desk,
        threads: Threads,
        along: Along,
        lists: Lists,
        floor: Floor,
        duty: Duty,
        pace: Pace,
    ) -> None:
        """Take the parts it calls."""
        self._desk = desk
        self._threads = threads
        self._along = along
        self._lists = lists
        self._floor = floor
        self._duty = duty
        self._pace = pace

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        if door == "live":
            return {}
        return {
            requests.StaffSay: self._say,
            requests.StaffTyping: self._typing,
            requests.Note: self._note,
            requests.Join: self._join,
            requests.Part: self._part,
            requests.Claim: self._claim,
            requests.Release: self._release,
            requests.Close: self._close,
            requests.Watch: self._watch,
            requests.SetStatus: self._status,
        }

    async def _say(self, connection: Connection, asked: requests.StaffSay) -> Stored:
        agent = agent_of(connection)
        self._pace.staff(agent.id)
        said = await self._desk.say(
            agent, asked.conversation, asked.id, asked.text, files=asked.files
        )
        return stored(said)

    async def _note(self, connection: Connection, asked: requests.Note) -> Stored:
        agent = agent_of(connection)
        self._pace.staff(agent.id)
        said = await self._desk.note(
            agent, asked.conversation, asked.id, asked.text, asked.mentions
        )
        return stored(said)

    async def _typing(self, connection: Connection, asked: requests.StaffTyping) -> None:
        agent = agent_of(connection)
        await self._desk.one_of_ours(agent)
        row = await self._along.row(connection, asked.conversation)
        # Where a colleague answers he can only be writing a note.
        note = asked.note or (row.owner is not None and not row.owned_by(agent))
        key = transcript.author_of(agent)
        self._threads.types(row.id, key, agent.name, asked.on, note=note)

    async def _join(self, connection: Connection, asked: requests.Join) -> History:
        return await self._along.page(
            connection, asked.conversation, asked.last_seq, requests.PAGE_MOST
        )

    async def _part(self, connection: Connection, asked: requests.Part) -> None:
        self._threads.detach(connection, asked.conversation)

    async def _claim(self, connection: Connection, asked: requests.Claim) -> Claimed:
        agent = agent_of(connection)
        await self._desk.claim(agent, asked.conversation)
        return Claimed(conversation=asked.conversation, agent=Owner(id=agent.id, name=agent.name))

    async def _release(self, connection: Connection, asked: requests.Release) -> None:
        await self._desk.release(agent_of(connection), asked.conversation)

    async def _close(self, connection: Connection, asked: requests.Close) -> None:
        await self._desk.close(agent_of(connection), asked.conversation)

    async def _watch(self, connection: Connection, asked: requests.Watch) -> DeskList:
        agent = agent_of(connection)
        await self._desk.one_of_ours(agent)
        # Before the list is read: what changes from here on is told.
        await self._floor.watch(connection)
        return await self._lists.page(agent, asked.list, asked.after, asked.label, asked.article)

    async def _status(self, connection: Connection, asked: requests.SetStatus) -> None:
        agent = agent_of(connection)
        await self._desk.one_of_ours(agent)
        self._duty.say(agent, asked.state)
