"""By article: how many conversations have begun about each; for whoever watches what is read."""

from sqlalchemy import func, select

from portal.storage.database import Database
from portal.storage.tables.chat import conversation as talk


async def begun_by_article(db: Database, since: int, most: int = 10) -> list[tuple[int, int]]:
    """Return (article, conversations) of those begun since a moment, the most first.

    A conversation is about what its visitor reads, or read last.

    Raises:
        Unavailable: the database does not answer.
    """
    n = func.count().label("n")
    begun = select(talk.c.article_id, n).where(
        talk.c.created_at >= since, talk.c.article_id.is_not(None), talk.c.last_seq > 0
    )
    query = begun.group_by(talk.c.article_id).order_by(n.desc(), talk.c.article_id).limit(most)
    async with db.read() as c:
        return [(row.article_id, row.n) for row in await c.execute(query)]
