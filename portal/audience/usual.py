"""The usual: how many clicks an hour of this weekday brought in the last four weeks.

Of the site, of a category or of a story. The median of them, so that one great day does not become
the rule. An hour is that of the clock on the wall: a change to summer time moves it. Weeks in which
nothing was counted yet do not count.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.audience.among import ALL, Among
from portal.clock import HOUR, milliseconds
from portal.storage.database import Database
from portal.storage.tables.audience import click_hour

WEEKS = 4


class Usual:
    """Reads from the ledger's hours what is usual."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    async def of(
        self, hours: Sequence[int], among: Among = ALL
    ) -> dict[int, tuple[int, int | None]]:
        """Return (clicks, usual) by hour; None where no week tells.

        Args:
            hours: each the first millisecond of one.
            among: of which articles.

        Raises:
            Unavailable: the database does not answer.
        """
        weeks = {hour: weeks_before(hour, self._zone) for hour in hours}
        asked = {*hours, *(before for some in weeks.values() for before in some)}
        shown = func.sum(click_hour.c.clicks + click_hour.c.released)
        theirs = among.are(click_hour.c.article_id)
        query = select(click_hour.c.hour, shown).where(click_hour.c.hour.in_(asked), theirs)
        async with self._database.read() as connection:
            found = await connection.execute(query.group_by(click_hour.c.hour))
            clicks = {hour: int(n) for hour, n in found}
            begun = select(func.min(click_hour.c.hour)).where(theirs)
            first = (await connection.execute(begun)).scalar()
        return {hour: (clicks.get(hour, 0), _usual(weeks[hour], clicks, first)) for hour in hours}


def last_day(now: int) -> list[int]:
    """Return the hours of the last day, the one that still fills at the end."""
    return [now - now % HOUR - HOUR * back for back in reversed(range(24))]


def weeks_before(hour: int, zone: ZoneInfo) -> list[int]:
    """Return the same hour of the same weekday in the weeks before, by the clock on the wall."""
    here = datetime.fromtimestamp(hour / 1000, UTC).astimezone(zone)
    before = [here - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    return [at - at % HOUR for at in map(milliseconds, before)]


def _usual(weeks: Sequence[int], clicks: Mapping[int, int], first: int | None) -> int | None:
    known = [clicks.get(hour, 0) for hour in weeks if first is not None and hour >= first]
    return round(median(known)) if known else None
