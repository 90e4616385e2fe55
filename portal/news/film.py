"""Films: one that lies beside an article, or a link to one elsewhere.

A film of our own is played by the page, and nothing of it is fetched before somebody presses play.
One that lies elsewhere stays a link: whoever opens a page here asks nobody else for anything.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import parse_qs, urlsplit

from portal.news.picture import Picture

KINDS: Final = {"mp4": "video/mp4", "webm": "video/webm"}
_YOUTUBE: Final = re.compile(r"/(?:shorts|live|embed)/[\w-]{6,20}")
_SHORT: Final = re.compile(r"/[\w-]{6,20}")
_VIMEO: Final = re.compile(r"/(?:video/)?\d{6,12}(?:/\w+)?")


@dataclass(frozen=True, slots=True)
class Track:
    """Words to a film, for who cannot hear it.

    Attributes:
        src: a WebVTT file below /media/.
        language: of the words, "en".
        name: of that language, in itself.
    """

    src: str
    language: str
    name: str


@dataclass(frozen=True, slots=True)
class Film:
    """A film of our own.

    Attributes:
        src: its file below /media/.
        type: its media type.
        poster: what stands for it until somebody presses play.
    """

    src: str
    type: str
    poster: Picture | None = None
    tracks: tuple[Track, ...] = ()


def is_film(file: str) -> bool:
    """Tell by its name whether a file is a film."""
    return PurePosixPath(file).suffix.lower().lstrip(".") in KINDS


def shown_at(href: str) -> str | None:
    """Return which site shows the film a link leads to; None: it leads to something else."""
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or not host:
        return None
    video = {
        "youtube.com": _YOUTUBE.fullmatch(parts.path)
        or (parts.path == "/watch" and parse_qs(parts.query).get("v")),
        "youtube-nocookie.com": _YOUTUBE.fullmatch(parts.path),
        "youtu.be": _SHORT.fullmatch(parts.path),
        "vimeo.com": _VIMEO.fullmatch(parts.path),
        "player.vimeo.com": _VIMEO.fullmatch(parts.path),
    }.get(host)
    return host if video or is_film(parts.path) else None
