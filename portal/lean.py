"""Lean: scripts and style sheets as they are served, without comments and indentation.

The files are read by people and loaded by browsers; a third of them is explanation. What is left is
the same lines in the same order, which a browser's tools set in again for whoever looks. A file
with a text over several lines keeps its empty lines and its indentation: they may be part of it.
"""

import re
from functools import lru_cache, partial
from pathlib import Path

BLOCK = r"(?P<block>/\*.*?\*/)"
LINE = r"(?P<line>//[^\n]*)"
TEXT = r""" "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' """
TEMPLATE = r" `(?:\\.|[^`\\])*` "
BEFORE_VALUE = r" (?: (?<=[(,=:\[!&|?{};>\n]) | (?<=return) ) [ ]* "
PATTERN = r" /(?![*/]) (?: \\. | \[(?:\\.|[^\]\\\n])*\] | [^/\\\n\[] )+ / "
"""A slash begins a pattern where a value may stand; anywhere else it divides."""

HOW = re.VERBOSE | re.DOTALL
SHEET = re.compile(f"{BLOCK} | (?P<text>{TEXT})", HOW)
SCRIPT = re.compile(
    f"{BLOCK} | (?P<text>{TEXT} | {TEMPLATE} | {BEFORE_VALUE}{PATTERN}) | {LINE}", HOW
)
TEXTS_KEPT = 1024
"""Each file is asked for twice or more while a process starts: for the fingerprint, for itself, and
for what it is folded into."""
PIECES = {".js": SCRIPT, ".css": SHEET}
"""What may hold the signs of a comment without being one: texts, templates and patterns are read
over. A template within a template ends the outer one early; that our files suffer none of it is
tested."""


def lean(path: Path) -> bytes:
    """Return the file as it is served."""
    pieces = PIECES.get(path.suffix)
    if pieces is None:
        return path.read_bytes()
    return flush(bare(path), path.suffix).encode()


def bare(path: Path) -> str:
    """Return a script or a style sheet without comments, set in as it was written."""
    return _bare(path.read_text(encoding="utf-8"), path.suffix)


@lru_cache(maxsize=TEXTS_KEPT)
def flush(text: str, suffix: str) -> str:
    """Return a script or a style sheet without empty lines, nothing set in."""
    if _spans_lines(text, PIECES[suffix]):
        return text
    return re.sub(r"[ \t]*\n\s*", "\n", text)


@lru_cache(maxsize=TEXTS_KEPT)
def _bare(text: str, suffix: str) -> str:
    return PIECES[suffix].sub(partial(_left_of, text), text).lstrip()


def _left_of(text: str, piece: re.Match[str]) -> str:
    comment = piece.lastgroup in ("block", "line")
    if not comment or piece[0].startswith("/*!"):
        return piece[0]
    around = text[piece.start() - 1 : piece.start()], text[piece.end() : piece.end() + 1]
    # A comment parts what stands on both sides of it.
    return " " if all(each and not each.isspace() for each in around) else ""


def _spans_lines(text: str, pieces: re.Pattern[str]) -> bool:
    if "`" not in text and "\\\n" not in text:  # nothing else leads a text over the end of a line
        return False
    return any("\n" in piece[0] for piece in pieces.finditer(text) if piece.lastgroup == "text")
