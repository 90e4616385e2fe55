"""The way back: a link in a mail that leads into the same thread, from whichever browser.

The link's fragment holds a token, which a browser sends to no server by itself; the page hands it
over with the browser's own secret (`chat.open`), and that secret is the visitor's from then on, as
the first one still is. Of a token only its SHA-256 is kept, for 30 days; it may be used again, on
a telephone and then at a desk.

Whoever has the link has the thread, as with every link in a mail that signs somebody in. So it is
made for one letter and goes to the address the visitor gave, and to no other.
"""

import secrets
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register
from portal.clock import DAY, Clock
from portal.errors import Refused
from portal.identity import ConversationId, VisitorId
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, visitor_key
from portal.storage.tables.outreach import way_back as table
from portal.storage.upsert import insert_for

LASTS_MS: Final = 30 * DAY


class WayBack:
    """Follows links. Keeps nothing."""

    def __init__(self, db: Database, now: Clock) -> None:
        """Begin."""
        self._db = db
        self._now = now

    async def follow(self, browser: VisitorId, token: str) -> VisitorId:
        """Make a browser's secret one of the visitor's whose link it brings.

        Args:
            browser: the hash of its secret.

        Returns:
            Who he is.

        Raises:
            Refused: `not_found`, no such link, or too old; `conflict`, this secret speaks in a
                conversation of its own already: the browser makes a new secret and asks again.
        """
        now = self._now()
        async with self._db.read() as c:
            whose = await _whose(c, token, now)
            if await register.who(c, browser) == whose:
                return whose  # the page asks again whenever its socket is a new one

        async def work(c: AsyncConnection) -> VisitorId:
            whose = await _whose(c, token, now)
            if browser == whose:
                return whose
            if await _speaks(c, browser):
                raise Refused(
                    "conflict", "this browser has a conversation of its own", re="way_back"
                )
            key = insert_for(c, visitor_key).values(id=browser, visitor_id=whose, created_at=now)
            await c.execute(key.on_conflict_do_nothing(index_elements=[visitor_key.c.id]))
            if await register.who(c, browser) != whose:
                raise Refused("conflict", "this browser came another way", re="way_back")
            return whose

        return await self._db.write(work)

    async def sweep(self) -> None:
        """Forget links that lead nowhere any more."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(table).where(table.c.expires_at < self._now()))

        await self._db.write(work)


async def make(c: AsyncConnection, visitor: VisitorId, which: ConversationId, now: int) -> str:
    """Return the token of a new way back; it is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": _hash(token),
        "visitor_id": visitor,
        "conversation_id": which,
        "created_at": now,
        "expires_at": now + LASTS_MS,
    }
    await c.execute(insert(table).values(row))
    return token


async def _whose(c: AsyncConnection, token: str, now: int) -> VisitorId:
    query = select(table.c.visitor_id).where(
        table.c.token_hash == _hash(token), table.c.expires_at > now
    )
    found: str | None = await c.scalar(query)
    if found is None:
        raise Refused("not_found", "this link is too old, or none of ours", re="way_back")
    return VisitorId(found)


async def _speaks(c: AsyncConnection, browser: VisitorId) -> bool:
    own = exists().where(conversation.c.visitor_id == browser, conversation.c.last_seq > 0)
    return bool(await c.scalar(select(own)))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
