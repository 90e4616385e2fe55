"""Films of an import: looked at, not opened, and put beside the pictures.

A film is never decoded here: its first bytes say what it is, it is served as that and nothing else,
and the browser of whoever presses play does the rest.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError

from portal.news.film import KINDS, Film, Track
from portal.news.picture import Picture
from portal.storage.media import Media

MOST_BYTES = 500 * 2**20
MOST_TRACK_BYTES = 2 * 2**20
MOST_TRACKS = 20
_EBML = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True)
class Reel:
    """A film file an importer found, with the words that lie beside it.

    Attributes:
        kind: "mp4" or "webm", by its first bytes.
        tracks: WebVTT files with their languages.
    """

    path: Path
    sha256: str
    kind: str
    tracks: tuple[tuple[Path, str, str], ...]
    """Each one's file, its SHA-256 and its language."""

    def show(self, media: Media, poster: Picture | None) -> Film:
        """Have it in the media folder; blocks."""
        tracks = []
        for path, sha256, language in self.tracks:
            media.keep(f"{sha256[:16]}.vtt", path)
            tracks.append(Track(f"/media/{sha256[:16]}.vtt", language, _called(language) or ""))
        name = f"{self.sha256[:16]}.{self.kind}"
        media.keep(name, self.path)
        return Film(f"/media/{name}", KINDS[self.kind], poster, tuple(tracks))


def look_at(path: Path, language: str) -> Reel:
    """Read a film's fingerprint, and those of the words to it: `film.vtt`, `film.ar.vtt`.

    Args:
        path: the film.
        language: of words whose name says none.

    Raises:
        ValueError: it is too large, or no film we show.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MB")
    with path.open("rb") as file:
        start = file.read(12)
        kind = "mp4" if start[4:8] == b"ftyp" else "webm" if start.startswith(_EBML) else None
        if kind is None:
            raise ValueError("it is not an MP4 or WebM film")
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Reel(path, sha256, kind, tuple(_tracks(path, language)))


def _tracks(path: Path, language: str) -> list[tuple[Path, str, str]]:
    found = []
    for each in sorted(path.parent.glob("*.vtt"))[:MOST_TRACKS]:
        stem, _, said = each.stem.partition(".")
        if stem != path.stem or each.is_symlink() or each.stat().st_size > MOST_TRACK_BYTES:
            continue
        content = each.read_bytes()
        is_words = content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
        if is_words and _called(said or language):
            found.append((each, hashlib.sha256(content).hexdigest(), said or language))
    return found


def _called(language: str) -> str | None:
    """Return what a language calls itself; None: there is none of this tag."""
    try:
        return Locale.parse(language, sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return None
