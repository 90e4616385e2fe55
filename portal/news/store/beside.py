"""What stands beside an article: its neighbours, what is like it, and the most read; in one query.

Each is a list of its own; a row says which one it belongs to.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Integer, Label, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Listed, PublishedArticle
from portal.news.store import listing, related
from portal.storage.search import Query

_OLDER, _NEWER, _RELATED, _RANKED = range(4)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found.

    Attributes:
        older, newer: the next ones of the same category.
        related: what is most like it, the most first.
        ranked: those of the ids that were asked for and that readers may see.
    """

    older: Listed | None
    newer: Listed | None
    related: tuple[Listed, ...]
    ranked: dict[int, Listed]


async def beside(
    connection: AsyncConnection,
    shown: PublishedArticle,
    query: Query | None,
    ranked: Collection[int],
    limit: int,
) -> Beside:
    """Return what stands beside an article.

    Args:
        query: the words that say what it is about; None: none does.
        ranked: ids of the most read.
        limit: how many related ones.
    """
    none: Label[int] = literal_column("0", Integer).label("score")
    parts = [
        listing.older(shown, _side(_OLDER), none),
        listing.newer(shown, _side(_NEWER), none),
        related.nearest(shown, query, limit, connection.dialect.name, _side(_RELATED)),
    ]
    if ranked:
        parts.append(listing.among(ranked, _side(_RANKED), none, language=shown.language))
    each = [select(part.subquery()) for part in parts]
    sides: tuple[list[Listed], ...] = ([], [], [], [])
    rows = list(await connection.execute(union_all(*each)))
    for row in sorted(rows, key=lambda row: (-row.score, -row.published_at, -row.id)):
        sides[row.side].append(listing.row_of(row))
    older, newer, alike, most_read = sides
    return Beside(
        older=next(iter(older), None),
        newer=next(iter(newer), None),
        related=tuple(alike),
        ranked={int(row.id): row for row in most_read},
    )


def _side(which: int) -> Label[int]:
    return literal_column(str(which), Integer).label("side")
