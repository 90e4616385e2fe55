"""What a search finds: ranked articles and pages, with the texts their words stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.identity import ArticleId
from portal.news.article import Listed
from portal.news.store.listing import row_of, shown
from portal.storage import search
from portal.storage.tables.news import article, revision
from portal.storage.tables.search import article_words as table


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a search found, with what it says."""

    listed: Listed
    lead_caption: str
    body_html: str


async def how_many(connection: AsyncConnection, query: search.Query, *, language: str = "") -> int:
    """Return how many articles and pages hold all words of a query."""
    asked = search.how_many(table, query, connection.dialect.name, among=_spoken(language))
    return int(await connection.scalar(asked) or 0)


async def ranked(
    connection: AsyncConnection,
    query: search.Query,
    limit: int,
    offset: int = 0,
    *,
    any_of: bool = False,
    language: str = "",
) -> list[Found]:
    """Return what fits a query best, best first, in two statements.

    Args:
        any_of: one of its words is enough; for when nothing holds all of them.
    """
    among = _spoken(language)
    dialect = connection.dialect.name
    asked = search.best(table, query, dialect, limit, offset, any_of=any_of, among=among)
    ids = list((await connection.execute(asked)).scalars())
    rows = {each.listed.id: each for each in await _shown(connection, ids, language)}
    return [rows[each] for each in ids if each in rows]


def _spoken(language: str) -> Select[Any]:
    return select(article.c.id).where(article.c.language == language)


async def _shown(
    connection: AsyncConnection, ids: Sequence[ArticleId], language: str
) -> list[Found]:
    if not ids:
        return []
    texts = shown(revision.c.lead_caption, revision.c.body_html, language=language)
    found = await connection.execute(texts.where(article.c.id.in_(ids)))
    return [Found(row_of(row), row.lead_caption, row.body_html) for row in found]
