"""The archive: articles by the month they were published in, as the site's own clocks had it."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import milliseconds, moment
from portal.news.store.listing import READABLE
from portal.storage.tables.news import article

YEARS = range(1900, 2200)
"""Of whatever else is asked for there can be nothing."""

Months = dict[tuple[int, int], int]
"""How many articles by (year, month); only months that have some, the newest first."""


async def months(connection: AsyncConnection, zone: ZoneInfo, *, language: str = "") -> Months:
    """Count the articles of every month.

    Every moment is read, one integer an article: where a month begins depends on the zone and on
    the year, which no database says in words that the other understands.
    """
    found = await connection.scalars(
        select(article.c.published_at)
        .where(*READABLE, article.c.language == language, article.c.published_at.is_not(None))
        .order_by(article.c.published_at.desc())
    )
    local = (moment(at).astimezone(zone) for at in found)
    return dict(Counter((each.year, each.month) for each in local))


def published_in(year: int, month: int | None, zone: ZoneInfo) -> ColumnElement[bool]:
    """Return what holds for articles of a month, or a whole year, for `listing.some`."""
    begin, end = _bounds(year, month, zone)
    return and_(article.c.published_at >= begin, article.c.published_at < end)


def _bounds(year: int, month: int | None, zone: ZoneInfo) -> tuple[int, int]:
    """Return the first moment of it, and the first after it."""
    after = (year, month + 1) if month and month < 12 else (year + 1, 1)
    begin = datetime(year, month or 1, 1, tzinfo=zone)
    return milliseconds(begin), milliseconds(datetime(*after, 1, tzinfo=zone))
