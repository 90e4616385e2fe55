"""The hours: when a desk is open by the clock on its wall, and when it opens next.

Judged by what that clock shows, so an hour that summer time skips is nobody's and one that it
repeats is worked twice, as by people. A span that ends before it begins runs over midnight; a
holiday is closed from midnight to midnight, whatever began the evening before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60
AHEAD_DAYS: Final = 400
"""So far ahead the next opening is looked for: a year of holidays, and some."""
ONE_DAY: Final = timedelta(days=1)

Span = tuple[int, int]
"""Minutes after midnight; the end may lie in the next day."""


@dataclass(frozen=True)
class Hours:
    """A week as it repeats, and the days on which it does not.

    Attributes:
        week: spans of each day, Monday first; none at all: always open.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: int) -> bool:
        """Say whether it is open at a moment (ms)."""
        wall = datetime.fromtimestamp(at / 1000, self.zone)
        today = wall.date()
        if today in self.holidays:
            return False
        minute = wall.hour * 60 + wall.minute
        if any(begin <= minute < end for begin, end in self.week[today.weekday()]):
            return True
        eve = today - ONE_DAY
        if eve in self.holidays:
            return False
        return any(minute < end - DAY_MINUTES for _, end in self.week[eve.weekday()])

    def opens_at(self, at: int) -> int | None:
        """Return when it opens (ms); `at` while it is open, None: within a year it does not."""
        if self.is_open(at):
            return at
        first = datetime.fromtimestamp(at / 1000, self.zone).date()
        for ahead in range(AHEAD_DAYS):
            moments = self._may_open(first + ahead * ONE_DAY)
            found = [each for each in moments if each > at and self.is_open(each)]
            if found:
                return min(found)
        return None

    def _may_open(self, day: date) -> Iterator[int]:
        """Yield every moment of a day at which it could open."""
        # Midnight: behind a holiday a span of the evening before goes on.
        begins = {0, *(begin for begin, _ in self.week[day.weekday()])}
        for minute in begins:
            begin = time(minute // 60, minute % 60, tzinfo=self.zone)
            for fold in (0, 1):
                yield _ms(datetime.combine(day, begin.replace(fold=fold)))
        yield from self._jumps(day)

    def _jumps(self, day: date) -> Iterator[int]:
        """Yield when the clock on the wall is put forward or back: it may jump into a span."""
        begin = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) - 86_400
        for start in range(begin, begin + 3 * 86_400, 86_400):
            low, high = start, start + 86_400
            before = self._offset(low)
            if before == self._offset(high):
                continue
            while high - low > 1:
                middle = (low + high) // 2
                if self._offset(middle) == before:
                    low = middle
                else:
                    high = middle
            if datetime.fromtimestamp(high, self.zone).date() == day:
                yield high * 1000

    def _offset(self, second: int) -> timedelta | None:
        return datetime.fromtimestamp(second, self.zone).utcoffset()


def read(zone: str, week: Mapping[str, Sequence[Sequence[str]]], holidays: Sequence[str]) -> Hours:
    """Read hours as they are stored: `{"mon": [["09:00", "17:30"]]}`, `["2026-12-25"]`.

    Raises:
        ValueError: they cannot be read.
        KeyError: there is no such zone.
    """
    days = [tuple(_span(*span) for span in week.get(day, ())) for day in DAYS]
    if not any(days):
        days = [((0, DAY_MINUTES),)] * len(DAYS)
    return Hours(ZoneInfo(zone), tuple(days), frozenset(map(date.fromisoformat, holidays)))


def _span(begin: str, end: str) -> Span:
    begins, ends = _minute(begin), _minute(end)
    if begins == DAY_MINUTES:
        raise ValueError("no hours begin at 24:00")
    return (begins, ends if ends > begins else ends + DAY_MINUTES)


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    found = int(hour) * 60 + int(minute)
    if not 0 <= found <= DAY_MINUTES:
        raise ValueError(f"{text!r} is no time of the day")
    return found


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
