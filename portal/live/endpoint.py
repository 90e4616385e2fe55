"""The endpoint: one door's sockets, from the handshake to the clean-up.

The order of things: origin, admission, who is it, accept; hello within ten seconds; welcome; then
one loop that reads a frame, finds its handler in the table and answers. What went wrong is told
by an `error` frame and the socket lives; only what cannot be a mistake closes it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, cast

import msgspec
import structlog
from msgspec import UNSET, UnsetType
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from portal.clock import Clock, system_clock
from portal.errors import Code, Refused, Unavailable
from portal.identity import Actor, Visitor
from portal.live.answer import busy, name_of, refused_request, refused_unread
from portal.live.bucket import Bucket
from portal.live.connection import Connection, Door
from portal.live.hello import Beat, Hello, Ping, Pong, Welcome
from portal.live.hub import Hub
from portal.live.protocol import (
    FRAME_BYTES,
    VERSION,
    Decoder,
    Error,
    Handler,
    Ok,
    Table,
    Told,
    Unreadable,
    encode,
)
from portal.live.protocol import Request as Asked
from portal.live.refusal import Receive, Refusal, Scope, Send, deny
from portal.live.send_wire import SendWire
from portal.live.wire import EXTENSION, Wire, text_frame

HELLO_SECONDS: Final = 10.0
BEAT_SECONDS: Final = 20
OPS_AT_ONCE, OPS_A_SECOND = 60, 20
STAFF_FACTOR = 10
ABUSE_AT_ONCE, ABUSE_A_SECOND = 100, 2
"""So many refusals for haste, then the socket is closed: a mistake stops earlier, a flood never."""

DONE, NOT_TEXT, TOO_LARGE = 1000, 1003, 1009
BUSY, TOO_MANY = 4000, 4003
NOT_UNDERSTOOD, SIGNED_OUT = 4500, 4502
LATE_HELLO = "no hello"

log = structlog.get_logger("portal.live")


@dataclass
class Hooks:
    """What other rooms do for a socket; handed in by `app.py`. All are optional."""

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
    """Admission: draining, too many from one network, …"""


class Endpoint:
    """The ASGI application behind one door. Built once; keeps nothing of a socket that is gone."""

    def __init__(
        self,
        *,
        door: Door,
        table: Table,
        hub: Hub,
        identify: Callable[[HTTPConnection], Awaitable[Actor | None]],
        origins: frozenset[str],
        network_of: Callable[[HTTPConnection], str],
        clock: Clock = system_clock,
        hooks: Hooks | None = None,
        build: str | None = None,
        hello_seconds: float = HELLO_SECONDS,
        beat_seconds: int = BEAT_SECONDS,
    ) -> None:
        """Build a door.

        Args:
            build: fingerprint of the scripts this server sends (`packed.build()`); a page that
                names another one is told to reload. None: no page is.
        """
        self.door = door
        self.hub = hub
        self._identify = identify
        self._origins = origins
        self._hosts = frozenset(origin.partition("://")[2] for origin in origins)
        self._network_of = network_of
        self._clock = clock
        self._hooks = hooks or Hooks()
        self._build = build
        self._hello_seconds = hello_seconds
        self._beat_seconds = beat_seconds
        self._handlers: dict[type[Asked], Handler] = {
            Hello: self._hello_again,
            Ping: self._ping,
            **table,
        }
        self._decoder = Decoder(list(self._handlers))
        self._factor = STAFF_FACTOR if door == "staff" else 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        peer = HTTPConnection(scope)
        await receive()
        refusal = self._admission(peer)
        if refusal is None:
            try:
                actor = await self._identify(peer)
            except Unavailable:
                refusal = Refusal("busy", 2_000)
        if refusal is not None:
            await deny(scope, send, refusal)
            return
        try:
            await send({"type": "websocket.accept"})
        except OSError:  # gone before the handshake was over
            return
        wire = cast("Wire | None", (scope.get("extensions") or {}).get(EXTENSION))
        if wire is not None:
            await self._serve(peer, wire, actor, receive)
            return
        slow = SendWire(send)
        try:
            await self._serve(peer, slow, actor, receive)
        finally:
            await slow.finish()

    async def check(self, request: Request) -> JSONResponse:
        """Answer `GET /live/check`: a browser cannot see why its handshake was refused."""
        refusal = self._check(request)
        answer: dict[str, object] = {"ok": refusal is None}
        if refusal is not None:
            answer["reason"] = refusal.reason
            if refusal.retry_ms is not None:
                answer["retry_ms"] = refusal.retry_ms
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    # The handshake

    def _admission(self, peer: HTTPConnection) -> Refusal | None:
        # Exactly one origin, exactly as a browser writes it: no prefix, suffix, case or `null`.
        if [*peer.headers.getlist("origin")] not in [[origin] for origin in self._origins]:
            return Refusal("origin", status=403)
        return self._hooks.refuse(peer) if self._hooks.refuse else None

    def _check(self, request: Request) -> Refusal | None:
        # A page's own GET carries no Origin; the host it came to tells the same.
        origin = request.headers.get("origin")
        known = origin in self._origins if origin else request.headers.get("host") in self._hosts
        if not known:
            return Refusal("origin", status=403)
        return self._hooks.refuse(request) if self._hooks.refuse else None

    # From hello to the end

    async def _serve(
        self, peer: HTTPConnection, wire: Wire, actor: Actor | None, receive: Receive
    ) -> None:
        if actor is None:
            wire.close(SIGNED_OUT, "signed out")
            return
        hello = await self._read_hello(wire, receive)
        if hello is None:
            return
        began = monotonic()
        connection = Connection(
            wire,
            self.hub.turn,
            door=self.door,
            actor=actor,
            hello=msgspec.structs.replace(hello, visitor=UNSET),
            network=self._network_of(peer),
            browser=peer.headers.get("user-agent", "")[:300],
        )
        wire.settle()
        self.hub.open(connection)
        # The server gave this socket a task, and so a context, of its own: nothing to unbind.
        structlog.contextvars.bind_contextvars(socket=connection.key[:8], door=self.door)
        code: int | None = None
        try:
            await self._greet(connection, hello)
            code = await self._read(connection, receive)
        finally:
            self._forget(connection, code, monotonic() - began)

    async def _read_hello(self, wire: Wire, receive: Receive) -> Hello | None:
        try:
            async with asyncio.timeout(self._hello_seconds):
                event = await receive()
        except TimeoutError:
            wire.close(NOT_UNDERSTOOD, LATE_HELLO)
            return None
        if event["type"] != "websocket.receive":
            return None
        text = event.get("text")
        if text is None:
            wire.close(NOT_TEXT, "text frames only")
            return None
        try:
            hello = self._decoder.decode(text)
        except Unreadable as bad:
            wire.write(text_frame(encode(refused_unread(bad))))
            wire.close(NOT_UNDERSTOOD, "hello first")
            return None
        if isinstance(hello, Hello) and hello.protocol == VERSION:
            return hello
        code: Code = "bad_field" if isinstance(hello, Hello) else "not_allowed"
        bad_start = Refused(code, f"the first frame is live.hello of protocol {VERSION}")
        wire.write(text_frame(encode(refused_request(hello, bad_start))))
        wire.close(NOT_UNDERSTOOD, "hello first")
        return None

    async def _greet(self, connection: Connection, hello: Hello) -> None:
        hooks = self._hooks
        unproven = False
        fields: dict[str, Any] = {}
        try:
            if hello.visitor and hooks.prove is not None and self.door == "live":
                visitor = await hooks.prove(connection, hello.visitor)
                unproven = visitor is None
                connection.actor = visitor or connection.actor
            if hooks.welcome is not None:
                fields = await hooks.welcome(connection)
        except Unavailable:
            connection.end(BUSY, "busy")
            return
        except Exception:  # one of the three named edges: a socket
            log.exception("greeting failed")
            connection.end(BUSY, "busy")
            return
        welcome = Welcome(
            ref=hello.ref,
            time=self._clock(),
            beat_seconds=self._beat_seconds,
            reload=self._outdated(hello),
            **fields,
        )
        connection.tell(welcome)
        if unproven:
            connection.tell(Error(code="not_found", message="unknown visitor", re="visitor"))
        for call in hooks.opened:
            call(connection)
        log.info("socket opened", actor=type(connection.actor).__name__)
        asyncio.get_running_loop().call_later(self._beat_seconds, self._beat, connection)

    def _outdated(self, hello: Hello) -> bool | UnsetType:
        # Said only when it is so; whoever names no build is no page of ours.
        return True if self._build and hello.build and hello.build != self._build else UNSET

    async def _read(self, connection: Connection, receive: Receive) -> int | None:
        ops = Bucket(OPS_AT_ONCE * self._factor, OPS_A_SECOND * self._factor, monotonic)
        abuse = Bucket(ABUSE_AT_ONCE * self._factor, ABUSE_A_SECOND * self._factor, monotonic)
        while not connection.ended:
            event = await receive()
            if event["type"] != "websocket.receive":
                return event.get("code")
            text = event.get("text")
            if text is None:
                connection.end(NOT_TEXT, "text frames only")
            elif len(text) > FRAME_BYTES:
                connection.end(TOO_LARGE, "frame too large")
            elif wait_ms := ops.take():
                if abuse.take():
                    connection.end(TOO_MANY, "too many for now")
                else:
                    self._limited(connection, text, wait_ms)
            else:
                await self._answer(connection, text)
        return connection.code

    async def _answer(self, connection: Connection, text: str) -> None:
        try:
            asked = self._decoder.decode(text)
        except Unreadable as bad:
            connection.tell(refused_unread(bad))
            return
        try:
            told = await self._handlers[type(asked)](connection, asked)
        except Refused as refused:
            told = refused_request(asked, refused)
        except Unavailable:
            log.warning("a part does not answer", request=name_of(asked))
            told = busy(asked)
        except Exception:  # one of the three named edges: a socket outlives a fault
            log.exception("a request failed", request=name_of(asked))
            told = busy(asked)
        if told is None:
            if asked.ref is not UNSET:
                connection.tell(Ok(ref=asked.ref))
        elif asked.ref is not UNSET and told.ref is UNSET:
            connection.tell(msgspec.structs.replace(told, ref=asked.ref))
        else:
            connection.tell(told)

    def _limited(self, connection: Connection, text: str, wait_ms: int) -> None:
        refused = Refused("limited", "too many requests at once", retry_ms=wait_ms)
        try:
            asked = self._decoder.decode(text)
        except Unreadable as bad:
            connection.tell(refused_unread(bad, refused))
        else:
            connection.tell(refused_request(asked, refused))

    async def _hello_again(self, connection: Connection, hello: Hello) -> Told | None:
        raise Refused("conflict", "this socket has said hello")

    async def _ping(self, connection: Connection, ping: Ping) -> Told | None:
        return Pong(time=self._clock())

    def _beat(self, connection: Connection) -> None:
        if connection.ended:
            return
        heads = self._hooks.heads(connection) if self._hooks.heads else {}
        connection.tell_state("live.beat", Beat(time=self._clock(), heads=heads))
        asyncio.get_running_loop().call_later(self._beat_seconds, self._beat, connection)

    def _forget(self, connection: Connection, code: int | None, seconds: float) -> None:
        connection.end(DONE)
        self.hub.close(connection)
        for call in self._hooks.closed:
            try:
                call(connection)
            except Exception:  # the same edge: every room gets to clean up
                log.exception("cleaning up after a socket failed")
        log.info("socket closed", code=connection.code or code, seconds=round(seconds, 1))
