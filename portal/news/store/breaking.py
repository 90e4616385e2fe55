"""Which articles are breaking, and until when.

A row stays when its time is over: an importer that finds `breaking: true` in a file for the second
time must not say it again. Whatever changes what readers see raises the newsroom's version in the
same transaction; `ended` is that, for a story whose time ran out.
"""

from dataclasses import dataclass

from sqlalchemy import Select, and_, case, exists, false, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, HOUR, Clock
from portal.identity import ArticleId
from portal.news.breaking import Story
from portal.news.store.version import NAME, raise_version
from portal.storage.database import Database
from portal.storage.tables.news import article, breaking, revision
from portal.storage.tables.portal import fact
from portal.storage.upsert import insert_for

USUAL_MS = 6 * HOUR
LONGEST_MS = 7 * DAY
"""What is breaking for longer is not."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an article's file says of it.

    Attributes:
        on: whether it is breaking.
        until: milliseconds; None: as long as usual.
    """

    on: bool
    until: int | None = None


class Breakings:
    """The ledger of `portal.news.breaking.BreakingNews`, and what the commands write into it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def at_hand(self) -> tuple[int, Story | None]:
        """Return the newsroom's version, and the newest story of the last day, over or not."""
        async with self._db.read() as connection:
            return await at_hand(connection, self._clock())

    async def begin(self, article_id: int, for_ms: int) -> int:
        """Make an article breaking from now on; return until when."""
        now = self._clock()

        async def work(connection: AsyncConnection) -> int:
            await raise_version(connection)
            await begin(connection, article_id, now, now + for_ms)
            return now + for_ms

        return await self._db.write(work)

    async def end(self, article_id: int) -> bool:
        """End it before its time; tell whether it was breaking."""

        async def work(connection: AsyncConnection) -> bool:
            await raise_version(connection)
            return await end(connection, article_id)

        return await self._db.write(work)

    async def expire(self) -> bool:
        """End what had its time, on whichever node sees it first; tell whether it was this one."""
        now = self._clock()
        due = and_(breaking.c.until <= now, breaking.c.ended == false())
        async with self._db.read() as connection:
            if not await connection.scalar(select(exists().where(due))):
                return False

        async def work(connection: AsyncConnection) -> bool:
            done = await connection.execute(update(breaking).where(due).values(ended=True))
            if done.rowcount:
                await raise_version(connection)
            return bool(done.rowcount)

        return await self._db.write(work)


async def at_hand(connection: AsyncConnection, now: int) -> tuple[int, Story | None]:
    """Return the newsroom's version and the newest story, in one statement."""
    newest = _newest(now).subquery()
    found = await connection.execute(
        select(fact.c.value, *newest.c)
        .select_from(fact.outerjoin(newest, true()))
        .where(fact.c.name == NAME)
    )
    row = found.first()
    if row is None:
        return 0, None
    if row.article_id is None:
        return int(row.value), None
    until = row.until if row.live else 0
    return int(row.value), Story(ArticleId(row.article_id), row.title, f"/{row.path}", until)


def _newest(now: int) -> Select[tuple[int, str, str, int, int]]:
    live = case(
        (
            and_(
                breaking.c.ended == false(), breaking.c.until > now, article.c.status == "published"
            ),
            1,
        ),
        else_=0,
    )
    return (
        select(
            breaking.c.article_id,
            revision.c.title,
            article.c.path,
            breaking.c.until,
            live.label("live"),
        )
        .join_from(breaking, article, article.c.id == breaking.c.article_id)
        .join(
            revision,
            and_(
                revision.c.article_id == article.c.id,
                revision.c.number == article.c.published_revision,
            ),
        )
        .where(breaking.c.until > now - DAY)
        .order_by(live.desc(), breaking.c.began_at.desc(), breaking.c.article_id.desc())
        .limit(1)
    )


async def begin(connection: AsyncConnection, article_id: int, now: int, until: int) -> None:
    """Make an article breaking, whatever was before. The caller raises the version."""
    given = {"began_at": now, "until": until, "ended": False}
    statement = insert_for(connection, breaking).values(article_id=article_id, **given)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[breaking.c.article_id], set_=given)
    )


async def end(connection: AsyncConnection, article_id: int) -> bool:
    """End it; tell whether it was breaking. The caller raises the version."""
    done = await connection.execute(
        update(breaking)
        .where(breaking.c.article_id == article_id, breaking.c.ended == false())
        .values(ended=True)
    )
    return bool(done.rowcount)


async def wish(connection: AsyncConnection, article_id: int, said: Wish, now: int) -> None:
    """Do as an article's file says, once: what was breaking before begins anew only until later.

    The caller raises the version.
    """
    if not said.on:
        await end(connection, article_id)
        return
    until = said.until if said.until is not None else now + USUAL_MS
    known = await connection.scalar(
        select(breaking.c.until).where(breaking.c.article_id == article_id)
    )
    if until > now and (known is None or (said.until is not None and until > known)):
        await begin(connection, article_id, now, min(until, now + LONGEST_MS))
