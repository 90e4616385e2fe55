"""Articles as readers meet them: by address, by id, and whether they may be seen at all.

`Articles` is what the rest of the house holds (`request.state["articles"]`); its listings stand
in `listing`, its writing in `publishing`.
"""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import Clock
from portal.identity import ArticleId
from portal.news import focus
from portal.news.article import Draft, Moved, Publication, PublishedArticle, Standing, Withdrawn
from portal.news.store import moves, publishing, revisions
from portal.news.store.categories import tree
from portal.news.store.version import raise_version
from portal.storage.database import Database
from portal.storage.tables.news import article, old_path, revision

REMEMBER_SECONDS = 3.0
"""How long "is it published?" is believed: a thousand clicks a second ask once."""
REMEMBER_MOST = 10_000


class Articles:
    """The store of articles, for the life of the process; remembers only who may be clicked."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db = db
        self._clock = clock
        self._published: dict[int, tuple[bool, float]] = {}

    async def published(self, path: str) -> PublishedArticle | Moved | Withdrawn | None:
        """Find what stands, or stood, at `path` (without the leading slash)."""
        async with self.db.read() as connection:
            return await published(connection, path)

    async def is_published(self, article_id: int) -> bool:
        """Tell whether readers may see this article; up to three seconds old."""
        now = asyncio.get_running_loop().time()
        known = self._published.get(article_id)
        if known and known[1] > now:
            return known[0]
        async with self.db.read() as connection:
            answer = bool(await published_among(connection, [article_id]))
        if len(self._published) >= REMEMBER_MOST:
            self._published.clear()
        self._published[article_id] = (answer, now + REMEMBER_SECONDS)
        return answer

    async def titles(self, ids: Collection[int]) -> dict[int, tuple[str, str]]:
        """Return title and path, "/" in front, of those of `ids` that readers may see."""
        if not ids:
            return {}
        async with self.db.read() as connection:
            return await titles(connection, ids)

    async def sections(self) -> dict[str, str]:
        """Return what categories are called, from the top down, by path, "/" in front."""
        async with self.db.read() as connection:
            whole = await tree(connection)
        return {
            f"/{path}": " › ".join(step.name for step in whole.trail(each.id))
            for path, each in whole.by_path.items()
        }

    async def as_read(
        self, asked: Collection[tuple[int, int]]
    ) -> dict[tuple[int, int], revisions.AsRead]:
        """Return what readers saw of articles at moments, by (article, moment)."""
        async with self.db.read() as connection:
            return await revisions.as_read(connection, asked)

    async def standing(self, ids: Collection[int]) -> dict[int, Standing]:
        """Return where each of `ids` stands now, as far as it exists."""
        if not ids:
            return {}
        async with self.db.read() as connection:
            return await standing(connection, ids)

    async def publish(self, draft: Draft, article_id: int | None = None) -> Publication:
        """Add `draft` as a revision and show it; see `publishing.publish`."""
        now = self._clock()

        async def work(connection: AsyncConnection) -> Publication:
            await raise_version(connection)
            return await publishing.publish(connection, draft, now, article_id)

        done = await self.db.write(work)
        self.forget()
        return done

    async def withdraw(self, article_id: int) -> Publication | None:
        """Take an article away from readers: its address answers 410."""
        now = self._clock()

        async def work(connection: AsyncConnection) -> Publication | None:
            await raise_version(connection)
            return await publishing.withdraw(connection, article_id, now)

        done = await self.db.write(work)
        self.forget()
        return done

    async def move_category(self, category_id: int, *, slug: str, parent_id: int | None) -> str:
        """Rename a category or put it elsewhere; see `moves.move`. Ring on `news` afterwards."""
        now = self._clock()

        async def work(connection: AsyncConnection) -> str:
            await raise_version(connection)
            return await moves.move(
                connection, category_id, slug=slug, parent_id=parent_id, now=now
            )

        return await self.db.write(work)

    def forget(self) -> None:
        """Let go of what is remembered: something was published or withdrawn."""
        self._published.clear()


async def published(
    connection: AsyncConnection, path: str
) -> PublishedArticle | Moved | Withdrawn | None:
    """Find what stands, or stood, at `path`: one statement where it stands, two elsewhere."""
    row = await at_path(connection, path)
    if row is None:
        return await once_at(connection, path)
    if row.status != "published":
        # What nobody sees yet takes no address from what readers once found there.
        return await once_at(connection, path) or unpublished(row)
    return PublishedArticle(
        id=ArticleId(row.id),
        kind=row.kind,
        revision=row.number,
        path=row.path,
        title=row.title,
        summary=row.summary,
        body_html=row.body_html,
        words=row.words,
        published_at=row.published_at,
        updated_at=row.updated_at,
        category_id=row.category_id,
        lead_media_id=row.lead_media_id,
        lead_alt=row.lead_alt,
        lead_caption=row.lead_caption,
        media=tuple(row.media),
        lead_credit=row.lead_credit,
        lead_focus=focus.read(row.lead_focus),
        card=row.card,
        language=row.language,
        original_id=row.original_id,
    )


async def at_path(connection: AsyncConnection, path: str) -> Any | None:
    """Return the article at `path` with its published revision, whatever its status."""
    found = await connection.execute(
        select(
            article.c.id,
            article.c.kind,
            article.c.path,
            article.c.status,
            article.c.published_revision,
            article.c.published_at,
            article.c.updated_at,
            article.c.category_id,
            article.c.language,
            article.c.original_id,
            revision.c.number,
            revision.c.title,
            revision.c.summary,
            revision.c.body_html,
            revision.c.words,
            revision.c.lead_media_id,
            revision.c.lead_alt,
            revision.c.lead_caption,
            revision.c.lead_credit,
            revision.c.lead_focus,
            revision.c.card,
            revision.c.media,
        )
        .outerjoin_from(
            article,
            revision,
            (revision.c.article_id == article.c.id)
            & (revision.c.number == article.c.published_revision),
        )
        .where(article.c.path == path)
    )
    return found.first()


async def once_at(connection: AsyncConnection, path: str) -> Moved | Withdrawn | None:
    """Find the article that was at `path` before: one hop, however often it moved."""
    found = await connection.execute(
        select(article.c.id, article.c.path, article.c.status, article.c.published_revision)
        .join_from(old_path, article, old_path.c.article_id == article.c.id)
        .where(old_path.c.path == path)
    )
    row = found.first()
    if row is None:
        return None
    return Moved(row.path) if row.status == "published" else unpublished(row)


def unpublished(row: Any) -> Withdrawn | None:
    """Tell what readers once saw from what they were never shown."""
    seen = row.status == "withdrawn" or row.published_revision is not None
    return Withdrawn(ArticleId(row.id)) if seen else None


async def published_among(connection: AsyncConnection, ids: Iterable[int]) -> set[int]:
    """Return those of `ids` that readers may see."""
    found = await connection.scalars(
        select(article.c.id).where(article.c.id.in_(list(ids)), article.c.status == "published")
    )
    return set(found)


async def standing(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Standing]:
    """Return which revision of each of `ids` readers see, or saw last."""
    found = await connection.execute(
        select(article.c.id, article.c.published_revision, article.c.status).where(
            article.c.id.in_(list(ids))
        )
    )
    return {
        row.id: Standing(row.published_revision or 0, row.status == "published") for row in found
    }


async def titles(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return title and path, "/" in front, of those of `ids` that readers may see."""
    found = await connection.execute(
        select(article.c.id, revision.c.title, article.c.path)
        .join_from(
            article,
            revision,
            (revision.c.article_id == article.c.id)
            & (revision.c.number == article.c.published_revision),
        )
        .where(article.c.id.in_(list(ids)), article.c.status == "published")
    )
    return {row.id: (row.title, f"/{row.path}") for row in found}
