"""Mentions: which colleague was named in which conversation, and whether he has seen it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.handling.messages import Colleague
from portal.identity import StaffId
from portal.storage.tables.desk import mention as table
from portal.storage.tables.staff import staff
from portal.storage.upsert import insert_for

if TYPE_CHECKING:
    from portal.chat.transcript import Entry

COLLEAGUES_MOST = 500
"""A bound on the one frame that names them all."""


async def existing(connection: AsyncConnection, named: Sequence[int]) -> tuple[int, ...]:
    """Return those of `named` who work here, each once, in their order."""
    if not named:
        return ()
    query = select(staff.c.id).where(staff.c.id.in_(list(named)), staff.c.disabled_at.is_(None))
    found = set((await connection.execute(query)).scalars())
    return tuple(id for id in dict.fromkeys(named) if id in found)


async def colleagues(connection: AsyncConnection) -> list[Colleague]:
    """Return everybody who can be named, by name."""
    query = (
        select(staff.c.id, staff.c.name)
        .where(staff.c.disabled_at.is_(None))
        .order_by(staff.c.name, staff.c.id)
        .limit(COLLEAGUES_MOST)
    )
    return [Colleague(id=row.id, name=row.name) for row in await connection.execute(query)]


async def keep(connection: AsyncConnection, note: "Entry") -> None:
    """Note whom a note names; the newest note of a conversation counts."""
    for named in note.mentions:
        insert = insert_for(connection, table).values(
            staff_id=named, conversation_id=note.conversation, seq=note.seq, at=note.at
        )
        newest = {"seq": note.seq, "at": note.at, "seen_at": None}
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=[table.c.staff_id, table.c.conversation_id], set_=newest
            )
        )


async def seen(
    connection: AsyncConnection, agent: StaffId, conversation: str, upto: int, now: int
) -> None:
    """Note that an agent has read the conversation that far."""
    await connection.execute(
        update(table)
        .where(
            table.c.staff_id == agent,
            table.c.conversation_id == conversation,
            table.c.seq <= upto,
            table.c.seen_at.is_(None),
        )
        .values(seen_at=now)
    )
