"""The words of published articles: kept in step by whoever publishes, looked up as people type."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Draft
from portal.storage import search
from portal.storage.tables.news import article, revision
from portal.storage.tables.search import article_words as table
from portal.storage.upsert import insert_for

CANDIDATES = 10
"""Best ones looked at; one of them may be withdrawn just now."""


async def keep(connection: AsyncConnection, article_id: int, draft: Draft) -> None:
    """Let an article be found by what readers see of it now: by nothing unless it is published."""
    if draft.status != "published":
        await drop(connection, article_id)
        return
    words = search.cut_article(draft.title, draft.summary, draft.body_html, draft.lead_caption)
    made = insert_for(connection, table).values(article_id=article_id, words=words)
    await connection.execute(
        made.on_conflict_do_update(
            index_elements=[table.c.article_id], set_={"words": made.excluded.words}
        )
    )


async def drop(connection: AsyncConnection, article_id: int) -> None:
    """Let an article be found no more."""
    await connection.execute(delete(table).where(table.c.article_id == article_id))


async def best(
    connection: AsyncConnection, query: search.Query, most: int
) -> Sequence[tuple[int, str, str, str]]:
    """Return id, title, path and summary of the articles that fit any of a query best."""
    ranked = search.best(table, query, connection.dialect.name, CANDIDATES)
    ids = list((await connection.execute(ranked)).scalars())
    if not ids:
        return []
    found = await connection.execute(
        select(article.c.id, revision.c.title, article.c.path, revision.c.summary)
        .join_from(
            article,
            revision,
            (revision.c.article_id == article.c.id)
            & (revision.c.number == article.c.published_revision),
        )
        .where(article.c.id.in_(ids), article.c.status == "published")
    )
    rows = {row.id: (row.id, row.title, row.path, row.summary) for row in found}
    return [rows[id] for id in ids if id in rows][:most]
