"""The hooks: what other rooms do for a socket, handed in by `app.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from portal.identity import Visitor
from portal.live.connection import Connection
from portal.live.refusal import Refusal


@dataclass
class Hooks:
    """What other rooms do for a socket. All are optional."""

    welcome: Callable[[Connection], Awaitable[dict[str, Any]]] | None = None
    """Returns further fields of `live.welcome`: of desk and conversation those it has."""
    prove: Callable[[Connection, str], Awaitable[Visitor | None]] | None = None
    """Returns whose secret this is, if it still opens anything."""
    opened: list[Callable[[Connection], None]] = field(default_factory=list)
    """Called after the welcome."""
    closed: list[Callable[[Connection], None]] = field(default_factory=list)
    """Called once, after the socket is gone."""
    heads: Callable[[Connection], dict[str, int]] | None = None
    """Returns the last sequence of each conversation the socket is attached to."""
    refuse: Callable[[HTTPConnection], Refusal | None] | None = None
    """Whether nobody is let in just now: draining."""
    still: Callable[[Connection], Awaitable[bool]] | None = None
    """Returns whether who was let in at the handshake would be let in now. Asked once the hub
    knows the socket, so that whatever ends his right from then on finds it there."""
