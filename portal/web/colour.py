"""Colours, reckoned as eyes see them: lightness apart from hue, and contrast as WCAG measures it.

A theme gives two colours and the portal needs twenty. Those are made by moving lightness and
chroma in OKLCH, which keeps the hue, and are moved on until what is written with them can be read.

Source: B. Ottosson, "A perceptual color space for image processing" (2020); WCAG 2.2, 1.4.3.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_STEP = 0.005
"""How far lightness is moved at a time: less than anybody sees."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of a screen: three channels of sRGB, each from 0 to 1."""

    red: float
    green: float
    blue: float

    @property
    def hex(self) -> str:
        """As style sheets write it, `#00594f`."""
        channels = (round(255 * each) for each in (self.red, self.green, self.blue))
        return "#" + "".join(f"{each:02x}" for each in channels)

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1."""
        red, green, blue = (_linear(each) for each in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    @property
    def lightness(self) -> float:
        """How light it looks, 0 to 1."""
        return _oklch(self)[0]

    def at(self, lightness: float, most_chroma: float = 1.0) -> "Colour":
        """Return the same hue at another lightness, as colourful as a screen can show it.

        Args:
            most_chroma: it is made no more colourful than that; 0 is grey.
        """
        _, chroma, hue = _oklch(self)
        chroma = min(chroma, most_chroma)
        while True:
            found = _shown(lightness, chroma, hue)
            if found is not None:
                return found
            chroma = chroma - 0.002 if chroma > 0.002 else 0.0


BLACK, WHITE = Colour(0, 0, 0), Colour(1, 1, 1)


def read(written: str) -> Colour:
    """Read `#00594f` or `#0af`.

    Raises:
        ValueError: it is not written so.
    """
    found = _HEX.fullmatch(written.strip())
    if found is None:
        raise ValueError("expected a colour like #00594f")
    digits = found[1] if len(found[1]) == 6 else "".join(2 * each for each in found[1])
    return Colour(*(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((one.luminance, other.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(wanted: Colour, grounds: Iterable[Colour], least: float) -> Colour:
    """Return the colour, moved in lightness as far as it must be to be seen on every ground.

    Args:
        grounds: all light or all dark.
        least: the contrast it needs, 4.5 for text.
    """
    behind = [_written(each) for each in grounds]
    lighter = sum(each.luminance for each in behind) < 0.2 * len(behind)
    found, lightness = _written(wanted), wanted.lightness
    while any(contrast(found, each) < least for each in behind):
        lightness += _STEP if lighter else -_STEP
        if not 0 <= lightness <= 1:
            return WHITE if lighter else BLACK
        found = _written(wanted.at(lightness))
    return found


def ink(*grounds: Colour) -> Colour:
    """Return what text on these grounds is written in: near black or white, as can be read."""
    dark = Colour(0.09, 0.08, 0.07)
    choices = (dark, WHITE, BLACK)
    return max(
        choices, key=lambda each: min(4.5, min(contrast(each, ground) for ground in grounds))
    )


def _written(colour: Colour) -> Colour:
    """Return the colour as a style sheet can say it: what is measured is what is shown."""
    return read(colour.hex)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _oklch(colour: Colour) -> tuple[float, float, float]:
    """Return lightness, chroma and hue (in radians)."""
    r, g, b = (_linear(each) for each in (colour.red, colour.green, colour.blue))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _shown(lightness: float, chroma: float, hue: float) -> Colour | None:
    """Return what a screen shows of it; None: none can."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    if chroma and not all(-1e-4 <= each <= 1 + 1e-4 for each in channels):
        return None
    return Colour(*(_gamma(min(1.0, max(0.0, each))) for each in channels))
