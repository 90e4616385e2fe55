"""The catch-all: whatever readers ask for that no other address answers.

One key a page: the slugs of its address joined by "/". What stands there decides the page and the
one right way to write its address; a request written otherwise is sent there with 308, one for an
article that moved with 301, for a withdrawn one 410 and for anything else 404.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.clock import Clock, moment
from portal.errors import Unavailable
from portal.news.article import Moved, PublishedArticle, Withdrawn
from portal.news.breaking import BreakingNews
from portal.news.slugs import article_path, category_path, location, read_address, spoken_in
from portal.news.store import articles as store
from portal.news.store import listing, moves
from portal.news.store.articles import Articles
from portal.news.store.breaking import at_hand
from portal.news.store.categories import Category
from portal.screens import (
    archive,
    article,
    author,
    category,
    counting,
    front,
    old_address,
    page,
    tag,
)
from portal.screens.contexts import ErrorPage, Frame
from portal.screens.frame import Asked, Clicks, Site, dress, frame, surroundings
from portal.screens.household import NOTHING_AROUND, Household
from portal.screens.machines.facts import with_facts
from portal.screens.page_cache import Cut, PageCache, Verdict, respond
from portal.screens.plain_refusal import plain, reads_json
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.languages import to_translate
from portal.web.templates import Templates

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ERROR_TEMPLATE = "screens/error.html"
LISTS = {
    "tags": tag.build,
    "authors": author.build,
    "archive": archive.build,
    counting.ROOM: counting.build,
}
"""What lists articles otherwise than by category, or none, by the first segment of its address."""
RETRY_SECONDS = "5"
"""What a 503 asks for: the database is back by then, or the next try says so again."""
DAYS = 10_000_000
"""More than a calendar has; keeps the day apart from the newsroom's version in one number."""
LATEST = 3
"""What an error page offers instead."""
_PLAIN_QUERY = re.compile(rb"[!-~]{1,500}")
SAID: dict[int, tuple[str, str]] = {
    404: (
        to_translate("There is nothing here"),
        to_translate("The address may be mistyped, or what it led to has moved."),
    ),
    410: (
        to_translate("This article was withdrawn"),
        to_translate("It was published here and has been taken back since."),
    ),
    429: (
        to_translate("A little slower, please"),
        to_translate(
            "Many searches came from your network at once. Wait a few seconds, then try again."
        ),
    ),
    500: (
        to_translate("Something broke"),
        to_translate("The fault is ours and has been noted. Trying again may help."),
    ),
    503: (
        to_translate("Back in a moment"),
        to_translate("The portal cannot reach its database just now. Nothing is lost."),
    ),
}


class Pages:
    """All public pages, for the life of the process (`request.state["pages"]`)."""

    def __init__(
        self,
        *,
        db: Database,
        articles: Articles,
        clicks: Clicks,
        templates: Templates,
        settings: Settings,
        clock: Clock,
        breaking: BreakingNews,
    ) -> None:
        self._db = db
        self._articles = articles
        self._templates = templates
        self.cache = PageCache(self._version, clicks)
        self.household = Household(lambda: self.cache.version)
        self._site = Site(settings, clicks, clock, breaking=breaking, household=self.household)
        self._breaking = breaking
        self._places: dict[str, dict[int, str]] = {}

    async def page(self, request: Request) -> Response:
        """Answer any GET or HEAD that is no other room's."""
        scope = request.scope
        address = read_address(scope["path"], scope.get("raw_path") or b"")
        if address is None:
            return await self._elsewhere(request)
        first, _, rest = address.key.partition("/")
        if spoken_in(first, self._site.settings.languages) == "":
            # The site's first language is what no address names.
            right = category_path(rest) if address.listing else article_path(rest)
            return await self._elsewhere(request, _redirect(right, 308, scope["query_string"]))
        number = category.page_number(scope["query_string"])
        key = (address.key, -1 if number is None else number)
        try:
            found = await self.cache.get(key, lambda: self._make(address.key, number))
        except Unavailable:
            return await self.refusal(request, 503)
        if isinstance(found, Verdict):
            if found.status == 404:
                return await self._elsewhere(request)
            return await self._told(request, found)
        if not address.key and scope["query_string"]:
            return await self._elsewhere(request, respond(request, found))
        if scope["path"] != found.path:
            return _redirect(found.path, 308, scope["query_string"])
        if article_of(found.path) and "text/markdown" in request.headers.get("accept", ""):
            # Never kept, so the page itself is one and the same for every cache on the way.
            return _redirect(f"{found.path}.md", 303, cache="no-store")
        return respond(request, found)

    async def _elsewhere(self, request: Request, otherwise: Response | None = None) -> Response:
        """Lead on who asks for an address of another site, before he is told anything else."""
        try:
            found = await old_address.verdict(self._db, request.scope)
        except Unavailable:
            return otherwise or await self.refusal(request, 503)
        if found is None:
            return otherwise or await self.refusal(request, 404)
        return await self._told(request, found)

    async def _told(self, request: Request, found: Verdict) -> Response:
        if found.path is None:
            return await self.refusal(request, found.status)
        query = f"page={found.number}".encode() if (found.number or 0) > 1 else b""
        return _redirect(found.path, found.status, query)

    async def refusal(self, request: Request, status: int) -> Response:
        """Answer with the page of an error; without a database, with a barer one."""
        later = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
        spoken = self._spoken(request.scope["path"].strip("/").lower())
        site = replace(self._site, spoken=spoken)
        if reads_json(request):
            return plain(status, _said(site, status)[0], later)
        if status < 500:
            try:
                key = (f"<{status} {spoken}>", -1)
                found = await self.cache.get(key, lambda: self._make_error(status, spoken))
            except Unavailable:
                pass
            else:
                assert not isinstance(found, Verdict)
                return respond(request, found)
        around = frame(site, NOTHING_AROUND, None, title=_said(site, status)[0])
        html = self._templates.render(ERROR_TEMPLATE, _error(site, status, around))
        return HTMLResponse(html, status, {"Cache-Control": "no-store", **later})

    def receive(self, _payload: bytes) -> None:
        """Hear on the bus (topic `news`) that something was published."""
        self.cache.ring()
        self._articles.forget()

    def place(self, article_id: int) -> str | None:
        """Return where an article stands on the front page that was cut last, in words."""
        return next((at[article_id] for at in self._places.values() if article_id in at), None)

    async def look(self) -> None:
        """See what was published without a bell; every three seconds (`portal.periodic`)."""
        await self.cache.look()

    async def _version(self) -> int:
        # The front page tells the day: at midnight everything kept is cut anew, once.
        zone = self._site.settings.timezone
        today = moment(self._site.clock()).astimezone(zone).toordinal()
        async with self._db.read() as connection:
            found, story = await at_hand(connection, self._site.clock())
        self._breaking.take(found, story)
        return found * DAYS + today

    def _spoken(self, key: str) -> str:
        """Return the language an address is in; "" for the site's first."""
        return spoken_in(key.partition("/")[0], self._site.settings.languages) or ""

    async def _make(self, key: str, number: int | None) -> Cut | Verdict:
        spoken = self._spoken(key)
        # Whatever count is asked for while the page is made stands in it.
        site = replace(self._site, clicks=Asked(self._site.clicks), spoken=spoken)
        below = key.partition("/")[2] if spoken else key
        async with self._db.read() as connection:
            if not below:
                return await self._front(connection, site, number)
            room, *steps = below.split("/")
            if room in LISTS:
                return await self._list(connection, site, room, tuple(steps), number)
            found = await store.published(connection, key)
            if isinstance(found, PublishedArticle) and found.language == spoken:
                return await self._article(connection, site, found, number)
            languages = site.settings.languages
            tree = (await self.household.around(connection, spoken, languages)).whole
            if below in tree.by_path:
                return await self._category(connection, site, tree.by_path[below], number)
            if isinstance(found, Moved):
                return Verdict(301, article_path(found.path))
            now_at = None if found else await moves.category_once_at(connection, below)
        if now_at is not None:
            return Verdict(301, category_path(now_at, site.home), number)
        return Verdict(410 if isinstance(found, Withdrawn) else 404)

    async def _front(
        self, connection: AsyncConnection, site: Site, number: int | None
    ) -> Cut | Verdict:
        if number is not None:
            return Verdict(308, site.home)
        shown = await front.build(connection, site)
        self._places[site.spoken] = front.places(shown)
        return self._cut(site, front.TEMPLATE, shown, site.home)

    async def _article(
        self, connection: AsyncConnection, site: Site, found: PublishedArticle, number: int | None
    ) -> Cut | Verdict:
        path = article_path(found.path)
        if number is not None:
            return Verdict(308, path)
        if found.kind == "page":
            return self._cut(site, page.TEMPLATE, await page.build(connection, site, found), path)
        return self._cut(site, article.TEMPLATE, await article.build(connection, site, found), path)

    async def _category(
        self, connection: AsyncConnection, site: Site, found: Category, number: int | None
    ) -> Cut | Verdict:
        path = category_path(found.path, site.home)
        if number == 1:
            return Verdict(308, path)
        shown = await category.build(connection, site, found, 1 if number is None else number)
        return self._cut(site, category.TEMPLATE, shown, path) if shown else Verdict(404)

    async def _list(
        self,
        connection: AsyncConnection,
        site: Site,
        room: str,
        steps: tuple[str, ...],
        number: int | None,
    ) -> Cut | Verdict:
        shown = await LISTS[room](connection, site, steps, 1 if number is None else number)
        if shown is None:
            return Verdict(404)
        if number == 1:
            return Verdict(308, shown.path)
        return self._cut(site, shown.template, shown.context, shown.path)

    async def _make_error(self, status: int, spoken: str) -> Cut:
        site = replace(self._site, clicks=Asked(self._site.clicks), spoken=spoken)
        async with self._db.read() as connection:
            around = await surroundings(connection, site)
            latest = await listing.latest(connection, LATEST, language=spoken)
            dressed = await dress(connection, site, [*around.most_read, *latest])
        framed = frame(site, around, dressed, title=_said(site, status)[0])
        shown = replace(_error(site, status, framed), latest=dressed.of(latest))
        return self._cut(site, ERROR_TEMPLATE, shown, "", status)

    def _cut(
        self, site: Site, template: str, shown: "DataclassInstance", path: str, status: int = 200
    ) -> Cut:
        assert isinstance(site.clicks, Asked)
        html = self._templates.render(template, with_facts(shown, site.settings))
        return Cut(html, path, tuple(site.clicks.answered.items()), status)


def _said(site: Site, status: int) -> tuple[str, str]:
    title, sentence = SAID.get(status, SAID[500])
    return site.words.gettext(title), site.words.gettext(sentence)


def _error(site: Site, status: int, around: Frame) -> ErrorPage:
    title, sentence = _said(site, status)
    return ErrorPage(frame=around, status=status, title=title, sentence=sentence)


def article_of(path: str) -> bool:
    """Tell whether an article or a page stands at a right path, and no listing."""
    return not path.endswith("/")


def _redirect(path: str, status: int, query: bytes = b"", cache: str = "no-cache") -> Response:
    """Send to another path of this site; a moved article's old address may be its own again."""
    target = location(path)
    if _PLAIN_QUERY.fullmatch(query):
        target += "?" + query.decode("ascii")
    return Response(status_code=status, headers={"Location": target, "Cache-Control": cache})
