"""Every address and every live message type, in tables, on one page."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from portal.web.static import StaticFiles

Page = Callable[[Request], Awaitable[Response]]


def addresses() -> list[BaseRoute]:
    """Return the table of addresses."""
    return [
        Route("/healthz", _of("health", "healthz")),
        Route("/readyz", _of("health", "readyz")),
        Route("/static/{build}/{path:path}", StaticFiles().page),
        Route("/live/check", _check("live")),
        Route("/staff/live/check", _check("staff")),
        WebSocketRoute("/live", Door("live")),
        WebSocketRoute("/staff/live", Door("staff")),
        Route("/staff/sign-in", _of("staff_door", "sign_in_form"), methods=["GET"]),
        Route("/staff/sign-in", _of("staff_door", "sign_in"), methods=["POST"]),
        Route("/staff/sign-out", _of("staff_door", "sign_out"), methods=["POST"]),
        Route("/staff/link/{token}", _of("staff_door", "welcome_form"), methods=["GET"]),
        Route("/staff/link/{token}", _of("staff_door", "welcome"), methods=["POST"]),
    ]


def failures() -> dict[Any, Any]:
    """Return what answers when a page could not."""
    return {}


class Door:
    """A socket's address, led to the endpoint that was built for it."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"]["doors"][self.name](scope, receive, send)


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
