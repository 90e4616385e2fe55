"""The palette: all colours of a site made from two, by day and by night.

The names are those of the raw tokens in `static/css/tokens.css`; grounds and inks stay the house's.
What is read reaches a contrast of 4.5 on every ground it stands on, the ring of focus 3.
"""

from dataclasses import dataclass

from portal.web.colour import WHITE, Colour, contrast, ink, readable
from portal.web.colour import read as colour

TEXT, SIGN = 4.5, 3.0
"""Contrasts. Source: WCAG 2.2, 1.4.3 and 1.4.11."""
DAY = tuple(colour(each) for each in ("#ffffff", "#eff3f1"))
NIGHT = tuple(colour(each) for each in ("#101918", "#1a2624", "#182321", "#0a1110"))
Tokens = dict[str, str]


@dataclass(frozen=True, slots=True)
class Palette:
    """What was made.

    Attributes:
        day, night: raw tokens without their dashes, and what they are.
        bands: what a browser paints its own bar in, by day and by night.
        moved: what could not be read as it was given, and what it became by day.
    """

    day: Tokens
    night: Tokens
    bands: tuple[str, str]
    moved: dict[str, str]


def palette(main: Colour | None, accent: Colour | None) -> Palette:
    """Make the colours of a site; of what is not given the house's stay.

    Args:
        main: what one can act on: links, buttons; its shade is the band at head and foot.
        accent: what is alive right now: the chat's button, a moving number. Never text.
    """
    day: Tokens = {}
    night: Tokens = {}
    bands = ("#0b2b27", "#0a1211")
    moved: dict[str, str] = {}
    if main is not None:
        day |= _main_by_day(main)
        night |= _main_by_night(main)
        bands = (day["night"], night["night"])
        if day["petrol"] != main.hex:
            moved["colour"] = day["petrol"]
    if accent is not None:
        band = colour(bands[0])
        day |= _accent(accent, 0.95, 0.045) | {"ring": readable(accent, DAY, SIGN).hex}
        lit = accent.at(max(0.78, accent.lightness))
        night |= _accent(lit, 0.3, 0.05)
        night["ring"] = readable(lit, (*NIGHT, band), SIGN).hex
    return Palette(day, night, bands, moved)


def _main_by_day(main: Colour) -> Tokens:
    wash = main.at(0.945, 0.02)
    shown = readable(main, (*DAY, wash), TEXT)
    band = main.at(0.265, 0.05)
    return {
        "petrol": shown.hex,
        "petrol-strong": shown.at(max(0.12, shown.lightness - 0.11)).hex,
        "petrol-wash": wash.hex,
        "on-petrol": WHITE.hex,
        **_band(band, main),
    }


def _main_by_night(main: Colour) -> Tokens:
    wash = main.at(0.32, 0.045)
    shown = readable(main.at(max(0.76, main.lightness), 0.14), (*NIGHT, wash), TEXT)
    strong = shown.at(min(0.96, shown.lightness + 0.08))
    written = main.at(0.22, 0.05)
    return {
        "petrol": shown.hex,
        "petrol-strong": strong.hex,
        "petrol-wash": wash.hex,
        "on-petrol": (written if contrast(written, shown) >= TEXT else ink(shown, strong)).hex,
        **_band(main.at(0.17, 0.015), main),
    }


def _band(band: Colour, main: Colour) -> Tokens:
    return {
        "night": band.hex,
        "on-night": readable(main.at(0.97, 0.008), (band,), 7).hex,
        "on-night-soft": readable(main.at(0.82, 0.02), (band,), TEXT).hex,
        "night-hair": main.at(band.lightness + 0.14, 0.045).hex,
    }


def _accent(accent: Colour, wash_lightness: float, wash_chroma: float) -> Tokens:
    strong = accent.at(min(1.0, max(0.0, accent.lightness - 0.05)))
    written = ink(accent, strong)
    if min(contrast(written, each) for each in (accent, strong)) < TEXT:
        strong, written = accent, ink(accent)
    return {
        "marigold": accent.hex,
        "marigold-strong": strong.hex,
        "marigold-wash": accent.at(wash_lightness, wash_chroma).hex,
        "on-marigold": written.hex,
    }
