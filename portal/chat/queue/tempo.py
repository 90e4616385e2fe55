"""The tempo: how long visitors wait, as it was lately. Read again every minute.

An honest number or none: of fewer than five answers nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from sqlalchemy import select

from portal.clock import DAY
from portal.storage.database import Database
from portal.storage.tables.chat import conversation

REPLY_WITHIN: Final = 7 * DAY
TAKEN_WITHIN: Final = 30 * 60_000
NEWEST: Final = 2_000
SAMPLES_LEAST: Final = 5

Samples = dict[int | None, list[int]]


@dataclass(frozen=True)
class Tempo:
    """Medians by desk.

    Attributes:
        reply_seconds: from a visitor's first words to an agent's first answer; that of None is of
            all conversations.
        taken_seconds: between two conversations that were taken out of this desk's queue; None is
            the queue of those who wait at no desk.
    """

    reply_seconds: dict[int | None, int] = field(default_factory=dict)
    taken_seconds: dict[int | None, float] = field(default_factory=dict)

    def wait_seconds(self, desk: int | None, position: int, agents: int) -> int | None:
        """Return how long the one at this place of a desk's queue will about wait; None: unknown.

        Args:
            agents: how many are there to answer.
        """
        if desk in self.taken_seconds:
            return max(1, round(self.taken_seconds[desk] * position))
        if desk in self.reply_seconds and agents:
            # So many go on side by side; whoever is behind them waits for the next turn.
            return self.reply_seconds[desk] * -(-position // agents)
        return None


async def read(db: Database, now: int) -> Tempo:
    """Read how it was lately."""
    row = conversation.c
    answered = (
        select(row.desk_id, row.asked_at, row.answered_at)
        .where(row.answered_at >= now - REPLY_WITHIN, row.asked_at.is_not(None))
        .order_by(row.answered_at.desc())
        .limit(NEWEST)
    )
    taken = (
        select(row.desk_id, row.assigned_at)
        .where(row.assigned_at >= now - TAKEN_WITHIN)
        .order_by(row.assigned_at.desc())
        .limit(NEWEST)
    )
    replies: Samples = {}
    takes: Samples = {}
    async with db.read() as c:
        for desk, asked, first in await c.execute(answered):
            for each in {desk, None}:
                replies.setdefault(each, []).append(first - asked)
        for desk, at in await c.execute(taken):
            takes.setdefault(desk, []).append(at)
    gaps = {desk: [late - early for late, early in pairwise(at)] for desk, at in takes.items()}
    return Tempo(
        {desk: max(1, round(found)) for desk, found in _medians(replies.items())},
        dict(_medians(gaps.items())),
    )


def _medians(
    samples: Iterable[tuple[int | None, list[int]]],
) -> Iterable[tuple[int | None, float]]:
    for desk, found in samples:
        if len(found) >= SAMPLES_LEAST:
            yield desk, median(found) / 1000
