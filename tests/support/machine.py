"""The machine the tests run on, which may have other things to do meanwhile."""

import os
from collections.abc import Iterable
from statistics import median

BUSY = 3 if (os.cpu_count() or 1) < 4 else 1
"""A small machine that runs other tests too may take longer for the same."""


def as_ever(waits: Iterable[float], seconds: float) -> bool:
    """Say whether people wait less than that: half of them surely, and nine of ten unless the
    machine was busy. Whatever would make everybody wait longer is found by that."""
    ordered = sorted(waits)
    return median(ordered) < seconds and ordered[(len(ordered) - 1) * 9 // 10] < seconds * BUSY
