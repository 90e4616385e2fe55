"""Views when a node dies: acked exactly once, unacked never or once, in Valkey, SQL and on screens.

A view is acked when Valkey has it; SQL gets it within a second or two from whichever node knows.
"""

import asyncio
import secrets
from collections.abc import Iterable

from portal.memory.redis import connect
from portal.memory.tally import TOTAL
from tests.faults.crash_cluster import OTHERS_SECONDS, Cluster, Crash, Line
from tests.support.servers import Portal
from tests.support.workers import workers

BETWEEN_SECONDS = 0.05
BOOKED_SECONDS = 12.0
"""A node that died cannot book: another one finds out by comparing, every five seconds."""


def clicks(line: Line, article: int) -> list[int]:
    """Return every number of an article a page was told, in order."""
    counts = [frame["counts"] for frame in line.told if frame["type"] == "audience.counts"]
    return [each[str(article)]["clicks"] for each in counts if str(article) in each]


async def watcher(c: Cluster, node: Portal, article: int) -> Line:
    """A page that shows an article's number."""
    line = await c.reader(node)
    await line.ask("audience.watch", articles=[article])
    return line


async def shows(line: Line, article: int, number: int, seconds: float = OTHERS_SECONDS) -> None:
    """Wait until a page shows a number; it may not have shown a larger one, nor gone back."""
    await line.hears(lambda _: clicks(line, article)[-1:] == [number], seconds)
    told = clicks(line, article)
    assert told == sorted(told)


async def counted(c: Cluster, article: int) -> int:
    """Return what Valkey has counted."""
    redis = connect(c.redis_url)
    try:
        return int(await redis.hget(TOTAL, str(article)) or 0)
    finally:
        await redis.aclose(close_connection_pool=True)


async def view(c: Cluster, crash: Crash, article: int, *, again_at_other: bool) -> bool:
    """A reader opens a story at the dying node; somebody at the other one sees its number.

    Returns:
        Whether it happened. What becomes of SQL is seen later, by `booked`.
    """
    tab = secrets.token_urlsafe(16)
    screen = await watcher(c, c.living, article)
    reader = await c.reader(c.dying, article=article, tab=tab)
    before = workers(c.dying)

    c.arm(crash)
    answer = await reader.attempt("audience.view", article=article)
    died = await c.fired(4.0 if crash.op == "booking" else 1.0)
    number = await counted(c, article)
    acked = answer is not None and answer["type"] == "audience.viewed" and answer["counted"]
    assert number == (0 if crash.point == "uncounted" and died else 1)
    assert acked == (crash.point in {"answered", "unpublished"} or crash.op == "booking")
    await shows(screen, article, number)

    node = c.living if again_at_other else c.dying
    again = await c.reader(node, article=article, tab=tab)
    answer = await again.ask("audience.view", article=article)
    if died and crash.how == "die":
        await c.back(before)

    assert answer["type"] == "audience.viewed", answer
    assert answer["counted"] is (number == 0)
    await shows(screen, article, 1)
    return died


async def read_by_many(c: Cluster, article: int, seconds: float) -> int:
    """Let one reader after the other open a story, at either node, until he is told it counts.

    Returns:
        How many there were.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    readers: list[asyncio.Task[None]] = []
    while loop.time() < end:
        node = (c.living, c.dying)[len(readers) % 2]
        readers.append(asyncio.create_task(read_by_one(c, node, article)))
        await asyncio.sleep(BETWEEN_SECONDS)
    await asyncio.gather(*readers)
    return len(readers)


async def read_by_one(c: Cluster, node: Portal, article: int) -> None:
    """Open a story, again and again in the same tab while nobody answers."""
    tab = secrets.token_urlsafe(16)
    answer = None
    while answer is None:
        reader = await c.reader(node, article=article, tab=tab)
        answer = await reader.attempt("audience.view", article=article)
        await reader.close()
    assert answer["type"] == "audience.viewed", answer


async def booked(c: Cluster, articles: Iterable[int], number: int = 1) -> None:
    """Wait until SQL has exactly so many clicks of each, in its totals and in its hours."""
    expected = dict.fromkeys(articles, number)
    found: tuple[dict[int, int], ...] = ()
    try:
        async with asyncio.timeout(BOOKED_SECONDS):
            while found != (expected, expected):
                tables = await c.tables()
                found = tuple(
                    {a: n for a, n in numbers.items() if a in expected}
                    for numbers in (tables.clicks, tables.hours)
                )
                assert all(n <= expected[a] for numbers in found for a, n in numbers.items())
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"SQL has {found}, not {expected}") from None
