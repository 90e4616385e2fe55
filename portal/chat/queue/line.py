"""The line: who waits at each desk, at which place, and for about how long."""

from typing import Final

from sqlalchemy import select

from portal.chat.conversation import Status
from portal.chat.queue.place import Place
from portal.chat.queue.sign import Sign
from portal.storage.database import Database
from portal.storage.tables.chat import conversation

TOLD_MOST: Final = 500
"""Whoever stands further back is told that he waits, not where."""


class Line:
    """Reads who waits. Keeps nothing."""

    def __init__(self, db: Database, sign: Sign) -> None:
        """Begin. The sign knows how fast it goes on."""
        self._db = db
        self._sign = sign

    async def places(self) -> dict[str, Place]:
        """Return the places of those who wait, by conversation."""
        row = conversation.c
        query = (
            select(row.id, row.desk_id)
            .where(row.status == Status.WAITING.value, row.waiting_since.is_not(None))
            .order_by(row.waiting_since, row.id)
            .limit(TOLD_MOST)
        )
        async with self._db.read() as c:
            found = (await c.execute(query)).all()
        so_far: dict[int | None, int] = {}
        agents = {desk: self._sign.agents(desk) for desk in {desk for _, desk in found}}
        places = {}
        for id, desk in found:
            position = so_far[desk] = so_far.get(desk, 0) + 1
            wait = self._sign.tempo.wait_seconds(desk, position, agents[desk])
            places[id] = Place(position, wait)
        return places
