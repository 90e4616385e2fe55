"""The files under `static/`, kept in memory and served under a prefix that changes with them.

The right build may be kept for ever. Another build (a page and its files may come from nodes of
two versions) is answered with this build's file and `no-store`.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from portal import folding
from portal.packed import build, folder
from portal.web.coding import Coded, coded

FOREVER = "public, max-age=31536000, immutable"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml",
         ".webmanifest": "application/manifest+json"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """One file, ready to be sent."""

    content: Coded
    media_type: str


class StaticFiles:
    """All files under `static/`; read once a process, so a changed tree needs a restart."""

    def __init__(self, root: Path | None = None) -> None:
        self._build = build()
        self._files = own_files() if root is None else _files(root)

    async def page(self, request: Request) -> Response:
        """Answer `/static/{build}/{path}`."""
        file = self._files.get(request.path_params["path"])
        if file is None:
            # Not to be kept: during a change of versions another node may have it already.
            gone = {"Cache-Control": "no-store"}
            return Response("Not found\n", 404, headers=gone, media_type="text/plain")
        ours = request.path_params["build"] == self._build
        content, said = file.content.chosen(request)
        headers = {"Cache-Control": FOREVER if ours else "no-store", **said}
        return Response(content, headers=headers, media_type=file.media_type)


@cache
def own_files() -> Mapping[str, File]:
    """Return the portal's own files by their address, read once a process."""
    return _files(folder("static"))


def _files(root: Path) -> Mapping[str, File]:
    return {
        path.relative_to(root).as_posix(): _read(root, path)
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def _read(root: Path, path: Path) -> File:
    content = folding.served(root, path)
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    kind = kind or "application/octet-stream"
    return File(coded(content) if kind.startswith(COMPRESSIBLE) else Coded(content), kind)
