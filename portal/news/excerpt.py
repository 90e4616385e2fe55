"""Excerpts: the place of a text that answers a search, with what was looked for marked in it.

Plain text all the way: a page writes the pieces one by one and escapes each.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from portal.storage import search
from portal.storage.search import Query

LONGEST: Final = 260
"""Characters of an excerpt: three lines under a title."""
BEFORE: Final = 70
"""Characters shown before the first mark, so that one reads what it is about."""
BLOCK_LONGEST: Final = 2_000
"""Characters looked at as one place; a listing of code may have a hundred thousand."""
_BLOCK_END: Final = re.compile(r"</(?:p|li|h[1-6]|figcaption|td|th|pre|blockquote)>")
_TAG: Final = re.compile(r"<[^>]*>")

Pieces = tuple[tuple[str, bool], ...]
"""A text in its order: each piece, and whether it is what was looked for."""


def marked(text: str, query: Query) -> Pieces:
    """Divide a short text into what was looked for and what stands around it."""
    return _pieces(text, search.spans(text, query))


def excerpt(texts: Iterable[str], query: Query) -> Pieces:
    """Return of several texts the place that holds most of a query; the first among equals.

    Args:
        texts: plain; the first that says something stands where none holds a word.
    """
    best, most, otherwise = "", 0, ""
    asked = len(query.words) + len(query.beginnings)
    for text in texts:
        otherwise = otherwise or text
        held = _held(text, query)
        if held > most:
            best, most = text, held
        if most == asked:
            break
    return _cut_out(best or otherwise, query)


def blocks(html: str) -> Iterator[str]:
    """Yield the paragraphs, captions, items and cells of an article's text, plain."""
    for block in _BLOCK_END.split(html):
        text = " ".join(unescape(_TAG.sub(" ", block)).split())
        for at in range(0, len(text), BLOCK_LONGEST):
            yield text[at : at + BLOCK_LONGEST]


def _held(text: str, query: Query) -> int:
    words = set(search.cut(text))
    begun = sum(any(word.startswith(each) for word in words) for each in query.beginnings)
    return begun + sum(word in words for word in query.words)


def _cut_out(text: str, query: Query) -> Pieces:
    spans = search.spans(text, query)
    if len(text) <= LONGEST:
        return _pieces(text, spans)
    begin = _begin(text, spans)
    end = _end(text, begin)
    inside = [(a - begin, b - begin) for a, b in spans if a >= begin and b <= end]
    pieces = list(_pieces(text[begin:end], inside))
    if begin:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return tuple(pieces)


def _begin(text: str, spans: list[tuple[int, int]]) -> int:
    """Choose where to begin: before the mark after which most others come."""
    starts = [max(0, first - BEFORE) for first, _ in spans] or [0]

    def seen(start: int) -> int:
        return sum(start <= first and last <= start + LONGEST for first, last in spans)

    start = max(starts, key=seen)
    first = next((first for first, _ in spans if first >= start), start)
    space = text.find(" ", start, first) if start else -1
    return space + 1 if space >= 0 else start


def _end(text: str, begin: int) -> int:
    end = begin + LONGEST
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 20, end)  # what is written without spaces is cut anywhere
    return space if space > 0 else end


def _pieces(text: str, spans: list[tuple[int, int]]) -> Pieces:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for first, last in spans:
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    pieces.append((text[at:], False))
    return tuple(each for each in pieces if each[0])
