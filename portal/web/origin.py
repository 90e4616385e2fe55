"""Where a request comes from: only our own pages may change anything.

A browser says it itself in `Sec-Fetch-Site`; where that is missing (plain http in a LAN) in
`Origin`. A request that says neither is no form of ours. Forms carry a token besides
(`portal.web.forms`).
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def from_our_page(headers: Mapping[str, str], origins: frozenset[str]) -> bool:
    """Tell whether one of our own pages sent this.

    Source: OWASP Cross-Site Request Forgery Prevention, Fetch Metadata with Origin as fallback.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") in origins


class OwnOrigin:
    """ASGI middleware: refuses whatever would change something and comes from elsewhere."""

    def __init__(self, app: ASGIApp, *, origins: frozenset[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] not in SAFE_METHODS
            and not from_our_page(Headers(scope=scope), self.origins)
        ):
            refusal = PlainTextResponse("This form was not sent from this site.\n", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)
