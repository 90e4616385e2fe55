"""Rendered pages, kept as the bytes that are sent.

A page is the same for everybody, so it is rendered once for each version of the newsroom. The
numbers in it move on: a page whose counts moved is cut anew at most every 30 seconds, and its ETag
is a hash of its bytes with the counts' places emptied, so a proxy's or a browser's copy stays good
while only numbers change (the socket lays the newest over them).

A bell on the bus (`news`) says that something was published; because bells get lost, `look` asks
the database for the newsroom's version every few seconds too. While the database is away what is
kept is served, however old.
"""

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Unavailable
from portal.screens.frame import MOST_READ_ASKED, Clicks
from portal.web.coding import Coded, coded

AWAY_SECONDS = 2.0
"""After the database did not answer, what is kept is served at once for so long."""
RECUT_SECONDS = 30.0
"""A number in served bytes is at most this old."""
MOST_BYTES = 64 * 2**20
CACHE_CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=300, stale-if-error=86400"
_COUNT = re.compile(rb"(<live-count\b[^>]*?)\sclicks=\"\d*\"([^>]*>)[^<]*(?=</live-count>)")
_SAID = re.compile(rb"(\"userInteractionCount\":)[0-9]+")
"""The same number, as the page says it to machines."""

Key = tuple[str, int]
"""What a page is of (an address' key, or a name in angle brackets), and its number in a listing."""


@dataclass(frozen=True)
class Cut:
    """A page as it was just rendered.

    Attributes:
        path: the one right path of this page; a request for another is redirected to it.
        counts: article and clicks, as it shows them.
    """

    html: str
    path: str
    counts: tuple[tuple[int, int], ...]
    status: int = 200


@dataclass(frozen=True)
class Verdict:
    """What is said instead of a page: it stands elsewhere (`path`), or not at all. Never kept.

    Attributes:
        number: the page of a listing that is to be asked for there.
    """

    status: int
    path: str | None = None
    number: int | None = None


@dataclass(frozen=True)
class Kept:
    """A page ready to be sent."""

    body: Coded
    etag: str
    path: str
    status: int
    version: int | None
    cut_at: float
    counts: tuple[tuple[int, int], ...]
    ranking: tuple[int, ...]

    @property
    def size_bytes(self) -> int:
        """What it weighs in memory."""
        return self.body.size_bytes


Make = Callable[[], Awaitable[Cut | Verdict]]


class PageCache:
    """The rendered pages of one process."""

    def __init__(
        self,
        version: Callable[[], Awaitable[int]],
        clicks: Clicks,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make an empty cache.

        Args:
            version: asks the database for the newsroom's version.
            seconds: the process' own clock; a test holds it.
        """
        self._ask_version = version
        self._clicks = clicks
        self._seconds = seconds
        self._version: int | None = None
        self._away_until = 0.0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._cutting: dict[Key, asyncio.Task[Kept | Verdict]] = {}

    @property
    def version(self) -> int | None:
        """The newsroom's version, as far as it is known; None: something was published."""
        return self._version

    def ring(self) -> None:
        """Take note that something was published; the next request asks what."""
        self._version = None

    async def look(self) -> None:
        """Ask whether something was published that nobody rang for. Every three seconds."""
        try:
            self._version = await self._ask_version()
        except Unavailable:
            # What is kept stays good until the database is back.
            self._away_until = self._seconds() + AWAY_SECONDS

    async def get(self, key: Key, make: Make) -> Kept | Verdict:
        """Return the page, rendered by `make` unless what is kept is good.

        A verdict from `make` is passed on and not kept.

        Raises:
            Unavailable: the database is away and nothing is kept.
        """
        while True:
            if self._version is None and not self._away:
                await self.look()
            kept = self._kept.get(key)
            if kept is not None and (self._away or self._good(kept)):
                self._kept.move_to_end(key)
                return kept
            cutting = self._cutting.get(key)
            if cutting is None:
                return await asyncio.shield(self._begin(key, make))
            if kept is not None and kept.version == self._version:
                return kept  # somebody is cutting it with newer numbers
            # A crowd waits for one cut; whoever came after a bell it did not hear asks again.
            found = await asyncio.shield(cutting)
            if isinstance(found, Verdict):
                return found

    def _begin(self, key: Key, make: Make) -> asyncio.Task[Kept | Verdict]:
        """Cut in a task of its own: the one who asked first may hang up, the others still wait."""

        def done(task: asyncio.Task[Kept | Verdict]) -> None:
            del self._cutting[key]
            if not task.cancelled():
                task.exception()  # told to whoever waits; nobody may be left

        task = asyncio.create_task(self._cut(key, make), name="screens.cut")
        self._cutting[key] = task
        task.add_done_callback(done)
        return task

    async def _cut(self, key: Key, make: Make) -> Kept | Verdict:
        kept = self._kept.get(key)
        # Taken before it is rendered: what is published meanwhile makes the page old at once.
        version = self._version
        try:
            cut = await make()
        except Unavailable:
            self._away_until = self._seconds() + AWAY_SECONDS
            if kept is None:
                raise
            return kept
        if isinstance(cut, Verdict):
            self._drop(key)
            return cut
        return self._keep(key, cut, version)

    @property
    def _away(self) -> bool:
        return self._seconds() < self._away_until

    def _good(self, kept: Kept) -> bool:
        if kept.version != self._version or self._version is None:
            return False
        if self._seconds() - kept.cut_at < RECUT_SECONDS:
            return True
        return kept.counts == self._counts_of(kept) and kept.ranking == self._ranking()

    def _counts_of(self, kept: Kept) -> tuple[tuple[int, int], ...]:
        return tuple((article, self._clicks.total(article)) for article, _ in kept.counts)

    def _ranking(self) -> tuple[int, ...]:
        return tuple(article for article, _ in self._clicks.most_read(MOST_READ_ASKED))

    def _keep(self, key: Key, cut: Cut, version: int | None) -> Kept:
        body = cut.html.encode()
        kept = Kept(
            body=coded(body),
            etag=etag(body),
            path=cut.path,
            status=cut.status,
            version=version,
            cut_at=self._seconds(),
            counts=cut.counts,
            ranking=self._ranking(),
        )
        self._drop(key)
        self._kept[key] = kept
        self._bytes += kept.size_bytes
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        return kept

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size_bytes


def etag(body: bytes) -> str:
    """Return the weak ETag of a page: its bytes with the counts' places emptied, hashed."""
    emptied = _SAID.sub(rb"\1", _COUNT.sub(rb"\1\2", body))
    return f'W/"{hashlib.sha256(emptied).hexdigest()[:20]}"'


def respond(request: Request, kept: Kept) -> Response:
    """Answer with a kept page: 304 where the asker has it, compressed where he can read that."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Vary": "Accept-Encoding",
        "Cache-Control": CACHE_CONTROL if kept.status == 200 else "no-store",
    }
    if kept.status == 200:
        headers["ETag"] = kept.etag
        if _has(request.headers.get("if-none-match", ""), kept.etag):
            return Response(status_code=304, headers=headers)
    body, said = kept.body.chosen(request)
    return Response(b"" if request.method == "HEAD" else body, kept.status, {**headers, **said})


def _has(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match[:4_000].split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
