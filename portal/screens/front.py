"""The front page: the newest article with a picture leads, then the latest, then by sections.

An article stands on it once: what leads or is among the latest is not repeated in its section
unless the section would be empty, and one of the most read only where the section lacks others.
Whatever has no picture stands where pictures are not missed: as a headline under the lead, or in
its section below one that has.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Listed
from portal.news.slugs import category_path
from portal.news.store import listing
from portal.news.store.categories import Category, Tree
from portal.screens.contexts import FrontPage, Section
from portal.screens.frame import MOST_READ, Site, dress, frame, surroundings
from portal.screens.spoken import everywhere

TEMPLATE = "screens/front.html"
HEADLINES = 3
LATEST = 4
LEAD_AMONG = 4
"""The lead is the newest with a picture, but not older than the fourth."""
SECTION = 5
ABOVE = 1 + HEADLINES + LATEST


async def build(connection: AsyncConnection, site: Site) -> FrontPage:
    """Assemble the front page, in seven statements."""
    around = await surroundings(connection, site)
    newest = await listing.latest(connection, ABOVE, language=site.spoken)
    lead = _lead(newest)
    others = [each for each in newest if each is not lead]
    headlines = _headlines(others)
    latest = [each for each in others if each not in headlines]
    by_category = await listing.newest_of_each_category(
        connection, SECTION + ABOVE + MOST_READ, language=site.spoken
    )
    shown: set[int] = {each.id for each in newest}
    ranked: set[int] = {each.id for each in around.most_read}
    sections = [
        (section, _of_section(around.tree, section, by_category, shown, ranked))
        for section in _sections(around.tree)
    ]
    listed = [each for _, articles in sections for each in articles]
    dressed = await dress(connection, site, [*around.most_read, *newest, *listed])
    return FrontPage(
        frame=frame(
            site,
            around,
            dressed,
            title="",
            canonical=site.home,
            elsewhere=everywhere(site, around.spread, ""),
        ),
        today=site.clock(),
        lead=dressed.one(lead),
        headlines=dressed.of(headlines),
        latest=dressed.of(latest),
        sections=tuple(
            Section(section.name, category_path(section.path, site.home), dressed.of(articles))
            for section, articles in sections
            if articles
        ),
    )


def places(page: FrontPage) -> dict[int, str]:
    """Return where each article stands on the front page, in words: where it stands first."""
    named = [
        ("lead", [page.lead] if page.lead else []),
        ("headlines", page.headlines),
        ("latest", page.latest),
        *((section.name, section.teasers) for section in page.sections),
        ("most read", page.frame.most_read),
    ]
    found: dict[int, str] = {}
    for name, teasers in named:
        for teaser in teasers:
            found.setdefault(teaser.id, name)
    return found


def _lead(newest: Sequence[Listed]) -> Listed | None:
    pictured = (each for each in newest[:LEAD_AMONG] if each.lead_media_id)
    return next(pictured, newest[0] if newest else None)


def _headlines(others: Sequence[Listed]) -> list[Listed]:
    """Choose what words alone can carry: first those without a picture; newest first."""
    chosen = sorted(others, key=lambda each: each.lead_media_id is not None)[:HEADLINES]
    return [each for each in others if each in chosen]


def _sections(tree: Tree) -> list[Category]:
    """Return the categories the front page is divided by: the top ones, or the only one's."""
    top = tree.children(None)
    return tree.children(top[0].id) or top if len(top) == 1 else top


def _of_section(
    tree: Tree,
    section: Category,
    by_category: Sequence[Listed],
    shown: set[int],
    ranked: set[int],
) -> list[Listed]:
    """Choose a section's articles, newest first, but one with a picture before all."""
    inside = set(tree.subtree(section.id))
    own = [each for each in by_category if each.category_id in inside]
    fresh = [each for each in own if each.id not in shown] or own
    chosen = sorted(fresh, key=lambda each: each.id in ranked)[:SECTION]
    chosen.sort(key=fresh.index)
    first = next((each for each in chosen if each.lead_media_id), None)
    return sorted(chosen, key=lambda each: each is not first)
