"""A tag's articles, and the list of all tags."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.store import tags
from portal.screens.contexts import Crumb, Frame
from portal.screens.frame import Site, crumbs, dress, frame, home, surroundings
from portal.screens.spoken import everywhere
from portal.screens.turned import Shown, Turned, turn

TEMPLATE: Final = "screens/tag.html"
INDEX_TEMPLATE: Final = "screens/tags.html"


class Counted(NamedTuple):
    """A listing one can go to, and how many articles it holds."""

    name: str
    path: str
    articles: int


@dataclass(frozen=True, slots=True)
class TagPage:
    """One page of a tag's articles."""

    frame: Frame
    name: str
    slug: str
    listed: Turned


@dataclass(frozen=True, slots=True)
class TagsPage:
    """All tags."""

    frame: Frame
    tags: tuple[Counted, ...]


async def build(
    connection: AsyncConnection, site: Site, steps: tuple[str, ...], page: int
) -> Shown | None:
    """Assemble the page at `/tags/…`; None where there is none."""
    if not steps:
        return await _index(connection, site) if page == 1 else None
    found = await tags.used(connection, steps[0], language=site.spoken) if len(steps) == 1 else []
    if not found:
        return None
    shown = found[0]
    path = f"{site.home}tags/{shown.slug}/"
    turned = await turn(
        connection, site, tags.tagged(shown.id), path=path, page=page, total=shown.articles
    )
    if turned is None:
        return None
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, [*around.most_read, *turned.listed])
    framed = frame(
        site,
        around,
        dressed,
        # A category may be called the same, and a search engine shows titles alone.
        title=turned.title(site, site.words.gettext("Tag: %(name)s") % {"name": shown.name}),
        description=site.words.gettext("Everything on %(name)s, newest first.")
        % {"name": shown.name},
        canonical=turned.canonical,
        crumbs=(home(site), _index_step(site), Crumb(shown.name, None)),
    )
    return Shown(TEMPLATE, TagPage(framed, shown.name, shown.slug, turned.dressed(dressed)), path)


def _index_step(site: Site) -> Crumb:
    return Crumb(site.words.gettext("Tags"), f"{site.home}tags/")


async def _index(connection: AsyncConnection, site: Site) -> Shown:
    path = f"{site.home}tags/"
    found = await tags.used(connection, language=site.spoken)
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, around.most_read)
    framed = frame(
        site,
        around,
        dressed,
        title=site.words.gettext("Tags"),
        description=site.words.gettext("Everything published here, by what it is about."),
        canonical=path,
        crumbs=crumbs(site, (), site.words.gettext("Tags")),
        elsewhere=everywhere(site, around.spread, "tags/"),
    )
    counted = tuple(Counted(each.name, f"{path}{each.slug}/", each.articles) for each in found)
    return Shown(INDEX_TEMPLATE, TagsPage(framed, counted), path)
