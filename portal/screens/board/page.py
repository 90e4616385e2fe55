"""The page `/staff/board`: what is being read now, beside what is usual.

It is whole without a script; with one, its numbers move. Every number's meaning stands beside it,
and each story's number leads to its account.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.audience.account import Accounts
from portal.audience.alarms import Titles
from portal.audience.among import Among
from portal.audience.board import Board
from portal.audience.kinds import Kinds
from portal.audience.messages import MOST_PATH, BoardState, Row
from portal.audience.reasons import REASONS, WORDS
from portal.audience.usual import Usual, last_day
from portal.clock import Clock, moment
from portal.errors import Unavailable
from portal.identity import Agent, Role
from portal.memory.tally import Tally
from portal.screens.board.account import HEADERS
from portal.screens.board.came import KINDS, Share, reached, shares
from portal.screens.board.plots import beside_usual, curve, spark
from portal.settings import Settings
from portal.staff.pages import sign_in_path
from portal.web.templates import Templates

Chats = Callable[[int], Awaitable[Sequence[tuple[int, int]]]]

PATH: Final = "/staff/board"
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
class Story:
    """A story and how many there are of something about it."""

    id: int
    title: str
    n: int


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
    within: str
    """The address below which it looks; "/" is all."""
    rows: tuple[tuple[Row, int, int, Markup], ...]
    """Each story with its clicks of the last minutes and of the last hour, and their curve."""
    categories: tuple[tuple[Row, int], ...]
    hours: tuple[HourRow, ...]
    """The newest first."""
    plot: Markup
    minutes: Markup
    readers: Readers
    held: tuple[Story, ...]
    """Those with clicks that wait for a decision, and how many."""
    left_out: tuple[tuple[str, int], ...]
    """Why views of the last day were no click, in words, and how many."""
    chats: tuple[Story, ...]
    """What was chatted about in this time."""
    window_minutes: float
    came: tuple[tuple[str, tuple[Share, ...]], ...]
    """By kind, in words: the most first."""
    mean_seconds: int | None
    """How long an article is read; None: nobody has in this time."""
    reached: tuple[tuple[int, int], ...]
    """How far it is read: percent of the text, and which share of the readings got there."""


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
        titles: Titles,
        chats: Chats,
    ) -> None:
        """Build them.

        Args:
            titles: title and path of those articles that readers may see.
            chats: (article, conversations) of those begun since a moment, the most first.
        """
        self._settings = settings
        self._templates = templates
        self._board = board
        self._usual = usual
        self._accounts = accounts
        self._kinds = kinds
        self._tally = tally
        self._clock = clock
        self._titles = titles
        self._chats = chats

    async def page(self, request: Request) -> Response:
        """Show the board."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        state = await self._board.state(within := _within(request))
        among = Among(within=within)
        hours = await self._usual.of(last_day(self._clock()), among)
        since = min(hours)
        came = await self._kinds.since(since, among)
        left_out = await self._accounts.left_out(since, among)
        page = BoardPage(
            site_name=self._settings.site_name,
            language="en",  # as the console
            section="board",
            is_admin=actor.role is Role.ADMIN,
            problem="",
            done=False,
            state=state,
            hour=sum(state.site.minutes),
            within=within,
            rows=tuple(
                (row, sum(row.minutes[-RECENT:]), sum(row.minutes), spark(row.minutes))
                for row in state.articles
            ),
            categories=tuple((row, sum(row.minutes)) for row in state.categories),
            hours=tuple(HourRow(self._named(at), *hours[at]) for at in reversed(hours)),
            plot=beside_usual(hours),
            left_out=tuple((WORDS[name], left_out[name]) for name in REASONS),
            minutes=curve(state.site.minutes, title="Clicks by minute, the last hour"),
            readers=await self._readers(),
            held=await self._stories(await self._accounts.waiting()),
            chats=await self._stories(await self._chats(since)),
            window_minutes=self._settings.click_window / 60,
            came=tuple((words, shares(came, kind)) for kind, words in KINDS),
            mean_seconds=came.mean_seconds,
            reached=reached(came),
        )
        text = self._templates.render("staff/board.html", page)
        return HTMLResponse(text, headers=HEADERS)

    async def csv(self, request: Request) -> Response:
        """Give what is being read now as CSV."""
        if not isinstance(request.scope.get("actor"), Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        state = await self._board.state(_within(request))
        file = io.StringIO()
        table = csv.writer(file)
        table.writerow(["article", "title", "address", "clicks", "open", "reading", "last hour"])
        for row in state.articles:
            hour = sum(row.minutes)
            numbers = [row.clicks, row.open, row.reading, hour]
            table.writerow([row.id, _plain(row.title), row.url, *numbers])
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="board.csv"'}
        return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    def _named(self, hour: int) -> str:
        return f"{moment(hour).astimezone(self._settings.timezone):%a %H:%M}"

    async def _stories(self, some: Sequence[tuple[int, int]]) -> tuple[Story, ...]:
        named = await self._titles([id_ for id_, _ in some])
        return tuple(
            Story(id_, named[id_][0] if id_ in named else f"Article {id_}", n) for id_, n in some
        )

    async def _readers(self) -> Readers:
        today = moment(self._clock()).date()
        days = [today - timedelta(days=back) for back in range(today.day)]
        return Readers(await self._count([today.isoformat()]), await self._count(_iso(days)))

    async def _count(self, days: Sequence[str]) -> int | None:
        try:
            return await self._tally.readers(days)
        except Unavailable:
            return None


def _within(request: Request) -> str:
    """Read below which address to look: a category's, or all."""
    asked = request.query_params.get("within", "/")
    whole = asked.startswith("/") and asked.endswith("/") and len(asked) <= MOST_PATH
    return asked if whole else "/"


def _iso(days: Sequence[object]) -> list[str]:
    return [str(day) for day in days]


def _plain(text: str) -> str:
    """Keep a title a title: what begins with one of these a spreadsheet would reckon."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
