"""The program that draws cards for articles without a picture: the title in the house's colours.

It imports nothing of the portal, like `renderer`. It reads one JSON line a card from its standard
input, `{"title", "site", "file": path, "job": number}`, and writes one back for each:
`{"job", "made": true}`, or `false` where no font of this machine has all the title's letters. An
article nobody can draw a card for is shown with the house's own: better than boxes.

Letters are looked for in the machine's own fonts, first in those of most languages; what is drawn
into the card is no text any more, so no reader needs them.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

SIZE = (1200, 630)
GROUND, INK, QUIET, ACCENT = "#00594f", "#ffffff", "#cfe5e0", "#ffb71f"
MARGIN = 88
TITLE_SIZES = (80, 70, 60, 52, 46)
"""Pixels; the largest in which it has no more than four lines."""
MOST_LINES = 4
SITE_SIZE = 34
LEADING = 1.18
JPEG = {"quality": 88, "optimize": True}
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
FONTS = (
    *("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf"),
    *("Arial Bold.ttf", "arialbd.ttf"),
    *("NotoSansCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc", "PingFang.ttc", "msyhbd.ttc"),
    *("NotoSansArabic-Bold.ttf", "NotoNaskhArabic-Bold.ttf"),
)
_RIGHT_TO_LEFT = ("R", "AL")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_CLOSING = "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
_UNIT = re.compile(rf"[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+|\s+")
"""What a line may break between: words, and the signs of a script without spaces, but not before a
mark that ends something."""


def main() -> None:
    """Draw what standard input names."""
    for line in sys.stdin:
        job = json.loads(line)
        made = draw(job["title"], job["site"], Path(job["file"]))
        print(json.dumps({"job": job["job"], "made": made}), flush=True)


def draw(title: str, site: str, place: Path) -> bool:
    """Draw one card; False if its letters are not to be had."""
    found = _font_for(title), _font_for(site)
    if found[0] is None or found[1] is None:
        return False
    card = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(card)
    across = SIZE[0] - 2 * MARGIN
    turned = _right_to_left(title)
    font, lines = _fitting(title, found[0], across)
    start = SIZE[0] - MARGIN if turned else MARGIN
    pen.ellipse(_dot(start, turned), fill=ACCENT)
    name = _sized(found[1], SITE_SIZE)
    pen.text((start, MARGIN + 46), site, font=name, fill=QUIET, anchor="rs" if turned else "ls")
    down = SIZE[1] - MARGIN
    for line in reversed(lines):
        pen.text((start, down), line, font=font, fill=INK, anchor="rd" if turned else "ld")
        down -= round(font.size * LEADING)
    card.save(place, "JPEG", **JPEG)
    return True


def _dot(start: int, turned: bool) -> tuple[int, int, int, int]:
    """Return where the house's mark stands: at the line's beginning."""
    left = start - 22 if turned else start
    return (left, MARGIN - 22, left + 22, MARGIN)


def _fitting(title: str, name: str, across: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Return the largest size in which the title is short enough, and its lines."""
    for size in TITLE_SIZES:
        font = _sized(name, size)
        lines = _wrapped(title, font, across)
        if len(lines) <= MOST_LINES:
            return font, lines
    return font, [*lines[: MOST_LINES - 1], _shortened(lines[MOST_LINES - 1], font, across)]


def _wrapped(title: str, font: ImageFont.FreeTypeFont, across: int) -> list[str]:
    lines = [""]
    for unit in _units(title, font, across):
        if lines[-1] and font.getlength(lines[-1] + unit.rstrip()) > across:
            lines.append("")
        lines[-1] += unit if lines[-1] else unit.lstrip()
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _units(title: str, font: ImageFont.FreeTypeFont, across: int) -> Iterator[str]:
    """Yield what stays together; a word longer than a line does not."""
    for unit in _UNIT.findall(title):
        yield from [unit] if font.getlength(unit) <= across else unit


def _shortened(line: str, font: ImageFont.FreeTypeFont, across: int) -> str:
    while line and font.getlength(line + "…") > across:
        line = line[:-1]
    return line.rstrip() + "…"


def _right_to_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in ("L", *_RIGHT_TO_LEFT)), "L") != "L"


@cache
def _font_for(text: str) -> str | None:
    """Return the first font that has all letters of a text; "" is the one Pillow brings along."""
    turned = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text)
    if turned and not features.check("raqm"):
        return None  # its letters would stand apart, and backwards
    return next((name for name in (*_installed(), "") if _has(name, text)), None)


@cache
def _installed() -> tuple[str, ...]:
    """Return the known fonts of this machine, best first."""
    places: dict[str, str] = {}
    for folder in FOLDERS:
        for path in Path(folder).rglob("*.tt[fc]"):
            places.setdefault(path.name, str(path))
    return tuple(places[name] for name in FONTS if name in places)


def _has(name: str, text: str) -> bool:
    font = _sized(name, SITE_SIZE)
    nothing = bytes(font.getmask("\uffff"))
    shown = {sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"}
    return all(bytes(font.getmask(sign)) != nothing for sign in shown)


@cache
def _sized(name: str, size: int) -> ImageFont.FreeTypeFont:
    if name:
        return ImageFont.truetype(name, size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


if __name__ == "__main__":
    main()
