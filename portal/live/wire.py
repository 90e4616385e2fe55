"""The wire: ready frames written straight to a transport, nothing awaited.

`await websocket.send_text()` costs 13 to 23 µs a delivery and stops the whole fan-out at the first
peer that does not read; a frame encoded once and written to every transport costs 6 to 7. So the
server runs uvicorn's own sansio class with a few methods more, offered to the application as the
ASGI extension `portal.wire`. Handshake, pings, receive and the closing handshake stay uvicorn's.

It mends as well what would hang or log a traceback: invalid UTF-8 (closed 1007), endless fragments
(1009), a peer that floods pings without reading, a peer that never lets go of a closing socket.
Under another server there is no such extension; `live.send_wire` then writes through ASGI's `send`.
"""

import struct
from collections.abc import Callable, MutableMapping
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from portal.live.inbox import Gate, Inbox
from portal.live.protocol import FRAME_BYTES

if TYPE_CHECKING:
    from websockets.frames import Frame

EXTENSION = "portal.wire"
"""The name under which a scope offers its wire."""
SERVER_OPTIONS: Final[dict[str, Any]] = {
    "http": "portal.live.http_line:PortalHttpProtocol",
    "ws": "portal.live.wire:PortalWebSocketProtocol",
    "ws_max_size": FRAME_BYTES,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
    "timeout_graceful_shutdown": 4,
}
"""What uvicorn must be told. Deflate off: 61 KiB an idle socket become 25, no bombs, no BREACH."""
FRAGMENTS = 1024
"""A message in more pieces than this is an attack: empty pieces never reach a limit of size."""
STALLED_BYTES = 1024 * 1024
"""Pongs pile up for a peer that pings and does not read; past this it is cut off."""
NO_HANDSHAKE: Final = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
GOODBYE_SECONDS = 3.0
"""How long a closing socket may take to read what is left and to say goodbye itself."""

Frames = bytes
"""One or more whole websocket frames, ready to be written."""


def text_frame(payload: bytes) -> Frames:
    """Return `payload` as one unmasked text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Wire(Protocol):
    """What a connection writes to."""

    behind: bool
    """Whether the peer reads more slowly than it is written to."""

    @property
    def buffered(self) -> int:
        """Bytes accepted here and not yet taken by the kernel."""

    def write(self, frames: Frames) -> None:
        """Write whole frames; silently nothing once the socket is closing."""

    def on_drained(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever the peer has caught up."""

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye with a code, after everything written before."""

    def abort(self) -> None:
        """Cut the line at once."""

    def settle(self) -> None:
        """Let go of what only the handshake needed."""


class PortalWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket class, and a `Wire` for the application.

    Relies on `transport`, `writable`, `close_sent`, `close_timer`, `queue`, `conn`, `scope`,
    `frames`, `read_paused` of its base; `tests/live/test_wire.py` pins them.
    """

    behind = False
    _drained: Callable[[], None] | None = None
    _deaf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Inbox()  # type: ignore[assignment]
        self.writable = Gate()  # type: ignore[assignment]

    # What the application uses

    @property
    def buffered(self) -> int:
        return self.transport.get_write_buffer_size()

    def write(self, frames: Frames) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(frames)

    def on_drained(self, call: Callable[[], None]) -> None:
        self._drained = call

    def close(self, code: int, reason: str = "") -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._resume_reading()
        self._wait_for_goodbye()

    def abort(self) -> None:
        self.transport.abort()

    def settle(self) -> None:
        # Parser, scope and whoever asked for a header keep these for as long as the socket lives.
        self.request.headers.clear()
        self.response.headers.clear()
        headers: Any = self.scope["headers"]
        headers.clear()

    # What differs from uvicorn

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            extensions: MutableMapping[str, Any] = self.scope["extensions"] or {}
            extensions[EXTENSION] = self

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            # A refusal completes the handshake too; uvicorn would log an error for each.
            self.handshake_complete = True

    def pause_writing(self) -> None:
        super().pause_writing()
        self.behind = True

    def resume_writing(self) -> None:
        super().resume_writing()
        self.behind = False
        if self._drained is not None:
            self._drained()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._drained = None
        # Rings that only the collector would find, and it seldom looks: ten kilobytes a socket.
        self.conn.parser = repeat(None)  # type: ignore[assignment]
        extensions: MutableMapping[str, Any] = getattr(self, "scope", {}).get("extensions") or {}
        extensions.pop(EXTENSION, None)

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # A head the http parser took and this one does not: a line of 10 KB, a body behind
            # it. uvicorn sends nothing and keeps the line for ever.
            self._deaf = True
            self.transport.write(b"".join(self.conn.data_to_send()) or NO_HANDSHAKE)
            self.transport.close()

    def handle_cont(self, event: "Frame") -> None:
        if len(self.frames) >= FRAGMENTS:
            self._refuse(1009, "too many fragments")
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        if self.close_sent or self.transport.is_closing():  # no pong after the goodbye
            self.conn.data_to_send()
            return
        super().handle_ping()
        if self.behind and self.buffered > STALLED_BYTES:
            self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """Hand a message on; one that is no UTF-8 is answered 1007, without a traceback."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self._refuse(1007, "invalid UTF-8")
                return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say why, and wait for the peer to have read it.

        Closing at once with bytes of his unread resets the connection, and the reset overtakes
        the close frame: he would see 1006 and never learn that his frame was too large.
        """
        if self._deaf:
            return
        self._deaf = True
        self.stop_keepalive()
        close = self.conn.close_sent
        self.queue.put_nowait(
            {
                "type": "websocket.disconnect",
                "code": close.code if close else 1006,
                "reason": close.reason if close else "",
            }
        )
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()))
            if self.transport.can_write_eof():
                self.transport.write_eof()
        self.close_sent = True
        self.frames = []
        self._resume_reading()
        self._wait_for_goodbye()

    def handle_close(self, event: "Frame") -> None:
        super().handle_close(event)
        self._wait_for_goodbye()

    def keepalive_timeout(self) -> None:
        """Cut off a peer that answers no ping: he will not answer a goodbye either."""
        super().keepalive_timeout()
        self._wait_for_goodbye()

    def shutdown(self) -> None:
        """End for a restart; a peer that does not read must not keep the process."""
        if not self.transport.is_closing():
            super().shutdown()
        self._wait_for_goodbye()

    def _refuse(self, code: int, reason: str) -> None:
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def _resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def _wait_for_goodbye(self) -> None:
        # `close()` would wait for the peer to read; only `abort()` ends a peer that does not.
        if self.close_timer is not None:
            self.close_timer.cancel()
        if not self.disconnected:
            self.close_timer = self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)
