"""`breaking: true` and `breaking_until:` in front matter, read into what is wished."""

from zoneinfo import ZoneInfo

from portal.news.importers.dates import read_date
from portal.news.importers.front_matter import Found
from portal.news.store.breaking import Wish


def wish_of(found: Found, now: int, zone: ZoneInfo) -> Wish | None:
    """Return what a file says of it; None: nothing.

    Raises:
        ValueError: it cannot be meant.
    """
    if found.breaking_until is not None and found.breaking is not False:
        try:
            return Wish(on=True, until=read_date(found.breaking_until, now, zone).at)
        except ValueError as error:
            raise ValueError(f"breaking_until: {error}") from None
    return None if found.breaking is None else Wish(on=found.breaking)
