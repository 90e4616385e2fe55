"""A page without a category: about, contact, privacy."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import PublishedArticle
from portal.news.slugs import article_path
from portal.screens.article import elsewhere
from portal.screens.contexts import StaticPage
from portal.screens.frame import Site, crumbs, dress, frame, surroundings

TEMPLATE = "screens/page.html"


async def build(connection: AsyncConnection, site: Site, shown: PublishedArticle) -> StaticPage:
    """Assemble the page."""
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, around.most_read, about=shown)
    return StaticPage(
        frame=frame(
            site,
            around,
            dressed,
            title=shown.title,
            description=shown.summary,
            canonical=article_path(shown.path),
            crumbs=crumbs(site, (), shown.title),
            elsewhere=elsewhere(dressed),
        ),
        title=shown.title,
        body=Markup(shown.body_html),  # noqa: S704 - sanitised by news.markup before it was kept
    )
