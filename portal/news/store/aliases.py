"""The addresses articles had at another site: kept as a file names them, and looked up.

An alias points at the article, so it is one hop to wherever that stands by now. What lives here
goes before it: what is an article's or a category's address on this site, or was, is no alias.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Moved, Withdrawn
from portal.news.store.articles import unpublished
from portal.storage.tables.news import alias, article, category, old_category_path, old_path

MOST_AT_ONCE = 5_000
"""Values of one statement; SQLite takes 32,766."""


async def led_from(
    connection: AsyncConnection, addresses: Sequence[str]
) -> Moved | Withdrawn | None:
    """Find the article that one of `addresses` was: of the first of them that any was."""
    found = await connection.execute(
        select(
            alias.c.address,
            article.c.id,
            article.c.path,
            article.c.status,
            article.c.published_revision,
        )
        .join_from(alias, article)
        .where(alias.c.address.in_(addresses))
    )
    rows = {row.address: row for row in found}
    row = next((rows[each] for each in addresses if each in rows), None)
    if row is None:
        return None
    return Moved(row.path) if row.status == "published" else unpublished(row)


async def held(connection: AsyncConnection) -> dict[str, int]:
    """Return all aliases with the articles they lead to."""
    found = await connection.execute(select(alias.c.address, alias.c.article_id))
    return {row.address: row.article_id for row in found}


async def owners(connection: AsyncConnection, addresses: Iterable[str]) -> dict[str, str]:
    """Return which of `addresses` somebody has here, or had, and who that is."""
    taken: dict[str, str] = {}
    for some in _some(addresses):
        for table, who in ((old_category_path, "a category"), (category, "a category")):
            rooms = await connection.scalars(select(table.c.path).where(table.c.path.in_(some)))
            taken |= dict.fromkeys(rooms, who)
        once = (
            select(old_path.c.path, article.c.source)
            .join_from(old_path, article)
            .where(old_path.c.path.in_(some))
        )
        now = select(article.c.path, article.c.source).where(article.c.path.in_(some))
        for query in (once, now):
            for path, source in await connection.execute(query):
                taken[path] = source or "an article written here"
    return taken


async def keep(connection: AsyncConnection, wanted: Mapping[str, int], now: int) -> None:
    """Let addresses lead to articles, and from nowhere else.

    Args:
        wanted: article by address.
        now: milliseconds.
    """
    await drop(connection, wanted)
    if wanted:
        await connection.execute(
            insert(alias),
            [
                {"address": address, "article_id": article_id, "created_at": now}
                for address, article_id in wanted.items()
            ],
        )


async def drop(connection: AsyncConnection, addresses: Collection[str]) -> None:
    """Let addresses lead nowhere any more."""
    for some in _some(addresses):
        await connection.execute(delete(alias).where(alias.c.address.in_(some)))


def _some(values: Iterable[str]) -> list[list[str]]:
    listed = list(values)
    return [listed[at : at + MOST_AT_ONCE] for at in range(0, len(listed), MOST_AT_ONCE)]
