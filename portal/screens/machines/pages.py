"""What programs ask for by its own address: feeds, sitemaps, robots.txt, the manifest."""

import json
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.clock import MINUTE, Clock
from portal.news.slugs import category_path, location, spoken_in
from portal.news.store import moves
from portal.news.store.version import version
from portal.screens.machines import feeds, markdown, robots, sitemaps
from portal.screens.machines.markdown import Elsewhere
from portal.screens.machines.shelf import Paper, Shelf, respond
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.templates import Templates, static

Refusal = Callable[[Request, int], Awaitable[Response]]
OPEN: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Feeds are for everybody, readers that run in a browser included."""
NO_INDEX: Final = {"X-Robots-Tag": "noindex"}
"""The same is found on the page itself."""
MANIFEST_TYPE: Final = "application/manifest+json; charset=utf-8"


class Machines:
    """All that is made for programs, for the life of the process (`request.state["machines"]`)."""

    def __init__(
        self,
        *,
        db: Database,
        templates: Templates,
        settings: Settings,
        clock: Clock,
        refusal: Refusal,
    ) -> None:
        """Build it.

        Args:
            refusal: answers with the page of an error.
        """
        self._db = db
        self._templates = templates
        self._settings = settings
        self._clock = clock
        self._refuse = refusal
        self._shelf = Shelf(self._version)

    async def feed(self, request: Request) -> Response:
        """Answer `/feed.xml`, `/feed.atom`, `/feed.json`, and the same below any listing."""
        where = "/" + request.path_params["where"]
        kind = request.path_params["kind"]
        if kind not in feeds.KINDS or not where.endswith("/"):
            return await self._refuse(request, 404)
        first, _, rest = where[1:].partition("/")
        spoken = spoken_in(first.lower(), self._settings.languages)
        if spoken == "":
            return _moved(f"/{rest}feed.{kind}", 308)
        right = where.lower()
        if right != where or "//" in where:
            while "//" in right:
                right = right.replace("//", "/")
            return _moved(f"{right}feed.{kind}", 308)
        answer = await self._answer(
            request,
            f"{where}feed.{kind}",
            lambda c: feeds.make(c, self._settings, self._templates, where, kind),
            more={**OPEN, **NO_INDEX},
        )
        if answer.status_code == 404:
            below = rest if spoken else where
            async with self._db.read() as connection:
                now_at = await moves.category_once_at(connection, below.strip("/"))
            if now_at is not None:
                home = f"/{first}/" if spoken else "/"
                return _moved(f"{category_path(now_at, home)}feed.{kind}", 301)
        return answer

    async def sitemap(self, request: Request) -> Response:
        """Answer `/sitemap.xml`, the index."""
        return await self._answer(
            request,
            "/sitemap.xml",
            lambda c: sitemaps.index(c, self._templates, self._clock()),
            self._minute,
        )

    async def sitemap_part(self, request: Request) -> Response:
        """Answer `/sitemap/{name}.xml`."""
        name = request.path_params["name"]
        return await self._answer(
            request,
            f"/sitemap/{name}",
            lambda c: sitemaps.part(c, self._settings, self._templates, name, self._clock()),
            self._minute if name.startswith("news") else 0,
        )

    async def sitemap_news(self, request: Request) -> Response:
        """Answer `/sitemap-news.xml`: what was published in the last two days."""
        return await self._answer(
            request,
            "/sitemap-news.xml",
            lambda c: sitemaps.news(c, self._settings, self._templates, self._clock()),
            self._minute,
        )

    async def markdown(self, request: Request) -> Response:
        """Answer `/{category…}/{slug}.md`: the article as its author wrote it."""
        path = request.path_params["address"]
        async with self._db.read() as connection:
            found = await markdown.stands(connection, path)
        if isinstance(found, Elsewhere):
            if found.path is None:
                return await self._refuse(request, found.status)
            return _moved(found.path, found.status)
        return await self._answer(
            request,
            f"/{path}.md",
            lambda c: markdown.make(c, self._settings, found),
            more=NO_INDEX,
        )

    async def robots(self, request: Request) -> Response:
        """Answer `/robots.txt`."""

        async def make(_connection: AsyncConnection) -> Paper:
            return Paper(robots.text(self._settings), "text/plain; charset=utf-8")

        return await self._answer(request, "/robots.txt", make)

    async def llms(self, request: Request) -> Response:
        """Answer `/llms.txt`: where a language model finds what in plain words."""
        return await self._answer(
            request, "/llms.txt", lambda c: robots.guide(c, self._settings), more=NO_INDEX
        )

    async def manifest(self, request: Request) -> Response:
        """Answer `/manifest.webmanifest`."""

        async def make(_connection: AsyncConnection) -> Paper:
            said = robots.manifest(self._settings, self._templates.theme.bands[0])
            return Paper(json.dumps(said, ensure_ascii=False, indent=2), MANIFEST_TYPE)

        return await self._answer(request, "/manifest.webmanifest", make)

    async def icon(self, _request: Request) -> Response:
        """Answer `/favicon.ico`, which is asked for by whoever reads no page."""
        return RedirectResponse(
            static("img/icon-192.png"), 302, {"Cache-Control": "public, max-age=3600"}
        )

    @property
    def _minute(self) -> int:
        return self._clock() // MINUTE

    async def _version(self) -> int:
        async with self._db.read() as connection:
            return await version(connection)

    async def _answer(
        self,
        request: Request,
        key: str,
        make: Callable[[AsyncConnection], Awaitable[Paper | None]],
        time: int = 0,
        more: dict[str, str] | None = None,
    ) -> Response:
        async def made() -> Paper | None:
            async with self._db.read() as connection:
                return await make(connection)

        kept = await self._shelf.get(key, made, time)
        if kept is None:
            return await self._refuse(request, 404)
        return respond(request, kept, more)


def _moved(path: str, status: int) -> Response:
    headers = {"Location": location(path), "Cache-Control": "no-cache"}
    return Response(status_code=status, headers=headers)
