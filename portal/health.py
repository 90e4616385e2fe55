"""How the server is: alive at all, and ready for readers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.errors import Unavailable
from portal.live.draining import Draining
from portal.storage.database import Database

STATES: Final = ("down", "degraded", "ok")
"""The worst first."""


@dataclass
class Health:
    """What `/readyz` tells.

    Attributes:
        well: whether the bus rings and Redis takes what is written, at this moment.
        counted: whether clicks are carried where they belong.
    """

    db: Database
    well: Callable[[], bool]
    node: str
    draining: Draining
    counted: Callable[[], bool]

    async def healthz(self, _request: Request) -> Response:
        """Answer 200 while the process lives."""
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    async def readyz(self, _request: Request) -> Response:
        """Answer each part's state; 503 only while draining or without the database."""
        parts = {"server": "down" if self.draining.began else "ok"}
        try:
            await self.db.ping()
            parts["database"] = "ok"
        except Unavailable:
            parts["database"] = "down"
        parts["memory"] = "ok" if self.well() else "degraded"
        parts["counts"] = "ok" if self.counted() else "degraded"
        worst = next(state for state in STATES if state in {*parts.values(), "ok"})
        status = 503 if worst == "down" else 200
        told = {"status": worst, "parts": parts, "node": self.node}
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})
