"""A category's listing, its subcategories' articles included, a page at a time."""

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.slugs import category_path
from portal.news.store import listing
from portal.news.store.categories import Category
from portal.screens.contexts import CategoryPage
from portal.screens.frame import (
    Site,
    category_links,
    crumbs,
    dress,
    frame,
    surroundings,
)
from portal.screens.spoken import of_category
from portal.screens.turned import paged

TEMPLATE = "screens/category.html"
EACH_PAGE = 12
LAST_PAGE = 9_999


async def build(
    connection: AsyncConnection, site: Site, shown: Category, page: int
) -> CategoryPage | None:
    """Assemble one page of the listing, in eight statements; None beyond the last page."""
    around = await surroundings(connection, site)
    if shown.id not in around.tree.by_id:
        return None  # this language has nothing in it
    ids = around.tree.subtree(shown.id)
    total = await listing.count_in_categories(connection, ids, language=site.spoken)
    pages = max(1, -(-total // EACH_PAGE))
    if not 1 <= page <= pages:
        return None
    offset = (page - 1) * EACH_PAGE
    listed = await listing.in_categories(connection, ids, EACH_PAGE, offset, language=site.spoken)
    lead = next((each for each in listed if each.lead_media_id), None) if page == 1 else None
    dressed = await dress(connection, site, [*around.most_read, *listed])
    trail = around.tree.trail(shown.id)
    path = category_path(shown.path, site.home)
    return CategoryPage(
        frame=frame(
            site,
            around,
            dressed,
            title=paged(site, shown.name, page),
            description=shown.description,
            canonical=path if page == 1 else f"{path}?page={page}",
            here=[step.id for step in trail],
            crumbs=crumbs(site, trail[:-1], shown.name),
            elsewhere=of_category(site, around.spread, around.whole, shown) if page == 1 else None,
        ),
        name=shown.name,
        description=shown.description,
        path=path,
        subcategories=category_links(around.tree, shown.id, len(trail), home=site.home),
        lead=dressed.one(lead),
        teasers=dressed.of(each for each in listed if each is not lead),
        page=page,
        pages=pages,
        total=total,
    )


def page_number(query: bytes) -> int | None:
    """Read `page` from a query string.

    Returns:
        None when it is not there; 0 when it is no page anybody could mean.
    """
    for part in query[:2_000].split(b"&"):
        name, _, value = part.partition(b"=")
        if name == b"page":
            plain = value.isdigit() and not value.startswith(b"0") and len(value) <= 5
            return int(value) if plain and int(value) <= LAST_PAGE else 0
    return None
