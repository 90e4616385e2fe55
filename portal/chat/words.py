"""What people type: what counts as saying something, and what a name may look like."""

import re
import unicodedata
from typing import Final

from portal.errors import Refused

UNSEEN: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category, blank on every screen: Hangul fillers, empty braille."""

_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,250}")
"""Without the signs that in a letter's header make a list, a comment or a host of numbers of it:
the library that writes headers breaks at some, and then at every try."""


def said(text: str, *, files: bool = False) -> str:
    """Return `text` as it was typed; with `files` it may be empty.

    Raises:
        Refused: `bad_field`, nobody would see anything of it.
    """
    if files and not text:
        return text
    if not any(map(_seen, text)):
        raise Refused("bad_field", "the text is empty")
    return text


def name(given: str | None) -> str | None:
    """Return a name in one line without control signs; None if nothing is left of it."""
    return line(given)


def email(given: str | None) -> str | None:
    """Return an address that could be one. Whether mail arrives there only mail can tell.

    Raises:
        Refused: `bad_field`.
    """
    found = line(given)
    if found is not None and not (found.isprintable() and _ADDRESS.fullmatch(found)):
        raise Refused("bad_field", "this is not an e-mail address")
    return found


def topic(given: str | None) -> str | None:
    """Return a topic in one line; None if nothing is left of it."""
    return line(given)


def address(given: str | None) -> str | None:
    """Return a page's address if a browser could have shown it: staff are given it as a link."""
    if given and re.match(r"https?://[^\s/]", given, re.IGNORECASE):
        return given
    if given and re.match(r"/(?![/\\])", given):
        return given
    return None


def line(given: str | None) -> str | None:
    """Return `given` in one line, without signs that would disturb others; None if it is empty."""
    if given is None or not any(map(_seen, given)):
        return None
    # Directions and controls can turn a colleague's list upside down; a name needs none of them.
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in given)
    kept = re.sub(r"[\u202a-\u202e\u2066-\u2069]", "", kept)
    return " ".join(kept.split()) or None


def _seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] not in "ZC" and category != "Mn" and character not in UNSEEN
