"""The frame: what travels over the socket, both ways, and how it is read and written.

One JSON object a text frame, tagged by `type` (`domain.verb`). A domain derives its messages from
`Request` (client to server) and `Told` (server to client) and exports a `Table`: message type to
handler. Tables of all rooms are joined in `portal.routes`; a `Decoder` is built from the join
once. Everything a client sends is checked here, by type and length; handlers trust it.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from portal.errors import Code, Refused

if TYPE_CHECKING:
    from portal.live.connection import Connection

VERSION = 1
"""The protocol's version; `live.hello` names it."""
FRAME_BYTES = 64 * 1024
"""The largest frame either side may send."""
MAX_INTEGER = 2**53 - 1
"""Beyond it a browser's number is not the number that was sent."""

Ref = Annotated[str, Meta(max_length=64)]
MessageId = Annotated[str, Meta(min_length=16, max_length=64, pattern=r"\A[A-Za-z0-9_-]+\Z")]
Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Key = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]


class Request(Struct, tag_field="type", kw_only=True):
    """What a client asks. `ref` comes back in the answer.

    Attributes:
        takes_long: what the same socket asks after it is answered meanwhile.
    """

    takes_long: ClassVar[bool] = False
    ref: Ref | UnsetType = UNSET


class Told(Struct, tag_field="type", kw_only=True):
    """What the server tells or answers. Fields left at UNSET do not travel."""

    ref: str | UnsetType = UNSET


class Ok(Told, tag="ok"):
    """Done; there is nothing else to say."""


class Error(Told, tag="error"):
    """Something was wrong. `re` names the `id` or `type` it is about."""

    code: Code
    message: str
    re: str | UnsetType = UNSET
    conversation: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET
    by: dict[str, object] | UnsetType = UNSET


Handler = Callable[["Connection", Any], Awaitable[Told | None]]
"""Answers one request. A returned `Told` is sent with the request's `ref`; `None` sends `ok` only
if there was a `ref`. Raising `Refused` sends `error`."""

Table = Mapping[type[Request], Handler]

_NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u0000")
"""NUL, also as an escape (an odd number of backslashes): PostgreSQL stores none."""
_encoder = msgspec.json.Encoder()


def encode(told: Told) -> bytes:
    """Return the JSON text of `told`, ready to be framed."""
    return _encoder.encode(told)


class Unreadable(Refused):
    """A frame that is no request; keeps what could be read of it, for the answer."""

    def __init__(self, code: Code, message: str, seen: dict[str, Any]) -> None:
        super().__init__(code, message)
        self.ref = _text(seen.get("ref"), 64)
        self.re = _text(seen.get("id"), 64) or _text(seen.get("type"), 64)
        self.conversation = _text(seen.get("conversation"), 64)


def _text(value: object, longest: int) -> str | None:
    return value if isinstance(value, str) and len(value) <= longest else None


class Decoder:
    """Reads frames of one direction into the messages of one table."""

    def __init__(self, types: list[type[Request]]) -> None:
        union: Any = types[0]
        for each in types[1:]:
            union = union | each
        self._typed: msgspec.json.Decoder[Any] = msgspec.json.Decoder(union)
        self._tags = {t.__struct_config__.tag for t in types}

    def decode(self, frame: str) -> Request:
        """Return the request in `frame`.

        Raises:
            Unreadable: `bad_frame`, `unknown_type`, `bad_field` or `too_long`.
        """
        if _NUL.search(frame):
            seen = _glance(frame) or {}
            raise Unreadable("bad_field", "a text contains the NUL character", seen)
        try:
            request: Request = self._typed.decode(frame)
        except msgspec.ValidationError as error:
            raise self._why(str(error), _glance(frame)) from None
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError, ValueError):
            raise self._why("", None) from None
        return request

    def _why(self, said: str, seen: dict[str, Any] | None) -> Unreadable:
        if seen is None:
            return Unreadable("bad_frame", "the frame is not a JSON object", {})
        name = seen.get("type")
        if not isinstance(name, str):
            return Unreadable("unknown_type", 'a frame is an object with a "type"', seen)
        if name not in self._tags:
            return Unreadable("unknown_type", f"there is no message of type {name[:64]!r}", seen)
        too_long = said.startswith("Expected ") and "length <=" in said
        return Unreadable("too_long" if too_long else "bad_field", _short(said), seen)


def _short(said: str) -> str:
    """Return what msgspec said, without the 60 KB it may quote; at its end stands which field."""
    return said if len(said) <= 200 else f"{said[:100]} … {said[-90:]}"


def _glance(frame: str) -> dict[str, Any] | None:
    """Read what can be read of a refused frame, to name it in the answer; None: no object."""
    try:
        seen = msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError, ValueError):
        return None
    return seen if isinstance(seen, dict) else None
