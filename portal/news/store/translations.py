"""Translations: which articles say the same in other languages, and what each language has.

Articles that translate one another share a group: the id of the one the others were made from.
"""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.store.listing import READABLE
from portal.storage.tables.news import article

AT_ONCE = 1_000
"""Names in one statement; both databases take a few tens of thousands."""
GROUP = func.coalesce(article.c.original_id, article.c.id)

Spread = dict[str, set[int]]
"""Which categories hold articles, by language."""


async def of_groups(
    connection: AsyncConnection, first: int, below: int, kind: str = "article"
) -> dict[int, dict[str, str]]:
    """Return the same of all articles and pages whose id is at least `first` and less than `below`.

    Returns:
        By article, only of those that have a translation: their group's paths by language.
    """
    here = select(GROUP).where(article.c.id >= first, article.c.id < below, article.c.kind == kind)
    found = await connection.execute(
        select(article.c.id, GROUP.label("of"), article.c.language, article.c.path).where(
            GROUP.in_(here), article.c.status == "published"
        )
    )
    groups: dict[int, dict[str, str]] = {}
    members: dict[int, int] = {}
    for row in found:
        groups.setdefault(row.of, {})[row.language] = row.path
        members[row.id] = row.of
    return {each: groups[of] for each, of in members.items() if len(groups[of]) > 1}


async def spread(connection: AsyncConnection) -> Spread:
    """Return which categories hold articles that readers see, by language."""
    found = await connection.execute(
        select(article.c.language, article.c.category_id).where(*READABLE).distinct()
    )
    by_language: Spread = {}
    for row in found:
        by_language.setdefault(row.language, set()).add(row.category_id)
    return by_language


async def link(connection: AsyncConnection, article_id: int, original_id: int | None) -> None:
    """Say what an article translates; of a translation, what that was made from."""
    if original_id is not None:
        before = await connection.scalar(
            select(article.c.original_id).where(article.c.id == original_id)
        )
        original_id = before or original_id
    if original_id == article_id:
        original_id = None
    await connection.execute(
        update(article).where(article.c.id == article_id).values(original_id=original_id)
    )


async def of_sources(connection: AsyncConnection, sources: Collection[str]) -> dict[str, int]:
    """Return the ids of imported articles by where they were found, a thousand a statement."""
    ids: dict[str, int] = {}
    listed = list(sources)
    for first in range(0, len(listed), AT_ONCE):
        some = listed[first : first + AT_ONCE]
        found = await connection.execute(
            select(article.c.source, article.c.id).where(article.c.source.in_(some))
        )
        ids.update((row.source, row.id) for row in found)
    return ids
