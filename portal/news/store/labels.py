"""Tags and authors as programs are told of them, beside the articles of a feed.

`authors_of` and `tags_of` are asked once for all articles of a feed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.news import article_author, article_tag, author, tag


@dataclass(frozen=True, slots=True)
class Label:
    """A tag or an author: who or what a feed is of."""

    id: int
    slug: str
    name: str
    words: str = ""


async def tag_called(connection: AsyncConnection, slug: str) -> Label | None:
    """Find a tag."""
    found = await connection.execute(
        select(tag.c.id, tag.c.slug, tag.c.name).where(tag.c.slug == slug)
    )
    row = found.first()
    return Label(*row) if row else None


async def author_called(connection: AsyncConnection, slug: str) -> Label | None:
    """Find an author."""
    found = await connection.execute(
        select(author.c.id, author.c.slug, author.c.name, author.c.bio).where(author.c.slug == slug)
    )
    row = found.first()
    return Label(*row) if row else None


async def authors_of(
    connection: AsyncConnection, ids: Iterable[int]
) -> dict[int, list[tuple[str, str]]]:
    """Return name and slug of the authors of articles, by article, in byline order."""
    return await _labels(
        connection,
        select(article_author.c.article_id, author.c.name, author.c.slug)
        .join_from(article_author, author, article_author.c.author_id == author.c.id)
        .where(article_author.c.article_id.in_(list(ids)))
        .order_by(article_author.c.article_id, article_author.c.position),
    )


async def tags_of(
    connection: AsyncConnection, ids: Iterable[int]
) -> dict[int, list[tuple[str, str]]]:
    """Return name and slug of the tags of articles, by article, in their order."""
    return await _labels(
        connection,
        select(article_tag.c.article_id, tag.c.name, tag.c.slug)
        .join_from(article_tag, tag, article_tag.c.tag_id == tag.c.id)
        .where(article_tag.c.article_id.in_(list(ids)))
        .order_by(article_tag.c.article_id, article_tag.c.position),
    )


async def _labels(
    connection: AsyncConnection, asked: Select[Any]
) -> dict[int, list[tuple[str, str]]]:
    by_article: dict[int, list[tuple[str, str]]] = {}
    for article_id, name, slug in await connection.execute(asked):
        by_article.setdefault(article_id, []).append((name, slug))
    return by_article
