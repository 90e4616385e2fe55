"""Lean: scripts and style sheets as they are served, without their comments.

The files are read by people and loaded by browsers; a third of them is explanation. Only comments
that stand alone on their lines go, and empty lines with them: what is left is the same lines in
the same order, which a browser's tools still show as they were written.
"""

import re
from functools import partial
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
"""What may hold the signs of a comment without being one: texts, templates and patterns are read
over. A template within a template ends the outer one early; that our files suffer none of it is
tested."""


def lean(path: Path) -> bytes:
    """Return the file as it is served."""
    content = path.read_bytes()
    pieces = {".js": SCRIPT, ".css": SHEET}.get(path.suffix)
    return _without_comments(content.decode(), pieces).encode() if pieces else content


def _without_comments(text: str, pieces: re.Pattern[str]) -> str:
    kept = pieces.sub(partial(_left_of, text), text).lstrip()
    # An empty line inside a template is part of it: such files keep theirs.
    return kept if _spans_lines(kept, pieces) else re.sub(r"\n(?:[ \t]*\n)+", "\n", kept)


def _left_of(text: str, piece: re.Match[str]) -> str:
    comment = piece.lastgroup in ("block", "line")
    if not comment or piece[0].startswith("/*!"):
        return piece[0]
    before = text[text.rfind("\n", 0, piece.start()) + 1 : piece.start()]
    after = text[piece.end() :].partition("\n")[0]
    return piece[0] if before.strip() or after.strip() else ""


def _spans_lines(text: str, pieces: re.Pattern[str]) -> bool:
    return any("\n" in piece[0] for piece in pieces.finditer(text) if piece.lastgroup == "text")
