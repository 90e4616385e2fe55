"""The socket of handling: what is asked about a conversation besides speaking in it."""

from msgspec import UNSET

from portal.chat.acts import Acts
from portal.chat.handling import messages
from portal.chat.handling.messages import AnsweredAll, Pointed
from portal.chat.handling.parts import Handling
from portal.chat.lists import Titles
from portal.chat.pace import Pace
from portal.chat.speaker import agent_of, visitor_of
from portal.chat.threads import Threads
from portal.errors import Refused
from portal.identity import Agent
from portal.live.connection import Connection, Door
from portal.live.protocol import Handler, Request, Table


class HandlingSocket:
    """Answers over either door. Keeps nothing."""

    def __init__(self, parts: Handling, threads: Threads, titles: Titles, pace: Pace) -> None:
        """Take the parts it calls. `titles` knows what our articles are called."""
        self._parts = parts
        self._threads = threads
        self._titles = titles
        self._pace = pace

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        visitors: dict[type[Request], Handler] = {
            messages.Rate: self._rate,
            messages.Forget: self._forget,
        }
        staff: dict[type[Request], Handler] = {
            messages.Transfer: self._transfer,
            messages.Reopen: self._reopen,
            messages.Snooze: self._snooze,
            messages.SetLabels: self._label,
            messages.Block: self._block,
            messages.Unblock: self._unblock,
            messages.AnswerAll: self._answer_all,
            messages.Point: self._point,
            messages.Look: self._look,
        }
        return visitors if door == "live" else staff

    @property
    def _acts(self) -> Acts:
        return self._parts.acts

    # The visitor's door

    async def _rate(self, connection: Connection, asked: messages.Rate) -> None:
        visitor, conversation = visitor_of(connection)
        self._pace.visitor(conversation)
        which = None if asked.conversation is UNSET else asked.conversation
        await self._parts.rating.rate(visitor, which, asked.score, asked.comment)

    async def _forget(self, connection: Connection, asked: messages.Forget) -> None:
        visitor, _ = visitor_of(connection)
        if asked.conversation is not UNSET:  # another's is none of his to name
            async with self._acts.db.read() as c:
                await self._acts.find(c, visitor, asked.conversation)
        await self._parts.forget(visitor)

    # The staff's door

    async def _transfer(self, connection: Connection, asked: messages.Transfer) -> None:
        agent = agent_of(connection)
        await self._parts.passing.transfer(agent, asked.conversation, asked.to)

    async def _reopen(self, connection: Connection, asked: messages.Reopen) -> None:
        await self._parts.passing.reopen(agent_of(connection), asked.conversation)

    async def _snooze(self, connection: Connection, asked: messages.Snooze) -> None:
        agent = agent_of(connection)
        await self._parts.passing.snooze(agent, asked.conversation, asked.until)

    async def _label(self, connection: Connection, asked: messages.SetLabels) -> None:
        agent = agent_of(connection)
        if await self._parts.labels.set(agent, asked.conversation, asked.labels):
            await self._parts.labels_changed()

    async def _block(self, connection: Connection, asked: messages.Block) -> None:
        agent = agent_of(connection)
        await self._parts.blocks.block(
            agent, asked.conversation, asked.by, asked.reason, asked.until
        )
        await self._parts.blocks_changed()

    async def _unblock(self, connection: Connection, asked: messages.Unblock) -> None:
        await self._parts.blocks.unblock(agent_of(connection), asked.conversation)
        await self._parts.blocks_changed()

    async def _answer_all(self, connection: Connection, asked: messages.AnswerAll) -> AnsweredAll:
        agent = agent_of(connection)
        self._pace.staff(agent.id)
        only = None if asked.conversations is UNSET else asked.conversations
        return await self._parts.group.answer(agent, asked.id, asked.article, asked.text, only)

    async def _point(self, connection: Connection, asked: messages.Point) -> None:
        agent = agent_of(connection)
        await self._may_see(agent, asked.conversation)
        titles = await self._titles({asked.article})
        if asked.article not in titles:
            raise Refused("not_found", "there is no such article")
        if not self._parts.is_online(asked.conversation):
            raise Refused("conflict", "The visitor has no page open now. Write it to him instead.")
        title, url = titles[asked.article]
        told = Pointed(
            conversation=asked.conversation,
            article=asked.article,
            paragraph=asked.paragraph,
            title=title,
            url=url,
            by=agent.name,
        )
        self._threads.show(asked.conversation, "chat.point", told, staff=False)

    async def _look(self, connection: Connection, asked: messages.Look) -> None:
        agent = agent_of(connection)
        if asked.conversation is not None:
            await self._may_see(agent, asked.conversation)
        self._parts.lookers.look(connection, agent, asked.conversation)

    async def _may_see(self, agent: Agent, which: str) -> None:
        async with self._acts.db.read() as c:
            await self._acts.now_is(c, agent)
            await self._acts.find(c, agent, which)
