"""The tries: handing a letter to the mail server, noted before it begins and when it has ended.

    waiting ──begin──▶ under way ──sent──▶ sent
       ▲                   │  └───fail───▶ failed
       └──────again────────┘

Of a process that was killed in between the next one finds that a try was begun and not how it
ended. Such a letter is tried once more and then never again, so nobody gets a third one.
"""

from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.outreach import outbox
from portal.chat.outreach.outbox import UNDER_WAY_MS, Letter
from portal.clock import HOUR, MINUTE, SECOND
from portal.storage.tables.outreach import letter as table

AGAIN_MS: Final = (30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR)
"""How long after a failed try the next one is due; after the last one there is none."""
DOUBTS_MOST: Final = 2
"""Tries that may have succeeded unseen: a third would be the third letter."""


async def begin(connection: AsyncConnection, id: int, now: int) -> Letter | None:
    """Begin a try, if nobody else has begun one and it is not one too many.

    Returns:
        The letter as it is now; None: it is not to be tried.
    """
    found = await outbox.by_id(connection, id, lock=True)
    if found is None or found.status != "waiting" or found.due_at > now:
        return None
    if found.begun_at is not None and found.begun_at > now - UNDER_WAY_MS:
        return None
    doubts = found.doubts + (found.begun_at is not None)
    if doubts >= DOUBTS_MOST:
        error = "nobody knows whether it was sent; it may have been, twice"
        await _set(connection, id, status="failed", begun_at=None, doubts=doubts, error=error)
        return None
    await _set(connection, id, begun_at=now, doubts=doubts, attempts=found.attempts + 1)
    return await outbox.by_id(connection, id)


async def sent(connection: AsyncConnection, found: Letter, now: int) -> None:
    """Note that the mail server took it."""
    await _end(connection, found, status="sent", sent_at=now, error="")


async def again(
    connection: AsyncConnection, found: Letter, now: int, error: str, *, doubtful: bool
) -> None:
    """Note that a try failed, for now; after the last one it has failed for good.

    Args:
        doubtful: the mail server may have taken it all the same.
    """
    doubts = found.doubts + doubtful
    if found.attempts > len(AGAIN_MS) or doubts >= DOUBTS_MOST:
        await _end(connection, found, status="failed", error=error, doubts=doubts)
        return
    due_at = now + AGAIN_MS[found.attempts - 1]
    await _end(connection, found, due_at=due_at, error=error, doubts=doubts)


async def fail(connection: AsyncConnection, found: Letter, error: str) -> None:
    """Note that trying again is in vain."""
    await _end(connection, found, status="failed", error=error)


async def _end(connection: AsyncConnection, found: Letter, **columns: Any) -> None:
    # Only of the try that was begun: whoever comes back late ends no other's.
    columns["error"] = columns.get("error", "")[:300]
    await connection.execute(
        update(table)
        .where(table.c.id == found.id, table.c.attempts == found.attempts)
        .values(begun_at=None, **columns)
    )


async def _set(connection: AsyncConnection, id: int, **columns: Any) -> None:
    await connection.execute(update(table).where(table.c.id == id).values(**columns))
