"""Sessions: who is signed in, judged anew at every request and, for open sockets, within a second.

A session is a row; the browser keeps the token, the row its SHA-256. It ends when it is old (12 h),
idle (60 min), signed out, or when the account's version has moved on. `Roster` is what this
process knows of sessions that hold a socket open: a bell on the bus, and a look at SQL every few
seconds when the bell is silent, tell it which of them have ended.
"""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import HTTPConnection

from portal.clock import HOUR, MINUTE, Clock
from portal.errors import Unavailable
from portal.identity import Agent, Role, StaffId
from portal.staff.account import Account
from portal.staff.store import token_hash
from portal.storage.database import Database
from portal.storage.tables.staff import session, staff

ABSOLUTE = 12 * HOUR
IDLE = 60 * MINUTE
OVERLAP = MINUTE
"""So long a session outlives the one that took its place: other tabs of the browser move over."""
TOUCH_EVERY = MINUTE
"""A session's last use is written at most this often."""
MOST = 10
"""Sessions an account may have; the oldest ends."""


class Sessions:
    """All sessions of all staff."""

    def __init__(self, db: Database, now: Clock, *, secure: bool) -> None:
        self._db = db
        self._now = now
        self._secure = secure
        self.cookie = "__Host-session" if secure else "portal-session"
        """The prefix makes browsers refuse it on plain http, where the plain name must do."""

    async def begin(self, account: Account, browser: str) -> str:
        """Begin a session and return its token, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        row = {
            "token_hash": token_hash(token),
            "staff_id": account.id,
            "version": account.version,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + ABSOLUTE,
            "browser": browser[:200],
        }

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(session).where(session.c.expires_at < now))
            mine = select(session.c.token_hash).where(session.c.staff_id == account.id)
            newest = mine.order_by(session.c.created_at.desc()).limit(MOST - 1)
            kept = (await c.execute(newest)).scalars().all()
            await c.execute(
                delete(session).where(
                    session.c.staff_id == account.id, session.c.token_hash.not_in(kept)
                )
            )
            await c.execute(insert(session).values(row))

        await self._db.write(work)
        return token

    async def identify(self, connection: HTTPConnection) -> Agent | None:
        """Return the member of staff behind a request or a handshake, if any.

        Raises:
            Unavailable: the database does not answer; nobody is let in.
        """
        token = connection.cookies.get(self.cookie)
        if not token or len(token) > 100:
            return None
        key = token_hash(token)
        async with self._db.read() as c:
            row = (await c.execute(_alive(self._now()).where(session.c.token_hash == key))).first()
        if row is None:
            return None
        if self._now() - row.seen_at > TOUCH_EVERY:
            await self.touch([key])
        return _agent(row)

    async def knows(self, connection: HTTPConnection) -> bool:
        """Tell whether a member of staff is signed in there; that he reads does not keep him so.

        Without the database whoever brings a session's cookie is taken at its word: nothing is
        given to him for it.
        """
        token = connection.cookies.get(self.cookie)
        if not token or len(token) > 100:
            return False
        alive = _alive(self._now()).where(session.c.token_hash == token_hash(token))
        try:
            async with self._db.read() as c:
                return (await c.execute(alive)).first() is not None
        except Unavailable:
            return True

    async def touch(self, keys: Iterable[str]) -> None:
        """Note that these sessions are in use."""
        used = list(keys)

        async def work(c: AsyncConnection) -> None:
            await c.execute(
                update(session).where(session.c.token_hash.in_(used)).values(seen_at=self._now())
            )

        if used:
            await self._db.write(work)

    async def end(self, key: str) -> None:
        """End one session."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(session).where(session.c.token_hash == key))

        await self._db.write(work)

    async def shorten(self, key: str) -> None:
        """Let a session end soon: its person has begun another in its place. ASVS 5.0 7.2.4."""
        soon = self._now() + OVERLAP

        async def work(c: AsyncConnection) -> None:
            await c.execute(
                update(session)
                .where(session.c.token_hash == key, session.c.expires_at > soon)
                .values(expires_at=soon)
            )

        await self._db.write(work)

    async def ends(self, keys: Collection[str], *, before: int) -> dict[str, int]:
        """Return when those of these sessions end that do so before then."""
        if not keys:
            return {}
        query = select(session.c.token_hash, session.c.expires_at).where(
            session.c.token_hash.in_(keys), session.c.expires_at < before
        )
        async with self._db.read() as c:
            return {row.token_hash: row.expires_at for row in await c.execute(query)}

    async def by_key(self, key: str) -> tuple[Agent, int] | None:
        """Return whose session this is and when it ends, if it holds."""
        query = _alive(self._now()).where(session.c.token_hash == key)
        async with self._db.read() as c:
            row = (await c.execute(query)).first()
        return (_agent(row), row.expires_at) if row else None

    async def alive(self, agents: Iterable[Agent]) -> dict[str, Agent]:
        """Return who is behind those sessions that still hold, by key, as he is now."""
        keys = {agent.session for agent in agents}
        if not keys:
            return {}
        async with self._db.read() as c:
            found = await c.execute(_alive(self._now()).where(session.c.token_hash.in_(keys)))
            return {row.token_hash: _agent(row) for row in found}

    async def held(self, c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None:
        """Return an agent as he is now, if his session still holds.

        Args:
            c: the transaction that does what he asks for.
            lock: until it is committed nobody ends the session or changes the account, so that
                nothing of his is accepted after the commit that ended his right. SQLite has one
                writer anyway; PostgreSQL is asked to keep both rows as they are.
        """
        query = _alive(self._now()).where(session.c.token_hash == agent.session)
        row = (await c.execute(query.with_for_update(read=True) if lock else query)).first()
        return _agent(row) if row else None


def _agent(row: Row[Any]) -> Agent:
    return Agent(StaffId(row.staff_id), row.name, Role(row.role), row.token_hash, row.version)


def _alive(now: int) -> Select[Any]:
    return (
        select(
            session.c.token_hash,
            session.c.seen_at,
            session.c.expires_at,
            session.c.staff_id,
            staff,
        )
        .join_from(session, staff, session.c.staff_id == staff.c.id)
        .where(
            session.c.version == staff.c.version,
            staff.c.disabled_at.is_(None),
            session.c.expires_at > now,
            session.c.seen_at > now - IDLE,
        )
    )


class Roster:
    """The sessions that hold a socket of this process, and which of them have just ended."""

    def __init__(self) -> None:
        self._ended: set[str] = set()

    def may(self, agent: Agent) -> bool:
        """Tell whether an agent may still act, as far as this process knows."""
        return agent.session not in self._ended

    def compare(self, open_now: Iterable[Agent], alive: Collection[str]) -> list[Agent]:
        """Note which open sessions have ended and return their agents.

        Args:
            open_now: the agents behind this process' sockets.
            alive: keys of the sessions SQL still accepts.
        """
        ended = [agent for agent in open_now if agent.session not in alive]
        self._ended = {agent.session for agent in ended}
        return ended
