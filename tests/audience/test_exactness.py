"""Whatever happens in whatever order: no click is lost, none is counted twice."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import HOUR
from portal.memory.redis import connect
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.audience import click_hour, click_total
from portal.storage.tables.news import article
from tests.audience.conftest import STORY, Elapsed, Node, open_node
from tests.conftest import HeldClock

NODES = 3
STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["view", "view", "view", "tell", "sweep", "book", "half-book", "crash"]),
        st.integers(0, NODES - 1),
    ),
    st.tuples(st.sampled_from(["flush", "compare"]), st.just(0)),
)


class House:
    """Three nodes, and what they were told counted."""

    def __init__(self, valkey_url: str, database_url: str, folder: Path) -> None:
        self.valkey_url = valkey_url
        self.database = Database(address(database_url, folder))
        self.clock, self.elapsed = HeldClock(), Elapsed()
        self.nodes: list[Node] = []
        self.counted = 0
        self.shown = [0] * NODES
        self.made = 0
        self.crashed = self.flushed = False

    async def run(self, steps: list[tuple[str, int]]) -> None:
        await self.begin()
        try:
            for step, at in steps:
                await self.step(step, at)
                self.see()
            await self.check()
        finally:
            for node in self.nodes:
                await node.stop()
            await self.database.close()

    async def begin(self) -> None:
        await self.database.open()

        async def work(connection: AsyncConnection) -> None:
            for table in (click_total, click_hour, article):
                await connection.execute(delete(table))
            row = {"id": STORY, "slug": "a", "path": "a", "created_at": 0}
            await connection.execute(article.insert().values(row))

        await self.database.write(work)
        redis = connect(self.valkey_url)
        await redis.flushall()
        await redis.aclose(close_connection_pool=True)
        for _ in range(NODES):
            self.nodes.append(await self.open())

    async def open(self) -> Node:
        self.made += 1
        name = f"n{self.made}"
        return await open_node(name, self.valkey_url, self.database, self.clock, self.elapsed)

    async def step(self, step: str, at: int) -> None:
        node = self.nodes[at]
        upkeep = node.room.upkeep
        match step:
            case "view":
                self.made += 1
                assert await node.page(f"tab-{self.made:020}").view()
                self.counted += 1
            case "tell":
                await upkeep.flush()
            case "sweep":
                await upkeep.sweep()
            case "book":
                await upkeep.book()
            case "half-book":  # committed, and the node dies before it knows
                await node.room.ledger.book(node.room.clicks.unbooked())
            case "compare":
                await upkeep.reconcile()
            case "crash":
                await node.stop()
                self.nodes[at] = await self.open()
                self.shown[at] = 0
                self.crashed = True
            case "flush":
                await self.flush()

    async def flush(self) -> None:
        # Nobody can bring back what only a dead node and a flushed Valkey knew, and a node needs
        # its second between two flushes. Otherwise each node knows what it happens to know.
        knowing = self.nodes if self.flushed else self.nodes[:1] if self.crashed else []
        for node in knowing:
            await node.room.upkeep.sweep()
        self.flushed, self.crashed = True, False
        await self.nodes[0].memory.redis.flushall()

    def see(self) -> None:
        """No number on a screen falls, none is too high."""
        now = [node.room.clicks.total(STORY) for node in self.nodes]
        assert all(before <= after for before, after in zip(self.shown, now, strict=True))
        assert max(now) <= self.counted
        self.shown = now

    async def check(self) -> None:
        """After two seconds all is right to the unit."""
        for _ in range(3):
            for node in self.nodes:
                await node.room.upkeep.sweep()
        assert [node.room.clicks.total(STORY) for node in self.nodes] == [self.counted] * NODES
        for node in self.nodes:
            await node.room.upkeep.book()
            await node.room.upkeep.reconcile()
        ledger = self.nodes[0].room.ledger
        hours = await ledger.history(STORY, 0, self.clock.at + HOUR)
        assert (await ledger.totals()).get(STORY, 0) == self.counted
        assert sum(clicks for _, clicks in hours) == self.counted


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database with the newest schema."""
    folder = tmp_path_factory.mktemp("exactness")
    url = f"sqlite:///{folder / 'portal.sqlite'}"
    asyncio.run(migrate(address(url, folder)))
    return url


@given(steps=st.lists(STEPS, max_size=25))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_interleaving_loses_or_doubles_a_click(
    valkey_url: str, empty_database: str, steps: list[tuple[str, int]]
) -> None:
    """Views, flushes, sweeps, bookings whole and half, crashes and a flushed Valkey."""
    asyncio.run(House(valkey_url, empty_database, Path()).run(steps))
