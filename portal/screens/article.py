"""The article page: one article with its number, its neighbours and what else is worth reading."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import PublishedArticle, minutes
from portal.news.matching import significant
from portal.news.picture import LEAD_SIZES, PORTRAIT_SIZES
from portal.news.slugs import article_path
from portal.news.store import authors, listing, tags
from portal.news.store.authors import Author
from portal.news.store.media import Renditions
from portal.news.store.related import related
from portal.screens.contexts import ArticlePage, Byline, Card, TagLink
from portal.screens.frame import Dressed, Site, crumbs, dress, frame, surroundings

TEMPLATE = "screens/article.html"
RELATED = 3


async def build(connection: AsyncConnection, site: Site, shown: PublishedArticle) -> ArticlePage:
    """Assemble the page of one article, in nine statements whatever it shows."""
    around = await surroundings(connection, site)
    older, newer = await listing.neighbours(connection, shown)
    writers = await authors.of_article(connection, shown.id)
    labels = await tags.of_article(connection, shown.id)
    named = " ".join(name for name, _ in labels)
    about = significant(f"{shown.summary} {named} {shown.title}")
    similar = await related(connection, shown, about, RELATED)
    dressed = await dress(
        connection,
        site,
        [*around.most_read, *similar, older, newer],
        [shown.lead_media_id, *(writer.portrait_id for writer in writers)],
    )
    trail = around.tree.trail(shown.category_id)
    lead = dressed.pictures.get(shown.lead_media_id or 0)
    if shown.lead_media_id in shown.media:
        lead = None  # it stands in the text already
    return ArticlePage(
        frame=frame(
            site,
            around,
            dressed,
            title=shown.title,
            description=shown.summary,
            canonical=article_path(shown.path),
            here=[step.id for step in trail],
            crumbs=crumbs(trail, shown.title),
        ),
        id=shown.id,
        revision=shown.revision,
        title=shown.title,
        summary=shown.summary,
        published_at=shown.published_at,
        updated_at=shown.updated_at,
        clicks=site.clicks.total(shown.id),
        authors=tuple(_byline(writer, dressed) for writer in writers),
        lead=lead.picture(alt=shown.lead_alt, caption=shown.lead_caption, sizes=LEAD_SIZES)
        if lead
        else None,
        body=Markup(shown.body_html),  # noqa: S704 - sanitised by news.markup before it was kept
        tags=tuple(TagLink(name, slug) for name, slug in labels),
        previous=dressed.one(older),
        next=dressed.one(newer),
        related=dressed.of(similar),
        minutes=minutes(shown.words),
        card=_card(dressed.pictures.get(shown.lead_media_id or 0), shown.lead_alt),
    )


def _card(pictured: Renditions | None, alt: str) -> Card | None:
    if pictured is None or pictured.shared is None:
        return None
    made = pictured.shared
    return Card(f"/media/{made.path}", made.width, made.height, alt)


def _byline(writer: Author, dressed: Dressed) -> Byline:
    face = dressed.pictures.get(writer.portrait_id or 0)
    return Byline(
        name=writer.name,
        slug=writer.slug,
        role=writer.role,
        portrait=face.picture(alt=writer.name, sizes=PORTRAIT_SIZES) if face else None,
    )
