"""The socket: chat's message types and what answers each; what only staff ask is in `staff_socket`.

A handler is thin: it knows who asks (the connection) and which part does it. What was asked is
well-formed by then; what may not be done is refused by the parts.
"""

from collections.abc import Callable

from msgspec import UNSET, UnsetType

from portal.chat import about, requests, transcript
from portal.chat.along import Along
from portal.chat.answers import opened, stored
from portal.chat.conversation import Conversation
from portal.chat.desk import Desk, visitor_id
from portal.chat.duty import Duty
from portal.chat.lists import Lists
from portal.chat.online import Online
from portal.chat.outreach.way_back import WayBack
from portal.chat.pace import Pace
from portal.chat.queue.parts import Queue
from portal.chat.speaker import NOWHERE, Speaker, visitor_of
from portal.chat.threads import Threads
from portal.chat.told import History, Opened, Stored
from portal.chat.where import Where, told_page
from portal.errands import Errands
from portal.errors import Refused
from portal.identity import Agent, ConversationId, Visitor
from portal.live.connection import Connection, Door
from portal.live.protocol import Handler, Request, Table, Told


class ChatSocket:
    """Answers what comes over either door. Keeps nothing but what it keeps with a socket."""

    def __init__(
        self,
        *,
        desk: Desk,
        threads: Threads,
        along: Along,
        lists: Lists,
        duty: Duty,
        online: Online,
        where: Where,
        pace: Pace,
        errands: Errands,
        way_back: WayBack,
        queue: Queue,
        network: Callable[[str], str] = lambda network: "",
        preview: bool = True,
    ) -> None:
        """Take the parts it calls.

        Args:
            network: names one without telling which it is.
            preview: whether staff see what a visitor types before he sends it.
        """
        self._desk = desk
        self._threads = threads
        self._along = along
        self._lists = lists
        self._duty = duty
        self._online = online
        self._where = where
        self._pace = pace
        self._errands = errands
        self._way_back = way_back
        self._queue = queue
        self._network = network
        self._preview = preview

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        visitors: dict[type[Request], Handler] = {
            requests.Open: self._open,
            requests.Say: self._say,
            requests.Since: self._since,
            requests.Typing: self._typing,
            requests.Seen: self._seen,
            requests.Leave: self._leave,
        }
        staff: dict[type[Request], Handler] = {
            requests.StaffSince: self._since,
            requests.StaffSeen: self._seen,
        }
        return visitors if door == "live" else staff

    # The life of a socket

    async def prove(self, connection: Connection, secret: str) -> Visitor | None:
        """Return whose secret a hello brings, if it opens anything."""
        found = await self._desk.known(secret)
        if found is None:
            return None
        connection.keep(Speaker, Speaker).conversation = found.id
        return Visitor(found.visitor)

    async def welcome(self, connection: Connection) -> dict[str, object]:
        """Return chat's fields of `live.welcome`."""
        fields: dict[str, object] = {}
        if isinstance(connection.actor, Visitor) and connection.door == "live":
            row = await self._desk.of(connection.actor)
            fields["conversation"] = _fields(opened(row))
            desk = row.desk
        else:
            desk = await self._queue.desks.of_article(_article(connection))
        self._queue.sign.stand(connection, desk)
        fields["desk"] = _fields(self._queue.sign.state(desk))
        return fields

    def opened(self, connection: Connection) -> None:
        """A socket was welcomed."""
        if connection.door == "staff":
            if isinstance(connection.actor, Agent):
                self._duty.come(connection, connection.actor)
            return
        speaker = connection.kept(Speaker)
        if speaker is not None and speaker.conversation is not None:
            self._online.come(speaker.conversation)
            if self._is_heard(connection):
                self._errands.send(self._where.reads(speaker.conversation, connection.hello))

    def closed(self, connection: Connection) -> None:
        """A socket is gone."""
        self._threads.gone(connection)
        if connection.door == "staff":
            if isinstance(connection.actor, Agent):
                self._duty.go(connection, connection.actor)
            return
        speaker = connection.kept(Speaker)
        if speaker is not None and speaker.conversation is not None:
            self._online.go(speaker.conversation)

    def attended(
        self,
        connection: Connection,
        paragraph: int | str | None = None,
        depth: float | None = None,
    ) -> None:
        """A page told how far its reader has got; staff are, once he opened chat."""
        speaker = connection.kept(Speaker)
        if speaker is None:
            return
        same, speaker.reads = (paragraph, depth) == speaker.reads, (paragraph, depth)
        if speaker.conversation is None:
            return
        # What was told before anybody followed this conversation here is heard when it is repeated.
        misses = speaker.reads != NOWHERE and self._threads.misses_reading(speaker.conversation)
        if (misses or not same) and self._is_heard(connection):
            self._threads.reads(speaker.conversation, paragraph, depth, told_page(connection.hello))

    def _is_heard(self, connection: Connection) -> bool:
        """Say whether anybody wants to know what this visitor's pages tell by themselves."""
        actor = connection.actor
        try:
            self._desk.bars(actor.id if isinstance(actor, Visitor) else None, connection.network)
        except Refused:
            return False
        return True

    def heads(self, connection: Connection) -> dict[str, int]:
        """Return how far each conversation goes that a socket is attached to."""
        return self._threads.heads(connection)

    # The visitor's door

    async def _open(self, connection: Connection, asked: requests.Open) -> Opened:
        if asked.way_back is UNSET:
            visitor = await self._desk.who(asked.visitor)
        else:
            browser = visitor_id(asked.visitor)
            visitor = Visitor(await self._way_back.follow(browser, asked.way_back))
        row = await self._desk.open(
            visitor.id,
            name=asked.name,
            email=asked.email,
            topic=asked.topic,
            begins=lambda: self._pace.begins(connection.network),
            article=_article(connection),
            about=about.of(connection, asked, self._network),
        )
        connection.actor = visitor
        self._speaks_in(connection, row.id)
        await self._where.reads(row.id, connection.hello)
        self._threads.leave_others(connection, row.id)
        attachment = await self._threads.attach(connection, row)
        fresh: Conversation | None = None
        try:
            # After the subscription: what is committed from here on arrives by itself.
            fresh = await self._desk.of(visitor, row.id)
        finally:
            upto = None if fresh is None else fresh.last_seq
            self._threads.settle(fresh or row, attachment, upto)
        # A reader heard of the desk only when it turned, and perhaps before the panel was there.
        self._queue.sign.stand(connection, fresh.desk)
        connection.tell_state("desk.state", self._queue.sign.state(fresh.desk))
        return opened(fresh)

    async def _say(self, connection: Connection, asked: requests.Say) -> Stored:
        visitor, conversation = visitor_of(connection)
        self._pace.visitor(conversation)
        which = _which(asked)
        quote = None if asked.quote is UNSET else await self._lists.quoted(asked.quote)
        entry = await self._desk.say(
            visitor, which, asked.id, asked.text, quote=quote, files=asked.files
        )
        self._speaks_in(connection, ConversationId(entry.conversation))
        return stored(entry)

    async def _leave(self, connection: Connection, asked: requests.Leave) -> None:
        visitor, _ = visitor_of(connection)
        await self._desk.leave(visitor, _which(asked))

    async def _typing(self, connection: Connection, asked: requests.Typing) -> None:
        visitor, conversation = visitor_of(connection)
        row = await self._along.row(connection, _which(asked) or conversation)
        # Typing without a text is typing; a text that is empty again is not.
        on = asked.text is None or asked.text != ""
        key = transcript.author_of(visitor)
        read = self._preview and self._desk.conditions.agreed(row)
        text = asked.text if read else None
        self._threads.types(row.id, key, row.visitor_name, on, text=text)

    # Both doors

    async def _since(
        self, connection: Connection, asked: requests.Since | requests.StaffSince
    ) -> History:
        return await self._along.page(connection, _which(asked), asked.seq, asked.limit)

    async def _seen(
        self, connection: Connection, asked: requests.Seen | requests.StaffSeen
    ) -> None:
        actor = connection.actor
        if not isinstance(actor, Agent):
            actor, _ = visitor_of(connection)
        await self._desk.seen(actor, _which(asked), asked.seq)

    def _speaks_in(self, connection: Connection, conversation: ConversationId) -> None:
        speaker = connection.keep(Speaker, Speaker)
        before = speaker.conversation
        if before == conversation:
            return
        speaker.conversation = conversation
        if before is not None:
            self._online.go(before)
        self._online.come(conversation)


def _article(connection: Connection) -> int | None:
    article = connection.hello.article
    return article if isinstance(article, int) else None


def _which(asked: requests.OfVisitor | requests.OfStaff) -> str | None:
    which: str | UnsetType = asked.conversation
    return None if which is UNSET else which


def _fields(told: Told) -> dict[str, object]:
    """Return what of `told` travels inside another frame."""
    fields = {name: getattr(told, name) for name in told.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not UNSET}
