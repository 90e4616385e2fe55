"""Tags, and what is tagged with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.store.listing import READABLE
from portal.storage import search
from portal.storage.tables.news import article, article_tag, tag
from portal.storage.upsert import insert_for


async def save(connection: AsyncConnection, names: Mapping[str, str]) -> dict[str, int]:
    """Add tags, given by slug; the first spelling of a name stays. Return their ids by slug."""
    if not names:
        return {}
    await connection.execute(
        insert_for(connection, tag).on_conflict_do_nothing(),
        [{"slug": slug, "name": name} for slug, name in names.items()],
    )
    found = await connection.execute(
        select(tag.c.slug, tag.c.id).where(tag.c.slug.in_(list(names)))
    )
    return {row.slug: row.id for row in found}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, and how many articles readers find under it."""

    id: int
    slug: str
    name: str
    articles: int


async def used(
    connection: AsyncConnection, slug: str | None = None, *, language: str = ""
) -> list[Tag]:
    """Return the tags that readers find articles under, by name; only the one at `slug`."""
    asked = (
        select(tag.c.id, tag.c.slug, tag.c.name, func.count().label("articles"))
        .join_from(tag, article_tag, article_tag.c.tag_id == tag.c.id)
        .join(article, article.c.id == article_tag.c.article_id)
        .where(*READABLE, article.c.language == language)
        .group_by(tag.c.id, tag.c.slug, tag.c.name)
    )
    if slug is not None:
        asked = asked.where(tag.c.slug == slug)
    found = [Tag(*row) for row in await connection.execute(asked)]
    return sorted(found, key=lambda each: search.fold(each.name))


def tagged(tag_id: int) -> ColumnElement[bool]:
    """Return what holds for articles with this tag, for `listing.some`."""
    return article.c.id.in_(select(article_tag.c.article_id).where(article_tag.c.tag_id == tag_id))
