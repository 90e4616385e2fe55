"""The search page: a form, and what holds all the words that were typed, the best first.

It works without JavaScript, is kept by nobody (what one looks for is one's own) and found by no
robot. Where nothing holds all the words, what holds some of them is offered instead.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.clock import Clock
from portal.errors import Unavailable
from portal.news.excerpt import Pieces, blocks, excerpt, marked
from portal.news.slugs import spoken_in
from portal.news.store import finding
from portal.news.store.finding import Found
from portal.screens.category import page_number
from portal.screens.contexts import Frame, Teaser
from portal.screens.frame import (
    Breaking,
    Clicks,
    Dressed,
    Site,
    crumbs,
    dress,
    frame,
    surroundings,
)
from portal.screens.pace import Pace
from portal.screens.spoken import everywhere
from portal.settings import Settings
from portal.storage import search
from portal.storage.database import Database
from portal.web.coding import coded_for
from portal.web.templates import Templates

TEMPLATE: Final = "screens/search.html"
EACH_PAGE: Final = 10
LONGEST: Final = 200
"""Characters of what is looked for; whoever pastes a letter is answered by its beginning."""
LAST_PAGE: Final = 100
"""Nobody reads on there; the database would sort everything for a robot."""
HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

Refuse = Callable[[Request, int], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Result:
    """One article that was found."""

    teaser: Teaser
    title: Pieces
    excerpt: Pieces


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The form, and one page of what was found."""

    frame: Frame
    asked: str
    """As it was typed; "": nothing is looked for yet."""
    longest: int
    found: bool
    """Whether the results hold all that was asked; else only some of it."""
    results: tuple[Result, ...]
    first: int
    """The number of the first of these among all."""
    page: int
    """From 1."""
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    text: str
    query: search.Query | None
    page: int


class Search:
    """The page, with the parts it stands on."""

    def __init__(
        self,
        *,
        db: Database,
        templates: Templates,
        settings: Settings,
        clicks: Clicks,
        clock: Clock,
        breaking: Breaking,
        refuse: Refuse,
        otherwise: Callable[[Request], Awaitable[Response]],
    ) -> None:
        """Make the page.

        Args:
            refuse: answers with the page of an error.
            otherwise: answers whatever is no search.
        """
        self._db = db
        self._templates = templates
        self._site = Site(settings, clicks, clock, breaking=breaking)
        self._refuse = refuse
        self._otherwise = otherwise
        self._pace = Pace()

    async def page(self, request: Request) -> Response:
        """Answer a search, or show the form."""
        return await self._answer(request, self._site)

    async def page_elsewhere(self, request: Request) -> Response:
        """Answer the same in another language; what is none, is whatever else stands there."""
        spoken = spoken_in(request.path_params["language"], self._site.settings.languages)
        if not spoken:
            return await self._otherwise(request)
        return await self._answer(request, replace(self._site, spoken=spoken))

    async def _answer(self, request: Request, site: Site) -> Response:
        asked = _read(request)
        wait = self._pace.wait(request.scope.get("network", "")) if asked.text else 0
        if wait:
            refused = await self._refuse(request, 429)
            refused.headers["Retry-After"] = str(wait)
            return refused
        try:
            shown = await build(self._db, site, asked)
        except Unavailable:
            return await self._refuse(request, 503)
        if shown is None:
            return await self._refuse(request, 404)
        html = self._templates.render(TEMPLATE, shown).encode()
        body, said = coded_for(request, html)
        return HTMLResponse(body, headers={**HEADERS, **said})


async def build(db: Database, site: Site, asked: Asked) -> SearchPage | None:
    """Assemble the page, in nine statements at most; None beyond the last page.

    Raises:
        Unavailable: the database does not answer.
    """
    async with db.read() as connection:
        read = await _read_all(connection, site, asked)
    if read is None:
        return None
    page, rows, dressed = read
    return replace(page, results=await _results(rows, dressed, asked.query))


async def _read_all(
    connection: AsyncConnection, site: Site, asked: Asked
) -> tuple[SearchPage, list[Found], Dressed] | None:
    """Read what the page needs; its results are made once the connection is given back."""
    total = (
        await finding.how_many(connection, asked.query, language=site.spoken) if asked.query else 0
    )
    pages = min(LAST_PAGE, max(1, -(-total // EACH_PAGE)))
    if not 1 <= asked.page <= pages:
        return None
    rows: list[Found] = []
    if asked.query:
        offset = (asked.page - 1) * EACH_PAGE
        rows = await finding.ranked(
            *(connection, asked.query, EACH_PAGE, offset),
            any_of=not total,
            language=site.spoken,
        )
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, [*around.most_read, *(row.listed for row in rows)])
    page = SearchPage(
        frame=frame(
            site,
            around,
            dressed,
            title=_title(site, asked.text),
            canonical=f"{site.home}search",
            crumbs=crumbs(site, (), site.words.gettext("Search")),
            elsewhere=everywhere(site, around.spread, "search"),
        ),
        asked=asked.text,
        longest=LONGEST,
        found=bool(total),
        results=(),
        first=(asked.page - 1) * EACH_PAGE + 1,
        page=asked.page,
        pages=pages,
        total=total,
    )
    return page, rows, dressed


async def _results(
    rows: list[Found], dressed: Dressed, query: search.Query | None
) -> tuple[Result, ...]:
    results: list[Result] = []
    for row in rows:
        assert query is not None
        texts = [row.listed.summary, row.lead_caption, *blocks(row.body_html)]
        results.append(
            Result(
                teaser=dressed.teasers[row.listed.id],
                title=marked(row.listed.title, query),
                excerpt=excerpt(texts, query),
            )
        )
        await asyncio.sleep(0)  # a long text takes a millisecond or two: others have their turn
    return tuple(results)


def _title(site: Site, asked: str) -> str:
    if not asked:
        return site.words.gettext("Search")
    return site.words.gettext("Search: %(asked)s") % {"asked": asked}


def _read(request: Request) -> Asked:
    text = " ".join(request.query_params.get("q", "").split())[:LONGEST].strip()
    text = text.encode(errors="replace").decode()  # half a sign of UTF-16 cannot be written
    number = page_number(request.scope["query_string"])
    return Asked(text, search.query(text), 1 if number is None else number)
