"""Authors, and who wrote what."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.store.listing import READABLE
from portal.storage import search
from portal.storage.tables.news import article, article_author, author
from portal.storage.upsert import insert_for


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody whose name stands above articles."""

    slug: str
    name: str
    role: str
    portrait_id: int | None


@dataclass(frozen=True, slots=True)
class NewAuthor:
    """An author an importer names. `None` leaves what is there."""

    slug: str
    name: str
    role: str | None = None
    bio: str | None = None
    portrait_id: int | None = None


async def save(connection: AsyncConnection, new: NewAuthor) -> int:
    """Add or update an author; return the id."""
    values = {
        "slug": new.slug,
        "name": new.name,
        "role": new.role,
        "bio": new.bio,
        "portrait_id": new.portrait_id,
    }
    given = {name: value for name, value in values.items() if value is not None}
    statement = insert_for(connection, author).values(**given)
    found = await connection.scalar(
        statement.on_conflict_do_update(index_elements=[author.c.slug], set_=given).returning(
            author.c.id
        )
    )
    return int(found)


@dataclass(frozen=True, slots=True)
class Profile:
    """An author as his own page tells of him."""

    id: int
    slug: str
    name: str
    role: str
    bio: str
    portrait_id: int | None
    articles: int
    """How many of his readers may see."""


async def profiles(
    connection: AsyncConnection, slug: str | None = None, *, language: str = ""
) -> list[Profile]:
    """Return all authors by name; only the one at `slug`."""
    readable = (*READABLE, article.c.language == language)
    asked = (
        select(
            author.c.id,
            author.c.slug,
            author.c.name,
            author.c.role,
            author.c.bio,
            author.c.portrait_id,
            func.count(article.c.id).label("articles"),
        )
        .outerjoin_from(author, article_author, article_author.c.author_id == author.c.id)
        .outerjoin(article, and_(article.c.id == article_author.c.article_id, *readable))
        .group_by(author.c.id)
    )
    if slug is not None:
        asked = asked.where(author.c.slug == slug)
    found = [Profile(*row) for row in await connection.execute(asked)]
    return sorted(found, key=lambda each: search.fold(each.name))


def written_by(author_id: int) -> ColumnElement[bool]:
    """Return what holds for articles of this author, for `listing.some`."""
    return article.c.id.in_(
        select(article_author.c.article_id).where(article_author.c.author_id == author_id)
    )
