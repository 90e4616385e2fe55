"""What a file looks like: its name made harmless, its type by what is in it.

Neither the name nor the header of who brings a file is believed. Only four kinds of picture are
ever shown; all else is an attachment, which a browser stores and does not open.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

from portal.errors import Refused

NAME_LONGEST: Final = 120
NAMELESS: Final = "file"
ATTACHMENT: Final = "application/octet-stream"
KINDS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
"""Told apart for the sign beside the name, no more: all of them travel as `ATTACHMENT`."""
ENDINGS: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\Z", re.ASCII)


def name_of(header: str) -> str:
    """Return the name a header brings, percent-encoded, as it may be shown and stored.

    Folders before it, letters nobody sees and those that turn the reading direction (`gpj.exe`)
    are left out; what is too long loses its middle, not its ending.

    Raises:
        Refused: `bad_field`, longer than any file's name.
    """
    if len(header) > 3_000:
        raise Refused("bad_field", "the file's name is too long")
    plain = unicodedata.normalize("NFC", unquote(header, errors="replace"))
    seen = "".join(each if _is_seen(each) else " " for each in plain)
    last = re.split(r"[/\\]", seen)[-1]
    name = " ".join(last.split()).strip(". ")
    if len(name) > NAME_LONGEST:
        found = _ENDING.search(name)
        ending = found[0] if found else ""
        name = name[: NAME_LONGEST - len(ending) - 1].rstrip() + "…" + ending
    return name or NAMELESS


def kind_of(start: bytes) -> str:
    """Return the type of what is no picture we open, from its first bytes."""
    if start[4:8] == b"ftyp":
        return "image/heic" if start[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    return next((kind for magic, kind in KINDS if start.startswith(magic)), ATTACHMENT)


def with_ending(name: str, kind: str) -> str:
    """Return a picture's name with the ending of what it was made into."""
    ending = ENDINGS[kind]
    found = _ENDING.search(name)
    fits = found is not None and found[0].lower() in (ending, ".jpeg" if ending == ".jpg" else "")
    return name if fits else (name[: found.start()] if found else name) + ending


def _is_seen(letter: str) -> bool:
    # Control and format characters, halves of a character, and what no one may use. The joiners
    # of families and of Persian words are lost with them, in a name that matters to nobody.
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
