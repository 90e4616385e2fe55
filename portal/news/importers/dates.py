"""Dates as people write them in front matter.

`2024-06-07`, `2024-06-07 09:40`, with an offset or in the site's zone; or counted back from the
import, so that a sample never grows old: `3 days ago, 09:40`, `yesterday, 16:05`, `today, 07:15`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.clock import MINUTE, SECOND, milliseconds, moment

_RELATIVE = re.compile(
    r"(?:(?P<number>\d{1,4})\s+(?P<unit>minute|hour|day|week)s?\s+ago|(?P<name>today|yesterday))"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}))?",
    re.ASCII | re.IGNORECASE,
)
_YEARS = range(1970, 2200)
_EXPECTED = "expected a date like 2024-06-07, 2024-06-07 09:40 or '3 days ago, 09:40'"


@dataclass(frozen=True, slots=True)
class When:
    """A date that was read.

    Attributes:
        at: milliseconds UTC.
        relative: counted back from now; true at the first import and kept from then on.
    """

    at: int
    relative: bool


def read_date(written: object, now: int, zone: ZoneInfo) -> When:
    """Read a date.

    Args:
        written: text, or what YAML made of it.
        now: milliseconds.
        zone: the site's, for a date without an offset.

    Raises:
        ValueError: it is none.
    """
    if isinstance(written, str):
        counted = _RELATIVE.fullmatch(written.strip())
        if counted:
            return When(_count_back(counted, now, zone), relative=True)
        try:
            written = datetime.fromisoformat(written.strip())
        except ValueError:
            raise ValueError(_EXPECTED) from None
    if isinstance(written, date) and not isinstance(written, datetime):
        written = datetime.combine(written, time())
    if not isinstance(written, datetime):
        raise ValueError(_EXPECTED)
    if written.year not in _YEARS:
        raise ValueError(f"the year {written.year} cannot be meant")
    aware = written if written.tzinfo else written.replace(tzinfo=zone)
    return When(max(0, milliseconds(aware.astimezone(UTC))), relative=False)


def _count_back(counted: re.Match[str], now: int, zone: ZoneInfo) -> int:
    here = moment(now).astimezone(zone)
    name, unit = (counted["name"] or "").lower(), (counted["unit"] or "").lower()
    number = int(counted["number"] or (1 if name == "yesterday" else 0))
    then = here - timedelta(**{f"{unit or 'day'}s": number})
    if counted["hour"]:
        hour, minute = int(counted["hour"]), int(counted["minute"])
        if hour > 23 or minute > 59:
            raise ValueError(f"{hour}:{minute:02} is no time of a day")
        then = then.replace(hour=hour, minute=minute, second=0, microsecond=0)
    at = milliseconds(then)
    if at <= now - 5 * MINUTE:
        return at
    # "today, 16:00" read in the morning: a little while ago instead, later hours still later.
    before_midnight = 24 * 60 - (then.hour * 60 + then.minute)
    return now - 5 * MINUTE - before_midnight * 2 * SECOND
