"""The end: one of the two sockets of a link. It may be left open, closed in order, or reset."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tests.faults.link import Link, Way

HOARD_BYTES = 256 * 1024
"""What a way may keep, and the kernel before it. A proxy that swallows megabytes would hide from a
server that its peer does not read."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, 0 s: closing sends RST and forgets what was not sent."""


class End(asyncio.Protocol):
    """The proxy's socket at one end of a link."""

    way: "Way"

    def __init__(self, link: "Link") -> None:
        self._link = link
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._early = b""
        self._finished = False
        self._heard_end = False
        self.full = False
        """The peer does not read what he is sent."""

    @property
    def gone(self) -> bool:
        return self._transport is None

    @property
    def over(self) -> bool:
        """Whether FIN has gone and come: nothing is left that could be reset."""
        return self._finished and self._heard_end

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        written = 0 if self._transport is None else self._transport.get_write_buffer_size()
        return written + len(self._early)

    def write(self, data: bytes) -> None:
        if self._transport is None:
            self._early += data
        elif data:
            self._transport.write(data)

    def finish(self) -> None:
        """Send no more; with nothing to come either, the end is gone."""
        self._finished = True
        if self._transport is not None:
            with suppress(OSError):
                self._transport.write_eof()
            self._close_if_over()

    def pause(self) -> None:
        if self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and self._paused:
            self._paused = False
            self._transport.resume_reading()

    def reset(self) -> None:
        """Close with RST, now."""
        transport, self._transport = self._transport, None
        if transport is None:
            return
        line = cast("socket.socket", transport.get_extra_info("socket"))
        if line.family != socket.AF_UNIX:
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if self._link.broken:
            self.reset()
            return
        self._link.opened(self)
        early, self._early = self._early, b""
        self.write(early)
        if self._finished:
            self.finish()

    def data_received(self, data: bytes) -> None:
        self.way.take(data)

    def eof_received(self) -> bool:
        self._heard_end = True
        self.way.take(b"")
        self._close_if_over()
        return True  # the other way may go on

    def pause_writing(self) -> None:
        self.full = True
        self._link.other(self).way.balance()

    def resume_writing(self) -> None:
        self.full = False
        self._link.other(self).way.balance()

    def connection_lost(self, error: Exception | None) -> None:
        was_ours = self._transport is None
        self._transport = None
        if not was_ours:
            self._link.closed(self)

    def _close_if_over(self) -> None:
        if self.over and self._transport is not None:
            self._transport.close()
