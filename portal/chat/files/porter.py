"""The porter: who may bring a file into a conversation, who may take one out, and how many.

Whoever may see the entry that says a file may fetch it; before that only he who brought it. What
is not his does not exist for him: there is one answer for a foreign and for an unknown id.
"""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.conversation import Conversation
from portal.chat.desk import Desk
from portal.chat.files import shelf
from portal.chat.files.shelf import Shelved
from portal.chat.standing import Held
from portal.chat.told import File, Void
from portal.chat.visible import visible
from portal.clock import HOUR, Clock
from portal.errors import Refused
from portal.identity import Agent, ConversationId, Visitor
from portal.live.admission import stands_for_nobody
from portal.memory.attempts import Attempts
from portal.storage.database import Database

WINDOW_MS: Final = HOUR
FILES_MOST: Final = 20
BYTES_MOST: Final = 50 * 1024 * 1024
"""What one visitor may bring in a window."""
TRIES_MOST, NETWORK_TRIES_MOST, TRIES_SECONDS = 60, 300, 3600
"""How often he, and his whole network (an office of two hundred), may try, come of it what may:
opening a picture costs more than sending one."""
NOTHING: Final = "there is no such file"


class Porter:
    """Judges; keeps nothing."""

    def __init__(
        self, db: Database, desk: Desk, now: Clock, *, held: Held, attempts: Attempts
    ) -> None:
        """Take the parts it asks.

        Args:
            held: who an agent is now, as SQL knows.
            attempts: counts tries over all processes.
        """
        self._db = db
        self._desk = desk
        self._now = now
        self._held = held
        self._attempts = attempts

    async def visitor(self, secret: str) -> tuple[Visitor, Conversation]:
        """Return whose secret this is, and the conversation he speaks in.

        Raises:
            Refused: `not_allowed`, nobody's.
        """
        found = await self._desk.known(secret)
        if found is None:
            raise Refused("not_allowed", "ask for chat first")
        return Visitor(found.visitor), found

    async def lets_in(self, actor: Agent | Visitor, which: str, network: str) -> None:
        """See, before a byte is read, that `actor` may bring a file now.

        Raises:
            Refused: `not_found`, `not_allowed`, `limited`.
        """
        if isinstance(actor, Visitor):
            self._desk.bars(actor.id, network)
        await self._desk.of(actor, which)
        if isinstance(actor, Agent):
            return
        async with self._db.read() as c:
            await self._in_bounds(c, which, 0)
        tries = [(f"chat-files:{which}", TRIES_MOST)]
        if not stands_for_nobody(network):
            tries.append((f"chat-files:network:{network}", NETWORK_TRIES_MOST))
        for key, most in tries:
            wait_ms = await self._attempts.take(key, most, TRIES_SECONDS)
            if wait_ms is not None:
                raise _too_many(wait_ms)

    async def note(self, actor: Agent | Visitor, which: str, file: File) -> None:
        """Write the row about a file that is in the vault.

        Raises:
            Refused: as `lets_in`; he may have lost his right while it came.
        """
        now = self._now()
        author = transcript.author_of(actor)

        async def work(c: AsyncConnection) -> None:
            row = await register.by_id(c, which, lock=True)
            if row is None or (isinstance(actor, Visitor) and row.visitor != actor.id):
                raise Refused("not_found", "there is no such conversation")
            if isinstance(actor, Agent):
                if await self._held(c, actor, lock=True) is None:
                    raise Refused("not_allowed", "your access has ended")
            else:
                await self._in_bounds(c, which, file.size)
            await shelf.put(c, which, author, file, now)

        await self._db.write(work)

    async def lets_out(self, actor: Agent | Visitor, id: str) -> File:
        """Return a file that `actor` may fetch.

        Raises:
            Refused: `not_found`; `not_allowed` for an agent whose access has ended.
        """
        async with self._db.read() as c:
            found = await shelf.find(c, id)
        if found is None:
            if isinstance(actor, Agent):
                await self._desk.one_of_ours(actor)
            raise Refused("not_found", NOTHING)
        try:
            await self._desk.of(actor, found.conversation)
        except Refused as refused:
            if refused.code != "not_found":
                raise
            raise Refused("not_found", NOTHING) from None
        if not await self._sees(actor, found):
            raise Refused("not_found", NOTHING)
        return found.file

    async def takes_back(self, actor: Agent | Visitor, id: str) -> None:
        """Remove a file `actor` brought and has not said.

        Raises:
            Refused: `not_found`.
        """
        await self.lets_out(actor, id)
        author = transcript.author_of(actor)
        if not await self._db.write(lambda c: shelf.remove_unsaid(c, id, author)):
            raise Refused("not_found", NOTHING)

    async def _sees(self, actor: Agent | Visitor, found: Shelved) -> bool:
        if found.seq is None:
            return found.author == transcript.author_of(actor)
        async with self._db.read() as c:
            entries = await transcript.page(
                c, ConversationId(found.conversation), found.seq - 1, found.seq, 1
            )
        return any(not isinstance(visible(entry, actor), Void) for entry in entries)

    async def _in_bounds(self, c: AsyncConnection, which: str, size: int) -> None:
        now = self._now()
        count, kept, first = await shelf.brought_since(
            c, which, transcript.VISITOR, now - WINDOW_MS
        )
        if count >= FILES_MOST or kept + size > BYTES_MOST:
            raise _too_many(max(1_000, first + WINDOW_MS - now))


def _too_many(retry_ms: int) -> Refused:
    minutes = -(-retry_ms // 60_000)
    return Refused(
        "limited", f"too many files at once; please wait {minutes} min", retry_ms=retry_ms
    )
