"""The page `/staff/board`: what is being read now, beside what is usual.

It is whole without a script; with one, its numbers move. Every number's meaning stands beside it,
and each story's number leads to its account.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.audience.account import Accounts
from portal.audience.board import Board
from portal.audience.kinds import Came, Kinds
from portal.audience.messages import BoardState, Row
from portal.audience.usual import Usual
from portal.clock import HOUR, Clock, moment
from portal.errors import Unavailable
from portal.identity import Agent, Role
from portal.memory.tally import Tally
from portal.screens.board.account import HEADERS
from portal.screens.board.plots import line
from portal.settings import Settings
from portal.staff.pages import sign_in_path
from portal.web.templates import Templates

PATH: Final = "/staff/board"
HOURS: Final = 24
KINDS: Final = (("referrer", "From"), ("device", "On"), ("language", "Language"))
SHARES_MOST: Final = 8
RECENT: Final = 15
"""Minutes of the column that says what is read just now."""


@dataclass(frozen=True, slots=True)
class HourRow:
    """One of the last hours."""

    name: str
    clicks: int
    usual: int | None


@dataclass(frozen=True, slots=True)
class Readers:
    """About how many there were; None: Valkey does not say."""

    today: int | None
    month: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """One of a kind, among those that clicked."""

    name: str
    n: int
    percent: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`staff/board.html`, which stands in `staff/_inside.html`."""

    site_name: str
    language: str
    section: str
    is_admin: bool
    problem: str
    done: bool
    state: BoardState
    hour: int
    """Clicks of the last sixty minutes."""
    rows: tuple[tuple[Row, int, int], ...]
    """Each story with its clicks of the last minutes and of the last hour."""
    categories: tuple[tuple[Row, int], ...]
    hours: tuple[HourRow, ...]
    """The newest first."""
    plot: Markup
    minutes: Markup
    readers: Readers
    held: tuple[tuple[int, int], ...]
    """Stories with clicks that wait for a decision, and how many."""
    window_minutes: float
    came: tuple[tuple[str, tuple[Share, ...]], ...]
    """By kind, in words: the most first."""
    mean_seconds: int | None
    """How long an article is read; None: nobody has in this time."""


class BoardPages:
    """The board as a page and as a table."""

    def __init__(
        self,
        *,
        settings: Settings,
        templates: Templates,
        board: Board,
        usual: Usual,
        accounts: Accounts,
        kinds: Kinds,
        tally: Tally,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._board = board
        self._usual = usual
        self._accounts = accounts
        self._kinds = kinds
        self._tally = tally
        self._clock = clock

    async def page(self, request: Request) -> Response:
        """Show the board."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        state = await self._board.state()
        hours = await self._hours()
        now = self._clock()
        came = await self._kinds.since(now - now % HOUR - (HOURS - 1) * HOUR)
        page = BoardPage(
            site_name=self._settings.site_name,
            language="en",  # as the console
            section="board",
            is_admin=actor.role is Role.ADMIN,
            problem="",
            done=False,
            state=state,
            hour=sum(state.site.minutes),
            rows=tuple((r, sum(r.minutes[-RECENT:]), sum(r.minutes)) for r in state.articles),
            categories=tuple((row, sum(row.minutes)) for row in state.categories),
            hours=tuple(reversed(hours)),
            plot=line(
                [row.clicks for row in hours],
                title="Clicks by hour, the last day",
                band=[row.usual or 0 for row in hours],
            ),
            minutes=line(state.site.minutes, title="Clicks by minute, the last hour"),
            readers=await self._readers(),
            held=tuple(await self._accounts.waiting()),
            window_minutes=self._settings.click_window / 60,
            came=tuple((words, _shares(came, kind)) for kind, words in KINDS),
            mean_seconds=came.mean_seconds,
        )
        text = self._templates.render("staff/board.html", page)
        return HTMLResponse(text, headers=HEADERS)

    async def csv(self, request: Request) -> Response:
        """Give what is being read now as CSV."""
        if not isinstance(request.scope.get("actor"), Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        state = await self._board.state()
        file = io.StringIO()
        table = csv.writer(file)
        table.writerow(["article", "title", "address", "clicks", "open", "reading", "last hour"])
        for row in state.articles:
            hour = sum(row.minutes)
            numbers = [row.clicks, row.open, row.reading, hour]
            table.writerow([row.id, _plain(row.title), row.url, *numbers])
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="board.csv"'}
        return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    async def _hours(self) -> list[HourRow]:
        now = self._clock()
        hours = [now - now % HOUR - HOUR * back for back in reversed(range(HOURS))]
        found = await self._usual.of_site(hours)
        return [HourRow(self._named(hour), *found[hour]) for hour in hours]

    def _named(self, hour: int) -> str:
        return f"{moment(hour).astimezone(self._settings.timezone):%a %H:%M}"

    async def _readers(self) -> Readers:
        today = moment(self._clock()).date()
        days = [today - timedelta(days=back) for back in range(today.day)]
        return Readers(await self._count([today.isoformat()]), await self._count(_iso(days)))

    async def _count(self, days: Sequence[str]) -> int | None:
        try:
            return await self._tally.readers(days)
        except Unavailable:
            return None


def _shares(came: Came, kind: str) -> tuple[Share, ...]:
    counter = came.by.get(kind, Counter[str]())
    whole = counter.total()
    return tuple(
        Share(name, n, round(100 * n / whole)) for name, n in counter.most_common(SHARES_MOST)
    )


def _iso(days: Sequence[object]) -> list[str]:
    return [str(day) for day in days]


def _plain(text: str) -> str:
    """Keep a title a title: what begins with one of these a spreadsheet would reckon."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
