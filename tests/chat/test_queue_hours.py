"""Hours: open by the clock on the wall, whatever summer time does to it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.chat.queue.hours import DAYS, read

MINUTE = 60_000


def at(text: str, zone: str = "UTC") -> int:
    """A moment, as a clock in a zone shows it."""
    moment = datetime.fromisoformat(text)
    return int((moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone))).timestamp() * 1000)


def walked(week: dict[str, list[list[str]]], holidays: list[str], zone: str, ms: int) -> bool:
    """Whether it is open, said in the plainest way."""
    wall = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))
    clock, today = wall.strftime("%H:%M"), wall.date()
    if today.isoformat() in holidays:
        return False
    if not any(week.values()):
        return True
    eve = today - timedelta(days=1)
    for begin, end in week.get(DAYS[today.weekday()], []):
        if begin <= clock and (clock < end or end <= begin):
            return True
    if eve.isoformat() in holidays:
        return False
    spans = week.get(DAYS[eve.weekday()], [])
    return any(end <= begin and clock < end for begin, end in spans)


times = st.builds(
    lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}", st.integers(0, 24 * 4 - 1)
)
weeks = st.dictionaries(
    st.sampled_from(DAYS), st.lists(st.tuples(times, times).map(list), max_size=2), max_size=7
)
# The nights on which these zones change their clocks, and plain days around them.
turns = st.sampled_from(
    [
        ("Europe/Berlin", date(2026, 3, 28)),
        ("Europe/Berlin", date(2026, 10, 24)),
        ("America/New_York", date(2026, 3, 7)),
        ("America/New_York", date(2026, 10, 31)),
        ("Australia/Lord_Howe", date(2026, 4, 4)),
        ("Asia/Kathmandu", date(2026, 6, 1)),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    week=weeks,
    turn=turns,
    hour=st.integers(0, 30),
    off=st.lists(st.integers(0, 4), max_size=2),
)
def test_hours_are_what_a_walk_minute_by_minute_finds(
    week: dict[str, list[list[str]]], turn: tuple[str, date], hour: int, off: list[int]
) -> None:
    """Around changes of the clock, holidays and midnight: open, and open next, as walked."""
    zone, day = turn
    holidays = [(day + timedelta(days=each)).isoformat() for each in off]
    hours = read(zone, week, holidays)
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    start += hour * 60 * MINUTE
    steps = [start + minute * 15 * MINUTE for minute in range(4 * 72)]

    opened = [walked(week, holidays, zone, each) for each in steps]

    assert [hours.is_open(each) for each in steps] == opened
    if True in opened:
        assert hours.opens_at(start) == steps[opened.index(True)]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-28 20:00", "2026-03-29 03:00"),  # 02:30 never comes: the clock jumps over it
        ("2026-10-24 20:00", "2026-10-25 02:30"),
    ],
)
def test_a_span_that_begins_while_the_clock_is_changed(now: str, opens: str) -> None:
    """What would begin in the hour that is skipped begins right behind it."""
    hours = read("Europe/Berlin", {"sun": [["02:30", "05:00"]]}, [])

    assert hours.opens_at(at(now, "Europe/Berlin")) == at(opens, "Europe/Berlin")


def test_over_midnight_and_a_holiday() -> None:
    """A night that runs into a holiday ends at midnight; the one of the holiday is not held."""
    hours = read("UTC", {"thu": [["22:00", "02:00"]], "fri": [["22:00", "02:00"]]}, ["2026-12-25"])
    shown = [
        hours.is_open(at(moment))
        for moment in ("2026-12-24 23:59", "2026-12-25 00:00", "2026-12-26 01:00")
    ]

    assert shown == [True, False, False]
    assert hours.opens_at(at("2026-12-25 00:00")) == at("2026-12-31 22:00")


def test_no_hours_are_all_hours() -> None:
    """A week without any times is always open, save on holidays."""
    hours = read("UTC", {}, ["2026-12-25"])

    assert hours.is_open(at("2026-12-24 03:00"))
    assert hours.opens_at(at("2026-12-25 12:00")) == at("2026-12-26 00:00")


def test_hours_that_never_come() -> None:
    """Nobody knows when it opens whose every day is a holiday."""
    every_monday = [(date(2026, 1, 5) + timedelta(weeks=n)).isoformat() for n in range(120)]
    hours = read("UTC", {"mon": [["09:00", "17:00"]]}, every_monday)

    assert hours.opens_at(at("2026-01-06 00:00")) is None
