"""The page `/staff/board/articles/{id}`: an article's number, opened.

Everybody who works here may read it; editors and administrators decide about what is held. The
same account as a file: one article's as CSV, all of them as JSON lines that
`portal counts recount` adds up.
"""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from portal.audience.account import Account, Accounts, Line
from portal.audience.among import Among
from portal.audience.books import written
from portal.audience.decisions import DECIDERS, NOTE_LONGEST, Decisions, Verdict
from portal.audience.kinds import Kinds
from portal.audience.reasons import REASONS, WORDS
from portal.audience.usual import Usual, last_day
from portal.clock import DAY, HOUR, Clock, moment
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.screens.board.came import KINDS, Share, reached, shares
from portal.screens.board.plots import Bar, bars, beside_usual, curve
from portal.settings import Settings
from portal.staff.pages import sign_in_path
from portal.web.forms import FormTokens, fields
from portal.web.templates import Templates

PATH: Final = "/staff/board/articles/"
HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
STATUS: Final = {"not_allowed": 403, "not_found": 404, "conflict": 409}
DAYS_SHOWN: Final = 60
CAME_DAYS: Final = 30
HOUR_LONGEST: Final = 15
"""Digits of milliseconds; enough for thirty thousand years."""
COLUMNS: Final = ("counted", "released", "held", "discarded")

Tell = Callable[[Mapping[int, int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """An hour or a day of the account, added up."""

    at: int
    name: str
    counted: int
    released: int
    held: int
    discarded: int
    refused: int
    shown: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    """`staff/account.html`, which stands in `staff/_inside.html`."""

    site_name: str
    language: str
    section: str
    is_admin: bool
    token: str
    problem: str
    done: bool
    may_decide: bool
    note: str
    """What was typed and refused."""
    note_longest: int
    account: Account
    reasons: tuple[tuple[str, str, int], ...]
    """Name, what it means, how many."""
    days: tuple[Row, ...]
    """The newest first."""
    day: str
    """The one that is opened, "2026-01-31"."""
    hours: tuple[Row, ...]
    plot: Markup
    """SVG: the last days."""
    curve: Markup
    """SVG: all days there are; "" while `plot` shows them."""
    came: tuple[tuple[str, tuple[Share, ...]], ...]
    """How readers came in the last days, by kind, in words."""
    mean_seconds: int | None
    reached: tuple[tuple[int, int], ...]
    usual: Markup
    """SVG: the hours of the last day, beside what is usual."""


class AccountPages:
    """The pages of an article's account."""

    def __init__(
        self,
        *,
        settings: Settings,
        templates: Templates,
        tokens: FormTokens,
        accounts: Accounts,
        decisions: Decisions,
        kinds: Kinds,
        usual: Usual,
        clock: Clock,
        tell: Tell,
    ) -> None:
        """Build them.

        Args:
            tell: lets every screen know how many clicks of an article were ever released.
        """
        self._settings = settings
        self._templates = templates
        self._tokens = tokens
        self._accounts = accounts
        self._decisions = decisions
        self._kinds = kinds
        self._usual = usual
        self._clock = clock
        self._tell = tell

    async def page(self, request: Request) -> Response:
        """Show an article's account."""
        actor = _agent(request)
        if actor is None:
            return self._door(request)
        return await self._show(request, actor)

    async def decide(self, request: Request) -> Response:
        """Do with held clicks what an editor asks."""
        actor = _agent(request)
        if actor is None:
            return self._door(request)
        article = _article(request)
        form = await fields(request, "token", "verdict", "hour", "note")
        try:
            self._tokens.check(form["token"], actor.session)
            verdict = _verdict(form["verdict"])
            hour = _hour(form["hour"])
            released = await self._decisions.decide(
                actor, article, verdict, hour=hour, note=form["note"].strip()
            )
        except Refused as refused:
            return await self._show(request, actor, refused=refused, note=form["note"])
        await self._tell({article: released})
        return RedirectResponse(f"{PATH}{article}?done", 303, headers=HEADERS)

    async def csv(self, request: Request) -> Response:
        """Give an article's account as CSV, an hour or a day a line."""
        if _agent(request) is None:
            return self._door(request)
        account = await self._find(request)
        file = io.StringIO()
        table = csv.writer(file)
        table.writerow(["from", "span", *COLUMNS, *(f"refused: {reason}" for reason in REASONS)])
        for line in account.lines:
            sums = [getattr(line, name) for name in COLUMNS]
            refused = [line.refused[reason] for reason in REASONS]
            table.writerow([moment(line.at).isoformat(), line.span, *sums, *refused])
        name = f'attachment; filename="clicks-{account.article}.csv"'
        headers = {**HEADERS, "Content-Disposition": name}
        return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    async def books(self, request: Request) -> Response:
        """Give all accounts as JSON lines, article by article."""
        if _agent(request) is None:
            return self._door(request)

        async def lines() -> AsyncIterator[str]:
            async for account in self._accounts.every():
                yield "".join(written(account))

        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="clicks.jsonl"'}
        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)

    def _door(self, request: Request) -> Response:
        return RedirectResponse(sign_in_path(request.url.path), 303, headers=HEADERS)

    async def _find(self, request: Request) -> Account:
        account = await self._accounts.of(_article(request))
        if account is None:
            raise HTTPException(404)
        return account

    async def _show(
        self, request: Request, actor: Agent, *, refused: Refused | None = None, note: str = ""
    ) -> Response:
        account = await self._find(request)
        zone = self._settings.timezone
        days = _by_day(account.lines, zone)
        names = [row.name for row in days]
        asked = request.query_params.get("day", "")
        day = asked if asked in names else next(iter(names), "")
        recent = [Bar(row.name, row.shown) for row in reversed(days[:DAYS_SHOWN])]
        now = self._clock()
        among = Among(id=account.article)
        came = await self._kinds.since(now - CAME_DAYS * DAY, among)
        hours = await self._usual.of(last_day(now), among)
        page = AccountPage(
            site_name=self._settings.site_name,
            language="en",  # as the console
            section="board",
            is_admin=actor.role is Role.ADMIN,
            token=self._tokens.make(actor.session),
            problem=refused.message if refused else "",
            done="done" in request.query_params,
            may_decide=actor.role in DECIDERS,
            note=note,
            note_longest=NOTE_LONGEST,
            account=account,
            reasons=tuple((name, WORDS[name], account.refused[name]) for name in REASONS),
            days=tuple(days[:DAYS_SHOWN]),
            day=day,
            hours=tuple(_by_hour(account.lines, zone, day)),
            plot=bars(recent, title="Clicks by day", unit="clicks"),
            curve=_curve(days) if len(days) > DAYS_SHOWN else Markup(),
            came=tuple((words, shares(came, kind)) for kind, words in KINDS),
            mean_seconds=came.mean_seconds,
            reached=reached(came),
            usual=beside_usual(hours),
        )
        status = STATUS.get(refused.code, 400) if refused else 200
        text = self._templates.render("staff/account.html", page)
        return HTMLResponse(text, status, headers=HEADERS)


def _agent(request: Request) -> Agent | None:
    actor = request.scope.get("actor")
    return actor if isinstance(actor, Agent) else None


def _article(request: Request) -> int:
    article: int = request.path_params["id"]
    if article >= 2**53:
        raise HTTPException(404)
    return article


def _hour(word: str) -> int | None:
    """Read which hour is meant. Only an empty field means all: a decision is not taken back."""
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) <= HOUR_LONGEST):
        raise Refused("bad_field", "This hour cannot be meant.")
    return int(word)


def _verdict(word: str) -> Verdict:
    for verdict in get_args(Verdict):
        if word == verdict:
            return verdict  # type: ignore[no-any-return]
    raise Refused("bad_field", "This form asks for nothing we know.")


def _by_day(lines: list[Line], zone: ZoneInfo) -> list[Row]:
    days: dict[str, list[Line]] = {}
    for line in reversed(lines):
        # A day that was rolled up is one of UTC; in the site's zone it may be the one before.
        at = moment(line.at) if line.span == "day" else moment(line.at).astimezone(zone)
        days.setdefault(at.date().isoformat(), []).append(line)
    return [_row(some[-1].at, name, some) for name, some in days.items()]


def _curve(days: list[Row]) -> Markup:
    """Draw all days, those between on which nothing came too."""
    shown = {date.fromisoformat(row.name): row.shown for row in days}
    first, last = min(shown), max(shown)
    every = [shown.get(first + timedelta(days=at), 0) for at in range((last - first).days + 1)]
    return curve(every, title=f"Clicks by day, {first} to {last}")


def _by_hour(lines: list[Line], zone: ZoneInfo, day: str) -> list[Row]:
    rows = []
    for line in lines:
        begins = datetime.fromtimestamp(line.at / 1000, UTC).astimezone(zone)
        if line.span == "hour" and begins.date().isoformat() == day:
            ends = datetime.fromtimestamp((line.at + HOUR) / 1000, UTC).astimezone(zone)
            rows.append(_row(line.at, f"{begins:%H:%M}–{ends:%H:%M}", [line]))
    return rows


def _row(at: int, name: str, lines: list[Line]) -> Row:
    sums = Counter[str]()
    for line in lines:
        for column in (*COLUMNS, "shown"):
            sums[column] += getattr(line, column)
        sums["refused"] += line.refused.total()
    names = (*COLUMNS, "refused", "shown")
    return Row(at, name, **{column: sums[column] for column in names})
