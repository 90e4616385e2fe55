"""The log of who did what to a visitor, beside that of who did what among staff."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.staff import audit


async def note(
    connection: AsyncConnection, at: int, staff: int | None, action: str, about: str
) -> None:
    """Write a line; `staff` None: nobody of staff did it."""
    row = {"at": at, "staff_id": staff, "action": action, "about": about}
    await connection.execute(insert(audit).values(row))
