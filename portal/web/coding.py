"""Codings: the same bytes, compressed for whoever can read that.

What is kept is compressed once, when it is made, in both codings that browsers and programs read;
which one is smaller is known then, too. RFC 9110, 12.5.3.
"""

import gzip
import re
from dataclasses import dataclass

import zstandard
from starlette.requests import Request

ZSTD_LEVEL = 12
"""For what is compressed once and sent often; 19 costs ten times as long and saves a percent."""
GZIP_LEVEL = 6
AT_ONCE_LEVEL = 3
"""For what is sent once: a page costs less than a millisecond."""
WORTH_BYTES = 256
"""Below that nothing is saved."""
_CODING = re.compile(r"([a-z*]+)\s*(?:;\s*(?:q=([0-9.]+)|[^0-9]*)\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Coded:
    """Bytes, and the same compressed; None: that saves nothing."""

    plain: bytes
    zstd: bytes | None = None
    gzip: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """What it weighs in memory."""
        return len(self.plain) + len(self.zstd or b"") + len(self.gzip or b"")

    def chosen(self, request: Request) -> tuple[bytes, dict[str, str]]:
        """Return the smallest that the asker reads, with the headers that say what it is.

        Whoever says "*" reads gzip at least.
        """
        wanted = reads(request.headers.get("accept-encoding", ""))
        found: list[tuple[bytes, dict[str, str]]] = [(self.plain, {})]
        if self.gzip is not None and wanted.get("gzip", wanted.get("*", False)):
            found.append((self.gzip, {"Content-Encoding": "gzip"}))
        if self.zstd is not None and wanted.get("zstd", False):
            found.append((self.zstd, {"Content-Encoding": "zstd"}))
        body, headers = min(reversed(found), key=lambda each: len(each[0]))
        return body, {"Vary": "Accept-Encoding", "Content-Length": str(len(body)), **headers}


def coded(body: bytes) -> Coded:
    """Compress what is kept."""
    if len(body) <= WORTH_BYTES:
        return Coded(body)
    return Coded(
        body,
        zstd=zstandard.compress(body, ZSTD_LEVEL),
        gzip=gzip.compress(body, GZIP_LEVEL, mtime=0),
    )


def coded_for(request: Request, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Compress what is sent once, in the coding this asker reads; see `Coded.chosen`."""
    wanted = reads(request.headers.get("accept-encoding", ""))
    if wanted.get("zstd", False):
        return Coded(body, zstd=zstandard.compress(body, AT_ONCE_LEVEL)).chosen(request)
    if wanted.get("gzip", wanted.get("*", False)):
        return Coded(body, gzip=gzip.compress(body, AT_ONCE_LEVEL, mtime=0)).chosen(request)
    return Coded(body).chosen(request)


def reads(accept_encoding: str) -> dict[str, bool]:
    """Return which codings are named, and whether they are wanted; nonsense is left out."""
    found: dict[str, bool] = {}
    for written in accept_encoding[:1_000].split(","):
        named = _CODING.fullmatch(written.strip())
        if named is None:
            continue
        try:
            found[named[1].lower()] = float(named[2] or 1) > 0
        except ValueError:
            continue
    return found
