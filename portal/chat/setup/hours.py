"""The hours of a desk: when it is open, in which zone, on which days never, and what then.

They are written as people write them: `09:00–12:00, 13:00–17:30` for each day of the week, days
off as dates. A time that ends before it begins runs over midnight. A day without times is closed;
no times on any day, or no row at all, mean open day and night.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.setup.ledger import Ledger
from portal.errors import Refused
from portal.identity import Agent
from portal.storage.tables.desk import desk as desks
from portal.storage.tables.desk import schedule as table

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHEN_CLOSED: Final = ("accept", "form", "hide")
SPANS_MOST: Final = 6
HOLIDAYS_MOST: Final = 200
_SPAN = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})\s*(?:-|–|—|to)\s*([0-9]{1,2})[:.]([0-9]{2})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Hours:
    """One schedule, as its row says it. `desk` None: for all that have none of their own."""

    desk: int | None
    zone: str
    week: dict[str, list[list[str]]]
    holidays: list[str]
    when_closed: str

    def written(self, day: str) -> str:
        """Return a day's times as people write them."""
        return ", ".join("–".join(span) for span in self.week.get(day, []))


def read(desk: int | None, form: Mapping[str, str]) -> Hours:
    """Read what somebody wrote.

    Args:
        form: `zone`, `when_closed`, `holidays` (a date a line) and one field a day.

    Raises:
        Refused: `bad_field`, with what is meant by it and where.
    """
    zone = form["zone"].strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "bad_field", "The zone is not known; expected one like Europe/Berlin."
        ) from None
    if form["when_closed"] not in WHEN_CLOSED:
        raise Refused("bad_field", "Choose what happens while nobody is there.")
    week = {
        day: spans
        for day, name in zip(DAYS, NAMES, strict=True)
        if (spans := _spans(form[day], name))
    }
    return Hours(desk, zone, week, _holidays(form["holidays"]), form["when_closed"])


def _spans(text: str, name: str) -> list[list[str]]:
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > SPANS_MOST:
        raise Refused("bad_field", f"{name} has more than {SPANS_MOST} times.")
    spans = [_span(part, name) for part in parts]
    for before, after in pairwise(spans):
        over_midnight = before[1] <= before[0]
        if over_midnight or after[0] < before[1]:
            raise Refused(
                "bad_field", f"{name}: {'–'.join(after)} begins before the one before ends."
            )
    return spans


def _span(part: str, name: str) -> list[str]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise Refused(
            "bad_field", f"{name}: {part[:40]!r} is no time; expected one like 09:00–17:30."
        )
    hours = [int(found[1]), int(found[3])]
    minutes = [int(found[2]), int(found[4])]
    late = [hour * 60 + minute for hour, minute in zip(hours, minutes, strict=True)]
    if max(minutes) > 59 or late[1] > 24 * 60 or late[0] >= 24 * 60:
        raise Refused("bad_field", f"{name}: {part!r} is past midnight; a day ends at 24:00.")
    if late[0] == late[1]:
        raise Refused("bad_field", f"{name}: {part!r} ends when it begins.")
    return [f"{hour:02}:{minute:02}" for hour, minute in zip(hours, minutes, strict=True)]


def _holidays(text: str) -> list[str]:
    found = set()
    for line in re.split(r"[\n,]", text):
        if not line.strip():
            continue
        try:
            found.add(date.fromisoformat(line.strip()).isoformat())
        except ValueError:
            raise Refused(
                "bad_field", f"{line.strip()[:40]!r} is no day; expected one like 2026-12-25."
            ) from None
    if len(found) > HOLIDAYS_MOST:
        raise Refused("bad_field", f"At most {HOLIDAYS_MOST} days off.")
    return sorted(found)


class Schedules:
    """All hours."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def all(self) -> dict[int | None, Hours]:
        """Return the hours there are, by desk."""
        async with self._ledger.db.read() as c:
            return {row.desk_id: _hours(row) for row in await c.execute(select(table))}

    async def set(self, agent: Agent, hours: Hours) -> None:
        """Let a desk be open by these.

        Raises:
            Refused: `not_found`, `not_allowed`.
        """
        values = {
            "zone": hours.zone,
            "week": hours.week,
            "holidays": hours.holidays,
            "when_closed": hours.when_closed,
            "changed_at": self._ledger.now(),
        }

        async def work(c: AsyncConnection) -> None:
            await _there(c, hours.desk)
            # No upsert: the row for all has no desk, and NULL is unlike any other NULL.
            done = await c.execute(update(table).where(_of(hours.desk)).values(**values))
            if not done.rowcount:
                await c.execute(insert(table).values(desk_id=hours.desk, **values))

        await self._ledger.change(agent, "desk.hours", _about(hours.desk), work)

    async def drop(self, agent: Agent, desk: int | None) -> None:
        """Let a desk have no hours of its own."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(delete(table).where(_of(desk)))

        await self._ledger.change(agent, "desk.no_hours", _about(desk), work)


def _of(desk: int | None) -> Any:
    return table.c.desk_id.is_(None) if desk is None else table.c.desk_id == desk


async def _there(c: AsyncConnection, desk: int | None) -> None:
    if desk is not None and await c.scalar(select(desks.c.id).where(desks.c.id == desk)) is None:
        raise Refused("not_found", "This desk is not there any more.")


def _about(desk: int | None) -> str:
    return "all" if desk is None else f"desk {desk}"


def _hours(row: Any) -> Hours:
    return Hours(row.desk_id, row.zone, row.week, row.holidays, row.when_closed)
