"""Every address and every live message type, in tables, on one page."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from portal.chat.files.intake import MB
from portal.chat.files.parts import LARGEST_MB
from portal.errors import Unavailable
from portal.live.connection import Door as DoorName
from portal.live.protocol import Handler, Table
from portal.live.protocol import Request as Asked
from portal.staff.profile import FORM_BYTES as FACE_BYTES
from portal.web.static import StaticFiles


class HasTable(Protocol):
    """A room that answers messages."""

    def table(self, door: DoorName) -> Table:
        """Return the handlers of one door."""
        ...


Page = Callable[[Request], Awaitable[Response]]


def addresses() -> list[BaseRoute]:
    """Return the table of addresses."""
    return [
        Route("/healthz", _of("health", "healthz")),
        Route("/readyz", _of("health", "readyz")),
        Route("/metrics", _of("metrics", "page")),
        Route("/static/{build}/theme/{digest}/{name}", _of("theme", "page")),
        Route("/static/{build}/{path:path}", StaticFiles().page),
        Mount("/media", _Part("media")),
        Route("/live/check", _check("live")),
        Route("/staff/live/check", _check("staff")),
        Route("/chat", _letterbox),
        Route("/chat/", _of("letterbox", "show"), methods=["GET"]),
        Route("/chat/", _of("letterbox", "send"), methods=["POST"]),
        Route("/chat/transcript", _of("transcripts", "page"), methods=["GET"]),
        Route("/chat/files", _of("chat_files", "terms"), methods=["GET"]),
        Route(
            "/chat/files",
            _of("chat_files", "bring"),
            methods=["POST"],
            max_body_size=(LARGEST_MB + 1) * MB,
        ),
        Route("/chat/files/{id}", _of("chat_files", "fetch"), methods=["GET"]),
        Route("/chat/files/{id}", _of("chat_files", "give_back"), methods=["DELETE"]),
        WebSocketRoute("/live", Door("live")),
        WebSocketRoute("/staff/live", Door("staff")),
        Route("/staff", _console),
        Route("/staff/", _of("console", "page")),
        Route("/staff/me", _of("profile", "page"), methods=["GET"]),
        Route("/staff/me", _of("profile", "save"), methods=["POST"], max_body_size=FACE_BYTES),
        Route("/staff/board", _of("board", "page"), methods=["GET"]),
        Route("/staff/board.csv", _of("board", "csv"), methods=["GET"]),
        Route("/staff/board/account.jsonl", _of("accounts", "books"), methods=["GET"]),
        Route("/staff/board/articles/{id:int}", _of("accounts", "page"), methods=["GET"]),
        Route("/staff/board/articles/{id:int}", _of("accounts", "decide"), methods=["POST"]),
        Route(
            "/staff/board/articles/{id:int}/account.csv", _of("accounts", "csv"), methods=["GET"]
        ),
        Route("/staff/desk/", _of("setup", "front"), methods=["GET"]),
        Route("/staff/desk/{section}", _of("setup", "page"), methods=["GET"]),
        Route("/staff/desk/{section}", _of("setup", "act"), methods=["POST"]),
        Route(
            "/staff/articles/{id:int}/revisions/{number:int}",
            _of("pane", "revision"),
            methods=["GET"],
        ),
        Route("/staff/sign-in", _of("staff_door", "sign_in_form"), methods=["GET"]),
        Route("/staff/sign-in", _of("staff_door", "sign_in"), methods=["POST"]),
        Route("/staff/renewal", _of("renewal", "page"), methods=["POST"]),
        Route("/staff/sign-out", _of("staff_door", "sign_out"), methods=["POST"]),
        Route("/staff/link/{token}", _of("staff_door", "welcome_form"), methods=["GET"]),
        Route("/staff/link/{token}", _of("staff_door", "welcome"), methods=["POST"]),
        Route("/search", _of("search", "page")),
        Route("/{language}/search", _of("search", "page_elsewhere")),
        Route("/sitemap.xml", _of("machines", "sitemap")),
        Route("/sitemap-news.xml", _of("machines", "sitemap_news")),
        Route("/sitemap/{name}.xml", _of("machines", "sitemap_part")),
        Route("/robots.txt", _of("machines", "robots")),
        Route("/llms.txt", _of("machines", "llms")),
        Route("/manifest.webmanifest", _of("machines", "manifest")),
        Route("/favicon.ico", _of("machines", "icon")),
        Route("/{where:path}feed.{kind}", _of("machines", "feed")),
        Route("/{address:path}.md", _of("machines", "markdown")),
        Route("/{address:path}", _of("pages", "page")),
    ]


def messages(door: DoorName, *rooms: HasTable) -> Table:
    """Return the table of one door's message types, joined from the rooms' own."""
    joined: dict[type[Asked], Handler] = {}
    for room in rooms:
        for kind, handler in room.table(door).items():
            assert kind not in joined, f"two rooms answer {kind.__struct_config__.tag}"
            joined[kind] = handler
    return joined


def failures() -> dict[Any, Any]:
    """Return what answers when a page could not."""
    return {404: _missing, 500: _broken, Unavailable: _away}


async def _missing(request: Request, _error: Exception) -> Response:
    answer: Response = await request.state["pages"].refusal(request, 404)
    return answer


async def _broken(request: Request, _error: Exception) -> Response:
    answer: Response = await request.state["pages"].refusal(request, 500)
    return answer


async def _away(request: Request, _error: Exception) -> Response:
    answer: Response = await request.state["pages"].refusal(request, 503)
    return answer


async def _console(_request: Request) -> Response:
    return RedirectResponse("/staff/", 308)


async def _letterbox(_request: Request) -> Response:
    return RedirectResponse("/chat/", 308)


class Door:
    """A socket's address, led to the endpoint that was built for it."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"]["doors"][self.name](scope, receive, send)


class _Part:
    """A part that is an ASGI application of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"][self.name](scope, receive, send)


def _check(door: str) -> Page:
    async def check(request: Request) -> Response:
        answer: Response = await request.state["doors"][door].check(request)
        return answer

    return check


def _of(part: str, page: str) -> Page:
    """Return a page of a part that is built in the lifespan."""

    async def shown(request: Request) -> Response:
        answer: Response = await getattr(request.state[part], page)(request)
        return answer

    return shown
