"""Categories: a tree, small enough to be read whole."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.storage.tables.news import article, category, category_name, old_category_path
from portal.storage.upsert import insert_for


@dataclass(frozen=True, slots=True)
class Category:
    """One category. `path` is whole, without slashes around it: "news/company-news"."""

    id: int
    parent_id: int | None
    path: str
    name: str
    description: str


class Tree:
    """All categories of one moment, with ways up and down."""

    def __init__(self, categories: Sequence[Category]) -> None:
        self.by_id = {each.id: each for each in categories}
        self.by_path = {each.path: each for each in categories}
        self._children: dict[int | None, list[Category]] = {}
        for each in categories:
            self._children.setdefault(each.parent_id, []).append(each)

    def children(self, parent_id: int | None) -> list[Category]:
        """Return the categories right below, in their order; of the top for None."""
        return self._children.get(parent_id, [])

    def trail(self, category_id: int | None) -> list[Category]:
        """Return the way from the top down to this category, itself included."""
        steps: list[Category] = []
        while category_id is not None and len(steps) < len(self.by_id):
            step = self.by_id[category_id]
            steps.append(step)
            category_id = step.parent_id
        return steps[::-1]

    def only(self, ids: Collection[int]) -> "Tree":
        """Return a tree of these categories and of what they lie in."""
        kept = {step.id for each in ids for step in self.trail(each)}
        return Tree([each for each in self.by_id.values() if each.id in kept])

    def subtree(self, category_id: int) -> list[int]:
        """Return the ids of this category and of all below it."""
        ids = [category_id]
        for each in self.children(category_id):
            ids += self.subtree(each.id)
        return ids


async def tree(connection: AsyncConnection, language: str = "") -> Tree:
    """Read all categories.

    Args:
        language: what they are called in; what has no name in it keeps that of the first.
    """
    called = and_(
        category_name.c.category_id == category.c.id, category_name.c.language == language
    )
    found = await connection.execute(
        select(
            category.c.id,
            category.c.parent_id,
            category.c.path,
            func.coalesce(category_name.c.name, category.c.name),
            func.coalesce(category_name.c.description, category.c.description),
        )
        .outerjoin_from(category, category_name, called)
        .order_by(category.c.position, category.c.id)
    )
    return Tree([Category(*row) for row in found])


@dataclass(frozen=True, slots=True)
class NewCategory:
    """A category an importer names. `None` leaves what is there."""

    path: str
    slug: str
    name: str
    description: str | None = None
    position: int | None = None
    elsewhere: tuple[tuple[str, str, str], ...] = ()
    """Language, name and description in it, of all that are said."""


async def save(connection: AsyncConnection, named: Iterable[NewCategory]) -> dict[str, int]:
    """Add or update categories, parents before children; return their ids by path."""
    ids: dict[str, int] = {}
    for each in named:
        parent = each.path.rpartition("/")[0]
        values: dict[str, object] = {
            "parent_id": ids[parent] if parent else None,
            "slug": each.slug,
            "path": each.path,
            "name": each.name,
            "description": each.description,
            "position": each.position,
        }
        given = {name: value for name, value in values.items() if value is not None}
        ids[each.path] = await _save_one(connection, given)
        for language, name, description in each.elsewhere:
            await _name(connection, ids[each.path], language, name, description)
    if ids:
        # An address that is a category's again leads nowhere else.
        await connection.execute(delete(old_category_path).where(old_category_path.c.path.in_(ids)))
    return ids


async def category_of(connection: AsyncConnection, article_id: int) -> str | None:
    """Return the path of the category an article stands in; None: it stands in none."""
    found: str | None = await connection.scalar(
        select(category.c.path)
        .join(article, article.c.category_id == category.c.id)
        .where(article.c.id == article_id)
    )
    return found


async def _name(
    connection: AsyncConnection, category_id: int, language: str, name: str, description: str
) -> None:
    said = {"name": name, "description": description}
    statement = insert_for(connection, category_name).values(
        category_id=category_id, language=language, **said
    )
    keys = [category_name.c.category_id, category_name.c.language]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=said))


async def _save_one(connection: AsyncConnection, values: dict[str, object]) -> int:
    statement = insert_for(connection, category).values(**values)
    found = await connection.scalar(
        statement.on_conflict_do_update(index_elements=[category.c.path], set_=values).returning(
            category.c.id
        )
    )
    return int(found)
