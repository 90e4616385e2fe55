"""Articles as machines take them: whole for feeds, by address and change for sitemaps.

Every function is one statement.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.identity import ArticleId
from portal.storage.tables.news import (
    article,
    article_author,
    article_tag,
    category,
    category_name,
    revision,
)

_NEWEST_FIRST = (article.c.published_at.desc(), article.c.id.desc())
_SHOWN = and_(
    revision.c.article_id == article.c.id, revision.c.number == article.c.published_revision
)


_PUBLISHED = and_(article.c.status == "published", article.c.kind == "article")


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with its text.

    Attributes:
        changed_at: when readers saw its newest revision first.
    """

    id: ArticleId
    path: str
    title: str
    summary: str
    body_html: str
    published_at: int
    changed_at: int
    category_name: str
    lead_media_id: int | None
    lead_alt: str
    media: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """An article as a sitemap names it."""

    id: ArticleId
    path: str
    title: str
    published_at: int
    changed_at: int
    language: str = ""


def _of_articles(*columns: Any, kind: str = "article") -> Select[Any]:
    return (
        select(
            article.c.id,
            article.c.path,
            article.c.language,
            article.c.published_at,
            article.c.updated_at,
            *columns,
        )
        .join_from(article, revision, _SHOWN)
        .where(article.c.status == "published", article.c.kind == kind)
    )


async def newest(
    connection: AsyncConnection,
    limit: int,
    *,
    categories: Collection[int] | None = None,
    tag_id: int | None = None,
    author_id: int | None = None,
    language: str = "",
) -> list[Whole]:
    """Return the newest articles with their text: of the site, or of what is named."""
    asked = _of_articles(
        revision.c.title,
        revision.c.summary,
        revision.c.body_html,
        revision.c.lead_media_id,
        revision.c.lead_alt,
        revision.c.media,
        func.coalesce(category_name.c.name, category.c.name).label("category_name"),
    )
    called = and_(
        category_name.c.category_id == category.c.id, category_name.c.language == language
    )
    asked = (
        asked.outerjoin(category, category.c.id == article.c.category_id)
        .outerjoin(category_name, called)
        .where(article.c.language == language)
    )
    if categories is not None:
        asked = asked.where(article.c.category_id.in_(list(categories)))
    if tag_id is not None:
        asked = asked.join(article_tag, article_tag.c.article_id == article.c.id).where(
            article_tag.c.tag_id == tag_id
        )
    if author_id is not None:
        asked = asked.join(article_author, article_author.c.article_id == article.c.id).where(
            article_author.c.author_id == author_id
        )
    found = await connection.execute(asked.order_by(*_NEWEST_FIRST).limit(limit))
    return [
        Whole(
            id=ArticleId(row.id),
            path=row.path,
            title=row.title,
            summary=row.summary,
            body_html=row.body_html,
            published_at=row.published_at,
            changed_at=max(row.updated_at or 0, row.published_at),
            category_name=row.category_name or "",
            lead_media_id=row.lead_media_id,
            lead_alt=row.lead_alt,
            media=tuple(row.media),
        )
        for row in found
    ]


async def placed(
    connection: AsyncConnection, first: int, below: int, kind: str = "article"
) -> list[Placed]:
    """Return the published articles whose id is at least `first` and less than `below`."""
    found = await connection.execute(
        _of_articles(revision.c.title, kind=kind)
        .where(article.c.id >= first, article.c.id < below)
        .order_by(article.c.id)
    )
    return [_placed(row) for row in found]


async def since(connection: AsyncConnection, at: int, limit: int, offset: int) -> list[Placed]:
    """Return the articles that readers saw first after `at`, newest first."""
    found = await connection.execute(
        _of_articles(revision.c.title)
        .where(article.c.published_at > at)
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
        .offset(offset)
    )
    return [_placed(row) for row in found]


async def count_since(connection: AsyncConnection, at: int) -> int:
    """Return how many articles readers saw first after `at`."""
    found = await connection.scalar(
        select(func.count()).select_from(article).where(_PUBLISHED, article.c.published_at > at)
    )
    return int(found or 0)


async def groups(connection: AsyncConnection, size: int) -> dict[int, int]:
    """Return when each group of `size` ids was changed last, those without articles left out."""
    group = (article.c.id // size).label("part")
    found = await connection.execute(
        select(group, func.max(article.c.updated_at), func.max(article.c.published_at))
        .where(_PUBLISHED)
        .group_by(group)
        .order_by(group)
    )
    return {int(part): max(updated or 0, published) for part, updated, published in found}


async def changed_at(connection: AsyncConnection) -> int:
    """Return when readers of any article were last shown, or denied, something; 0: never."""
    found = await connection.execute(
        select(
            func.max(article.c.updated_at),
            func.max(article.c.published_at).filter(article.c.status == "published"),
            select(func.max(revision.c.created_at)).scalar_subquery(),
        )
    )
    return max(int(each or 0) for each in found.one())


async def markdown_of(connection: AsyncConnection, article_id: int, number: int) -> str:
    """Return a revision as its author wrote it."""
    found = await connection.scalar(
        select(revision.c.body_markdown).where(
            revision.c.article_id == article_id, revision.c.number == number
        )
    )
    return str(found or "")


def _placed(row: Any) -> Placed:
    return Placed(
        id=ArticleId(row.id),
        path=row.path,
        title=row.title,
        published_at=row.published_at,
        changed_at=max(row.updated_at or 0, row.published_at),
        language=row.language,
    )
