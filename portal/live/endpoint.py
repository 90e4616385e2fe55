"""The endpoint: one door's sockets, from the handshake to the clean-up.

The order of things: origin, admission, who is it, accept; hello within ten seconds; is he
still let in; welcome; then the dialogue (`live.dialogue`), a beat every twenty seconds, and the
clean-up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final, cast

import msgspec
import structlog
from msgspec import UNSET, UnsetType
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from portal.clock import Clock, system_clock
from portal.errands import Errands
from portal.errors import Unavailable
from portal.identity import Actor
from portal.live.admission import Admission, Guest
from portal.live.connection import Connection, Door
from portal.live.dialogue import Dialogue
from portal.live.first_frame import read_hello
from portal.live.hello import Beat, Hello, Welcome
from portal.live.hooks import Hooks as Hooks
from portal.live.hub import Hub
from portal.live.protocol import Error, Table
from portal.live.refusal import Receive, Refusal, Scope, Send, deny
from portal.live.send_wire import SendWire
from portal.live.wire import EXTENSION, Wire
from portal.meter import Meter

HELLO_SECONDS: Final = 10.0
BEAT_SECONDS: Final = 20
PLAIN_CODES: Final = frozenset({1000, 1001, 1005, 1006, 1012})
"""Codes of a peer that are counted as they are; he may make up thousands of others."""
DONE, BUSY, SIGNED_OUT = 1000, 4000, 4502

log = structlog.get_logger("portal.live")


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
        admission: Admission | None = None,
        meter: Meter | None = None,
        build: str | None = None,
        errands: Errands | None = None,
        hello_seconds: float = HELLO_SECONDS,
        beat_seconds: int = BEAT_SECONDS,
    ) -> None:
        """Build a door.

        Args:
            admission: the places of this process; both doors share one.
            meter: counts handshakes, frames, requests and closes.
            build: fingerprint of the scripts this server sends (`packed.build()`); a page that
                names another one is told to reload. None: no page is.
            errands: where requests are done that take long; whoever hands them in closes them.
        """
        self.door = door
        self.hub = hub
        self._identify = identify
        self._origins = origins
        self._hosts = frozenset(origin.partition("://")[2] for origin in origins)
        self._network_of = network_of
        self._clock = clock
        self._hooks = hooks or Hooks()
        self._admission = admission or Admission()
        self._meter = meter or Meter()
        self._build = build
        self._hello_seconds = hello_seconds
        self._beat_seconds = beat_seconds
        self._dialogue = Dialogue(
            door=door,
            table=table,
            admission=self._admission,
            clock=clock,
            meter=self._meter,
            errands=errands or Errands(),
        )
        self._handlers = self._dialogue.handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        peer = HTTPConnection(scope)
        await receive()
        entered = self._refusal(peer) or self._admission.enter(self._network_of(peer))
        if isinstance(entered, Refusal):
            await self._deny(scope, send, entered)
            return
        try:
            await self._let_in(peer, entered, receive, send)
        finally:
            self._admission.leave(entered)

    async def _let_in(
        self, peer: HTTPConnection, guest: Guest, receive: Receive, send: Send
    ) -> None:
        scope = peer.scope
        try:
            actor = await self._identify(peer)
        except Unavailable:
            await self._deny(scope, send, Refusal("busy", 2_000))
            return
        try:
            await send({"type": "websocket.accept"})
        except OSError:  # gone before the handshake was over
            return
        self._meter.count("handshakes", self.door, "accepted")
        wire = cast("Wire | None", (scope.get("extensions") or {}).get(EXTENSION))
        if wire is not None:
            await self._serve(peer, guest, wire, actor, receive)
            return
        slow = SendWire(send)
        try:
            await self._serve(peer, guest, slow, actor, receive)
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

    async def _deny(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        self._meter.count("handshakes", self.door, refusal.reason)
        await deny(scope, send, refusal)

    def _refusal(self, peer: HTTPConnection) -> Refusal | None:
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
        refusal = self._hooks.refuse(request) if self._hooks.refuse else None
        return refusal or self._admission.look(self._network_of(request))

    # From hello to the end

    async def _serve(
        self,
        peer: HTTPConnection,
        guest: Guest,
        wire: Wire,
        actor: Actor | None,
        receive: Receive,
    ) -> None:
        if actor is None:
            wire.close(SIGNED_OUT, "signed out")
            return
        hello = await read_hello(wire, receive, self._dialogue.decoder, self._hello_seconds)
        if hello is None:
            return
        began = monotonic()
        connection = Connection(
            wire,
            self.hub.turn,
            door=self.door,
            actor=actor,
            hello=msgspec.structs.replace(hello, visitor=UNSET),
            network=guest.network,
            browser=peer.headers.get("user-agent", "")[:300],
            languages=peer.headers.get("accept-language", "")[:100],
            fetched_ahead=_fetched_ahead(peer),
        )
        wire.settle()
        self.hub.open(connection)
        # The server gave this socket a task, and so a context, of its own: nothing to unbind.
        structlog.contextvars.bind_contextvars(socket=connection.key[:8], door=self.door)
        code: int | None = None
        try:
            await self._greet(connection, guest, hello)
            code = await self._dialogue.read(connection, guest, receive)
        finally:
            self._forget(connection, code, monotonic() - began)

    async def _greet(self, connection: Connection, guest: Guest, hello: Hello) -> None:
        hooks = self._hooks
        unproven = False
        fields: dict[str, Any] = {}
        try:
            if hooks.still is not None and not await hooks.still(connection):
                connection.end(SIGNED_OUT, "signed out")
            if hello.visitor and hooks.prove is not None and self.door == "live":
                visitor = await hooks.prove(connection, hello.visitor)
                unproven = visitor is None
                connection.actor = visitor or connection.actor
            if connection.ended or not self._dialogue.recognise(connection, guest, hello):
                return
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
        self._beat_later(connection)

    def _outdated(self, hello: Hello) -> bool | UnsetType:
        # Said only when it is so; whoever names no build is no page of ours.
        return True if self._build and hello.build and hello.build != self._build else UNSET

    def _beat_later(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        connection.next_beat = loop.call_later(self._beat_seconds, self._beat, connection)

    def _beat(self, connection: Connection) -> None:
        if connection.ended:
            return
        heads = self._hooks.heads(connection) if self._hooks.heads else {}
        connection.tell_state("live.beat", Beat(time=self._clock(), heads=heads))
        self._beat_later(connection)

    def _forget(self, connection: Connection, code: int | None, seconds: float) -> None:
        ours = connection.code
        connection.end(DONE)
        if connection.next_beat is not None:
            connection.next_beat.cancel()  # it would keep all of this for another twenty seconds
        self.hub.close(connection)
        for call in self._hooks.closed:
            try:
                call(connection)
            except Exception:  # the same edge: every room gets to clean up
                log.exception("cleaning up after a socket failed")
        told = str(ours) if ours else str(code) if code in PLAIN_CODES else "other"
        self._meter.count("closes", self.door, told)
        log.info("socket closed", code=ours or code, seconds=round(seconds, 1))


def _fetched_ahead(peer: HTTPConnection) -> bool:
    told = [peer.headers.get(name, "").lower() for name in ("sec-purpose", "purpose", "x-moz")]
    return any(word in each for each in told for word in ("prefetch", "prerender"))
