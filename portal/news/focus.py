"""The point of a picture that stays in sight wherever the picture is cut.

Two percentages, from the left and from the top, as CSS' `object-position` means them: the point
stands as far across the cut as it stands across the picture, so it is never outside.
"""

import re
from typing import Final, NamedTuple

_WRITTEN: Final = re.compile(r"(\d{1,3})\s*%\s*,?\s*(\d{1,3})\s*%", re.ASCII)


class Focus(NamedTuple):
    """A point of a picture, in whole percent."""

    x: int = 50
    y: int = 40

    @property
    def written(self) -> str:
        """As front matter has it; empty where nobody chose."""
        return "" if self == MIDDLE else f"{self.x}% {self.y}%"

    @property
    def mark(self) -> str:
        """What tells cuts around this point from others of the same picture."""
        return "" if self == MIDDLE else f"-{self.x}-{self.y}"

    @property
    def classes(self) -> str:
        """The nearest of the classes a page has for it: a policy without inline styles."""
        if self == MIDDLE:
            return ""
        return f"focus-x-{round(self.x / 10)} focus-y-{round(self.y / 10)}"


MIDDLE: Final = Focus()
"""Where nobody chose: what a picture is of stands rather above its middle."""


def read(written: str) -> Focus:
    """Read "62% 30%"; empty is the middle.

    Raises:
        ValueError: it is no such point.
    """
    if not written:
        return MIDDLE
    found = _WRITTEN.fullmatch(written.strip())
    if found is None or int(found[1]) > 100 or int(found[2]) > 100:
        raise ValueError(f"expected two percentages like 62% 30%, got {written[:40]!r}")
    return Focus(int(found[1]), int(found[2]))
