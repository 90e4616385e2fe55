"""The wire through ASGI's `send`, for a server that offers no better one.

One ordered queue and one task while there is something in it: slower than `live.wire`, and with the
same promises.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from portal.live.wire import GOODBYE_SECONDS, Frames

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SendWire:
    """A wire through ASGI's `send`, for a server without the extension: one ordered queue."""

    HIGH_BYTES = 64 * 1024

    def __init__(self, send: Send) -> None:
        self.behind = False
        self.buffered = 0
        self._send = send
        self._waiting: list[MutableMapping[str, Any]] = []
        self._drained: Callable[[], None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    def write(self, frames: Frames) -> None:
        if self._closing:
            return
        for text in _texts(frames):
            self.buffered += len(text)
            self._waiting.append({"type": "websocket.send", "text": text.decode()})
        self.behind = self.buffered > self.HIGH_BYTES
        self._wake()

    def on_drained(self, call: Callable[[], None]) -> None:
        self._drained = call

    def close(self, code: int, reason: str = "") -> None:
        if not self._closing:
            self._closing = True
            self._waiting.append({"type": "websocket.close", "code": code, "reason": reason})
            self._wake()

    def abort(self) -> None:
        self._closing = True
        self._waiting.clear()
        if self._writer is not None:
            self._writer.cancel()

    def settle(self) -> None:
        pass

    async def finish(self) -> None:
        """Wait until what was written is sent, as long as a goodbye may take."""
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=GOODBYE_SECONDS)
            self._writer.cancel()

    def _wake(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            message = self._waiting.pop(0)
            try:
                await self._send(message)
            except OSError:  # the peer is gone; the reader hears of it too
                self._closing = True
                self._waiting.clear()
                return
            self.buffered -= len(message.get("text", ""))
        self.buffered = 0
        was_behind, self.behind = self.behind, False
        if was_behind and self._drained is not None:
            self._drained()


def _texts(frames: Frames) -> list[bytes]:
    """Take ready frames apart again."""
    texts = []
    at = 0
    while at < len(frames):
        size, at = frames[at + 1], at + 2
        if size == 126:
            size, at = int.from_bytes(frames[at : at + 2], "big"), at + 2
        elif size == 127:
            size, at = int.from_bytes(frames[at : at + 8], "big"), at + 8
        texts.append(frames[at : at + size])
        at += size
    return texts
