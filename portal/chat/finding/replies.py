"""The replies: what agents say again and again, kept under a shortcut.

A reply may be bound to a category of the newsroom, or to one article; then it is offered only
where that is read. Anybody at the desk keeps replies; what a colleague keeps, only editors and
administrators change. Who did what stands in the audit log.
"""

from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.finding.messages import Offered, Reply, SaveReply
from portal.chat.lists import Titles
from portal.chat.standing import Held
from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.storage.database import Database
from portal.storage.tables.desk import reply as table
from portal.storage.tables.staff import audit
from portal.storage.upsert import insert_for

REPLIES_MOST: Final = 500
SHORTCUT_LONGEST: Final = 40
NEAREST: Final = 1_000
"""A category is not that deep."""


class Replies:
    """All canned replies. Keeps nothing."""

    def __init__(self, db: Database, titles: Titles, held: Held, now: Clock) -> None:
        """Begin.

        Args:
            titles: title and address of our articles; an address tells the category.
            held: whether an agent may act, and who he is now, as SQL knows.
        """
        self._db = db
        self._titles = titles
        self._held = held
        self._now = now

    async def offer(self, article: int | None) -> Offered:
        """Return the replies that fit where `article` is read, the nearest first.

        Without one, all there are, as somebody who keeps them in order wants to see them.
        """
        query = select(table).order_by(table.c.shortcut).limit(REPLIES_MOST)
        async with self._db.read() as c:
            rows = list(await c.execute(query))
        if article is None:
            return Offered(replies=[_reply(row) for row in rows])
        title_and_path = (await self._titles({article})).get(article, ("", ""))
        category = title_and_path[1].strip("/").rpartition("/")[0]
        near = {row.shortcut: _nearness(row, article, category) for row in rows}
        fitting = [row for row in rows if near[row.shortcut] >= 0]
        fitting.sort(key=lambda row: -near[row.shortcut])
        return Offered(replies=[_reply(row) for row in fitting])

    async def save(self, agent: Agent, asked: SaveReply) -> None:
        """Keep a reply, or change the one of that shortcut.

        Raises:
            Refused: `not_allowed`, a colleague keeps it; `bad_field`; `conflict`, there are as many
                as are ever offered.
        """
        shortcut = _shortcut(asked.shortcut)
        now = self._now()
        said = {
            "title": asked.title.strip(),
            "text": asked.text,
            "category": asked.category.strip("/"),
            "article_id": asked.article,
            "changed_at": now,
        }

        async def work(c: AsyncConnection) -> None:
            who = await self._his(c, agent, shortcut)
            others = select(func.count()).select_from(table).where(table.c.shortcut != shortcut)
            if (await c.scalar(others) or 0) >= REPLIES_MOST:
                raise Refused("conflict", f"there are {REPLIES_MOST} replies; remove one first")
            made = insert_for(c, table).values(shortcut=shortcut, created_by=who.id, **said)
            await c.execute(
                made.on_conflict_do_update(index_elements=[table.c.shortcut], set_=said)
            )
            await _audit(c, who, "reply.saved", shortcut, now)

        await self._db.write(work)

    async def remove(self, agent: Agent, shortcut: str) -> None:
        """Keep a reply no more.

        Raises:
            Refused: `not_found`; `not_allowed`, a colleague keeps it.
        """
        name = _shortcut(shortcut)
        now = self._now()

        async def work(c: AsyncConnection) -> None:
            who = await self._his(c, agent, name)
            gone = await c.execute(delete(table).where(table.c.shortcut == name))
            if not gone.rowcount:
                raise Refused("not_found", "there is no such reply")
            await _audit(c, who, "reply.removed", name, now)

        await self._db.write(work)

    async def _his(self, c: AsyncConnection, agent: Agent, shortcut: str) -> Agent:
        """Return who asks as he is now, if he may change what is kept under this shortcut."""
        who = await self._held(c, agent, lock=True)
        if who is None:
            raise Refused("not_allowed", "your access has ended")
        query = select(table.c.created_by).where(table.c.shortcut == shortcut).with_for_update()
        row = (await c.execute(query)).one_or_none()
        if row is not None and row.created_by != who.id and who.role is Role.AGENT:
            raise Refused("not_allowed", "a colleague keeps this reply; an editor may change it")
        return who


def _nearness(row: Any, article: int, category: str) -> int:
    """Return how near a reply is to what is read; below 0: it is bound to something else."""
    if row.article_id is not None:
        return NEAREST if row.article_id == article else -1
    if not row.category:
        return 0
    within = f"{category}/".startswith(f"{row.category}/")
    return 1 + row.category.count("/") if within else -1


def _shortcut(given: str) -> str:
    name = given.lower()
    if len(name) > SHORTCUT_LONGEST:  # some letters are two when they are small
        raise Refused("bad_field", "the shortcut is too long")
    return name


def _reply(row: Any) -> Reply:
    return Reply(
        shortcut=row.shortcut,
        title=row.title,
        text=row.text,
        category=row.category,
        article=row.article_id,
    )


async def _audit(c: AsyncConnection, who: Agent, action: str, shortcut: str, now: int) -> None:
    row = {"at": now, "staff_id": who.id, "action": action, "about": f"/{shortcut}"}
    await c.execute(insert(audit).values(row))
