"""The desks: groups of agents, and the categories whose questions come to each.

A conversation of a desk that is taken away belongs to all again.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.setup import seats
from portal.chat.setup.ledger import Ledger
from portal.errors import Refused
from portal.identity import Agent
from portal.storage.tables.chat import conversation
from portal.storage.tables.desk import desk as table
from portal.storage.tables.desk import desk_member as members
from portal.storage.tables.desk import schedule, seat
from portal.storage.tables.staff import staff

NAME_LONGEST: Final = 80
CATEGORIES_MOST: Final = 50
_PATH = re.compile(r"[^\W_][\w-]{0,79}(?:/[^\W_][\w-]{0,79}){0,7}")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk and who sits at it (staff ids)."""

    id: int
    slug: str
    name: str
    categories: tuple[str, ...]
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of staff, and how many conversations at once (None: as the setting says)."""

    id: int
    name: str
    email: str
    capacity: int | None


def categories_of(text: str) -> list[str]:
    """Read category paths, one a line.

    Raises:
        Refused: `bad_field`.
    """
    found: list[str] = []
    for line in re.split(r"[\n,]", text):
        path = unicodedata.normalize("NFC", line.strip().strip("/").lower())
        if not path:
            continue
        if not _PATH.fullmatch(path):
            raise Refused(
                "bad_field",
                f"{line.strip()[:60]!r} is no category; expected a path like news/sport.",
            )
        if path not in found:
            found.append(path)
    if len(found) > CATEGORIES_MOST:
        raise Refused("bad_field", f"At most {CATEGORIES_MOST} categories.")
    return found


class Desks:
    """All desks and seats."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def all(self) -> list[Desk]:
        """Return them by name."""
        async with self._ledger.db.read() as c:
            rows = list(await c.execute(select(table).order_by(table.c.name)))
            sitting: dict[int, set[int]] = {}
            for row in await c.execute(select(members)):
                sitting.setdefault(row.desk_id, set()).add(row.staff_id)
        return [_desk(row, frozenset(sitting.get(row.id, ()))) for row in rows]

    async def seats(self) -> list[Seat]:
        """Return who works here, by name, with what each takes at once."""
        query = (
            select(staff.c.id, staff.c.name, staff.c.email, seat.c.capacity)
            .outerjoin(seat, seat.c.staff_id == staff.c.id)
            .where(staff.c.disabled_at.is_(None))
            .order_by(staff.c.name, staff.c.id)
        )
        async with self._ledger.db.read() as c:
            return [Seat(r.id, r.name, r.email, r.capacity) for r in await c.execute(query)]

    async def save(
        self, agent: Agent, desk: int | None, name: str, categories: str, sitting: frozenset[int]
    ) -> None:
        """Make a desk (None), or change one.

        Raises:
            Refused: `bad_field`, `conflict`, `not_found`, `not_allowed`.
        """
        called = " ".join(name.split())
        if not 1 <= len(called) <= NAME_LONGEST or not called.isprintable():
            raise Refused("bad_field", f"A desk's name has 1 to {NAME_LONGEST} visible characters.")
        values = {"name": called, "slug": _slug(called), "categories": categories_of(categories)}

        async def work(c: AsyncConnection) -> None:
            if desk is None:
                made = insert(table).values(created_at=self._ledger.now(), **values)
                id = (await c.execute(made.returning(table.c.id))).scalar_one()
            else:
                id = desk
                done = await c.execute(update(table).where(table.c.id == id).values(**values))
                if not done.rowcount:
                    raise Refused("not_found", "This desk is not there any more.")
            await c.execute(delete(members).where(members.c.desk_id == id))
            here = select(staff.c.id).where(staff.c.id.in_(list(sitting)))
            known = (await c.execute(here)).scalars().all()
            if known:
                rows = [{"desk_id": id, "staff_id": each} for each in known]
                await c.execute(insert(members), rows)

        try:
            await self._ledger.change(agent, "desk.saved", called, work)
        except IntegrityError:
            raise Refused("conflict", f"There is a desk named {called} already.") from None

    async def remove(self, agent: Agent, desk: int) -> None:
        """Take a desk away; its conversations belong to all."""

        async def work(c: AsyncConnection) -> None:
            belong = conversation.c.desk_id == desk
            revision = conversation.c.revision + 1
            await c.execute(
                update(conversation).where(belong).values(desk_id=None, revision=revision)
            )
            for other in (members, schedule):
                await c.execute(delete(other).where(other.c.desk_id == desk))
            await c.execute(delete(table).where(table.c.id == desk))

        await self._ledger.change(agent, "desk.removed", f"desk {desk}", work)

    async def set_capacity(self, agent: Agent, who: int, text: str) -> None:
        """Let somebody take so many at once; "" as the setting says.

        Raises:
            Refused: `bad_field`, `not_found`, `not_allowed`.
        """
        capacity = seats.capacity_of(text)

        async def work(c: AsyncConnection) -> None:
            if await c.scalar(select(staff.c.id).where(staff.c.id == who)) is None:
                raise Refused("not_found", "Nobody of that number works here.")
            await seats.keep(c, who, capacity)

        await self._ledger.change(agent, seats.ACTION, seats.about(who, capacity), work)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFC", name.casefold())
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:NAME_LONGEST] or "desk"


def _desk(row: Any, sitting: frozenset[int]) -> Desk:
    return Desk(row.id, row.slug, row.name, tuple(row.categories), sitting)
