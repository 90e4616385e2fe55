"""The http line: uvicorn's class for plain requests, with a deadline and a bound.

uvicorn waits for ever for the rest of a request's head, or for the first byte of one; a few
hundred such lines use up a process' open files. Here a head is whole within ten seconds, a body
that stops coming for twenty is given up, and when all places for connections are taken the next
one is told 503 at once. Handshakes of sockets come this way, too.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.live.open_files import most_connections

HEAD_SECONDS = 10.0
BODY_SECONDS = 20.0
HEAD_BYTES: Final = 64 * 1024
"""A request's head is larger than this only to do harm; the parser itself knows no bound."""
FULL_SECONDS = 1.0
"""So long may a request take that is to be answered 503."""
MARGIN: Final = 16
"""So many at once may be told that there is no place; beyond that they are cut off unheard."""
NO_PLACE: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\ncontent-type: text/plain\r\n"
    b"content-length: 21\r\nconnection: close\r\n\r\nToo many connections\n"
)

IDLE, HEAD, BODY = "idle", "head", "body"


class PortalHttpProtocol(HttpToolsProtocol):
    """uvicorn's http class, which waits for nobody for ever.

    Relies on `transport`, `connections`, `flow` and the parser's callbacks of its base;
    `tests/live/test_http_line.py` pins them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = HEAD
        self._head_bytes = 0
        self._full = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        over = len(self.connections) - most_connections()
        if over > MARGIN:
            transport.abort()
            return
        self._full = over > 0
        self._wait(FULL_SECONDS if self._full else HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._full:
            # Only now: closed with bytes of his unread the line is reset, and he reads nothing.
            self.transport.write(NO_PLACE)
            self.transport.close()
            return
        before = self._at
        super().data_received(data)
        if self.transport.is_closing() or self._at == IDLE:
            self._rest()
        elif self._at == BODY:
            self._wait(BODY_SECONDS)
        elif before != HEAD:
            self._head_bytes = len(data)
            self._wait(HEAD_SECONDS)  # of the whole head: what trickles does not extend it
        else:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response("The request's head is too large.")

    def handle_websocket_upgrade(self) -> None:
        self._rest()
        super().handle_websocket_upgrade()
        # The parser holds us and we hold the parser; uvicorn lets go of it when the line is lost,
        # of which only the socket's own class is told from here on.
        self.parser = None  # type: ignore[assignment]

    def on_message_begin(self) -> None:
        self._at = HEAD
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._at = BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._at = IDLE
        super().on_message_complete()

    def _wait(self, seconds: float) -> None:
        self._rest()
        self._deadline = self.loop.call_later(seconds, self._too_late)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._at == BODY and self.flow.read_paused:  # it is we who do not read
            self._wait(BODY_SECONDS)
        elif not self.transport.is_closing():
            self.transport.abort()
