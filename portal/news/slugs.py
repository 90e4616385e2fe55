"""Slugs and the addresses made of them.

A slug is lower-case NFC letters, digits and `-`, at most 80 characters, without a dot; so nothing
that climbs out of a folder, names a file or hides a host can be one. An address that ends in "/"
is a listing, any other an article or a page.
"""

import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

LONGEST = 80
"""Characters of a slug; what the columns hold."""
DEEPEST = 8
"""Segments of an address. Nobody nests deeper, and a lookup need not try."""
RESERVED = frozenset(
    {"search", "tags", "authors", "archive", "media", "static", "live", "staff", "api", "chat"}
    | {"healthz", "readyz", "metrics", "feed", "sitemap", "counting"}
)
"""First segments that are the portal's own."""


def slugify(text: str) -> str:
    """Return the slug of a title or a name; empty when nothing in it can stand in one."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower())
    kept = "".join(c if _may_stand(c) else "\0" if _vanishes(c) else " " for c in folded)
    slug = "-".join(kept.replace("\0", "").split())
    return slug[:LONGEST].rstrip("-")


def is_slug(text: str) -> bool:
    """Tell whether `text` is a slug as it stands."""
    return (
        0 < len(text) <= LONGEST
        and all(_may_stand(c) or c == "-" for c in text)
        and text.strip("-") == text
        and unicodedata.normalize("NFC", text.lower()) == text
    )


def is_reserved(segment: str, languages: tuple[str, ...] = ()) -> bool:
    """Tell whether `segment` cannot begin the address of a category or a page."""
    return segment in RESERVED or segment in {tag.lower() for tag in languages}


def spoken_in(segment: str, languages: tuple[str, ...]) -> str | None:
    """Return the language an address is in by its first segment; "" for the first of them."""
    for tag in languages:
        if tag.lower() == segment:
            return "" if tag == languages[0] else tag
    return None


def _may_stand(character: str) -> bool:
    return unicodedata.category(character) in ("Ll", "Lm", "Lo", "Nd")


def _vanishes(character: str) -> bool:
    # An apostrophe or a mark that composes with nothing joins what stands around it.
    return character in "'’" or unicodedata.category(character)[0] == "M"


@dataclass(frozen=True, slots=True)
class Address:
    """What a request's path asks for, put right.

    Attributes:
        key: the slugs joined by "/", as `article.path` and `category.path` keep them; "" is Home.
        listing: it ended in "/".
        exact: it was written as it should be, its last slash aside.
    """

    key: str
    listing: bool
    exact: bool


def read_address(path: str, raw_path: bytes = b"") -> Address | None:
    """Read the decoded path of a request.

    Args:
        path: decoded, beginning with "/".
        raw_path: as it came, where known: an encoded slash is no slash.

    Returns:
        None when nothing of ours can ever be there: answer 404 without asking the database.
    """
    if len(path) > DEEPEST * (LONGEST + 1) * 2 or not path.startswith("/"):
        return None
    if b"%2f" in raw_path.lower():
        return None
    written = path.strip("/")
    slugs = [unicodedata.normalize("NFC", part.lower()) for part in written.split("/") if part]
    if len(slugs) > DEEPEST or not all(is_slug(slug) for slug in slugs):
        return None
    key = "/".join(slugs)
    listing = path.endswith("/")
    return Address(key, listing, path == (f"/{key}/" if listing and key else f"/{key}"))


def article_path(key: str) -> str:
    """Return the path of an article or a page as people read it; `url()` escapes it in a link."""
    return f"/{key}"


def category_path(key: str, home: str = "/") -> str:
    """Return the path of a category's listing; of the front page for an empty key.

    Args:
        home: the path of the language's front page.
    """
    return f"{home}{key}/" if key else home


def location(path: str) -> str:
    """Return a path as a header may carry it."""
    return quote(path)
