"""What can go wrong, as one tree. An exception keeps facts and makes its sentence in `__str__`.

`Stopped` ends a command: one line, exit 2. `Refused` answers a request: an `error` frame on a
socket, a status on a page. Everything else is a fault of ours and is logged with its traceback
at one of the three named edges (a page, a socket, a background task).
"""

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "bad_frame",
    "unknown_type",
    "bad_field",
    "too_long",
    "not_allowed",
    "not_found",
    "conflict",
    "taken",
    "closed",
    "limited",
    "busy",
]
"""The codes of an `error` frame (docs/protocol.md)."""


class PortalError(Exception):
    """The root of the portal's own exceptions."""


@dataclass
class Stopped(PortalError):
    """A command cannot go on; the person who typed it can mend that."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass
class BadSetting(Stopped):
    """A setting has a value that cannot be meant."""

    reason: str
    name: str
    got: str

    def __str__(self) -> str:
        return f"{self.name}={self.got!r}: {self.reason}"


@dataclass
class Refused(PortalError):
    """A request is understood and refused, with a reason its sender can act on.

    Attributes:
        code: one of the protocol's codes.
        message: a sentence for a person.
        retry_ms: when trying again makes sense, in milliseconds from now.
        by: who stands in the way (the winner of a claim), if that helps.
        re: the field it is about, where its sender has to know.
    """

    code: Code
    message: str
    retry_ms: int | None = None
    by: dict[str, object] | None = None
    re: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Unavailable(PortalError):
    """A part the portal stands on (database, Valkey) does not answer just now."""
