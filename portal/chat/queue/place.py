"""The place: where a visitor stands in the queue of his desk."""

from typing import NamedTuple

from msgspec import UNSET, UnsetType


class Place(NamedTuple):
    """Where somebody stands; `wait_seconds` is None where nobody knows."""

    position: int
    wait_seconds: int | None


def known(seconds: int | None) -> int | UnsetType:
    """Return seconds as they travel: not at all where nobody knows."""
    return UNSET if seconds is None else seconds
