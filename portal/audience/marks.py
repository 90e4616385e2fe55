"""Marks: by which a second visit of the same reader is known without knowing the reader.

With identity `tab` a mark comes from the random id a page keeps for its tab. With `network`, or
when a page sends no id, it is a hash of network and browser under a salt of the day. Salts are rows
in SQL, so that all nodes and restarts agree, and are deleted after 48 hours: from then on nobody,
not even we, can tell which network a hash was made of. Yesterday's salt is asked too, so that
midnight splits no visit. No address and no browser name is ever kept.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Network, ip_network
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, Clock, moment
from portal.errors import Unavailable
from portal.storage.database import Database
from portal.storage.tables.audience import daily_salt
from portal.storage.upsert import insert_for

Identity = Literal["tab", "network"]
SALT_BYTES = 32
UNGUESSABLE = 16
"""Characters. A shorter tab id may be another reader's too, so it counts only with its network."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One reader today, the same one by yesterday's salt, and the neighbourhood he comes from."""

    today: str
    yesterday: str
    network: str


class Salts:
    """The salts of today and yesterday, held in memory for as long as they are those."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, bytes] = {}
        self._makeshift = secrets.token_bytes(SALT_BYTES)

    async def mark(self, identity: Identity, tab: str, network: str, browser: str) -> Mark:
        """Return the mark of one reader. Without the database it is this process' own."""
        now = self._clock()
        today, yesterday = [await self._salt(_day(at)) for at in (now, now - DAY)]
        if identity == "tab" and len(tab) >= UNGUESSABLE:
            # Random already: no salt, so it is the same mark on both sides of midnight.
            mark = hashlib.blake2b(tab.encode(), digest_size=12).hexdigest()
            return Mark(mark, mark, _hash(today, neighbourhood(network)))
        reader = (network, tab) if identity == "tab" and tab else (network, browser)
        around = _hash(today, neighbourhood(network))
        return Mark(_hash(today, *reader), _hash(yesterday, *reader), around)

    async def forget(self) -> int:
        """Delete the salts older than yesterday's; return how many there were.

        Raises:
            Unavailable: the database does not answer.
        """
        oldest = _day(self._clock() - DAY)
        self._held = {day: salt for day, salt in self._held.items() if day >= oldest}

        async def work(connection: AsyncConnection) -> int:
            return (
                await connection.execute(delete(daily_salt).where(daily_salt.c.day < oldest))
            ).rowcount

        return await self._database.write(work)

    async def _salt(self, day: str) -> bytes:
        if day not in self._held:
            try:
                self._held[day] = await self._find_or_make(day)
            except Unavailable:
                return self._makeshift
        return self._held[day]

    async def _find_or_make(self, day: str) -> bytes:
        kept = select(daily_salt.c.salt).where(daily_salt.c.day == day)
        async with self._database.read() as connection:
            found: bytes | None = (await connection.execute(kept)).scalar()
        if found is not None:
            return found

        async def work(connection: AsyncConnection) -> bytes:
            new = {"day": day, "salt": secrets.token_bytes(SALT_BYTES)}
            insert = insert_for(connection, daily_salt).values(new)
            await connection.execute(insert.on_conflict_do_nothing())
            made: bytes = (await connection.execute(kept)).scalar_one()
            return made

        return await self._database.write(work)


@lru_cache(maxsize=4096)
def neighbourhood(network: str) -> str:
    """Return the /24 of an IPv4 address, the /56 of an IPv6 network: what one subscriber may hold.

    Anything else, such as "local", is its own.
    """
    try:
        found = ip_network(network, strict=False)
    except ValueError:
        return network
    wide = 56 if isinstance(found, IPv6Network) else 24
    return str(found.supernet(new_prefix=wide)) if found.prefixlen > wide else str(found)


def _day(at: int) -> str:
    return moment(at).date().isoformat()


def _hash(salt: bytes, *parts: str) -> str:
    return hmac.new(salt, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:24]
