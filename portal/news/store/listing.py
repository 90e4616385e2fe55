"""Lists of articles: the latest, a category's, the neighbours, the most read.

Every function is one statement and returns `Listed` rows; who shows them asks once for the
authors, tags and pictures of all of them (`details.details`).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.identity import ArticleId
from portal.news import focus
from portal.news.article import Listed, PublishedArticle
from portal.storage.tables.news import article, category, category_name, revision

READABLE = (article.c.status == "published", article.c.kind == "article")
"""What makes an article one that lists show."""
NEWEST_FIRST = (article.c.published_at.desc(), article.c.id.desc())
_STANDS = tuple_(article.c.published_at, article.c.id)


def listed(*extra: Any, language: str = "") -> Select[Any]:
    """Return the statement all lists begin with: a language's articles, with their category."""
    return shown(*extra, language=language).where(article.c.kind == "article")


def shown(*extra: Any, language: str = "") -> Select[Any]:
    """Return the same statement for pages without a category, too."""
    called = and_(
        category_name.c.category_id == category.c.id, category_name.c.language == language
    )
    return (
        select(
            article.c.id,
            article.c.path,
            article.c.published_at,
            article.c.category_id,
            revision.c.title,
            revision.c.summary,
            revision.c.words,
            revision.c.lead_media_id,
            revision.c.lead_alt,
            revision.c.lead_focus,
            func.coalesce(category_name.c.name, category.c.name).label("category_name"),
            category.c.path.label("category_path"),
            *extra,
        )
        .join_from(
            article,
            revision,
            and_(
                revision.c.article_id == article.c.id,
                revision.c.number == article.c.published_revision,
            ),
        )
        .outerjoin(category, category.c.id == article.c.category_id)
        .outerjoin(category_name, called)
        .where(article.c.status == "published", article.c.language == language)
    )


def row_of(row: Row[Any]) -> Listed:
    return Listed(
        id=ArticleId(row.id),
        path=row.path,
        title=row.title,
        summary=row.summary,
        words=row.words,
        published_at=row.published_at,
        category_id=row.category_id,
        category_name=row.category_name or "",
        category_path=row.category_path or "",
        lead_media_id=row.lead_media_id,
        lead_alt=row.lead_alt,
        lead_focus=focus.read(row.lead_focus),
    )


async def latest(
    connection: AsyncConnection, limit: int, offset: int = 0, *, language: str = ""
) -> list[Listed]:
    """Return the newest articles of the whole site."""
    newest = listed(language=language).order_by(*NEWEST_FIRST)
    found = await connection.execute(newest.limit(limit).offset(offset))
    return [row_of(row) for row in found]


async def some(
    connection: AsyncConnection,
    among: ColumnElement[bool],
    limit: int,
    offset: int = 0,
    *,
    language: str = "",
) -> list[Listed]:
    """Return the newest articles for which `among` holds: a tag's, an author's, a month's."""
    found = await connection.execute(
        listed(language=language).where(among).order_by(*NEWEST_FIRST).limit(limit).offset(offset)
    )
    return [row_of(row) for row in found]


async def count(
    connection: AsyncConnection, among: ColumnElement[bool], *, language: str = ""
) -> int:
    """Return for how many articles `among` holds."""
    found = await connection.scalar(
        select(func.count())
        .select_from(article)
        .where(among, *READABLE, article.c.language == language)
    )
    return int(found or 0)


async def in_categories(
    connection: AsyncConnection,
    category_ids: Collection[int],
    limit: int,
    offset: int = 0,
    *,
    language: str = "",
) -> list[Listed]:
    """Return the newest articles of these categories taken together."""
    found = await connection.execute(
        listed(language=language)
        .where(article.c.category_id.in_(list(category_ids)))
        .order_by(*NEWEST_FIRST)
        .limit(limit)
        .offset(offset)
    )
    return [row_of(row) for row in found]


async def count_in_categories(
    connection: AsyncConnection, category_ids: Collection[int], *, language: str = ""
) -> int:
    """Return how many articles these categories hold together."""
    found = await connection.scalar(
        select(func.count())
        .select_from(article)
        .where(
            article.c.category_id.in_(list(category_ids)),
            article.c.language == language,
            *READABLE,
        )
    )
    return int(found or 0)


async def newest_of_each_category(
    connection: AsyncConnection, each: int, *, language: str = ""
) -> list[Listed]:
    """Return the newest articles of every category, at most `each` of one, newest first."""
    place = func.row_number().over(partition_by=article.c.category_id, order_by=NEWEST_FIRST)
    ranked = listed(place.label("place"), language=language).subquery()
    found = await connection.execute(
        select(ranked)
        .where(ranked.c.place <= each)
        .order_by(ranked.c.published_at.desc(), ranked.c.id.desc())
    )
    return [row_of(row) for row in found]


def older(shown: PublishedArticle, *extra: Any) -> Select[Any]:
    """Return the statement for the next older article of the same category."""
    return (
        listed(*extra, language=shown.language)
        .where(article.c.category_id == shown.category_id, _place(shown) > _STANDS)
        .order_by(*NEWEST_FIRST)
        .limit(1)
    )


def newer(shown: PublishedArticle, *extra: Any) -> Select[Any]:
    """Return the statement for the next newer article of the same category."""
    return (
        listed(*extra, language=shown.language)
        .where(article.c.category_id == shown.category_id, _place(shown) < _STANDS)
        .order_by(article.c.published_at, article.c.id)
        .limit(1)
    )


def among(ids: Collection[int], *extra: Any, language: str = "") -> Select[Any]:
    """Return the statement for those of `ids` that readers may see and that speak this language."""
    return listed(*extra, language=language).where(article.c.id.in_(ids))


def _place(shown: PublishedArticle) -> Any:
    return tuple_(literal(shown.published_at), literal(int(shown.id)))


async def by_ids(
    connection: AsyncConnection, ids: Iterable[int], *, language: str = ""
) -> dict[int, Listed]:
    """Return those of `ids` that readers may see and that speak this language."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = await connection.execute(among(wanted, language=language))
    return {row.id: row_of(row) for row in found}


async def pages(connection: AsyncConnection, *, language: str = "") -> Sequence[tuple[str, str]]:
    """Return title and path of every page without a category, by address."""
    found = await connection.execute(
        select(revision.c.title, article.c.path)
        .join_from(
            article,
            revision,
            and_(
                revision.c.article_id == article.c.id,
                revision.c.number == article.c.published_revision,
            ),
        )
        .where(
            article.c.status == "published",
            article.c.kind == "page",
            article.c.language == language,
        )
        .order_by(article.c.path)
    )
    return [(row.title, row.path) for row in found]
