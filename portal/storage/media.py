"""The media folder: files named after what is in them, whole or not there, served for ever.

A file's name is `{16 hex digits}-{width}.avif|jpg`, or ends in the shape it was cut to and the
point it was cut around (`-share.jpg`, `-4x3-62-30.jpg`); a film's is `{16 hex digits}.mp4|webm`,
the words to it `.vtt`. Its content never changes, so it may be kept by whoever has it. A picture's
original lies beside, below `originals/`, and is not served.
"""

import asyncio
import errno
import os
import re
import secrets
import shutil
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

NAME = re.compile(
    r"[0-9a-f]{16}(-([0-9]{1,5}|(share|16x9|4x3|1x1)(-[0-9]{1,3}-[0-9]{1,3})?)\.(avif|jpg)"
    r"|\.(mp4|webm|vtt))",
    re.ASCII,
)
"""The only names that are served; none of them climbs, hides or runs."""
ORIGINAL = re.compile(r"[0-9a-f]{64}\.(jpg|png|webp|gif)", re.ASCII)
FILMS = (".mp4", ".webm")
TYPES = {
    "avif": "image/avif",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt",
}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    # Who is led to a picture itself sees it in a page of the browser's own, which has a style.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PLAYED = "media-src 'self'"
"""A browser that is led to a film itself plays it in a page of its own making."""


class Media:
    """The media folder of one portal; as an ASGI application it serves `/media/{name}`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Tell whether a file of this name is here."""
        return self._place(name).is_file()

    def put(self, name: str, content: bytes) -> None:
        """Write a file: it is there whole, or not there."""
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        passing = place.with_name(f".{secrets.token_hex(8)}")
        try:
            with passing.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            passing.replace(place)
        finally:
            passing.unlink(missing_ok=True)

    def adopt(self, name: str, source: Path) -> None:
        """Take a file that lies elsewhere, by a second link to it where the disk allows."""
        place = self._place(name)
        if place.is_file():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, place, follow_symlinks=False)
        except OSError:  # another disk, or one without links
            self._copy(source, place)

    def keep(self, name: str, source: Path) -> None:
        """Take a copy of a file that somebody may still write to."""
        place = self._place(name)
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            self._copy(source, place)

    def original(self, sha256: str, source: Path, kind: str) -> None:
        """Keep the original of a picture, for renditions of later."""
        self.keep(f"originals/{sha256}.{kind}", source)

    def remove(self, name: str) -> None:
        """Remove a file nobody shows any more."""
        self._place(name).unlink(missing_ok=True)

    def _copy(self, source: Path, place: Path) -> None:
        """Copy a file that stays where it is; so nothing is lost that was not yet on the disk."""
        passing = place.with_name(f".{secrets.token_hex(8)}")
        try:
            shutil.copyfile(source, passing)
            passing.replace(place)
        finally:
            passing.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        known = ORIGINAL if name.startswith("originals/") else NAME
        if not known.fullmatch(name.removeprefix("originals/")):
            raise ValueError(f"{name!r} is no name of a media file")
        return self.folder / name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file; mounted at `/media`."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("Only GET.", 405, {"Allow": "GET, HEAD"})
        name = request.scope["path"].rpartition("/media/")[2]
        if not NAME.fullmatch(name):
            return _nothing()
        etag = f'"{name}"'
        headers = {**HEADERS, "ETag": etag}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if name.endswith(FILMS) and await asyncio.to_thread(_is_plain, self.folder / name):
            # In pieces: a film is not kept in memory, and players ask for parts of it.
            kind = TYPES[name.rpartition(".")[2]]
            headers["Content-Security-Policy"] = f"{HEADERS['Content-Security-Policy']}; {PLAYED}"
            return FileResponse(self.folder / name, headers=headers, media_type=kind)
        content = await asyncio.to_thread(_read, self.folder / name)
        if content is None:
            return _nothing()
        kind = TYPES[name.rpartition(".")[2]]
        headers["Content-Length"] = str(len(content))
        body = b"" if request.method == "HEAD" else content
        return Response(body, headers=headers, media_type=kind)


def _nothing() -> Response:
    return PlainTextResponse("Not found.", 404, {"X-Content-Type-Options": "nosniff"})


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _read(path: Path) -> bytes | None:
    """Read a file that is one: a link put into the folder leads nowhere."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
            return None
        raise
    with os.fdopen(handle, "rb") as file:
        return file.read()
