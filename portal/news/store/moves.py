"""Moving a category: it and all below it get new addresses, and the old ones lead there.

Every old address points at the category or the article itself, never at another address: however
often something moves, a reader is sent on once, and a move back leaves no loop. The caller raises
the newsroom's version, in the same transaction.
"""

from sqlalchemy import ColumnElement, case, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.errors import PortalError
from portal.news.slugs import DEEPEST, is_reserved, is_slug
from portal.news.store import categories
from portal.storage.tables.news import article, category, old_category_path, old_path


class NoPlace(PortalError):
    """A category cannot stand where it was to be put."""

    def __init__(self, path: str, why: str) -> None:
        """Keep where it was to stand, and what is in the way."""
        self.path = path
        self.why = why

    def __str__(self) -> str:
        """Return one sentence."""
        return f"the category cannot move to /{self.path}/: {self.why}"


async def move(
    connection: AsyncConnection,
    category_id: int,
    *,
    slug: str,
    parent_id: int | None,
    now: int,
    languages: tuple[str, ...] = (),
) -> str:
    """Rename a category or put it under another parent; all below it moves along.

    Args:
        parent_id: None puts it at the top.
        now: milliseconds.
        languages: tags that no category may begin with.

    Returns:
        Its new path.

    Raises:
        NoPlace: there it would stand under itself, on another's address, or too deep.
    """
    tree = await categories.tree(connection)
    moved = tree.by_id[category_id]
    path = f"{tree.by_id[parent_id].path}/{slug}" if parent_id is not None else slug
    if path == moved.path:
        return path
    below = tree.subtree(category_id)
    if parent_id in below:
        raise NoPlace(path, "it would stand under itself")
    if not is_slug(slug) or (parent_id is None and is_reserved(slug, languages)):
        raise NoPlace(path, f"{slug!r} cannot stand in an address")
    places = {each: path + tree.by_id[each].path.removeprefix(moved.path) for each in below}
    if any(place.count("/") + 2 > DEEPEST for place in places.values()):
        raise NoPlace(path, f"an address has at most {DEEPEST} steps")
    await _refuse_taken(connection, tree, list(places.values()))
    for each, place in places.items():
        await _move_one(connection, each, tree.by_id[each].path, place, now)
    await connection.execute(
        update(category).where(category.c.id == category_id).values(slug=slug, parent_id=parent_id)
    )
    return path


async def category_once_at(connection: AsyncConnection, path: str) -> str | None:
    """Return where the category stands now that stood at `path` before."""
    found: str | None = await connection.scalar(
        select(category.c.path)
        .join_from(old_category_path, category)
        .where(old_category_path.c.path == path)
    )
    return found


def _language_of() -> ColumnElement[str]:
    """Return what an article's address begins with: of the site's first language nothing."""
    named = func.lower(article.c.language).concat("/")
    return case((article.c.language == "", ""), else_=named)


async def _refuse_taken(
    connection: AsyncConnection, tree: categories.Tree, places: list[str]
) -> None:
    for place in places:
        if place in tree.by_path:
            raise NoPlace(place, "another category stands there")
    held = await connection.scalar(
        select(article.c.path).where(
            article.c.path.in_(places) | article.c.path.startswith(f"{places[0]}/", autoescape=True)
        )
    )
    if held is not None:
        raise NoPlace(held, "an article stands there")


async def _move_one(
    connection: AsyncConnection, category_id: int, before: str, place: str, now: int
) -> None:
    """Move one category and the articles right in it, whatever their status."""
    await connection.execute(delete(old_category_path).where(old_category_path.c.path == place))
    await connection.execute(delete(old_category_path).where(old_category_path.c.path == before))
    await connection.execute(
        insert(old_category_path).values(path=before, category_id=category_id, created_at=now)
    )
    await connection.execute(
        update(category).where(category.c.id == category_id).values(path=place)
    )
    here = article.c.category_id == category_id
    known = here & (article.c.published_revision.is_not(None) | (article.c.status == "withdrawn"))
    left = select(article.c.path).where(known)
    await connection.execute(delete(old_path).where(old_path.c.path.in_(left)))
    await connection.execute(
        insert(old_path).from_select(
            ["path", "article_id", "created_at"],
            select(article.c.path, article.c.id, literal(now)).where(known),
        )
    )
    await connection.execute(
        update(article).where(here).values(path=_language_of() + (place + "/") + article.c.slug)
    )
    # What lives at an address again is led nowhere from it; a draft lives nowhere yet.
    lives = select(article.c.path).where(here, article.c.status == "published")
    await connection.execute(delete(old_path).where(old_path.c.path.in_(lives)))
