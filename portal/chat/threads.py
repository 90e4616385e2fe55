"""The threads: every conversation this process follows, and the ways by which it hears of them.

A thread begins with its first socket, subscribes to its topic and ends with its last. What this
process' own desk did is taken at once and rung for the others; what is rung elsewhere arrives
here; and every two seconds (one while the bus is down, at once when it is back) the rows of all
threads are looked at in SQL, so that whatever was lost on the way is found.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from portal.chat import bell, register
from portal.chat.answers import opened
from portal.chat.attachment import Attachment
from portal.chat.bell import Asks, Bell, Happened, Reads, Shown, Types
from portal.chat.conversation import Conversation
from portal.chat.lists import Titles, no_titles
from portal.chat.outcome import Outcome
from portal.chat.queue.place import Place
from portal.chat.thread import TYPING_SECONDS, Thread
from portal.chat.told import Owner
from portal.chat.where import Page
from portal.errands import Errands
from portal.errors import Refused
from portal.identity import ConversationId
from portal.live.connection import Connection
from portal.live.protocol import Told, encode
from portal.memory.bus import Bus
from portal.meter import Meter
from portal.storage.database import Database

IDS_A_QUERY: Final = 500
SEATS_MOST: Final = 500
"""In so many conversations one socket may read along: 3 KB each, and a subscription. Nobody reads
five hundred; whoever asks for ten thousand would have this process carry them all."""


class Seat:
    """What a socket is attached to. Kept with the socket."""

    def __init__(self) -> None:
        self.threads: dict[str, Thread] = {}


class Threads:
    """All threads of this process."""

    def __init__(
        self,
        db: Database,
        bus: Bus,
        bell_: Bell,
        errands: Errands,
        titles: Titles = no_titles,
        typing_seconds: float = TYPING_SECONDS,
        meter: Meter | None = None,
    ) -> None:
        """Begin with none. `titles` knows what our articles are called."""
        self._meter = meter or Meter()
        self._db = db
        self._bus = bus
        self._bell = bell_
        self._errands = errands
        self._titles = titles
        self._typing_seconds = typing_seconds
        self._threads: dict[str, Thread] = {}
        self._receivers: dict[str, _Receiver] = {}
        self._sweeping = False
        self.greet: Callable[[Connection, str], None] = lambda connection, conversation: None
        """Called with the socket of an agent who was attached just now, and to what."""
        self.missing: Callable[[list[str]], None] = lambda ids: None
        """Called with conversations somebody spoke in whose rows are gone."""
        self.owner: Callable[[int, str], Owner] = lambda agent, name: Owner(name=name)
        """What is told of an agent by id and name, without the id."""
        self.passed: Callable[[Connection, int | None], None] = lambda connection, desk: None
        """Called with a visitor's socket when his conversation goes to another desk."""

    def __len__(self) -> int:
        return len(self._threads)

    # Sockets

    async def attach(self, connection: Connection, conversation: Conversation) -> Attachment:
        """Return the socket's attachment, holding what comes, once the topic is subscribed.

        Whoever calls this reads a page after it and calls `settle`, or `let_go` if that failed.

        Raises:
            Refused: `limited`, the socket is in too many conversations.
        """
        seat = connection.keep(Seat, Seat)
        if len(seat.threads) >= SEATS_MOST and conversation.id not in seat.threads:
            raise Refused("limited", "you are in too many conversations at once; leave some")
        thread = self._follow(conversation)
        attachment = thread.attach(connection)
        seat.threads[conversation.id] = thread
        attachment.hold()
        if not self._bus.doubtful:
            await self._bus.ready(bell.topic(conversation.id))
        return attachment

    def settle(self, conversation: Conversation, attachment: Attachment, upto: int | None) -> None:
        """Go on behind the page, which is written when the caller's handler returns."""
        if thread := self._threads.get(conversation.id):
            thread.settle(attachment, upto, conversation)

    def detach(self, connection: Connection, conversation: str) -> None:
        """Let a socket read along no more."""
        seat = connection.kept(Seat)
        thread = seat.threads.pop(conversation, None) if seat else None
        if thread is not None:
            thread.detach(connection)
            self._end_if_empty(thread)

    def leave_others(self, connection: Connection, conversation: str) -> None:
        """Let a visitor's socket read along in this conversation at most."""
        seat = connection.kept(Seat)
        for other in [id for id in seat.threads if id != conversation] if seat else []:
            self.detach(connection, other)

    def gone(self, connection: Connection) -> None:
        """Forget a socket that is gone."""
        seat = connection.kept(Seat)
        for conversation in list(seat.threads) if seat else []:
            self.detach(connection, conversation)

    def heads(self, connection: Connection) -> dict[str, int]:
        """Return how far each conversation goes that the socket is attached to."""
        seat = connection.kept(Seat)
        return {id: thread.known.last_seq for id, thread in seat.threads.items()} if seat else {}

    def known(self, connection: Connection, conversation: str) -> Conversation | None:
        """Return the row of a conversation the socket reads along in; None if it does not."""
        seat = connection.kept(Seat)
        thread = seat.threads.get(conversation) if seat else None
        return thread.known if thread else None

    # News

    def happened(self, outcome: Outcome) -> None:
        """Take what this process' desk did, and ring for the others."""
        conversation, entries = outcome.conversation, list(outcome.entries)
        if thread := self._threads.get(conversation.id):
            thread.happened(conversation, entries)
        self._bell.ring(
            bell.topic(conversation.id),
            Happened(origin=self._bell.node, conversation=conversation, entries=entries),
        )
        if outcome.before is not None:
            self._errands.send(self._look_at([outcome.before.id], ring=True))

    def types(
        self,
        conversation: str,
        key: str,
        who: str,
        on: bool,
        text: str | None = None,
        note: bool = False,
    ) -> None:
        """Take that somebody types here, and ring for the others."""
        news = Types(origin=self._bell.node, key=key, who=who, on=on, text=text, note=note)
        if thread := self._threads.get(conversation):
            thread.types(news)
        self._bell.ring(bell.topic(conversation), news)

    def reads(
        self,
        conversation: str,
        paragraph: int | str | None,
        depth: float | None,
        page: Page,
    ) -> None:
        """Take how far a visitor has got in what he reads, and ring for the others."""
        news = Reads(
            origin=self._bell.node,
            paragraph=paragraph,
            depth=depth,
            article=page.article,
            revision=page.revision,
            url=page.url,
        )
        if thread := self._threads.get(conversation):
            thread.reads(news)
        self._bell.ring(bell.topic(conversation), news)

    def misses_reading(self, conversation: str) -> bool:
        """Say whether it is followed here and nothing was heard of what its visitor reads."""
        thread = self._threads.get(conversation)
        return thread is not None and thread.reading.is_unknown

    def _ask(self, conversation: str) -> None:
        self._bell.ring(bell.topic(conversation), Asks(origin=self._bell.node))

    def show(self, conversation: str, slot: str, told: Told, *, staff: bool) -> None:
        """Tell a state to one side of those attached here, and ring for the others."""
        self.show_here(conversation, slot, told, staff=staff)
        news = Shown(origin=self._bell.node, slot=slot, told=msgspec.Raw(encode(told)), staff=staff)
        self._bell.ring(bell.topic(conversation), news)

    def show_here(self, conversation: str, slot: str, told: Told, *, staff: bool) -> None:
        """Tell a state to one side of those attached to it in this process."""
        if thread := self._threads.get(conversation):
            thread.show(slot, encode(told), staff=staff)

    def heard(self, conversation: str, payload: bytes) -> None:
        """Take what another process rang."""
        news = bell.read(payload)
        thread = self._threads.get(conversation)
        if news is None or thread is None or news.origin == self._bell.node:
            return
        match news:
            case Happened():
                thread.happened(news.conversation, news.entries)
            case Types():
                thread.types(news)
            case Reads():
                thread.reads(news)
            case Asks():
                if (reads := thread.reading.now) is not None:
                    again = msgspec.structs.replace(reads, origin=self._bell.node)
                    self._bell.ring(bell.topic(conversation), again)
            case Shown():
                thread.show(news.slot, bytes(news.told), staff=news.staff)

    def stand_in_line(self, places: Mapping[str, Place]) -> None:
        """Take who waits, and where."""
        for thread in self._threads.values():
            thread.stands_at(places.get(thread.id))

    def faces_changed(self) -> None:
        """Note that agents may have come, gone, or look otherwise."""
        for thread in self._threads.values():
            thread.face_changed()

    # Sweeping

    async def sweep(self) -> None:
        """Compare every thread with its row in SQL; one query for five hundred of them."""
        if self._sweeping:
            return
        self._sweeping = True
        try:
            ids = list(self._threads)
            for at in range(0, len(ids), IDS_A_QUERY):
                await self._look_at(ids[at : at + IDS_A_QUERY])
        finally:
            self._sweeping = False

    async def _look_at(self, conversations: list[str], *, ring: bool = False) -> None:
        async with self._db.read() as c:
            rows = await register.by_ids(c, conversations)
        gone = [self._threads.get(id) for id in set(conversations) - {row.id for row in rows}]
        self.missing([thread.id for thread in gone if thread and thread.known.last_seq])
        for row in rows:
            thread = self._threads.get(row.id)
            if thread is not None:
                if row.revision > thread.known.revision:
                    self._meter.count("repairs", "chat")
                thread.stands(row)
                thread.mend()
            if ring:
                news = Happened(origin=self._bell.node, conversation=row, entries=[])
                self._bell.ring(bell.topic(row.id), news)

    # The life of a thread

    def _follow(self, conversation: Conversation) -> Thread:
        thread = self._threads.get(conversation.id)
        if thread is None:
            thread = Thread(
                conversation,
                self._db,
                self._titles,
                self._errands,
                self._moved,
                self._typing_seconds,
                self.greet,
                self.owner,
                self.passed,
                self._ask,
            )
            self._threads[conversation.id] = thread
            receiver = self._receivers[conversation.id] = _Receiver(self, conversation.id)
            self._bus.want(bell.topic(conversation.id), receiver.hear)
        return thread

    def _end_if_empty(self, thread: Thread) -> None:
        if thread.attachments or self._threads.get(thread.id) is not thread:
            return
        thread.close()
        del self._threads[thread.id]
        self._bus.drop(bell.topic(thread.id), self._receivers.pop(thread.id).hear)

    def _moved(self, thread: Thread) -> None:
        self._errands.send(self._move(thread))

    async def _move(self, thread: Thread) -> None:
        """Attach a visitor's sockets to the conversation he speaks in now."""
        async with self._db.read() as c:
            current = await register.current(c, thread.known.visitor)
        if current is None or current.id == thread.id:
            return
        for old in [each for each in thread.attachments if not each.staff]:
            connection = old.connection
            self.detach(connection, thread.id)
            attachment = await self.attach(connection, current)
            # From its very beginning: nobody has read anything of it yet.
            connection.tell(opened(current, last_seq=0))
            self.settle(current, attachment, 0)


class _Receiver:
    """Hands what is rung in one topic to the threads. The bus knows receivers by identity."""

    def __init__(self, threads: Threads, conversation: ConversationId) -> None:
        self._threads = threads
        self._conversation = conversation

    def hear(self, payload: bytes) -> None:
        self._threads.heard(self._conversation, payload)
