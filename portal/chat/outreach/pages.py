"""The address of a conversation as a file: `GET /chat/transcript`.

The proof is in a header, never in the address: `X-Portal-Visitor` with the visitor's secret, or the
staff's session and `?conversation=`. Staff get what the visitor may see, too: a file is passed on.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from portal.chat.conversation import Conversation
from portal.chat.desk import Desk
from portal.chat.outreach import record
from portal.chat.outreach.house import House
from portal.chat.pace import Pace
from portal.errors import Refused
from portal.identity import Agent
from portal.storage.database import Database

SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
STATUS: Final = {"not_allowed": 403, "not_found": 404, "limited": 429}
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Cookie, X-Portal-Visitor",
}


class TranscriptPage:
    """The page, with the parts it stands on."""

    def __init__(
        self,
        house: House,
        *,
        db: Database,
        desk: Desk,
        pace: Pace,
        identify: Callable[[HTTPConnection], Awaitable[Agent | None]],
    ) -> None:
        """Take the parts. `identify` returns the member of staff behind a request."""
        self._house = house
        self._db = db
        self._desk = desk
        self._pace = pace
        self._identify = identify

    async def page(self, request: Request) -> Response:
        """Hand out the file."""
        try:
            row = await self._asked_for(request)
            self._pace.fetches(row.id)
        except Refused as refused:
            headers = dict(HEADERS)
            if refused.retry_ms is not None:
                headers["Retry-After"] = str(-(-refused.retry_ms // 1000))
            status = STATUS.get(refused.code, 400)
            return PlainTextResponse(refused.message + "\n", status, headers)
        name = record.name(self._house, row)
        return StreamingResponse(
            record.pages(self._db, self._house, row),
            headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
            media_type="text/plain",
        )

    async def _asked_for(self, request: Request) -> Conversation:
        secret = request.headers.get("x-portal-visitor")
        if secret is not None:
            found = await self._desk.known(secret) if SECRET.fullmatch(secret) else None
            if found is None:
                raise Refused("not_allowed", "ask for chat first")
            return found
        agent = await self._identify(request)
        if agent is None:
            raise Refused("not_allowed", "ask for chat, or sign in, first")
        return await self._desk.of(agent, request.query_params.get("conversation", ""))
