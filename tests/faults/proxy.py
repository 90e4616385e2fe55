"""The fault proxy: one listening port, one target, and whatever may happen on the line between.

A *link* is one connection through it; each has two *ways*, up to the target and down from it.
Every fault counts in `fired` when it really touched a link or its bytes, so that a run in which
nothing went wrong cannot pass for one that survived. Chance is drawn from the seed alone.

What cannot be put back is cut when the fault ends: a link that lost bytes in a black hole has
another stream at each end, and a network that is whole again would reset it at the next packet.
"""

import asyncio
import random
import socket
from collections import Counter
from pathlib import Path
from typing import Literal

from tests.faults.end import HOARD_BYTES, End
from tests.faults.link import Link

Target = tuple[str, int] | Path


class FaultProxy:
    """A line to a target that can be made bad, and good again by `heal`.

    Attributes:
        target: where new links lead; a host and port or the path of a Unix socket.
        port: where it listens on 127.0.0.1; stays the same over `stop` and `start`.
        fired: how often each fault touched a link or a piece of its bytes.
    """

    def __init__(self, target: Target, *, seed: int = 0) -> None:
        self.target = target
        self.port = 0
        self.fired: Counter[str] = Counter()
        self.hole = False
        self.latency_seconds = 0.0
        self.jitter_seconds = 0.0
        self.slice_bytes: int | None = None
        self.bytes_per_second: float | None = None
        self._seed = seed
        self._jitter = self.chance("jitter")
        self._refuses = False
        self._limits: tuple[int | None, int | None] = (None, None)
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    # Its life

    async def start(self) -> None:
        """Listen."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HOARD_BYTES)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HOARD_BYTES)
        listening.bind(("127.0.0.1", self.port))
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, sock=listening, backlog=1024)
        self.port = listening.getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and break every link."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in tuple(self._links):
            link.reset()
        await asyncio.sleep(0)  # transports close in the next turn of the loop

    @property
    def links(self) -> int:
        """How many links there are."""
        return len(self._links)

    # Faults

    def cut(self) -> int:
        """Reset every link now; return how many there were."""
        links = tuple(self._links)
        for link in links:
            link.reset()
        self.fired["cut"] += len(links)
        return len(links)

    def cut_after(
        self,
        up: int | None = None,
        down: int | None = None,
        links: Literal["new", "all"] = "new",
    ) -> None:
        """Cut links the moment so many bytes have passed; what is behind them never arrives.

        Args:
            up: bytes towards the target; 0 lets none pass.
            down: bytes from the target.
            links: those that open from now on until `heal`, or all; for those there are already
                bytes count from now on.
        """
        self._limits = (up, down)
        if links == "all":
            for link in self._links:
                link.up.allow(up)
                link.down.allow(down)

    def blackhole(self, on: bool) -> None:
        """Accept and swallow both ways, on old links too; that somebody left is not told either."""
        self.hole = on
        if not on:
            for link in [link for link in self._links if link.lost]:
                link.reset()

    def refuse(self, on: bool) -> None:
        """Break every link and each new one at once, as a host that is down."""
        self._refuses = on
        if on:
            links = tuple(self._links)
            for link in links:
                link.reset()
            self.fired["refuse"] += len(links)

    def latency(self, seconds: float, jitter: float = 0) -> None:
        """Pass everything later by `seconds` and up to `jitter` more, in its order."""
        self.latency_seconds = seconds
        self.jitter_seconds = jitter

    def slice(self, size: int) -> None:
        """Pass everything in pieces of at most `size` bytes."""
        self.slice_bytes = size

    def bandwidth(self, bytes_per_second: float | None) -> None:
        """Pass each way of each link no faster than this."""
        self.bytes_per_second = bytes_per_second

    def heal(self) -> None:
        """End every fault."""
        self.refuse(False)
        self.latency(0)
        self.slice_bytes = None
        self.bandwidth(None)
        self.cut_after(links="all")
        self.blackhole(False)

    # For the kinds of proxies that understand what passes

    def chance(self, purpose: str) -> random.Random:
        """Return the seed's own chance for one purpose, which no other purpose disturbs."""
        return random.Random(f"{self._seed}:{purpose}")

    def passes(self, link: Link, up: bool, data: bytes) -> bytes:
        """Read what is about to pass one way; return what shall pass instead."""
        return data

    # Between a link and its proxy

    def delay(self) -> float:
        """Return how much later the next piece is due."""
        return self.latency_seconds + self._jitter.uniform(0, self.jitter_seconds)

    @property
    def slow(self) -> bool:
        """Whether anything keeps a piece from passing at once."""
        delayed = self.latency_seconds or self.jitter_seconds
        return bool(delayed or self.slice_bytes or self.bytes_per_second)

    async def dial(self, end: End) -> None:
        """Connect one end of a link with the target."""
        loop = asyncio.get_running_loop()
        if isinstance(self.target, Path):
            await loop.create_unix_connection(lambda: end, str(self.target))
            return
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HOARD_BYTES)
        try:
            await loop.sock_connect(line, self.target)
        except BaseException:
            line.close()
            raise
        await loop.create_connection(lambda: end, sock=line)

    def forget(self, link: Link) -> None:
        """Let go of a link both ends of which are gone."""
        self._links.discard(link)

    def _accept(self) -> End:
        link = Link(self, self._refuses)
        link.up.allow(self._limits[0])
        link.down.allow(self._limits[1])
        if self._refuses:
            self.fired["refuse"] += 1
        else:
            self._links.add(link)
        return link.client
