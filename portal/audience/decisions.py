"""Deciding about held clicks: an editor lets them count, or not, and stands for it.

A decision takes what is held out of the table in the same transaction that writes it down and adds
it to the hours in which it came. Whoever decides a moment later finds nothing: none counts twice.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal, Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.storage.database import Database
from portal.storage.tables.audience import (
    click_decided,
    click_decision,
    click_held,
    click_hour,
    click_total,
)
from portal.storage.tables.staff import audit
from portal.storage.upsert import insert_for

Verdict = Literal["released", "discarded"]
DECIDERS: Final = (Role.EDITOR, Role.ADMIN)
NOTE_LONGEST: Final = 300


class Held(Protocol):
    """Returns an agent as he is now, in this transaction; None: his access has ended."""

    async def __call__(self, c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None: ...


class Decisions:
    """Takes decisions about held clicks."""

    def __init__(self, database: Database, clock: Clock, held: Held) -> None:
        """Open the books.

        Args:
            held: who an agent is now, as SQL knows.
        """
        self._database = database
        self._clock = clock
        self._held = held

    async def decide(
        self, agent: Agent, article_id: int, verdict: Verdict, *, hour: int | None, note: str = ""
    ) -> int:
        """Let an article's held clicks count, or not; return how many were released ever.

        Two who decide at once share what is held between them: none counts twice.

        Args:
            agent: who decides; an editor or an administrator.
            article_id: whose clicks.
            verdict: what becomes of them.
            hour: only those of this hour; None: all that are held now.
            note: why, for those who ask later.

        Raises:
            Refused: `not_allowed`; `conflict`, nothing is held any more; `too_long`.
            Unavailable: the database does not answer.
        """
        if len(note) > NOTE_LONGEST:
            raise Refused("too_long", f"A note has at most {NOTE_LONGEST} characters.")

        async def work(connection: AsyncConnection) -> int:
            who = await self._held(connection, agent, lock=True)
            if who is None or who.role not in DECIDERS:
                raise Refused("not_allowed", "Only editors and administrators may decide this.")
            hours = await _take_held(connection, article_id, hour)
            if not hours:
                raise Refused("conflict", "Nothing is held there any more: somebody was faster.")
            now = self._clock()
            clicks = sum(hours.values())
            row = {"article_id": article_id, "staff_id": who.id, "at": now, "verdict": verdict}
            line = insert(click_decision).values(**row, clicks=clicks, note=note)
            key = (await connection.execute(line.returning(click_decision.c.id))).scalar_one()
            parts = [{"decision_id": key, "hour": at, "clicks": n} for at, n in hours.items()]
            await connection.execute(insert(click_decided), parts)
            about = f"article {article_id}: {clicks} {verdict}. {note}".strip()
            said = {"at": now, "staff_id": who.id, "action": f"counts.{verdict}", "about": about}
            await connection.execute(insert(audit).values(said))
            if verdict == "released":
                await _release(connection, article_id, hours)
            total = select(click_total.c.released).where(click_total.c.article_id == article_id)
            return (await connection.execute(total)).scalar() or 0

        return await self._database.write(work)


async def _take_held(
    connection: AsyncConnection, article_id: int, hour: int | None
) -> dict[int, int]:
    """Take held clicks out of the table; return them by hour."""
    mine = click_held.c.article_id == article_id
    wanted = mine if hour is None else mine & (click_held.c.hour == hour)
    found = await connection.execute(
        select(click_held).where(wanted).order_by(click_held.c.hour).with_for_update()
    )
    hours: Counter[int] = Counter()
    keys = []
    for row in found:
        hours[row.hour] += row.clicks
        keys.append((row.hour, row.network))
    for at, network in keys:
        this = (click_held.c.hour == at) & (click_held.c.network == network)
        await connection.execute(delete(click_held).where(mine, this))
    return dict(hours)


async def _release(connection: AsyncConnection, article_id: int, hours: Mapping[int, int]) -> None:
    insert_total = insert_for(connection, click_total)
    await connection.execute(
        insert_total.values(
            article_id=article_id, released=sum(hours.values())
        ).on_conflict_do_update(
            index_elements=["article_id"],
            set_={"released": click_total.c.released + insert_total.excluded.released},
        )
    )
    insert_hour = insert_for(connection, click_hour)
    await connection.execute(
        insert_hour.on_conflict_do_update(
            index_elements=["article_id", "hour"],
            set_={"released": click_hour.c.released + insert_hour.excluded.released},
        ),
        [{"article_id": article_id, "hour": at, "released": n} for at, n in hours.items()],
    )
