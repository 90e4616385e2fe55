"""The link: one connection through a fault proxy, and its two ways."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.faults.end import HOARD_BYTES, End

if TYPE_CHECKING:
    from tests.faults.proxy import FaultProxy

BLINK_SECONDS = 0.05
"""A delayed piece looks so often whether the delay was taken away."""


class Link:
    """One connection through the proxy; kept until both of its ends are gone.

    Attributes:
        lost: something of it fell into a black hole.
        cutting: nothing more passes; what has is still on its way out.
        broken: it is over.
        rest: what was read on the way up and is not whole yet, for proxies that understand it.
        notes: what such a proxy wants to remember of it.
    """

    def __init__(self, proxy: "FaultProxy", refused: bool) -> None:
        self.proxy = proxy
        self.refused = refused
        self.lost = False
        self.rest = b""
        self.notes: set[str] = set()
        self.cutting = False
        self.broken = False
        self.client, self.server = End(self), End(self)
        self.up = Way(self, self.client, self.server)
        self.down = Way(self, self.server, self.client)
        self._dialling: asyncio.Task[None] | None = None

    def opened(self, end: End) -> None:
        """Begin with the client; with the target's end there, let bytes pass."""
        if self.refused:
            end.reset()
        elif end is self.client and self.proxy.hole:
            self.fall()
        elif end is self.client:
            self._dialling = asyncio.get_running_loop().create_task(self._dial())

    def closed(self, end: End) -> None:
        """Tell the other end that one is gone, if the line lets such news through."""
        other = self.other(end)
        if self.proxy.hole and not (other.gone or self.cutting):
            self.fall()
        elif other.gone or not end.over:
            self.reset()
        # Else it has ended in good order, and what it said last may still be on its way.

    def other(self, end: End) -> End:
        return self.server if end is self.client else self.client

    def fall(self) -> None:
        """Note that something of this link is in the black hole."""
        self.lost = True
        self.proxy.fired["blackhole"] += 1

    def reset(self) -> None:
        """Break both ends with RST."""
        self.cutting = self.broken = True
        if self._dialling is not None:
            self._dialling.cancel()
        self.up.stop()
        self.down.stop()
        self.client.reset()
        self.server.reset()
        self.proxy.forget(self)

    def cut_when_written(self, tries: int = 200) -> None:
        """Break both ends once what has passed is out of the proxy's hands."""
        self.cutting = True
        if tries and (self.client.unsent or self.server.unsent):
            loop = asyncio.get_running_loop()
            loop.call_later(0.005, self.cut_when_written, tries - 1)
        else:
            self.reset()

    async def _dial(self) -> None:
        try:
            await self.proxy.dial(self.server)
        except OSError:
            self._dialling = None
            self.reset()


class Way:
    """One direction of a link: what waits to pass, and how much has."""

    def __init__(self, link: Link, source: End, sink: End) -> None:
        self._link = link
        self._proxy = link.proxy
        self._source, self._sink = source, sink
        source.way = self
        self._left: int | None = None
        self._held: deque[tuple[float, bytes]] = deque()
        self._held_bytes = 0
        self._pump: asyncio.Task[None] | None = None

    def allow(self, count: int | None) -> None:
        """Let so many more bytes pass; None: any number."""
        self._left = count

    def take(self, data: bytes) -> None:
        """Take what the source has sent; nothing at all is its end."""
        if self._swallowed():
            return
        if data:
            data = self._proxy.passes(self._link, self is self._link.up, data)
            if not data:
                return
        if self._held or self._pump or self._proxy.slow:
            self._hold(data)
        else:
            self._pass(data)

    def balance(self) -> None:
        """Read from the source only while somebody takes it off our hands."""
        if self._sink.full or self._held_bytes > HOARD_BYTES:
            self._source.pause()
        else:
            self._source.resume()

    def stop(self) -> None:
        """Let nothing more pass."""
        self._held.clear()
        if self._pump is not None:
            self._pump.cancel()

    def _hold(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        earliest = self._held[-1][0] if self._held else 0.0
        self._held.append((max(earliest, loop.time() + self._proxy.delay()), data))
        self._held_bytes += len(data)
        self.balance()
        if self._pump is None:
            self._pump = loop.create_task(self._pass_slowly())

    async def _pass_slowly(self) -> None:
        proxy, now = self._proxy, asyncio.get_running_loop().time
        while self._held and not self._link.cutting:
            due, data = self._held[0]
            while (wait := due - now()) > 0 and proxy.slow:
                await asyncio.sleep(min(wait, BLINK_SECONDS))
            proxy.fired["latency"] += bool(proxy.latency_seconds or proxy.jitter_seconds)
            for piece in self._pieces(data):
                if rate := proxy.bytes_per_second:
                    proxy.fired["bandwidth"] += 1
                    await asyncio.sleep(len(piece) / rate)
                self._pass(piece)
                await asyncio.sleep(0)
            self._held.popleft()
            self._held_bytes -= len(data)
            self.balance()
        self._pump = None

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        proxy = self._proxy
        at = 0
        while at < len(data) or not data:
            size = proxy.slice_bytes or max(1, len(data) - at)
            if rate := proxy.bytes_per_second:
                size = min(size, max(1, int(rate * BLINK_SECONDS)))
            proxy.fired["slice"] += bool(proxy.slice_bytes and data)
            yield data[at : at + size]
            at += size
            if not data:
                return

    def _pass(self, data: bytes) -> None:
        if self._swallowed():
            return
        if not data:
            self._sink.finish()
            return
        if self._left is not None:
            data, whole = data[: self._left], len(data)
            self._left -= len(data)
            if self._left == 0 or len(data) < whole:
                self._sink.write(data)
                self._proxy.fired["cut_after"] += 1
                self._link.cut_when_written()
                return
        self._sink.write(data)

    def _swallowed(self) -> bool:
        if self._proxy.hole or self._link.lost:
            if self._proxy.hole:
                self._link.fall()
            return True
        return self._link.cutting
