"""Rollup: hours that are long over become days, so that the curve of years stays small.

What is taken out of the hours is exactly what enters the days: the rows that were deleted are the
ones added up, in one transaction a day. Done twice or by two nodes at once it changes nothing, and
the sum over hours and days never moves.
"""

from collections import Counter
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, Clock
from portal.storage.database import Database
from portal.storage.tables.audience import click_day, click_hour, click_refused, reading_fact
from portal.storage.upsert import insert_for

DAYS_AT_ONCE: Final = 31
"""In one turn; the next one goes on."""
CHUNK: Final = 500


class Rollup:
    """Makes days of old hours, and forgets reasons and facts of that age."""

    def __init__(self, database: Database, clock: Clock, keep_days: int) -> None:
        """Set how long.

        Args:
            keep_days: how long hours are kept; 0: for good.
        """
        self._database = database
        self._clock = clock
        self._keep_days = keep_days

    async def roll(self) -> int:
        """Roll up what is old enough; return how many days.

        Raises:
            Unavailable: the database does not answer; what was done is done.
        """
        if not self._keep_days:
            return 0
        limit = self._limit()
        rolled = 0
        while rolled < DAYS_AT_ONCE and await self._database.write(
            lambda c: _roll_oldest(c, limit)
        ):
            rolled += 1
        return rolled

    async def forget(self) -> None:
        """Forget reasons and facts of that age.

        Raises:
            Unavailable: the database does not answer.
        """
        if not self._keep_days:
            return
        limit = self._limit()

        async def work(connection: AsyncConnection) -> None:
            for table in (click_refused, reading_fact):
                await connection.execute(delete(table).where(table.c.hour < limit))

        await self._database.write(work)

    def _limit(self) -> int:
        now = self._clock()
        return now - now % DAY - self._keep_days * DAY


async def _roll_oldest(connection: AsyncConnection, limit: int) -> bool:
    oldest = select(func.min(click_hour.c.hour)).where(click_hour.c.hour < limit)
    first = (await connection.execute(oldest)).scalar()
    if first is None:
        return False
    day = first - first % DAY
    within = (click_hour.c.hour >= day) & (click_hour.c.hour < day + DAY)
    taken = await connection.execute(
        delete(click_hour)
        .where(within)
        .returning(click_hour.c.article_id, click_hour.c.clicks, click_hour.c.released)
    )
    clicks, released = Counter[int](), Counter[int]()
    for row in taken:
        clicks[row.article_id] += row.clicks
        released[row.article_id] += row.released
    insert = insert_for(connection, click_day)
    upsert = insert.on_conflict_do_update(
        index_elements=["article_id", "day"],
        set_={name: click_day.c[name] + insert.excluded[name] for name in ("clicks", "released")},
    )
    rows = [
        {"article_id": id_, "day": day, "clicks": clicks[id_], "released": released[id_]}
        for id_ in sorted(clicks)
    ]
    for at in range(0, len(rows), CHUNK):
        await connection.execute(upsert, rows[at : at + CHUNK])
    return True
