"""What a program is told that asked for JSON and cannot have it: JSON, with a code.

Whoever reads with a program stumbles over a page of HTML, and says that the JSON is broken.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse

CODES = {404: "not_found", 410: "gone", 500: "broken", 503: "busy"}
"""As the live protocol and the files of chat have them (docs/protocol.md)."""


def reads_json(request: Request) -> bool:
    """Tell whether an address is one that answers JSON, or would if there were such a thing."""
    path: str = request.scope["path"]
    return path.endswith(".json") or path.startswith("/api/")


def plain(status: int, message: str, headers: dict[str, str]) -> JSONResponse:
    """Return the refusal, never to be kept."""
    told = {"code": CODES.get(status, "broken"), "message": message}
    return JSONResponse(told, status, headers | {"Cache-Control": "no-store"})
