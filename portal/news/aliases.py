"""Addresses articles had at another site, before they were brought here.

Nobody chose them by our rules: they end in `.html`, have capitals, or are a query (`/?p=123`).
Such an address is kept, and asked for, as one text: the decoded path in small letters without the
slashes around it, and behind a "?" what the query says, in the order of its names.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from portal.news.slugs import RESERVED

LONGEST: Final = 500
"""Characters of an address as it is kept; what the column holds."""
MOST_NAMES: Final = 8
"""Of a query. Old systems needed three or four; more is somebody's trick."""
_LISTS: Final = frozenset({"tags", "authors", "archive"})
"""First segments of ours that other sites have too: no list there may mean an article elsewhere."""
_FILES: Final = re.compile(
    r"(?:.*/)?feed\.[^/]*|.*\.md|sitemap[^/]*\.xml|robots\.txt|llms\.txt|favicon\.ico"
    r"|manifest\.webmanifest|chat\.js"
)
"""What is answered by something else than a page."""
_STRAY: Final = frozenset({"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "igshid", "page"})
"""Names that others, or a listing, add to an address."""


def read(written: str) -> str:
    """Read an old address as an article's file names it.

    Args:
        written: a path, a query, or a whole address; the site it names does not matter.

    Returns:
        The address as it is kept.

    Raises:
        ValueError: nobody can ask for it here; the reason is for a person.
    """
    shown = written[:60]
    try:
        parts = urlsplit(written.strip())
    except ValueError:
        raise ValueError(f"{shown!r} is no address") from None
    path = _plain(unquote(parts.path))
    address = _joined(path, _names(parts.query))
    if address is None or any(step in (".", "..") for step in path.split("/")):
        raise ValueError(f"{shown!r} is no address")
    if len(address) > LONGEST:
        raise ValueError(f"{shown!r}… has more than {LONGEST} characters")
    if not address:
        raise ValueError(f"{shown!r} is the front page")
    if path.partition("/")[0] in RESERVED - _LISTS or _FILES.fullmatch(path):
        raise ValueError(f"{shown!r} is the portal's own")
    return address


def asked(path: str, query: bytes = b"") -> tuple[str, ...]:
    """Return what a request may be asking for, the closest first.

    Args:
        path: decoded.
        query: as it came.

    Returns:
        Nothing when it cannot be an old address: no need to ask the database.
    """
    if len(path) > LONGEST or len(query) > LONGEST:
        return ()
    plain = _plain(path)
    whole = _joined(plain, _names(query.decode("ascii", "replace")))
    found = (whole, _joined(plain, []))
    return tuple(dict.fromkeys(each for each in found if each and len(each) <= LONGEST))


def _plain(path: str) -> str:
    steps = (unicodedata.normalize("NFC", step.lower()) for step in path.split("/"))
    return "/".join(step for step in steps if step)


def _names(query: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_NAMES)
    except ValueError:
        return []
    lower = ((name.lower(), value.lower()) for name, value in pairs)
    return sorted(each for each in lower if each[0] not in _STRAY and each[0][:4] != "utm_")


def _joined(path: str, names: list[tuple[str, str]]) -> str | None:
    """Join a path and a query; None if no browser sends such a thing."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in path):
        return None
    return f"{path}?{urlencode(names)}" if names else path
