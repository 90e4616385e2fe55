"""Transcripts by mail: what was said, once, to the visitor's address.

Whoever asks sends mail from our house to an address nobody has checked, so there are bounds for
the conversation, for the address and for the house, counted in SQL: they hold on all nodes
together. There is no way back in a transcript, and its address is not kept as the visitor's: it may
be somebody else's.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, words
from portal.chat.conversation import Conversation
from portal.chat.desk import Desk
from portal.chat.outreach import outbox, record
from portal.chat.outreach.house import House
from portal.chat.outreach.letter_words import words_for
from portal.chat.standing import Held
from portal.clock import HOUR, MINUTE, Clock
from portal.errors import Refused
from portal.identity import Agent, Visitor
from portal.storage.database import Database

TEMPLATE: Final = "chat/letter-transcript.html"
AN_HOUR: Final = 3
"""Transcripts of one conversation; and twice as many to one address, of whichever."""
HOUSE_AN_HOUR: Final = 300
"""Transcripts of all conversations: what a mail host takes from a house for no spammer's."""
ENTRIES_MOST: Final = 1_000
"""The newest; all of it is in the file."""


@dataclass(frozen=True, slots=True)
class TranscriptLetter:
    """`chat/letter-transcript.html`."""

    language: str
    direction: str
    site_name: str
    record: str


class Transcripts:
    """Writes letters. Keeps nothing."""

    def __init__(
        self,
        house: House,
        *,
        db: Database,
        now: Clock,
        desk: Desk,
        held: Held,
    ) -> None:
        """Take the parts it asks.

        Args:
            held: who an agent is now, as SQL knows.
        """
        self._house = house
        self._db = db
        self._now = now
        self._desk = desk
        self._held = held

    async def send(self, actor: Agent | Visitor, which: str | None, given: str | None) -> None:
        """Write the letter; the same again, with nothing said since, is the same letter.

        Args:
            given: where to, as a visitor said; None: to the address he gave before.

        Raises:
            Refused: `bad_field` without an address, `not_found`, `limited`, `not_allowed`.
        """
        now = self._now()
        row = await self._desk.of(actor, which)
        address = words.email(given) or row.email
        if not address:
            raise Refused("bad_field", "no e-mail address is known", re="email")
        if not row.last_seq:
            raise Refused("not_found", "nothing was said yet")
        key = f"{outbox.TRANSCRIPT}:{row.id}:{row.last_seq}:{outbox.mark(address)}"
        async with self._db.read() as c:  # judged again below; so much is not put together in vain
            if await outbox.is_written(c, key):
                return
            await self._in_bounds(c, actor, row, address, now)
        letter = await self._letter(row)

        async def work(c: AsyncConnection) -> None:
            found = await register.by_id(c, row.id, lock=True)
            if found is None or (isinstance(actor, Visitor) and found.visitor != actor.id):
                raise Refused("not_found", "there is no such conversation")
            if isinstance(actor, Agent) and await self._held(c, actor, lock=True) is None:
                raise Refused("not_allowed", "your access has ended")
            if await outbox.is_written(c, key):
                return
            await self._in_bounds(c, actor, found, address, now)
            subject, text, html = letter
            await outbox.write(
                c,
                key=key,
                kind=outbox.TRANSCRIPT,
                conversation=row.id,
                recipient=address,
                subject=subject,
                text=text,
                html=html,
                now=now,
            )

        await self._db.write(work)

    async def _in_bounds(
        self,
        c: AsyncConnection,
        actor: Agent | Visitor,
        row: Conversation,
        address: str,
        now: int,
    ) -> None:
        kind, since = outbox.TRANSCRIPT, now - HOUR
        here = await outbox.written(c, kind, since, conversation=row.id)
        there = await outbox.written(c, kind, since, recipient=address)
        full = here >= AN_HOUR or there >= 2 * AN_HOUR
        if not full and isinstance(actor, Visitor):  # strangers do not use up what staff need
            full = await outbox.written(c, kind, since) >= HOUSE_AN_HOUR
        if full:
            raise Refused("limited", "that was sent often enough just now", retry_ms=20 * MINUTE)

    async def _letter(self, row: Conversation) -> tuple[str, str, str]:
        house = self._house
        text = await record.whole(self._db, house, row, ENTRIES_MOST)
        said = words_for(row.language, house.language)
        shown = TranscriptLetter(said.language, said.direction, house.site_name, text)
        subject = said.transcript_subject.format(site=house.site_name)
        return subject, text, house.render(TEMPLATE, shown)
