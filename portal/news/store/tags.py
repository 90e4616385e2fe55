"""Tags, and what is tagged with them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.news import article_tag, tag
from portal.storage.upsert import insert_for


async def of_article(connection: AsyncConnection, article_id: int) -> list[tuple[str, str]]:
    """Return name and slug of an article's tags, in their order."""
    found = await connection.execute(
        select(tag.c.name, tag.c.slug)
        .join_from(article_tag, tag, article_tag.c.tag_id == tag.c.id)
        .where(article_tag.c.article_id == article_id)
        .order_by(article_tag.c.position)
    )
    return [(row.name, row.slug) for row in found]


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
