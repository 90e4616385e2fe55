"""Totals on two nodes: carried, never falling, and right again after every fault of Valkey."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from portal.memory.embedded import EmbeddedValkey, redis_url
from tests.audience.conftest import STORY, MakeNode, Node, until
from tests.audience.test_counting import tab
from tests.conftest import HeldClock


async def test_a_click_on_one_node_is_known_on_the_other(a: Node, b: Node) -> None:
    """One message carries what was touched."""
    for number in range(7):
        await a.page(tab(number)).view()
    await a.room.upkeep.flush()
    await until(lambda: b.room.clicks.total(STORY) == 7)

    assert b.room.clicks.most_read(1) == [(STORY, 7)]


async def test_what_the_bus_lost_is_found_by_asking(a: Node, b: Node) -> None:
    """A node that died right after counting never told anybody."""
    await a.page(tab(1)).view()
    await a.stop()
    await b.room.upkeep.sweep()

    assert b.room.clicks.total(STORY) == 1


async def test_a_node_knows_at_its_start_what_sql_and_valkey_know(
    a: Node, make_node: MakeNode
) -> None:
    """The larger of both."""
    await a.room.ledger.book({STORY: 119})
    c = await make_node()

    assert c.room.clicks.total(STORY) == 119
    await c.page(tab(1)).view()
    assert c.room.clicks.total(STORY) == 120


async def test_a_flush_loses_no_click(a: Node, b: Node, redis: Redis) -> None:
    """Neither what only one node had heard nor what was counted before anybody noticed."""
    for number in range(5):
        await a.page(tab(number)).view()
    await b.room.upkeep.sweep()
    for number in range(5, 8):
        await a.page(tab(number)).view()  # of these b has not heard
    await redis.flushall()
    await b.page(tab(8)).view()
    await b.room.upkeep.sweep()
    await a.room.upkeep.sweep()
    await a.room.upkeep.sweep()
    await b.room.upkeep.sweep()

    assert a.room.clicks.total(STORY) == 9
    assert b.room.clicks.total(STORY) == 9


async def test_a_flush_before_the_booking_leaves_sql_right(a: Node, b: Node, redis: Redis) -> None:
    """What SQL had not got yet is booked from what the nodes know."""
    await a.room.ledger.book_initial(STORY, 119, 0)
    await a.room.upkeep.reconcile()
    for number in range(3):
        await a.page(tab(number)).view()
    await redis.flushall()
    await b.room.upkeep.sweep()
    await a.room.upkeep.sweep()
    await a.room.upkeep.book()

    assert await b.room.ledger.totals() == {STORY: 122}


async def test_after_a_flush_the_window_begins_anew(a: Node, redis: Redis) -> None:
    """Nothing but the totals is brought back."""
    await a.page(tab(1)).view()
    await redis.flushall()

    assert await a.page(tab(1)).view()


async def test_change_tells_what_five_minutes_brought(a: Node, clock: HeldClock) -> None:
    """For the console's list."""
    for number in range(4):
        await a.page(tab(number)).view()
    clock.forward(3 * 60_000)
    await a.page(tab(9)).view()

    assert a.room.clicks.change(STORY) == 5
    clock.forward(4 * 60_000)
    assert a.room.clicks.change(STORY) == 1


async def test_what_an_importer_booked_beside_the_server_is_shown(a: Node) -> None:
    """Another process gave the article its first total."""
    await a.room.ledger.book_initial(STORY, 119, 1_780_000_000_000)
    await a.room.upkeep.reconcile()

    assert a.room.clicks.total(STORY) == 119
    await a.page(tab(1)).view()
    assert a.room.clicks.total(STORY) == 120


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A Valkey of one test's own, to be killed; it is started again when it dies."""
    server = EmbeddedValkey(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_kill_9_of_valkey_keeps_every_count(
    own_valkey: EmbeddedValkey, make_node: MakeNode, tmp_path: Path
) -> None:
    """While it is away views wait; when it is back they count, and nothing counted is lost."""
    node = await make_node(redis_url(tmp_path))
    for number in range(20):
        assert await node.page(tab(number)).view()
    assert own_valkey.pid is not None
    os.kill(own_valkey.pid, signal.SIGKILL)
    page = node.page(tab(20))

    assert await page.view() is None
    assert await node.page(tab(20)).view() is False  # the same reader waits already
    assert await node.page(tab(21)).view() is None
    assert node.room.clicks.total(STORY) == 20
    async with asyncio.timeout(5):
        while node.room.socket.counting.waiting:
            await asyncio.sleep(0.05)
            await node.room.socket.counting.catch_up()
    assert node.room.clicks.total(STORY) == 22
    assert (await page.told("audience.viewed"))[0]["counted"] is True


async def test_an_older_copy_of_valkey_loses_no_click(
    own_valkey: EmbeddedValkey, make_node: MakeNode, tmp_path: Path
) -> None:
    """A replica that was behind is promoted, a disk lost its last second: all that was told stands,
    and what is counted before anybody notices stands beside it."""
    a, b = [await make_node(redis_url(tmp_path)) for _ in range(2)]
    for number in range(3):
        await a.page(tab(number)).view()
    files, older = own_valkey.folder / "appendonlydir", tmp_path / "older"
    shutil.copytree(files, older)
    for number in range(3, 8):
        await a.page(tab(number)).view()
    await asyncio.to_thread(own_valkey.stop)
    shutil.rmtree(files)
    shutil.copytree(older, files)
    await asyncio.to_thread(own_valkey.start)
    for number in range(8, 10):
        assert await b.page(tab(number)).view()
    for node in (b, a, b, a):
        await node.room.upkeep.sweep()
    for node in (a, b):
        await node.room.upkeep.reconcile()

    assert a.room.clicks.total(STORY) == 10
    assert b.room.clicks.total(STORY) == 10
    assert await a.room.ledger.totals() == {STORY: 10}


async def test_a_restart_of_valkey_doubles_no_click(
    own_valkey: EmbeddedValkey, make_node: MakeNode, tmp_path: Path
) -> None:
    """It comes back with everything, and is owed nothing."""
    a, b = [await make_node(redis_url(tmp_path)) for _ in range(2)]
    await a.room.ledger.book_initial(STORY, 119, 0)
    await a.room.upkeep.reconcile()
    for number in range(3):
        await a.page(tab(number)).view()
    await asyncio.to_thread(own_valkey.stop)
    await asyncio.to_thread(own_valkey.start)
    await b.page(tab(3)).view()
    for node in (a, b, a, b):
        await node.room.upkeep.sweep()
        await node.room.upkeep.reconcile()

    assert a.room.clicks.total(STORY) == 123
    assert await a.room.ledger.totals() == {STORY: 123}
