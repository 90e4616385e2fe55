"""Readers now: facts, over all nodes."""

from tests.audience.conftest import OTHER, STORY, Elapsed, Node, until
from tests.audience.test_counting import tab


async def test_open_counts_sockets_and_reading_those_that_read(a: Node) -> None:
    """A page is open as soon as its socket is, and read while it says so."""
    pages = [a.page(tab(number)) for number in range(3)]
    await pages[0].attend("reading")
    await pages[1].attend("idle")

    assert a.room.reading.numbers(STORY) == (3, 1)
    await pages[0].attend("hidden")
    pages[2].close()
    assert a.room.reading.numbers(STORY) == (2, 0)


async def test_attention_ends_fifteen_seconds_after_it_was_said(a: Node, elapsed: Elapsed) -> None:
    """A page that fell silent is read by nobody; saying it again keeps it."""
    silent, busy = a.page(tab(1)), a.page(tab(2))
    await silent.attend("reading")
    await busy.attend("reading")
    elapsed.seconds += 10
    await busy.attend("reading")
    elapsed.seconds += 5
    await a.room.reading.tell()

    assert a.room.reading.numbers(STORY) == (2, 1)


async def test_both_nodes_know_all_readers(a: Node, b: Node) -> None:
    """The sum is the same on each, and right when they leave."""
    pages = [a.page(tab(1)), a.page(tab(2)), b.page(tab(3)), b.page(tab(4), article_id=OTHER)]
    for page in pages:
        await page.attend("reading")
    for node in (a, b):
        await node.room.reading.tell()
    await until(lambda: a.room.reading.numbers(STORY) == (3, 3) == b.room.reading.numbers(STORY))

    assert a.room.reading.numbers(OTHER) == (1, 1)
    for page in pages:
        page.close()
    for node in (a, b):
        await node.room.reading.tell()
    await until(lambda: a.room.reading.numbers(STORY) == (0, 0) == b.room.reading.numbers(STORY))


async def test_a_beat_mends_what_the_bus_lost(a: Node, b: Node) -> None:
    """Nothing was told, and yet it is known."""
    a.page(tab(1))
    await a.room.upkeep.beat()
    await b.room.upkeep.beat()

    assert b.room.reading.numbers(STORY) == (1, 0)


async def test_an_older_beat_undoes_no_newer_message(a: Node, b: Node, elapsed: Elapsed) -> None:
    """The key is from before what the bus told."""
    await a.room.upkeep.beat()
    a.page(tab(1))
    await a.room.reading.tell()
    await until(lambda: b.room.reading.numbers(STORY) == (1, 0))
    elapsed.seconds += 1
    await b.room.upkeep.beat()

    assert b.room.reading.numbers(STORY) == (1, 0)


async def test_the_readers_of_a_killed_node_vanish(a: Node, b: Node, elapsed: Elapsed) -> None:
    """With its key, or when nothing is heard of it for long enough."""
    a.page(tab(1))
    await a.room.reading.tell()
    await a.room.upkeep.beat()
    await b.room.upkeep.beat()
    await a.stop()
    await b.memory.redis.delete("{reading}:node0")
    elapsed.seconds += 5
    await b.room.upkeep.beat()

    assert b.room.reading.numbers(STORY) == (0, 0)


async def test_the_readers_of_a_silent_node_vanish_without_valkey(
    a: Node, b: Node, elapsed: Elapsed
) -> None:
    """Nobody can say whether it lives; after half a minute it is not believed any more."""
    a.page(tab(1))
    await a.room.reading.tell()
    await until(lambda: b.room.reading.numbers(STORY) == (1, 0))
    elapsed.seconds += 29
    await b.room.reading.tell()

    assert b.room.reading.numbers(STORY) == (0, 0)


async def test_a_node_that_stops_takes_its_readers_along(a: Node, b: Node) -> None:
    """At once, not after half a minute."""
    a.page(tab(1))
    await a.room.reading.tell()
    await until(lambda: b.room.reading.numbers(STORY) == (1, 0))
    await a.room.upkeep.stop()
    await until(lambda: b.room.reading.numbers(STORY) == (0, 0))

    assert await b.memory.redis.zrange("{reading}:nodes", 0, -1) == [b"node1"]


async def test_a_page_that_names_its_article_late_is_seated_then(a: Node) -> None:
    """The view says it as well as the hello."""
    page = a.page(tab(1), article_id=None)
    await page.attend("reading")
    await page.view(STORY)

    assert a.room.reading.numbers(STORY) == (1, 1)
