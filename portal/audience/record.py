"""The record: what became of every view that was no click, and how those came that were.

Sums, not states: each adds up, so that a batch that was written twice would count twice. Therefore
every batch has a token, and token and sums enter SQL in one transaction. Whoever is not sure that
a batch was written writes it again. A process that is killed takes along the last second of it.

Clicks themselves are not here: their totals are absolute, see `portal.audience.ledger`.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.reasons import NO_ARTICLE, Reason
from portal.clock import DAY, HOUR, Clock
from portal.storage.database import Database
from portal.storage.tables.audience import booking, click_held, click_refused, reading_fact
from portal.storage.tables.news import article
from portal.storage.upsert import insert_for

MOST_KEYS = 20_000
"""Different sums kept while the database is away; beyond that only the known ones grow."""
CHUNK = 200
"""Rows in one statement."""
ELSEWHERE = "elsewhere"
"""Stands for all networks that are too many to be told apart."""

Key = tuple[int, int, str, str]
"""Article, hour, and what: a reason and "", a network and "", a kind and a value."""
Sums = Counter[Key]


@dataclass
class Batch:
    """What happened in about a second."""

    token: str = field(default_factory=lambda: secrets.token_hex(16))
    refused: Sums = field(default_factory=Counter)
    held: Sums = field(default_factory=Counter)
    facts: Sums = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.refused or self.held or self.facts)


class Record:
    """Takes what happened, and carries it into SQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._open = Batch()
        self._sent: Batch | None = None
        """Was being written when the database went: perhaps it was."""

    def add_refused(self, article_id: int, reason: Reason) -> None:
        """Note that a view was no click, and why. Of an unknown article too."""
        if not self._add(self._open.refused, article_id, reason):
            self._add(self._open.refused, NO_ARTICLE, reason, always=True)

    def add_held(self, article_id: int, network: str) -> None:
        """Note that a view waits for somebody to decide about it.

        Args:
            article_id: its article.
            network: a hash of its network.
        """
        if not self._add(self._open.held, article_id, network):
            self._add(self._open.held, article_id, ELSEWHERE, always=True)

    def add_fact(self, article_id: int, kind: str, value: str, n: int = 1) -> None:
        """Add to how an article's readers came and read.

        Args:
            article_id: its id.
            kind: see `portal.audience.facts`.
            value: of that kind; a short word of ours, never a reader's own.
            n: how many.
        """
        self._add(self._open.facts, article_id, kind, value, n)

    async def book(self) -> bool:
        """Write what came since the last time; return whether there was something.

        Raises:
            Unavailable: the database does not answer. The next call tries again.
        """
        wrote = False
        if self._sent is not None:
            wrote = await self._write(self._sent)
        if self._open:
            self._sent, self._open = self._open, Batch()
            wrote = await self._write(self._sent)
        return wrote

    async def forget(self) -> int:
        """Forget tokens nobody can still be unsure of; return how many.

        Raises:
            Unavailable: the database does not answer.
        """
        old = delete(booking).where(booking.c.at < self._clock() - DAY)

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(old)).rowcount

        return await self._database.write(work)

    def _add(
        self,
        sums: Sums,
        article_id: int,
        what: str,
        value: str = "",
        n: int = 1,
        *,
        always: bool = False,
    ) -> bool:
        now = self._clock()
        key = (article_id, now - now % HOUR, what, value)
        if not always and len(sums) >= MOST_KEYS and key not in sums:
            return False
        sums[key] += n
        return True

    async def _write(self, batch: Batch) -> bool:
        now = self._clock()

        async def work(connection: AsyncConnection) -> bool:
            return await _add_once(connection, batch, now)

        wrote = await self._database.write(work)
        self._sent = None
        return wrote


async def _add_once(connection: AsyncConnection, batch: Batch, now: int) -> bool:
    insert = insert_for(connection, booking).values({"token": batch.token, "at": now})
    if (await connection.execute(insert.on_conflict_do_nothing())).rowcount != 1:
        return False
    known = await _known(
        connection, {key[0] for sums in (batch.refused, batch.held, batch.facts) for key in sums}
    )
    refused: Sums = Counter()
    for (article_id, hour, reason, _), n in batch.refused.items():
        there = article_id in known or article_id == NO_ARTICLE
        why = reason if there or reason != "unpublished" else "unknown"
        refused[article_id if there else NO_ARTICLE, hour, why, ""] += n
    await _add_up(connection, click_refused, "clicks", ["reason"], refused.items())
    held = [(key, n) for key, n in batch.held.items() if key[0] in known]
    await _add_up(connection, click_held, "clicks", ["network"], held)
    facts = [(key, n) for key, n in batch.facts.items() if key[0] in known]
    await _add_up(connection, reading_fact, "n", ["kind", "value"], facts)
    return True


async def _known(connection: AsyncConnection, ids: set[int]) -> set[int]:
    wanted = sorted(ids)
    found: set[int] = set()
    for at in range(0, len(wanted), CHUNK):
        some = select(article.c.id).where(article.c.id.in_(wanted[at : at + CHUNK]))
        found.update((await connection.execute(some)).scalars())
    return found


async def _add_up(
    connection: AsyncConnection,
    table: Table,
    sum_: str,
    names: list[str],
    sums: Iterable[tuple[Key, int]],
) -> None:
    # One order for all nodes: no deadlock.
    rows = [
        {"article_id": key[0], "hour": key[1], **dict(zip(names, key[2:], strict=False)), sum_: n}
        for key, n in sorted(sums)
    ]
    if not rows:
        return
    insert = insert_for(connection, table)
    upsert = insert.on_conflict_do_update(
        index_elements=["article_id", "hour", *names],
        set_={sum_: table.c[sum_] + insert.excluded[sum_]},
    )
    await connection.execute(upsert, rows)
