"""The thread: one conversation as this process follows it, for the sockets attached to it here.

Whatever it hears, over the bus, from this process' own desk or from a look into SQL, comes as the
conversation's row and perhaps entries. The row's revision says what is newer; from the difference
to the row known before follows what is told: state, how far was read, what the visitor reads.
So a lost bell is repaired by reading the row again, whatever it was about.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import UNSET

from portal.chat import transcript
from portal.chat.attachment import Attachment, Ready
from portal.chat.bell import Reads, Types
from portal.chat.conversation import Conversation, Status
from portal.chat.lists import Titles, page_of
from portal.chat.queue.place import Place, known
from portal.chat.reading import Reading
from portal.chat.told import Author, Owner, SeenNow, State, TypingNow, Where
from portal.chat.transcript import Entry
from portal.errands import Errands
from portal.identity import Agent
from portal.live.connection import Connection
from portal.live.protocol import Told, encode
from portal.live.wire import text_frame
from portal.storage.database import Database

RESYNC: Final = 4002
TYPING_SECONDS: Final = 6.0
"""Whoever typed and was not heard of for so long has stopped."""
GAP_PAGE: Final = 200


class Thread:
    """Lives while a socket of this process is attached to its conversation.

    Attributes:
        known: the newest row heard of.
        place: where the visitor stands in the queue; None while he does not stand in it.
        reading: how far he has got in what he reads.
    """

    def __init__(
        self,
        conversation: Conversation,
        db: Database,
        titles: Titles,
        errands: Errands,
        moved: Callable[["Thread"], None],
        typing_seconds: float = TYPING_SECONDS,
        greet: Callable[[Connection, str], None] = lambda connection, conversation: None,
        owner: Callable[[int, str], Owner] = lambda agent, name: Owner(name=name),
        passed: Callable[[Connection, int | None], None] = lambda connection, desk: None,
        ask: Callable[[str], None] = lambda conversation: None,
    ) -> None:
        """Begin to follow.

        Args:
            moved: called when the visitor speaks in another conversation from now on.
            greet: called with the socket of an agent who reads along from now on.
            owner: what is told of an agent by id and name, without the id.
            passed: called with a visitor's socket and the desk that has his conversation now.
            ask: called when nobody here knows how far its visitor has got.
        """
        self.id = conversation.id
        self.known = conversation
        self.place: Place | None = None
        self._db = db
        self._titles = titles
        self._errands = errands
        self._moved = moved
        self._typing_seconds = typing_seconds
        self._greet = greet
        self._owner = owner
        self._passed = passed
        self._ask = ask
        self._owner_told: Owner | None = None
        self._attached: dict[Connection, Attachment] = {}
        self._typing: dict[str, tuple[asyncio.TimerHandle, Types]] = {}
        self.reading = Reading()
        self._mending = False

    # Who reads along

    @property
    def attachments(self) -> list[Attachment]:
        """Whoever reads along here now."""
        return list(self._attached.values())

    def attach(self, connection: Connection) -> Attachment:
        """Return the socket's place here, made on first use."""
        if connection not in self._attached:
            self._attached[connection] = Attachment(connection)
        return self._attached[connection]

    def detach(self, connection: Connection) -> None:
        """Forget a socket's place."""
        self._attached.pop(connection, None)

    def settle(self, attachment: Attachment, upto: int | None, row: Conversation) -> None:
        """Let the page that is about to be written be the start of what follows it.

        Everything else waits for the next turn of the loop: the answer is to come first.
        """
        first = attachment.cursor is None
        attachment.settle(upto)
        attachment.hear(max(self.known.last_seq, row.last_seq))
        loop = asyncio.get_running_loop()
        loop.call_soon(self.stands, row)
        loop.call_soon(self.mend)
        if first and upto is not None:
            loop.call_soon(self._introduce, attachment)

    def close(self) -> None:
        """Forget who types."""
        for timer, _ in self._typing.values():
            timer.cancel()
        self._typing.clear()

    # What is heard

    def happened(self, conversation: Conversation, entries: Iterable[Entry]) -> None:
        """Take what a transaction came to: entries first, then where things stand now."""
        for entry in entries:
            self._still(entry.author)
            ready = Ready(entry)
            for attachment in self.attachments:
                attachment.offer(ready)
        self.stands(conversation)
        self.mend()

    def stands(self, row: Conversation) -> None:
        """Take the conversation's row, from wherever it was read."""
        before = self.known
        if row.epoch != before.epoch:
            # The database was put back to an older copy: numbers mean something else now.
            self.known = row
            for attachment in self.attachments:
                attachment.connection.end(RESYNC, "resync")
            return
        if row.revision <= before.revision:
            return
        self.known = row
        for attachment in self.attachments:
            attachment.hear(row.last_seq)
        if (row.status, row.agent) != (before.status, before.agent):
            if row.status is not Status.WAITING:
                self.place = None
            self._tell_state(self.attachments)
        if row.visitor_seen > before.visitor_seen:
            self._tell_seen(self.attachments, visitor=True)
        if row.staff_seen > before.staff_seen:
            self._tell_seen(self.attachments, visitor=False)
        if _reading(row) != _reading(before):
            self.reading.turn(row)
            self._errands.send(self._tell_where(self.attachments))
        if row.desk != before.desk:
            for attachment in self.attachments:
                if not attachment.staff:
                    self._passed(attachment.connection, row.desk)
        if before.current and not row.current:
            self._moved(self)

    def stands_at(self, place: Place | None) -> None:
        """Take the visitor's place in the queue."""
        if place != self.place:
            self.place = place
            self._tell_state([each for each in self.attachments if not each.staff])

    def face_changed(self) -> None:
        """Tell of the agent who answers, if he came or went or looks otherwise."""
        if self._owner_told is not None and self._owner_told != self._answers():
            self._tell_state(self.attachments)

    def _answers(self) -> Owner | None:
        row = self.known
        if row.agent is None or row.status is not Status.OPEN:
            return None
        return self._owner(row.agent, row.agent_name)

    def types(self, news: Types) -> None:
        """Take that somebody types; forget it when he is not heard of again."""
        before = self._stop_timer(news.key)
        if before is not None and news.note and not before.note:
            # Whoever goes over to a note writes to the visitor no more.
            self._tell_typing(before, on=False)
        if news.on:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(self._typing_seconds, self._still, news.key)
            self._typing[news.key] = (timer, news)
        self._tell_typing(news, on=news.on)

    def reads(self, news: Reads) -> None:
        """Take how far the visitor has got in what he reads."""
        if self.reading.hear(news, self.known):
            self._errands.send(self._tell_where(self.attachments))

    def show(self, slot: str, told: bytes, *, staff: bool) -> None:
        """Tell a state, ready to be sent, to one side of those attached."""
        self._show(slot, told, [each for each in self.attachments if each.staff is staff])

    def mend(self) -> None:
        """Read from SQL what is missing somewhere, unless that is under way."""
        if not self._mending and any(each.gap_from is not None for each in self.attachments):
            self._mending = True
            self._errands.send(self._mend())

    async def _mend(self) -> None:
        try:
            while gaps := [a.gap_from for a in self.attachments if a.gap_from is not None]:
                async with self._db.read() as c:
                    found = await transcript.page(c, self.id, min(gaps), 2**31 - 1, GAP_PAGE)
                for entry in found:
                    ready = Ready(entry)
                    for attachment in self.attachments:
                        attachment.offer(ready)
                if not found:
                    return
        finally:
            self._mending = False

    # What is told

    def _introduce(self, attachment: Attachment) -> None:
        """Tell a newly attached socket how things stand."""
        self._tell_state([attachment])
        self._tell_seen([attachment], visitor=True)
        self._tell_seen([attachment], visitor=False)
        for _, news in self._typing.values():
            self._tell_typing(news, on=True, to=[attachment])
        if attachment.staff:
            self._errands.send(self._tell_where([attachment]))
            if self.reading.now is None:
                self._ask(self.id)
            self._greet(attachment.connection, self.id)

    def _tell_state(self, to: list[Attachment]) -> None:
        row = self.known
        self._owner_told = self._answers()
        for staff in (True, False):
            told = State(conversation=self.id, status=row.status.value)
            told.agent = self._answers()
            if told.agent is not None:
                if staff and row.agent is not None:
                    told.agent.id = row.agent
            elif self.place is not None:
                told.position = self.place.position
                told.wait_seconds = known(self.place.wait_seconds)
            self._tell("chat.state", told, [each for each in to if each.staff is staff])

    def _tell_seen(self, to: list[Attachment], *, visitor: bool) -> None:
        seq = self.known.visitor_seen if visitor else self.known.staff_seen
        told = SeenNow(conversation=self.id, by="visitor" if visitor else "agent", seq=seq)
        if seq:
            self._tell(f"chat.seen:{told.by}", told, to)

    async def _tell_where(self, to: list[Attachment]) -> None:
        staff = [each for each in to if each.staff]
        row = self.known
        if not staff or not (row.article or row.url):
            return
        titles = await self._titles({row.article}) if row.article is not None else {}
        article, title, url = page_of(row, titles)
        told = Where(
            conversation=self.id,
            article=article if article is not None else UNSET,
            title=title,
            url=url,
        )
        if article is not None and row.article_revision is not None:
            told.revision = row.article_revision
        if (reads := self.reading.now) is not None:
            told.paragraph = UNSET if reads.paragraph is None else reads.paragraph
            told.depth = UNSET if reads.depth is None else reads.depth
        self._tell("chat.where", told, staff)

    def _tell_typing(self, news: Types, *, on: bool, to: list[Attachment] | None = None) -> None:
        kind, _, number = news.key.partition(":")
        for staff in (True, False):
            if news.note and not staff:
                continue
            author = Author(kind=kind, name=news.who)
            told = TypingNow(conversation=self.id, author=author, on=on)
            if staff:
                if number:
                    author.id = int(number)
                if on and news.text is not None:
                    told.text = news.text
                if news.note:
                    told.note = True
            others = [
                each
                for each in (self.attachments if to is None else to)
                if each.staff is staff and _key(each) != news.key
            ]
            self._tell(f"chat.typing:{news.key}", told, others)

    def _still(self, key: str) -> None:
        """Whoever is named by `key` types no more: he spoke, or was not heard of for long."""
        found = self._stop_timer(key)
        if found is not None:
            self._tell_typing(found, on=False)

    def _stop_timer(self, key: str) -> Types | None:
        timer, news = self._typing.pop(key, (None, None))
        if timer is not None:
            timer.cancel()
        return news

    def _tell(self, slot: str, told: Told, to: list[Attachment]) -> None:
        self._show(slot, encode(told), to)

    def _show(self, slot: str, told: bytes, to: list[Attachment]) -> None:
        attached = [each.connection for each in to if each.cursor is not None]
        if attached:
            frame = text_frame(told)
            for connection in attached:
                connection.tell_state_frame(f"{slot}:{self.id}", frame)


def _reading(row: Conversation) -> tuple[int | None, str, str, int | None]:
    return row.article, row.url, row.title, row.article_revision


def _key(attachment: Attachment) -> str:
    actor = attachment.connection.actor
    return f"agent:{actor.id}" if isinstance(actor, Agent) else transcript.VISITOR
