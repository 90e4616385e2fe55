"""The dialogue: what a welcomed socket asks, frame after frame, and what it is answered.

Requests of one socket are answered in their order. Only for one that says it may take long the next
ones do not wait: it is answered when it is done. What went wrong is told by an `error` frame and
the socket lives; only what cannot be a mistake closes it.
"""

import asyncio
from time import monotonic
from typing import Final

import msgspec
import structlog
from msgspec import UNSET

from portal.clock import Clock
from portal.errands import Errands
from portal.errors import Refused, Unavailable
from portal.live.admission import Admission, Guest
from portal.live.answer import busy, name_of, refused_request, refused_unread
from portal.live.connection import Connection, Door
from portal.live.first_frame import NOT_TEXT
from portal.live.haste import Haste
from portal.live.hello import Hello, Ping, Pong
from portal.live.protocol import (
    FRAME_BYTES,
    Decoder,
    Error,
    Handler,
    Ok,
    Request,
    Table,
    Told,
    Unreadable,
)
from portal.live.refusal import Receive
from portal.meter import Meter

LONG_SECONDS: Final = 0.1
"""So long the others wait for one that may take long: what is refused at once is told in order."""
TOO_LARGE: Final = 1009
TOO_MANY: Final = 4003

log = structlog.get_logger("portal.live")


class Dialogue:
    """One door's answers. Keeps nothing of a socket."""

    def __init__(
        self,
        *,
        door: Door,
        table: Table,
        admission: Admission,
        clock: Clock,
        meter: Meter,
        errands: Errands,
    ) -> None:
        self._door = door
        self._admission = admission
        self._clock = clock
        self._meter = meter
        self._errands = errands
        self.handlers: dict[type[Request], Handler] = {
            Hello: self._hello_again,
            Ping: self._ping,
            **table,
        }
        self.decoder = Decoder(list(self.handlers))

    def recognise(self, connection: Connection, guest: Guest, asked: Request) -> bool:
        """Say whether one person may have one more socket; if not, tell him and close it."""
        if self._admission.recognise(guest, connection.actor):
            return True
        too_many = Refused("limited", "too many of your pages are connected", retry_ms=30_000)
        connection.tell(refused_request(asked, too_many))
        connection.end(TOO_MANY, "too many of your pages")
        return False

    async def read(self, connection: Connection, guest: Guest, receive: Receive) -> int | None:
        """Read and answer until the socket ends; return the code with which it was closed."""
        haste = Haste(self._door)
        while not connection.ended:
            event = await receive()
            if event["type"] != "websocket.receive":
                return event.get("code")
            self._meter.count("frames", self._door)
            text = event.get("text")
            if text is None:
                connection.end(NOT_TEXT, "text frames only")
            elif len(text) > FRAME_BYTES:
                connection.end(TOO_LARGE, "frame too large")
            elif wait_ms := haste.ask():
                if haste.is_flood():
                    connection.end(TOO_MANY, "too many for now")
                else:
                    self._limited(connection, text, wait_ms)
            else:
                await self._answer(connection, guest, text)
        return connection.code

    async def _answer(self, connection: Connection, guest: Guest, text: str) -> None:
        try:
            asked = self.decoder.decode(text)
        except Unreadable as bad:
            self._meter.count("requests", self._door, "unreadable", bad.code)
            connection.tell(refused_unread(bad))
            return
        if asked.takes_long:
            # It goes on when its socket is gone: whoever asks again is told what came of it.
            doing = self._errands.begin(self._do(connection, guest, asked))
            await asyncio.wait([doing], timeout=LONG_SECONDS)
        else:
            await self._do(connection, guest, asked)

    async def _do(self, connection: Connection, guest: Guest, asked: Request) -> None:
        before, began = connection.actor, monotonic()
        try:
            told = await self.handlers[type(asked)](connection, asked)
        except Refused as refused:
            told = refused_request(asked, refused)
        except Unavailable:
            log.warning("a part does not answer", request=name_of(asked))
            told = busy(asked)
        except Exception:  # one of the three named edges: a socket outlives a fault
            log.exception("a request failed", request=name_of(asked))
            told = busy(asked)
        # Asking for chat makes a reader a visitor, who may have too many pages open.
        if connection.actor is not before and not self.recognise(connection, guest, asked):
            return
        if told is None:
            if asked.ref is not UNSET:
                connection.tell(Ok(ref=asked.ref))
        elif asked.ref is not UNSET and told.ref is UNSET:
            connection.tell(msgspec.structs.replace(told, ref=asked.ref))
        else:
            connection.tell(told)
        self._note(asked, told, monotonic() - began)

    def _note(self, asked: Request, told: Told | None, seconds: float) -> None:
        name, outcome = name_of(asked), told.code if isinstance(told, Error) else "ok"
        self._meter.count("requests", self._door, name, outcome)
        self._meter.took(seconds, "request", name)

    def _limited(self, connection: Connection, text: str, wait_ms: int) -> None:
        self._meter.count("requests", self._door, "any", "limited")
        refused = Refused("limited", "too many requests at once", retry_ms=wait_ms)
        try:
            asked = self.decoder.decode(text)
        except Unreadable as bad:
            connection.tell(refused_unread(bad, refused))
        else:
            connection.tell(refused_request(asked, refused))

    async def _hello_again(self, connection: Connection, hello: Hello) -> Told | None:
        raise Refused("conflict", "this socket has said hello")

    async def _ping(self, connection: Connection, ping: Ping) -> Told | None:
        return Pong(time=self._clock())
