"""Dates in front matter."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.clock import MINUTE, milliseconds
from portal.news.importers.dates import read_date

BERLIN = ZoneInfo("Europe/Berlin")
NOW = milliseconds(datetime(2026, 3, 10, 9, 0, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-06-07", datetime(2024, 6, 7, tzinfo=BERLIN)),
        (date(2024, 6, 7), datetime(2024, 6, 7, tzinfo=BERLIN)),
        (datetime(2024, 6, 7, 9, 40), datetime(2024, 6, 7, 9, 40, tzinfo=BERLIN)),  # noqa: DTZ001
        ("2024-06-07T09:40:00Z", datetime(2024, 6, 7, 9, 40, tzinfo=UTC)),
        ("3 days ago, 09:40", datetime(2026, 3, 7, 9, 40, tzinfo=BERLIN)),
        ("1 day ago, 8:05", datetime(2026, 3, 9, 8, 5, tzinfo=BERLIN)),
        ("Yesterday, 16:00", datetime(2026, 3, 9, 16, 0, tzinfo=BERLIN)),
        ("today, 07:15", datetime(2026, 3, 10, 7, 15, tzinfo=BERLIN)),
        ("2 hours ago", datetime(2026, 3, 10, 7, 0, tzinfo=BERLIN)),
        ("2 weeks ago, 10:00", datetime(2026, 2, 24, 10, 0, tzinfo=BERLIN)),
    ],
)  # fmt: skip
def test_a_date_is_read(written: object, expected: datetime) -> None:
    """As written, in the site's zone unless it names its own."""
    assert milliseconds(expected) == read_date(written, NOW, BERLIN).at


def test_a_time_that_is_still_to_come_today_was_a_while_ago() -> None:
    """And what is later in the day stays later."""
    noon, evening = (read_date(f"today, {hour}:00", NOW, BERLIN).at for hour in (12, 20))

    assert NOW - 60 * MINUTE < noon < evening <= NOW - 5 * MINUTE


@pytest.mark.parametrize(
    "written",
    ["soon", "", "0001-01-01", "9999-99-99", "99999-01-01", "today, 25:00", "-3 days ago", 5, [],
     date(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: object) -> None:
    """With a sentence, whatever it is."""
    with pytest.raises(ValueError, match=r"expected|year|time"):
        read_date(written, NOW, BERLIN)
