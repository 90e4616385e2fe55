"""What is written about a picture where it is shown, in the title of its Markdown:

    ![What it shows](harbour.jpg "The first boats are out. | Credit: Wei Lan | focus 62% 30%")

Parts stand between bars, in any order. `Credit:` is who made it, `focus` the point that stays in
sight when it is cut, `decorative` says that it shows nothing anybody must know, `poster` names the
picture that stands for a film; whatever else there is, is the caption.
"""

from dataclasses import dataclass
from typing import Final

from portal.news import focus
from portal.news.focus import MIDDLE, Focus

CREDIT: Final = "credit:"
FOCUS: Final = "focus "
POSTER: Final = "poster "
DECORATIVE: Final = "decorative"


@dataclass(frozen=True, slots=True)
class Caption:
    """A picture's words, apart from what it shows."""

    text: str = ""
    credit: str = ""
    focus: Focus = MIDDLE
    decorative: bool = False
    poster: str = ""


def read(title: str) -> Caption:
    """Read a picture's title; what cannot be meant otherwise is its caption."""
    said: list[str] = []
    credit = poster = ""
    point, decorative = MIDDLE, False
    for part in (each.strip() for each in title.split("|")):
        lower = part.lower()
        if lower.startswith(CREDIT):
            credit = part[len(CREDIT) :].strip()
        elif lower.startswith(POSTER) and "." in part:
            poster = part[len(POSTER) :].strip()
        elif lower == DECORATIVE:
            decorative = True
        elif lower.startswith(FOCUS) and "%" in part:
            try:
                point = focus.read(part[len(FOCUS) :])
            except ValueError:
                said.append(part)
        elif part:
            said.append(part)
    return Caption(" | ".join(said), credit, point, decorative, poster)


@dataclass(frozen=True, slots=True)
class Named:
    """A picture as a text names it: its file, what it shows, and the words below it."""

    file: str
    alt: str
    caption: Caption
