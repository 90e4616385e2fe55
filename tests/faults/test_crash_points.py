"""A worker killed anywhere in an operation loses nothing that was acked and doubles nothing.

With PORTAL_FAULTS=all every point of every operation is tried, on both databases, and whoever
asked comes back at either node; otherwise every point of saying on SQLite, and a choice elsewhere.
"""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol

import pytest

from portal.memory.redis import connect
from tests.faults.crash_cluster import Cluster, Crash, Point, cluster
from tests.faults.crash_points import agent_says, claims, closes, visitor_says
from tests.faults.crash_views import booked, read_by_many, shows, view, watcher
from tests.support.servers import Postgres
from tests.support.workers import workers

ALL = os.environ.get("PORTAL_FAULTS") == "all"
POINTS: tuple[Point, ...] = ("uncommitted", "committed", "published", "answered", "unpublished")
STATEMENTS_MOST = 40
TRIES = 3
LOAD_SECONDS = 30.0 if ALL else 3.0

VIEWS = (
    Crash("audience.view", "uncounted"),
    Crash("audience.view", "counted"),
    Crash("audience.view", "published"),
    Crash("audience.view", "answered"),
    Crash("audience.view", "unpublished"),
    Crash("booking", "statement", 1),
    Crash("booking", "uncommitted"),
    Crash("booking", "committed"),
    Crash("booking", "statement", 3),
    Crash("booking", "statement", 5),
    Crash("booking", "statement", 3, "raise"),
)
SOME_VIEWS = {"sqlite": (1, 4, 6), "postgresql": (7,)}
"""Which of them are tried each time."""


class Scenario(Protocol):
    __name__: str

    def __call__(self, c: Cluster, crash: Crash, *, again_at_other: bool) -> Awaitable[bool]: ...


OPS: dict[str, tuple[Scenario, str]] = {
    "say": (visitor_says, "chat.say"),
    "answer": (agent_says, "chat.say"),
    "claim": (claims, "chat.claim"),
    "close": (closes, "chat.close"),
}
CHOICE: dict[str, dict[str, tuple[Point, ...]]] = {
    "sqlite": {"say": POINTS, "claim": ("uncommitted", "published"), "close": ("committed",)},
    "postgresql": {"say": ("committed",), "claim": ("uncommitted",), "close": ("unpublished",)},
}


def cases() -> Iterator[object]:
    for kind, chosen in CHOICE.items():
        for op in OPS:
            for at, point in enumerate(POINTS):
                if not ALL and point not in chosen.get(op, ()):
                    continue
                for other in (True, False) if ALL else (at % 2 == 0,):
                    where = "other" if other else "same"
                    yield pytest.param(kind, op, point, other, id=f"{kind}-{op}-{point}-{where}")


@pytest.fixture(scope="module")
def clusters(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str, Callable[[], str]], Cluster]]:
    """Two nodes on either kind of database, started when they are first asked for."""
    running: dict[str, Cluster] = {}
    with contextlib.ExitStack() as stack:

        def nodes_on(kind: str, create: Callable[[], str]) -> Cluster:
            if kind not in running:
                folder = tmp_path_factory.mktemp(f"crash-{kind}")
                url = create() or f"sqlite:///{folder / 'portal.sqlite'}"
                running[kind] = stack.enter_context(cluster(folder, url))
            return running[kind]

        yield nodes_on


@pytest.fixture
def nodes(
    request: pytest.FixtureRequest, clusters: Callable[[str, Callable[[], str]], Cluster]
) -> Cluster:
    """Two nodes, one of which can be told where to die."""

    def create() -> str:
        if request.param == "sqlite":
            return ""
        server: Postgres = request.getfixturevalue("postgres")
        return server.create()

    return clusters(request.param, create)


@pytest.mark.parametrize(("nodes", "op", "point", "other"), list(cases()), indirect=["nodes"])
async def test_a_worker_dies_around_a_commit(
    nodes: Cluster, op: str, point: Point, other: bool
) -> None:
    """Before COMMIT nothing is stored, after it everything; asking again changes nothing."""
    scenario, request = OPS[op]
    try:
        died = await scenario(nodes, Crash(request, point), again_at_other=other)
    finally:
        await nodes.leave()

    assert died


@pytest.mark.parametrize("how", ["die", "raise"])
@pytest.mark.parametrize(
    ("nodes", "op"),
    [
        pytest.param(kind, op, id=f"{kind}-{op}")
        for kind in CHOICE
        for op in OPS
        if ALL or (kind, op) == ("sqlite", "say")
    ],
    indirect=["nodes"],
)
async def test_a_worker_fails_at_each_statement(nodes: Cluster, op: str, how: str) -> None:
    """Whichever statement of the transaction is the last, nothing of it is stored."""
    scenario, request = OPS[op]
    failed = 0
    for n in range(1, STATEMENTS_MOST):
        crash = Crash(request, "statement", n, "raise" if how == "raise" else "die")
        try:
            if not await scenario(nodes, crash, again_at_other=n % 2 == 0):
                break
        finally:
            await nodes.leave()
        failed += 1

    assert 3 <= failed < STATEMENTS_MOST - 1


@pytest.mark.parametrize("nodes", CHOICE, indirect=True)
async def test_a_worker_dies_around_a_view(nodes: Cluster, request: pytest.FixtureRequest) -> None:
    """What was acked is counted once; what was not, never or once; asking again adds nothing."""
    kind = request.node.callspec.params["nodes"]
    crashes = VIEWS if ALL else [VIEWS[at] for at in SOME_VIEWS[kind]]
    opened = []
    try:
        for at, crash in enumerate(crashes):
            # Now and then the other node finds the view, comparing, and books it first.
            for _ in range(TRIES):
                opened.append(nodes.articles.pop())
                if await view(nodes, crash, opened[-1], again_at_other=at % 2 == 0):
                    break
            else:
                raise AssertionError(f"no worker died at {crash}")
            await nodes.leave()
        await booked(nodes, opened)
        for node in (nodes.living, nodes.dying):
            for article in opened:
                await shows(await watcher(nodes, node, article), article, 1)
    finally:
        await nodes.leave()


async def kill_worker(nodes: Cluster) -> None:
    for pid in workers(nodes.dying):
        os.kill(pid, signal.SIGKILL)


async def flush(nodes: Cluster) -> None:
    redis = connect(nodes.redis_url)
    await redis.flushall()
    await redis.aclose(close_connection_pool=True)


@pytest.mark.parametrize("nodes", CHOICE if ALL else ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", ["kill", "flush"])
async def test_clicks_are_right_to_the_unit(nodes: Cluster, fault: str) -> None:
    """While readers come, workers die or Valkey forgets everything: every one is counted once."""
    article = nodes.articles.pop()
    screen = await watcher(nodes, nodes.living, article)
    coming = asyncio.create_task(read_by_many(nodes, article, LOAD_SECONDS))
    dice = random.Random(article)
    while not coming.done():
        await asyncio.to_thread(nodes.dying.wait_until_ready)
        await asyncio.wait([coming], timeout=dice.uniform(1.0, 2.0))
        if not coming.done():
            await (kill_worker(nodes) if fault == "kill" else flush(nodes))
    try:
        number = await coming
        await asyncio.to_thread(nodes.dying.wait_until_ready)
        await shows(screen, article, number)
        await shows(await watcher(nodes, nodes.dying, article), article, number)
        await booked(nodes, [article], number)
    finally:
        await nodes.leave()
