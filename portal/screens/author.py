"""An author's page: who it is, and everything he wrote; and the list of all authors."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.picture import PORTRAIT_SIZES
from portal.news.store import authors
from portal.news.store.authors import Profile
from portal.screens.contexts import Crumb, Frame, Picture
from portal.screens.frame import Dressed, Site, crumbs, dress, frame, home, surroundings
from portal.screens.spoken import everywhere
from portal.screens.turned import Shown, Turned, turn

TEMPLATE: Final = "screens/author.html"
INDEX_TEMPLATE: Final = "screens/authors.html"


@dataclass(frozen=True, slots=True)
class Writer:
    """An author, with what is told of him."""

    name: str
    path: str
    role: str
    bio: str
    portrait: Picture | None
    articles: int


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """One page of an author's articles."""

    frame: Frame
    author: Writer
    listed: Turned


@dataclass(frozen=True, slots=True)
class AuthorsPage:
    """All authors that readers can read."""

    frame: Frame
    authors: tuple[Writer, ...]


async def build(
    connection: AsyncConnection, site: Site, steps: tuple[str, ...], page: int
) -> Shown | None:
    """Assemble the page at `/authors/…`; None where there is none."""
    if not steps:
        return await _index(connection, site) if page == 1 else None
    found = (
        await authors.profiles(connection, steps[0], language=site.spoken)
        if len(steps) == 1
        else []
    )
    if not found:
        return None
    shown = found[0]
    if site.spoken and not shown.articles:
        return None
    path = f"{site.home}authors/{shown.slug}/"
    turned = await turn(
        connection, site, authors.written_by(shown.id), path=path, page=page, total=shown.articles
    )
    if turned is None:
        return None
    around = await surroundings(connection, site)
    listed = [*around.most_read, *turned.listed]
    dressed = await dress(connection, site, listed, [shown.portrait_id])
    framed = frame(
        site,
        around,
        dressed,
        title=turned.title(site, shown.name),
        description=shown.bio or _said_of(site, shown.name),
        canonical=turned.canonical,
        crumbs=(home(site), _index_step(site), Crumb(shown.name, None)),
    )
    page_of = AuthorPage(framed, _writer(site, shown, dressed), turned.dressed(dressed))
    return Shown(TEMPLATE, page_of, path)


def _said_of(site: Site, name: str) -> str:
    said = site.words.gettext("Everything %(name)s has written here, newest first.")
    return said % {"name": name}


def _index_step(site: Site) -> Crumb:
    return Crumb(site.words.gettext("Authors"), f"{site.home}authors/")


async def _index(connection: AsyncConnection, site: Site) -> Shown:
    path = f"{site.home}authors/"
    profiles = await authors.profiles(connection, language=site.spoken)
    found = [each for each in profiles if each.articles]
    around = await surroundings(connection, site)
    faces = [each.portrait_id for each in found]
    dressed = await dress(connection, site, around.most_read, faces)
    framed = frame(
        site,
        around,
        dressed,
        title=site.words.gettext("Authors"),
        description=site.words.gettext("Who writes here."),
        canonical=path,
        crumbs=crumbs(site, (), site.words.gettext("Authors")),
        elsewhere=everywhere(site, around.spread, "authors/"),
    )
    writers = tuple(_writer(site, each, dressed) for each in found)
    return Shown(INDEX_TEMPLATE, AuthorsPage(framed, writers), path)


def _writer(site: Site, shown: Profile, dressed: Dressed) -> Writer:
    face = dressed.details.pictures.get(shown.portrait_id or 0)
    return Writer(
        name=shown.name,
        path=f"{site.home}authors/{shown.slug}/",
        role=shown.role,
        bio=shown.bio,
        portrait=face.picture(alt="", sizes=PORTRAIT_SIZES) if face else None,
        articles=shown.articles,
    )
