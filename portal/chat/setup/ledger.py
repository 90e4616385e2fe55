"""The ledger of the set-up: every change is one transaction, by one who may, and is written down.

What was committed is announced by the function handed in, so that every node learns of it at once;
nodes look by themselves every few seconds too.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.standing import Held
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.storage.database import Database, Work
from portal.storage.tables.staff import audit

T = TypeVar("T")
SETTINGS = "desk-settings"
"""The topic on the bus that says: how the desk is set up has changed."""


async def _silent() -> None:
    """Tell nobody."""


class Ledger:
    """Where the changes are made. Keeps nothing."""

    def __init__(
        self,
        db: Database,
        held: Held,
        now: Clock,
        ring: Callable[[], Awaitable[object]] = _silent,
    ) -> None:
        """Open it.

        Args:
            held: who an agent is now, as SQL knows.
            ring: tells every node; is waited for, and fails silently.
        """
        self.db = db
        self.now = now
        self._held = held
        self._ring = ring

    async def change(self, agent: Agent, action: str, about: str, work: Work[T]) -> T:
        """Do `work` as an administrator.

        Raises:
            Refused: `not_allowed`, he is none, or no longer.
        """

        async def judged(c: AsyncConnection) -> T:
            who = await self._held(c, agent, lock=True)
            if who is None or who.role is not Role.ADMIN:
                raise Refused("not_allowed", "Only administrators may change this.")
            done = await work(c)
            row = {"at": self.now(), "staff_id": who.id, "action": action, "about": about[:1000]}
            await c.execute(insert(audit).values(row))
            return done

        done = await self.db.write(judged)
        await self._ring()
        return done
