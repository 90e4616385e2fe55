"""A listing that is read a page at a time: what tags, authors and months have in common.

Each page has its own address, `?page=N`, but the first, which has none.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Listed
from portal.news.store import listing
from portal.screens.contexts import Teaser
from portal.screens.frame import Dressed, Site

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EACH_PAGE: Final = 12


class Shown(NamedTuple):
    """A page to be rendered, and its one right path."""

    template: str
    context: "DataclassInstance"
    path: str


@dataclass(frozen=True, slots=True)
class Turned:
    """One page of a listing.

    Attributes:
        path: of the first page.
        page: from 1.
    """

    teasers: tuple[Teaser, ...]
    path: str
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One page of a listing, as it was read."""

    listed: list[Listed]
    path: str
    page: int
    pages: int
    total: int

    @property
    def canonical(self) -> str:
        """The address of this page."""
        return self.path if self.page == 1 else f"{self.path}?page={self.page}"

    def title(self, site: Site, name: str) -> str:
        """Return what this page of the listing called `name` is called."""
        return paged(site, name, self.page)

    def dressed(self, dressed: Dressed) -> Turned:
        """Return it with its teasers."""
        teasers = dressed.of(self.listed)
        return Turned(teasers, self.path, self.page, self.pages, self.total)


def paged(site: Site, name: str, page: int) -> str:
    """Return what a page of the listing called `name` is called."""
    if page == 1:
        return name
    words = site.words
    said = words.gettext("%(name)s, page %(page)s")
    return said % {"name": name, "page": words.number(page)}


async def turn(
    connection: AsyncConnection,
    site: Site,
    among: ColumnElement[bool],
    *,
    path: str,
    page: int,
    total: int | None = None,
) -> Turn | None:
    """Read one page of those articles for which `among` holds; None beyond the last.

    Args:
        total: how many there are, where that is known.
    """
    if total is None:
        total = await listing.count(connection, among, language=site.spoken)
    pages = max(1, -(-total // EACH_PAGE))
    if not 1 <= page <= pages:
        return None
    listed = await listing.some(
        connection, among, EACH_PAGE, (page - 1) * EACH_PAGE, language=site.spoken
    )
    return Turn(listed, path, page, pages, total)
