"""The archive: every month with its articles, a page at a time, and the list of all months."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.store import archive
from portal.news.store.archive import Months
from portal.screens.contexts import Crumb, Frame
from portal.screens.frame import Site, crumbs, dress, frame, home, surroundings
from portal.screens.spoken import everywhere
from portal.screens.turned import Shown, Turned, turn

TEMPLATE: Final = "screens/archive.html"
INDEX_TEMPLATE: Final = "screens/archives.html"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the archive."""

    name: str
    """Without its year."""
    path: str
    articles: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the archive, with those of its months that have articles, in their order."""

    name: str
    path: str
    articles: int
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """One page of a month's articles, or a whole year's."""

    frame: Frame
    name: str
    year: Year
    """The one it belongs to."""
    earlier: Month | None
    later: Month | None
    """The months before and after it that have articles; both None for a year."""
    listed: Turned


@dataclass(frozen=True, slots=True)
class ArchivesPage:
    """All months."""

    frame: Frame
    years: tuple[Year, ...]


async def build(
    connection: AsyncConnection, site: Site, steps: tuple[str, ...], page: int
) -> Shown | None:
    """Assemble the page at `/archive/…`; None where there is none."""
    asked = _read(steps)
    if asked is None or (not steps and page != 1):
        return None
    months = await archive.months(connection, site.settings.timezone, language=site.spoken)
    if not steps:
        return await _index(connection, site, months)
    year, month = asked
    if not any(y == year and month in (None, m) for y, m in months):
        return None
    return await _period(connection, site, months, year, month, page)


async def _period(
    connection: AsyncConnection, site: Site, months: Months, year: int, month: int | None, page: int
) -> Shown | None:
    path = _path(site, year, month)
    among = archive.published_in(year, month, site.settings.timezone)
    total = sum(n for (y, m), n in months.items() if y == year and month in (None, m))
    turned = await turn(connection, site, among, path=path, page=page, total=total)
    if turned is None:
        return None
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, [*around.most_read, *turned.listed])
    words = site.words
    name = words.month_of(year, month) if month else words.year(year)
    above = (Crumb(words.year(year), _path(site, year, None)),) if month else ()
    framed = frame(
        site,
        around,
        dressed,
        title=turned.title(site, words.gettext("Archive: %(name)s") % {"name": name}),
        description=words.gettext("Everything published in %(name)s, newest first.")
        % {"name": name},
        canonical=turned.canonical,
        crumbs=(
            home(site),
            _index_step(site),
            *above,
            Crumb(words.month(month) if month else name, None),
        ),
    )
    earlier, later = _beside(site, months, year, month)
    shown = ArchivePage(
        framed, name, _year(site, months, year), earlier, later, turned.dressed(dressed)
    )
    return Shown(TEMPLATE, shown, path)


def _index_step(site: Site) -> Crumb:
    return Crumb(site.words.gettext("Archive"), f"{site.home}archive/")


async def _index(connection: AsyncConnection, site: Site, months: Months) -> Shown:
    path = f"{site.home}archive/"
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, around.most_read)
    framed = frame(
        site,
        around,
        dressed,
        title=site.words.gettext("Archive"),
        description=site.words.gettext("Everything published here, by month."),
        canonical=path,
        crumbs=crumbs(site, (), site.words.gettext("Archive")),
        elsewhere=everywhere(site, around.spread, "archive/"),
    )
    years = tuple(_year(site, months, year) for year in dict.fromkeys(year for year, _ in months))
    return Shown(INDEX_TEMPLATE, ArchivesPage(framed, years), path)


def _read(steps: tuple[str, ...]) -> tuple[int, int | None] | None:
    """Read `YYYY` and `MM`, which are written with four digits and with two; else None."""
    if not steps:
        return 0, None
    year, *rest = steps
    plain = all(step.isascii() and step.isdigit() for step in steps)
    if not plain or len(year) != 4 or int(year) not in archive.YEARS or len(rest) > 1:
        return None
    if not rest:
        return int(year), None
    return (int(year), int(rest[0])) if len(rest[0]) == 2 and 1 <= int(rest[0]) <= 12 else None


def _path(site: Site, year: int, month: int | None) -> str:
    above = f"{site.home}archive/{year}/"
    return f"{above}{month:02}/" if month else above


def _month(site: Site, months: Months, which: tuple[int, int], *, with_year: bool = False) -> Month:
    year, month = which
    name = site.words.month_of(year, month) if with_year else site.words.month(month)
    return Month(name, _path(site, year, month), months[which])


def _year(site: Site, months: Months, year: int) -> Year:
    own = tuple(_month(site, months, each) for each in sorted(months) if each[0] == year)
    return Year(
        site.words.year(year), _path(site, year, None), sum(each.articles for each in own), own
    )


def _beside(
    site: Site, months: Months, year: int, month: int | None
) -> tuple[Month | None, Month | None]:
    if month is None:
        return None, None
    in_order = sorted(months)
    at = in_order.index((year, month))
    earlier = _month(site, months, in_order[at - 1], with_year=True) if at else None
    later = in_order[at + 1] if at + 1 < len(in_order) else None
    return earlier, _month(site, months, later, with_year=True) if later else None
