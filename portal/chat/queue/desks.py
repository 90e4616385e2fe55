"""The desks as this process knows them: groups of agents, their hours, seats and faces.

A few rows that change seldom and are asked for with every visitor, so they are kept in memory:
read again when the bell rings, and every five seconds in case it was not heard.
"""

import asyncio
import zoneinfo
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.queue import hours
from portal.chat.queue.hours import Hours
from portal.storage.database import Database
from portal.storage.tables.desk import desk, desk_member, schedule, seat
from portal.storage.tables.staff import staff

log = structlog.get_logger("portal.chat")

WhenClosed = Literal["hide", "form", "accept"]
CategoryOf = Callable[[AsyncConnection, int], Awaitable[str | None]]
"""The path of an article's category, read in this transaction."""
SETTINGS: Final = "desk-settings"
"""The topic on the bus that says: how the desk is set up has changed."""
REMEMBER_MOST: Final = 10_000


async def no_category(connection: AsyncConnection, article: int) -> str | None:
    """Know no article."""
    return None


@dataclass(frozen=True)
class Group:
    """A desk and who sits at it (staff ids)."""

    id: int
    name: str
    categories: tuple[str, ...]
    members: frozenset[int]


@dataclass(frozen=True)
class Schedule:
    """When a desk is open, and what is offered while it is not."""

    hours: Hours
    when_closed: WhenClosed


@dataclass(frozen=True)
class Plan:
    """Everything at one moment.

    Attributes:
        schedules: by desk; of None: for all that have none of their own.
        capacities: by agent; None: as the setting says.
        pictures: by agent, below `/media/`.
    """

    groups: dict[int, Group] = field(default_factory=dict)
    schedules: dict[int | None, Schedule] = field(default_factory=dict)
    capacities: dict[int, int | None] = field(default_factory=dict)
    pictures: dict[int, str] = field(default_factory=dict)

    def schedule(self, desk: int | None) -> Schedule | None:
        """Return a desk's hours, or those of all; None: always open."""
        return self.schedules.get(desk) or self.schedules.get(None)

    def may_answer(self, agent: int, desk: int | None) -> bool:
        """Say whether a conversation of this desk is his to answer: of an empty one it is all's."""
        group = self.groups.get(desk or 0)
        return group is None or not group.members or agent in group.members

    def not_for(self, agents: set[int]) -> list[int]:
        """Return the desks none of these sits at."""
        return [g.id for g in self.groups.values() if g.members and not g.members & agents]

    def of_path(self, path: str | None) -> int | None:
        """Return the desk of a category: the one that names the nearest above it."""
        found: tuple[int, int] | None = None
        for group in self.groups.values():
            for category in group.categories:
                below = path == category or (path or "").startswith(f"{category}/")
                if below and (found is None or (len(category), -group.id) > found):
                    found = (len(category), -group.id)
        return None if found is None else -found[1]


class Desks:
    """The newest plan, for the life of the process.

    Attributes:
        changed: called when a seat was changed here.
    """

    def __init__(self, db: Database, category_of: CategoryOf = no_category) -> None:
        self._db = db
        self._category_of = category_of
        self._desk_of: dict[int, int | None] = {}
        self.plan = Plan()
        self.changed: Callable[[], None] = lambda: None

    async def refresh(self) -> bool:
        """Read everything again; return whether anything is other than before."""
        async with self._db.read() as c:
            plan = await read(c)
            rows = (await c.execute(select(schedule))).all()
        # A zone is read from a file.
        plan = replace(plan, schedules=await asyncio.to_thread(_schedules, rows))
        # An article may have moved to another category meanwhile.
        self._desk_of.clear()
        changed = plan != self.plan
        self.plan = plan
        return changed

    async def of_article(self, article: int | None) -> int | None:
        """Return the desk to which a question about this article goes; None: to all."""
        if article is None or not any(each.categories for each in self.plan.groups.values()):
            return None
        if article not in self._desk_of:
            async with self._db.read() as c:
                found = self.plan.of_path(await self._category_of(c, article))
            if len(self._desk_of) >= REMEMBER_MOST:
                self._desk_of.clear()
            self._desk_of[article] = found
        return self._desk_of[article]

    async def begun_at(self, connection: AsyncConnection, article: int | None) -> int | None:
        """`of_article` within a transaction."""
        if article is None or not any(each.categories for each in self.plan.groups.values()):
            return None
        return self.plan.of_path(await self._category_of(connection, article))


async def read(connection: AsyncConnection) -> Plan:
    """Read the plan as it is now, but for the hours."""
    members: dict[int, set[int]] = {}
    for row in await connection.execute(select(desk_member)):
        members.setdefault(row.desk_id, set()).add(row.staff_id)
    groups = {
        row.id: Group(row.id, row.name, tuple(row.categories), frozenset(members.get(row.id, ())))
        for row in await connection.execute(select(desk).order_by(desk.c.id))
    }
    seats = await connection.execute(select(seat.c.staff_id, seat.c.capacity))
    faces = select(staff.c.id, staff.c.picture).where(staff.c.picture != "")
    return Plan(
        groups,
        {},
        {row.staff_id: row.capacity for row in seats if row.capacity is not None},
        {row.id: row.picture for row in await connection.execute(faces)},
    )


def _schedules(rows: Sequence[Any]) -> dict[int | None, Schedule]:
    found: dict[int | None, Schedule] = {}
    for row in rows:
        try:
            kept = hours.read(row.zone, row.week, row.holidays)
        except (ValueError, TypeError, zoneinfo.ZoneInfoNotFoundError) as error:
            log.warning("hours nobody understands", schedule=row.id, reason=str(error))
            continue
        found[row.desk_id] = Schedule(kept, cast(WhenClosed, row.when_closed))
    return found
