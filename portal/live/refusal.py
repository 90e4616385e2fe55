"""The refusal: why a handshake gets no socket, told by status and header before it is one."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Refusal:
    """Why a handshake is refused, and when trying again makes sense."""

    reason: str
    retry_ms: int | None = None
    status: int = 503


async def deny(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Refuse a handshake with a status, where the server can; else with ASGI's plain 403."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    body = json.dumps({"ok": False, "reason": refusal.reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if refusal.retry_ms is not None:
        headers.append((b"retry-after", str(-(-refusal.retry_ms // 1000)).encode()))
    status = {"type": "websocket.http.response.start", "status": refusal.status}
    await send({**status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
