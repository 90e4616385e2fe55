"""Plots as SVG, drawn by the server: whole without a script, read by a screen reader as a sentence.

Height tells the number, never colour alone; the table beside a plot holds the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 600
HEIGHT: Final = 120
SPARK_WIDTH: Final = 60
SPARK_HEIGHT: Final = 16
GAP_SHARE: Final = 0.25
LEAST_PX: Final = 1.5
"""One click among ten thousand is seen too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, and how much."""

    name: str
    n: int


def bars(some: Sequence[Bar], *, title: str, unit: str) -> Markup:
    """Return bars from left to right, the highest as high as the plot; "" for none.

    Each has its name and number as its own title, which a pointer shows.
    """
    if not some:
        return Markup()
    most = max(each.n for each in some)
    step = WIDTH / len(some)
    drawn = []
    for at, each in enumerate(some):
        high = max(HEIGHT * each.n / most, LEAST_PX) if each.n else 0
        words = escape(f"{each.name}: {each.n:,} {unit}")
        x, width = at * step + step * GAP_SHARE / 2, step * (1 - GAP_SHARE)
        drawn.append(
            f'<rect class="plot__bar" x="{x:.1f}" y="{HEIGHT - high:.1f}" width="{width:.1f}" '
            f'height="{high:.1f}"><title>{words}</title></rect>'
        )
    peak = max(some, key=lambda each: each.n)
    said = f"{title}, {some[0].name} to {some[-1].name}; most {peak.n:,} {unit}, {peak.name}"
    return _svg(said, "".join(drawn))


def curve(numbers: Sequence[int], *, title: str, band: Sequence[int] = ()) -> Markup:
    """Return a curve over equal steps; `band` is drawn dashed beneath it: what is usual."""
    if not numbers:
        return Markup()
    most = max([*numbers, *band, 1])
    usual = f'<polyline class="plot__usual" points="{_points(band, most)}"/>' if band else ""
    curve = f'<polyline class="plot__line" points="{_points(numbers, most)}"/>'
    said = f"{title}; now {numbers[-1]:,}, at most {max(numbers):,}"
    return _svg(said, usual + curve)


def beside_usual(hours: Mapping[int, tuple[int, int | None]]) -> Markup:
    """Return a day's clicks by hour, with what is usual dashed beneath."""
    clicks, usual = [n for n, _ in hours.values()], [u or 0 for _, u in hours.values()]
    return curve(clicks, title="Clicks by hour, the last day", band=usual)


def spark(numbers: Sequence[int]) -> Markup:
    """Return a curve as small as a word, for eyes only: the numbers stand beside it."""
    drawn = _points(numbers, max([*numbers, 1]), SPARK_WIDTH, SPARK_HEIGHT)
    return Markup(  # noqa: S704 - numbers of ours
        f'<svg class="spark" viewBox="0 0 {SPARK_WIDTH} {SPARK_HEIGHT}" aria-hidden="true" '
        f'preserveAspectRatio="none"><polyline class="plot__line" points="{drawn}"/></svg>'
    )


def _points(numbers: Sequence[int], most: int, width: int = WIDTH, height: int = HEIGHT) -> str:
    step = width / max(len(numbers) - 1, 1)
    return " ".join(
        f"{at * step:.1f},{height - 2 - (height - 4) * n / most:.1f}"
        for at, n in enumerate(numbers)
    )


def _svg(said: str, inside: str) -> Markup:
    words = escape(said)
    return Markup(  # noqa: S704 - numbers of ours, and words that are escaped
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}" '
        f'preserveAspectRatio="none">{inside}</svg>'
    )
