"""What was made for machines, kept as bytes until the newsroom changes.

Each request asks the database for the newsroom's version, one short statement: so every node
says the same at once after a change, whatever became of the bell. While the database is away what
is kept is served.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Unavailable
from portal.web.coding import Coded, coded

CACHE_CONTROL: Final = "public, max-age=0, s-maxage=60, stale-while-revalidate=300"
MOST: Final = 500
"""Kept at once; a feed of thirty whole articles weighs a few hundred kilobytes."""
MOST_BYTES: Final = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Paper:
    """Something made for machines.

    Attributes:
        changed_at: milliseconds; None: there is no telling.
    """

    text: str
    media_type: str
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A paper ready to be sent."""

    stamp: tuple[int, int]
    body: Coded
    etag: str
    media_type: str
    changed: str


Make = Callable[[], Awaitable[Paper | None]]


class Shelf:
    """The papers of one process."""

    def __init__(self, stamp: Callable[[], Awaitable[int]]) -> None:
        """Make an empty shelf.

        Args:
            stamp: returns the number that everything made before another number is too old for.
        """
        self._stamp = stamp
        self._kept: OrderedDict[str, Shelved] = OrderedDict()
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()

    async def get(self, key: str, make: Make, time: int = 0) -> Shelved | None:
        """Return what stands at `key`, made anew where it is too old; None: there is no such.

        Args:
            time: whatever is made at another time is too old, too.

        Raises:
            Unavailable: the database is away and nothing is kept.
        """
        try:
            stamp = (await self._stamp(), time)
            kept = self._fresh(key, stamp)
            if kept is None:
                async with self._one_at_a_time:
                    kept = self._fresh(key, stamp) or await self._made(key, stamp, make)
        except Unavailable:
            kept = self._kept.get(key)
            if kept is None:
                raise
        return kept

    def _fresh(self, key: str, stamp: tuple[int, int]) -> Shelved | None:
        kept = self._kept.get(key)
        if kept is None or kept.stamp != stamp:
            return None
        self._kept.move_to_end(key)
        return kept

    async def _made(self, key: str, stamp: tuple[int, int], make: Make) -> Shelved | None:
        paper = await make()
        if paper is None:
            self._drop(key)
            return None
        body = paper.text.encode()
        made = Shelved(
            stamp=stamp,
            body=await asyncio.to_thread(coded, body),
            etag=f'W/"{hashlib.sha256(body).hexdigest()[:20]}"',
            media_type=paper.media_type,
            changed="" if not paper.changed_at else _http_date(paper.changed_at),
        )
        self._drop(key)
        self._kept[key] = made
        self._bytes += made.body.size_bytes
        while len(self._kept) > 1 and (len(self._kept) > MOST or self._bytes > MOST_BYTES):
            self._drop(next(iter(self._kept)))
        return made

    def _drop(self, key: str) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.body.size_bytes


def respond(request: Request, kept: Shelved, more: dict[str, str] | None = None) -> Response:
    """Answer with a paper: 304 where the asker has it, compressed where he can read that."""
    headers = {
        "Content-Type": kept.media_type,
        "Vary": "Accept-Encoding",
        "Cache-Control": CACHE_CONTROL,
        "ETag": kept.etag,
        **(more or {}),
    }
    if kept.changed:
        headers["Last-Modified"] = kept.changed
    if _has(request, kept):
        return Response(status_code=304, headers=headers)
    body, said = kept.body.chosen(request)
    return Response(b"" if request.method == "HEAD" else body, headers={**headers, **said})


def _has(request: Request, kept: Shelved) -> bool:
    asked = request.headers.get("if-none-match")
    if asked is not None:
        tags = [tag.strip().removeprefix("W/") for tag in asked[:4_000].split(",")]
        return "*" in tags or kept.etag.removeprefix("W/") in tags
    # The very moment, not "since": what was withdrawn may leave an older one behind.
    return bool(kept.changed) and request.headers.get("if-modified-since") == kept.changed


def _http_date(at: int) -> str:
    return formatdate(at / 1000, usegmt=True)
