"""Tags, and what is tagged with them."""

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


async def save(connection: AsyncConnection, slug: str, name: str) -> int:
    """Add a tag, or find it by its slug; the first spelling of its name stays. Return the id."""
    statement = insert_for(connection, tag).values(slug=slug, name=name)
    found = await connection.scalar(
        # Setting the slug to itself makes RETURNING answer for a row that was there.
        statement.on_conflict_do_update(index_elements=[tag.c.slug], set_={"slug": slug}).returning(
            tag.c.id
        )
    )
    return int(found)
