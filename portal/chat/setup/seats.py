"""The seats: how many conversations each member of staff takes at once."""

from typing import Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.queue.capacity import CAPACITY_MOST
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import StaffId
from portal.storage.database import Database
from portal.storage.tables.desk import seat
from portal.storage.tables.staff import audit
from portal.storage.upsert import insert_for

DIGITS_MOST: Final = 9
ACTION: Final = "desk.capacity"
"""What the log of changes calls it."""


def capacity_of(text: str) -> int | None:
    """Read how many at once; "" is as the setting says.

    Raises:
        Refused: `bad_field`.
    """
    plain = text.strip()
    if not plain:
        return None
    # Thousands of digits are more than Python reads.
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= DIGITS_MOST
    if not is_number or int(plain) > CAPACITY_MOST:
        raise Refused("bad_field", f"Expected a number from 0 to {CAPACITY_MOST}, or nothing.")
    return int(plain)


def about(who: int, capacity: int | None) -> str:
    """Say for the log of changes whose it is now, and how many."""
    return f"staff {who}: {'default' if capacity is None else capacity}"


async def keep(c: AsyncConnection, who: int, capacity: int | None) -> None:
    """Let somebody take so many at once; None: as the setting says."""
    made = insert_for(c, seat).values(staff_id=who, capacity=capacity)
    await c.execute(
        made.on_conflict_do_update(index_elements=[seat.c.staff_id], set_={"capacity": capacity})
    )


async def note(
    c: AsyncConnection, at: int, by: StaffId | None, who: int, capacity: int | None
) -> None:
    """Write it down. `by` is None for whoever runs the portal: nobody's account."""
    row = {"at": at, "staff_id": by, "action": ACTION, "about": about(who, capacity)}
    await c.execute(insert(audit).values(row))


async def command(db: Database, now: Clock, who: StaffId, capacity: int | None) -> None:
    """Do it for whoever runs the portal."""

    async def work(c: AsyncConnection) -> None:
        await keep(c, who, capacity)
        await note(c, now(), None, who, capacity)

    await db.write(work)
