"""The ledger: clicks in SQL, where they outlive everything. Totals, and growth by the hour.

Booking says "this article has at least so many", never "so many more". A crash at any point, a
step done twice, two nodes booking at once, a Valkey that went back to an older copy: each is
harmless, because the larger total stays and only the difference enters the hour. So nothing
needs a batch, a token or a lease, and no node needs to know what another has booked.
"""

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import HOUR, Clock
from portal.storage.database import Database
from portal.storage.tables.audience import click_hour, click_total
from portal.storage.tables.news import article
from portal.storage.upsert import insert_for

CHUNK = 200
"""Articles in one transaction: a statement may name a few hundred, and nobody waits long."""
CURVE_HOURS = 24 * 21
"""A first total is spread over three weeks at most; what is older nobody looks at by the hour."""
HALF_LIFE_HOURS = 30.0
"""News is read when it is new: after so long half of its readers have come."""


class Ledger:
    """Clicks in SQL. Keeps nothing itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def totals(self) -> dict[int, int]:
        """Return every booked total by article.

        Raises:
            Unavailable: the database does not answer.
        """
        query = select(click_total.c.article_id, click_total.c.clicks)
        async with self._database.read() as connection:
            return {row.article_id: row.clicks for row in await connection.execute(query)}

    async def released(self) -> dict[int, int]:
        """Return how many held clicks were ever released, by article.

        Raises:
            Unavailable: the database does not answer.
        """
        query = select(click_total.c.article_id, click_total.c.released)
        async with self._database.read() as connection:
            found = await connection.execute(query.where(click_total.c.released > 0))
            return {row.article_id: row.released for row in found}

    async def book(self, totals: Mapping[int, int]) -> int:
        """Raise the booked totals to these; return by how much they grew together.

        Articles the database does not know are passed over: a Valkey may outlive its database.

        Raises:
            Unavailable: the database does not answer. Doing it again is harmless.
        """
        hour = _hour(self._clock())
        pairs = sorted(totals.items())  # one order for all nodes: no deadlock
        grown = 0
        for at in range(0, len(pairs), CHUNK):
            chunk = dict(pairs[at : at + CHUNK])

            async def work(connection: AsyncConnection, chunk: dict[int, int] = chunk) -> int:
                return await _raise_booked(connection, chunk, hour)

            grown += await self._database.write(work)
        return grown

    async def book_initial(self, article_id: int, clicks: int, now: int) -> bool:
        """Give an article that has no clicks its first total; return whether it had none.

        The clicks are spread over the hours before, thickest at publication and by day.

        Args:
            article_id: its id.
            clicks: the total it begins with.
            now: the moment they are known at, ms.

        Raises:
            Unavailable: the database does not answer.
        """

        async def work(connection: AsyncConnection) -> bool:
            return await _book_initial(connection, article_id, clicks, now)

        return await self._database.write(work)

    async def history(self, article_id: int, since: int, until: int) -> list[tuple[int, int]]:
        """Return (hour's first ms, clicks) of an article within a time, oldest first.

        Raises:
            Unavailable: the database does not answer.
        """
        query = (
            select(click_hour.c.hour, click_hour.c.clicks)
            .where(click_hour.c.article_id == article_id)
            .where(click_hour.c.hour >= since, click_hour.c.hour < until)
            .order_by(click_hour.c.hour)
        )
        async with self._database.read() as connection:
            return [(row.hour, row.clicks) for row in await connection.execute(query)]


async def _raise_booked(connection: AsyncConnection, totals: dict[int, int], hour: int) -> int:
    found = await connection.execute(
        select(article.c.id, click_total.c.clicks)
        .join_from(article, click_total, isouter=True)
        .where(article.c.id.in_(totals))
    )
    booked = {row.id: row.clicks for row in found}
    new = [key for key, clicks in booked.items() if clicks is None]
    if new:
        insert = insert_for(connection, click_total).on_conflict_do_nothing()
        await connection.execute(insert, [{"article_id": key, "clicks": 0} for key in sorted(new)])
    behind = sorted(key for key, clicks in booked.items() if (clicks or 0) < totals[key])
    if not behind:
        return 0
    # Read once more, now holding the rows: only what nobody else has booked enters the hour.
    held = await connection.execute(
        select(click_total.c.article_id, click_total.c.clicks)
        .where(click_total.c.article_id.in_(behind))
        .order_by(click_total.c.article_id)
        .with_for_update()
    )
    more = {row.article_id: totals[row.article_id] - row.clicks for row in held}
    more = {key: growth for key, growth in more.items() if growth > 0}
    if not more:
        return 0
    await connection.execute(
        update(click_total)
        .where(click_total.c.article_id == bindparam("key"))
        .values(clicks=bindparam("total")),
        [{"key": key, "total": totals[key]} for key in more],
    )
    await _add_to_hours(connection, [(key, hour, growth) for key, growth in more.items()])
    return sum(more.values())


async def _book_initial(
    connection: AsyncConnection, article_id: int, clicks: int, now: int
) -> bool:
    row = {"article_id": article_id, "clicks": clicks}
    insert = insert_for(connection, click_total).values(row)
    if (await connection.execute(insert.on_conflict_do_nothing())).rowcount != 1:
        return False
    published = select(article.c.published_at).where(article.c.id == article_id)
    began = (await connection.execute(published)).scalar() or now
    hours = spread(clicks, began, now)
    await _add_to_hours(connection, [(article_id, hour, some) for hour, some in hours])
    return True


async def _add_to_hours(connection: AsyncConnection, more: Sequence[tuple[int, int, int]]) -> None:
    if not more:
        return
    insert = insert_for(connection, click_hour)
    upsert = insert.on_conflict_do_update(
        index_elements=["article_id", "hour"],
        set_={"clicks": click_hour.c.clicks + insert.excluded.clicks},
    )
    rows = [{"article_id": key, "hour": hour, "clicks": some} for key, hour, some in more]
    await connection.execute(upsert, rows)


def spread(clicks: int, began: int, now: int) -> list[tuple[int, int]]:
    """Spread clicks over the hours from `began` to `now` as reading goes; return (hour, clicks).

    The sum is `clicks` exactly; hours without any are left out.
    """
    last = _hour(now)
    first = min(max(_hour(began), last - CURVE_HOURS * HOUR), last)
    hours = range(first, last + HOUR, HOUR)
    weights = [_weight(hour, first) for hour in hours]
    whole = sum(weights)
    found, given, reached = [], 0, 0.0
    for hour, weight in zip(hours, weights, strict=True):
        reached += weight
        upto = clicks if hour == last else math.floor(clicks * reached / whole)
        if upto > given:
            found.append((hour, upto - given))
        given = max(given, upto)
    return found


def _weight(hour: int, first: int) -> float:
    age_hours = (hour - first) / HOUR
    by_day: float = 1.1 + math.sin(
        (hour // HOUR % 24 - 8) / 24 * 2 * math.pi
    )  # most about 14:00 UTC
    fading: float = 0.5 ** (age_hours / HALF_LIFE_HOURS)
    return by_day * (fading + 0.02)


def _hour(at: int) -> int:
    return at - at % HOUR
