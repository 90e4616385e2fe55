"""How readers came and how far they read, as tables show it: shares of a whole."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from portal.audience.kinds import Came

KINDS: Final = (
    ("referrer", "From"),
    ("device", "On"),
    ("language", "Language"),
    ("place", "Front page"),
)
QUARTERS: Final = (25, 50, 75, 100)
SHARES_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Share:
    """One of a kind, among those that clicked."""

    name: str
    n: int
    percent: int


def reached(came: Came) -> tuple[tuple[int, int], ...]:
    """Return (percent of the text, share of the readings that got there); empty: nobody knows."""
    found = [(percent, came.reached(percent)) for percent in QUARTERS]
    return tuple((percent, share) for percent, share in found if share is not None)


def shares(came: Came, kind: str) -> tuple[Share, ...]:
    """Return the shares of a kind, the largest first."""
    counter = came.by.get(kind, Counter[str]())
    whole = counter.total()
    return tuple(
        Share(name, n, round(100 * n / whole)) for name, n in counter.most_common(SHARES_MOST)
    )
