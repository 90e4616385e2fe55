"""A site's colours, made of any two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.colour import BLACK, WHITE, Colour, contrast, read, readable
from portal.web.palette import DAY, NIGHT, SIGN, TEXT, Palette, palette

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: read(f"#{number:06x}"))


def pairs(made: Palette) -> list[tuple[str, float, float]]:
    """What is written on what, the contrast it has and the one it needs."""
    found = []
    for when, tokens, grounds in (("day", made.day, DAY), ("night", made.night, NIGHT)):
        has = {name: read(value) for name, value in tokens.items()}
        behind = [*grounds, has["petrol-wash"]]
        found += [(f"{when} link", contrast(has["petrol"], each), TEXT) for each in behind]
        on = [
            ("on-petrol", "petrol", TEXT),
            ("on-petrol", "petrol-strong", TEXT),
            ("on-night", "night", TEXT),
            ("on-night-soft", "night", TEXT),
            ("on-marigold", "marigold", TEXT),
            ("on-marigold", "marigold-strong", TEXT),
        ]
        found += [(f"{when} {a}/{b}", contrast(has[a], has[b]), least) for a, b, least in on]
        found += [(f"{when} ring", contrast(has["ring"], each), SIGN) for each in grounds]
    return found


@given(main=COLOURS, accent=COLOURS)
def test_any_two_colours_can_be_read(main: Colour, accent: Colour) -> None:
    """By day and by night, whatever somebody chose."""
    made = palette(main, accent)

    assert [each for each in pairs(made) if each[1] < each[2]] == []


def test_a_colour_that_can_be_read_stays() -> None:
    """Only what cannot is moved, and it is said."""
    kept, moved = palette(read("#00594f"), None), palette(read("#7fd8ff"), None)

    assert kept.day["petrol"] == "#00594f"
    assert kept.moved == {}
    assert moved.moved == {"colour": moved.day["petrol"]}


def test_the_house_s_colours_stay_where_none_is_given() -> None:
    """A theme may be a logo alone."""
    assert palette(None, None).day == {}
    assert palette(None, None).night == {}


@pytest.mark.parametrize(
    ("one", "other", "measured"),
    [(BLACK, WHITE, 21.0), (WHITE, WHITE, 1.0), (read("#777"), WHITE, 4.48)],
)
def test_contrast_is_what_wcag_says(one: Colour, other: Colour, measured: float) -> None:
    """Checked against the examples everybody uses."""
    assert contrast(one, other) == pytest.approx(measured, abs=0.01)


def test_a_colour_keeps_its_hue_while_it_is_moved() -> None:
    """Darker red is red."""
    moved = readable(read("#ff8080"), [WHITE], TEXT)

    assert moved.red > moved.green
    assert moved.green == pytest.approx(moved.blue, abs=0.08)


@pytest.mark.parametrize("written", ["00594f", "#00594", "#00594g", "red", "", "#00594f80"])
def test_what_is_no_colour_is_refused(written: str) -> None:
    """With what it should look like."""
    with pytest.raises(ValueError, match="expected a colour like #00594f"):
        read(written)
