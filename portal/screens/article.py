"""The article page: one article with its number, its neighbours and what else is worth reading."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import PublishedArticle, minutes
from portal.news.matching import significant
from portal.news.picture import HIGH_SIZES, LEAD_SIZES, PORTRAIT_SIZES, Picture
from portal.news.slugs import article_path
from portal.news.store.authors import Author
from portal.news.store.beside import beside
from portal.news.store.details import Details
from portal.news.store.media import Renditions
from portal.screens.contexts import ArticlePage, Byline, Card, TagLink
from portal.screens.frame import Dressed, Site, among, crumbs, dress, frame, ranked

TEMPLATE = "screens/article.html"
RELATED = 3
TITLE_CARD = (1200, 630)
"""How large `portal.news.title_cards` makes them."""


async def build(connection: AsyncConnection, site: Site, shown: PublishedArticle) -> ArticlePage:
    """Assemble the page of one article, in two statements whatever it shows."""
    about = significant(f"{shown.summary} {shown.title}")
    found = await beside(connection, shown, about, ranked(site), RELATED)
    around = await among(connection, site, found.ranked)
    dressed = await dress(
        connection,
        site,
        [*around.most_read, *found.related, found.older, found.newer],
        [shown.lead_media_id],
        shown,
    )
    known = dressed.details
    trail = around.tree.trail(shown.category_id)
    lead = known.pictures.get(shown.lead_media_id or 0)
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
            crumbs=crumbs(site, trail, shown.title),
            elsewhere=elsewhere(dressed),
        ),
        id=shown.id,
        revision=shown.revision,
        title=shown.title,
        summary=shown.summary,
        published_at=shown.published_at,
        updated_at=shown.updated_at,
        clicks=site.clicks.total(shown.id),
        authors=tuple(_byline(writer, known) for writer in known.authors),
        lead=_lead(lead, shown) if lead else None,
        body=Markup(shown.body_html),  # noqa: S704 - sanitised by news.markup before it was kept
        tags=tuple(TagLink(name, slug) for name, slug in known.tags),
        previous=dressed.one(found.older),
        next=dressed.one(found.newer),
        related=dressed.of(found.related),
        minutes=minutes(shown.words),
        card=_card(known.pictures.get(shown.lead_media_id or 0), shown),
        images=_images(known.pictures.get(shown.lead_media_id or 0), shown),
    )


def elsewhere(dressed: Dressed) -> dict[str, str]:
    """Return where readers find the page's article in other languages."""
    return {spoken: article_path(path) for spoken, path in dressed.details.paths.items()}


def _lead(pictured: Renditions, shown: PublishedArticle) -> Picture:
    return pictured.picture(
        alt=shown.lead_alt,
        caption=shown.lead_caption,
        credit=shown.lead_credit,
        focus=shown.lead_focus,
        sizes=HIGH_SIZES if pictured.largest.height > pictured.largest.width else LEAD_SIZES,
    )


def _card(pictured: Renditions | None, shown: PublishedArticle) -> Card | None:
    if pictured is None:
        return Card(f"/media/{shown.card}", *TITLE_CARD, shown.title) if shown.card else None
    made = pictured.shared(shown.lead_focus)
    return Card(f"/media/{made.path}", made.width, made.height, shown.lead_alt) if made else None


def _images(pictured: Renditions | None, shown: PublishedArticle) -> tuple[Card, ...]:
    """Return what search engines choose from: the lead picture as wide, classic and square."""
    shapes = pictured.shapes(shown.lead_focus) if pictured else ()
    return tuple(
        Card(f"/media/{made.path}", made.width, made.height, shown.lead_alt) for made in shapes
    )


def _byline(writer: Author, known: Details) -> Byline:
    face = known.pictures.get(writer.portrait_id or 0)
    return Byline(
        name=writer.name,
        slug=writer.slug,
        role=writer.role,
        portrait=face.picture(alt=writer.name, sizes=PORTRAIT_SIZES) if face else None,
    )
