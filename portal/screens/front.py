"""The front page: the newest article with a picture leads, then the latest, then by sections.

An article stands on it once: what leads or is among the latest is not repeated in its section
unless the section would be empty.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Listed
from portal.news.slugs import category_path
from portal.news.store import listing
from portal.news.store.categories import Category, Tree
from portal.screens.contexts import FrontPage, Section
from portal.screens.frame import Site, dress, frame, surroundings

TEMPLATE = "screens/front.html"
LATEST = 4
LEAD_AMONG = 4
"""The lead is the newest with a picture, but not older than the fourth."""
SECTION = 4


async def build(connection: AsyncConnection, site: Site) -> FrontPage:
    """Assemble the front page, in seven statements."""
    around = await surroundings(connection, site)
    newest = await listing.latest(connection, LATEST + 1)
    lead = _lead(newest)
    latest = [each for each in newest if each is not lead][:LATEST]
    by_category = await listing.newest_of_each_category(connection, SECTION + LATEST + 1)
    shown: set[int] = {each.id for each in [*latest, *([lead] if lead else [])]}
    sections = [
        (section, _of_section(around.tree, section, by_category, shown))
        for section in _sections(around.tree)
    ]
    listed = [each for _, articles in sections for each in articles]
    dressed = await dress(connection, site, [*around.most_read, *latest, lead, *listed])
    return FrontPage(
        frame=frame(site, around, dressed, title="", description="", canonical="/"),
        lead=dressed.one(lead),
        latest=dressed.of(latest),
        sections=tuple(
            Section(section.name, category_path(section.path), dressed.of(articles))
            for section, articles in sections
            if articles
        ),
    )


def _lead(newest: Sequence[Listed]) -> Listed | None:
    pictured = (each for each in newest[:LEAD_AMONG] if each.lead_media_id)
    return next(pictured, newest[0] if newest else None)


def _sections(tree: Tree) -> list[Category]:
    """Return the categories the front page is divided by: the top ones, or the only one's."""
    top = tree.children(None)
    return tree.children(top[0].id) or top if len(top) == 1 else top


def _of_section(
    tree: Tree, section: Category, by_category: Sequence[Listed], shown: set[int]
) -> list[Listed]:
    inside = set(tree.subtree(section.id))
    own = [each for each in by_category if each.category_id in inside]
    return ([each for each in own if each.id not in shown] or own)[:SECTION]
