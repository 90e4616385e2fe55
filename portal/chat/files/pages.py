"""The addresses of files: `POST /chat/files`, and `GET` and `DELETE /chat/files/{id}`.

The proof is in a header, never in the address: `X-Portal-Visitor` with the visitor's secret, or
the staff's session and `X-Portal-Conversation`. No form can set either, and no page of another
site may; so a request that carries one was sent by a page of ours.

Whatever was brought goes out as an attachment, in a sandbox, typed as nothing a browser would
open: a page of ours that wants to show a picture fetches it and shows what it got.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, BinaryIO, Final
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from portal.chat.files import looks
from portal.chat.files.intake import Brought, Intake
from portal.chat.files.porter import NOTHING, Porter
from portal.chat.requests import FILES_MOST
from portal.chat.told import File
from portal.errors import Refused
from portal.identity import Agent, Visitor
from portal.storage.vault import Vault

Identify = Callable[[HTTPConnection], Awaitable[Agent | None]]
"""Returns the member of staff behind a request, if there is one."""

SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
FILE_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
CONVERSATION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
LENGTH: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
SILENT_SECONDS: Final = 30.0
"""A file of which so long nothing comes is not waited for: its place is wanted."""
SLOWEST_BYTES: Final = 16 * 1024
"""A second, on the whole: who sends a byte every now and then is not waited for either."""
PIECE_BYTES: Final = 256 * 1024
STATUS: Final = {
    "too_long": 413,
    "bad_field": 415,
    "bad_frame": 400,
    "limited": 429,
    "not_allowed": 403,
    "not_found": 404,
    "busy": 503,
}
HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie, X-Portal-Visitor",
}


class FilePages:
    """The pages, with the parts they stand on."""

    def __init__(self, vault: Vault, porter: Porter, intake: Intake, identify: Identify) -> None:
        self._vault = vault
        self._porter = porter
        self._intake = intake
        self._identify = identify

    async def terms(self, _request: Request) -> Response:
        """Tell what is taken, so that a page can say so before anything is sent."""
        terms = {"largest_bytes": self._intake.most_bytes, "files_most": FILES_MOST}
        return JSONResponse(terms, headers={"Cache-Control": "public, max-age=300"})

    async def bring(self, request: Request) -> Response:
        """Take a file in; the body is the file."""
        try:
            self._declared(request)
            actor, which = await self._who_brings(request)
            name = looks.name_of(request.headers.get("x-portal-name", ""))
            network = request.scope.get("network", "")
            await self._porter.lets_in(actor, which, network)
            file = await self._intake.take(Brought(actor, which, name, network), _body(request))
        except Refused as refused:
            return _refusal(refused)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it
        return Response(
            msgspec.json.encode(file),
            201,
            {**HEADERS, "Location": f"/chat/files/{file.id}"},
            "application/json",
        )

    async def fetch(self, request: Request) -> Response:
        """Hand a file out; with `?size=small`, of a picture the one that stands in the thread."""
        try:
            actor, id = await self._who_asks(request)
            file = await self._porter.lets_out(actor, id)
        except Refused as refused:
            return _refusal(refused)
        content = await self._open(file, small=request.query_params.get("size") == "small")
        if content is None:
            return _refusal(Refused("not_found", NOTHING))
        size = await asyncio.to_thread(_size_of, content)
        shown = file.kind in looks.ENDINGS
        headers = {
            **HEADERS,
            "Content-Length": str(size),
            "Content-Type": file.kind if shown else looks.ATTACHMENT,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        }
        if request.method == "HEAD":
            await asyncio.to_thread(content.close)
            return Response(headers=headers)
        return Handed(content, headers)

    async def give_back(self, request: Request) -> Response:
        """Remove a file that was brought and is not said after all."""
        try:
            actor, id = await self._who_asks(request)
            await self._porter.takes_back(actor, id)
        except Refused as refused:
            return _refusal(refused)
        await asyncio.to_thread(self._vault.remove, [id])
        return Response(status_code=204, headers=HEADERS)

    # Who asks

    async def _who_brings(self, request: Request) -> tuple[Agent | Visitor, str]:
        secret = request.headers.get("x-portal-visitor")
        if secret is not None:
            visitor, row = await self._visitor(secret)
            return visitor, row
        which = request.headers.get("x-portal-conversation", "")
        agent = await self._identify(request)
        if agent is None:
            raise Refused("not_allowed", "ask for chat, or sign in, first")
        if not CONVERSATION.fullmatch(which):
            raise Refused("bad_frame", "the header X-Portal-Conversation names no conversation")
        return agent, which

    async def _who_asks(self, request: Request) -> tuple[Agent | Visitor, str]:
        id = request.path_params["id"]
        secret = request.headers.get("x-portal-visitor")
        actor: Agent | Visitor | None
        if secret is not None:
            actor, _ = await self._visitor(secret)
        else:
            actor = await self._identify(request)
        if actor is None:
            raise Refused("not_allowed", "ask for chat, or sign in, first")
        if not FILE_ID.fullmatch(id):
            raise Refused("not_found", NOTHING)
        return actor, id

    async def _visitor(self, secret: str) -> tuple[Visitor, str]:
        if not SECRET.fullmatch(secret):
            raise Refused("not_allowed", "ask for chat first")
        visitor, row = await self._porter.visitor(secret)
        return visitor, row.id

    # How it is done

    def _declared(self, request: Request) -> None:
        """Refuse by its headers what would be refused after its body."""
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refused("bad_field", "a file is sent as it is, not packed")
        length = request.headers.get("content-length")
        if length is None:
            return
        if not LENGTH.fullmatch(length):
            raise Refused("bad_frame", "the header Content-Length is no number")
        if int(length) > self._intake.most_bytes:
            raise self._intake.too_large()

    async def _open(self, file: File, *, small: bool) -> BinaryIO | None:
        if small and (found := await asyncio.to_thread(self._vault.open, f"{file.id}.small")):
            return found
        return await asyncio.to_thread(self._vault.open, file.id)


class Handed(Response):
    """A file on its way out, closed behind it, whether or not anybody took it."""

    def __init__(self, content: BinaryIO, headers: dict[str, str]) -> None:
        super().__init__(headers=headers)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it piece by piece; nothing of it is gathered in memory."""
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            more = True
            while more:
                piece = await asyncio.to_thread(self._content.read, PIECE_BYTES)
                more = bool(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        finally:
            await asyncio.to_thread(self._content.close)


async def _body(request: Request) -> AsyncIterator[bytes]:
    """Give the body as it comes.

    Raises:
        Refused: `too_long`, `busy`.
    """
    loop, came = asyncio.get_running_loop(), 0
    began, pieces = loop.time(), aiter(request.stream())
    while True:
        patience = SILENT_SECONDS + came / SLOWEST_BYTES - (loop.time() - began)
        try:
            async with asyncio.timeout(min(SILENT_SECONDS, patience)):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise Refused("busy", "the file stopped coming", retry_ms=1_000) from None
        except HTTPException as error:  # Starlette's own bound, behind ours
            raise Refused("too_long", "this file is too large") from error
        if piece is None:
            return
        if piece:
            came += len(piece)
            yield piece


def _size_of(content: BinaryIO) -> int:
    return os.fstat(content.fileno()).st_size


def _refusal(refused: Refused) -> Response:
    told: dict[str, Any] = {"code": refused.code, "message": refused.message}
    headers = dict(HEADERS)
    if refused.retry_ms is not None:
        told["retry_ms"] = refused.retry_ms
        headers["Retry-After"] = str(-(-refused.retry_ms // 1000))
    return JSONResponse(told, STATUS.get(refused.code, 400), headers)
