"""Revisions: what an article said at a moment. None is ever changed, so it can be told for ever."""

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.news import article, revision

AsRead = tuple[str, str, int, str]
"""Title, path with "/" in front, number, and the SHA-256 of the text as it was served, in hex."""


async def as_read(
    connection: AsyncConnection, asked: Collection[tuple[int, int]]
) -> dict[tuple[int, int], AsRead]:
    """Return what readers saw of these articles then, in two statements.

    Args:
        asked: pairs of an article's id and a moment.

    Returns:
        By pair, as far as readers saw the article then; what was never published is not told.
    """
    chosen = await _chosen(connection, asked)
    query = (
        select(
            revision.c.article_id,
            revision.c.number,
            revision.c.title,
            revision.c.body_html,
            article.c.path,
        )
        .join(article, article.c.id == revision.c.article_id)
        .where(tuple_(revision.c.article_id, revision.c.number).in_(set(chosen.values())))
    )
    found = {}
    if chosen:
        for row in await connection.execute(query):
            digest = sha256(row.body_html.encode()).hexdigest()
            found[row.article_id, row.number] = (row.title, f"/{row.path}", row.number, digest)
    return {pair: found[which] for pair, which in chosen.items() if which in found}


async def _chosen(
    connection: AsyncConnection, asked: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, int]]:
    query = (
        select(revision.c.article_id, revision.c.number, revision.c.created_at)
        .join(article, article.c.id == revision.c.article_id)
        .where(
            revision.c.article_id.in_({id for id, _ in asked}),
            revision.c.number <= article.c.published_revision,
        )
        .order_by(revision.c.number)
    )
    of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if asked:
        for row in await connection.execute(query):
            of[row.article_id].append((row.created_at, row.number))
    chosen = {}
    for id, at in asked:
        then = [number for created_at, number in of[id] if created_at <= at]
        if then:
            chosen[id, at] = (id, then[-1])
    return chosen
