"""Given up: what was still being answered when the process had to end, said in one line.

uvicorn cancels requests and sockets that outlast its grace and logs a traceback for each, as if
the application had failed. Nothing has: whoever asked gets no answer and asks another node.
"""

import asyncio
import contextlib

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger("portal.web")


class GivenUp:
    """ASGI middleware around everything else: a cancelled answer ends without a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] == "lifespan":
                raise
            log.warning("given up", what=scope["type"], path=scope["path"])
            if scope["type"] == "http":
                await _too_late(send)


async def _too_late(send: Send) -> None:
    start = {"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"1")]}
    # An answer that had begun cannot be taken back: its connection is cut.
    with contextlib.suppress(RuntimeError):
        await send(start)
        await send({"type": "http.response.body", "body": b""})
