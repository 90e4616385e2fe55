"""Two portals whose common Valkey is away, slow or takes nothing: what people still get, and learn.

CONTRACT 4.4, promise 8: pages are served, messages stored and delivered within 5 s, counts stand
still and then catch up.
"""

import asyncio
import json
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.chat.node import Screen, secret
from tests.faults.proxy import FaultProxy
from tests.flows.conftest import People
from tests.flows.test_chat import message_id
from tests.flows.test_clicks import STORY
from tests.memory.test_bus import Valkey
from tests.support.machine import BUSY, as_ever
from tests.support.servers import Portal
from tests.support.staff import hire

TOLD_SECONDS = 3.0 + BUSY
"""People are told within three seconds; the machine of a test may be busy."""
DELIVERED_SECONDS = 5.0


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """The Valkey between the two."""
    (tmp_path / "valkey").mkdir()
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def between(valkey: Valkey) -> AsyncIterator[FaultProxy]:
    """The line of both to it."""
    proxy = FaultProxy(valkey.path)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def two(between: FaultProxy, tmp_path: Path) -> AsyncIterator[tuple[Portal, Portal]]:
    """Two servers with one SQLite, an article, and Mei who answers; not yet started."""
    environ = {
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite'}",
        "PORTAL_REDIS_URL": f"redis://127.0.0.1:{between.port}",
        "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        "PORTAL_DRAIN_SECONDS": "0",
    }
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "harbour.md").write_text(STORY)
    a, b = (Portal(data, environ, arguments=("--workers", "1")) for _ in range(2))
    yield a, b
    for portal in (a, b):
        if portal.process is not None:
            await asyncio.to_thread(portal.stop)


async def _furnish(two: tuple[Portal, Portal], tmp_path: Path) -> None:
    for portal in two:
        await asyncio.to_thread(portal.start)
    await asyncio.to_thread(hire, two[0], "mei@example.com", "Mei")
    done = await asyncio.to_thread(two[0].run, "import", "markdown", str(tmp_path / "stories"))
    assert done.returncode == 0, done.stderr


async def _ready(portal: Portal) -> tuple[int, dict[str, Any]]:
    status, _, body = await asyncio.to_thread(portal.get, "/readyz")
    return status, json.loads(body)["parts"]


async def _number(portal: Portal, line: str) -> float:
    """Return a number `/metrics` tells, by the beginning of its line."""
    text = (await asyncio.to_thread(portal.get, "/metrics"))[2].decode()
    found = [each for each in text.splitlines() if each.startswith(f"portal_{line}")]
    assert len(found) == 1, text
    return float(found[0].rpartition(" ")[2])


async def _until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


async def _say(page: Screen, console: Screen, conversation: str, seq: int) -> tuple[float, float]:
    """Say a line; return how long the answer took and how long the way to the console, in s."""
    began = time.monotonic()
    stored = await page.ask("chat.say", id=message_id(), text=f"line {seq}")
    assert stored["type"] == "chat.stored", stored
    answered = time.monotonic() - began
    await console.reaches(conversation, seq, DELIVERED_SECONDS + 1)
    return answered, time.monotonic() - began


async def _talk(a: Portal, b: Portal, people: People) -> tuple[Screen, Screen, str]:
    page, console = await people.visitor(a), await people.agent(b, "mei@example.com")
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("chat.join", conversation=conversation)
    await console.reaches(conversation, 1)
    return page, console, conversation


async def _enter(portal: Portal, people: People, tab: str) -> float:
    """Come in and open chat; return how long that took, in s."""
    began = time.monotonic()
    newcomer = await people.visitor(portal, tab=tab)
    opened = await newcomer.ask("chat.open", visitor=secret())
    assert opened["type"] == "chat.opened", opened
    return time.monotonic() - began


def _faults(*portals: Portal) -> list[str]:
    return [line for portal in portals for line in portal.log.splitlines() if "Traceback" in line]


async def test_without_valkey_everything_goes_on_a_little_later(
    two: tuple[Portal, Portal], valkey: Valkey, people: People, tmp_path: Path
) -> None:
    """Those who chat are told and readers are not; clicks made meanwhile are counted afterwards."""
    await _furnish(two, tmp_path)
    a, b = two
    page, console, conversation = await _talk(a, b, people)
    reader = await people.visitor(b, tab="t1", article=1)
    await reader.tell("audience.watch", articles=[1])
    await reader.hears("audience.counts")
    await asyncio.to_thread(valkey.kill)
    began = time.monotonic()
    await console.hears("live.health", TOLD_SECONDS, degraded=True)
    await page.hears("live.health", TOLD_SECONDS, degraded=True)
    told = time.monotonic() - began
    status, parts = await _ready(a)
    ways = [await _say(page, console, conversation, seq) for seq in range(2, 6)]
    served = [portal.get("/news/harbour-reopens")[0] for portal in two]
    await reader.tell("audience.view", ref="v", article=1)
    (tmp_path / "stories" / "harbour.md").write_text(STORY + "\nThe last one left at nine.\n")
    done = await asyncio.to_thread(a.run, "import", "markdown", str(tmp_path / "stories"))
    await reader.hears("news.changed", 5, article=1, kind="updated")
    latecomer = await people.agent(a, "mei@example.com")
    await latecomer.hears("live.health", degraded=True)
    unanswered = [frame for frame in reader.told if frame["type"] == "audience.viewed"]
    for screen in (page, console, latecomer):
        screen.forget()
    await asyncio.to_thread(valkey.start)
    for screen in (page, console, latecomer):
        await screen.hears("live.health", TOLD_SECONDS + 2, degraded=False)
    viewed = await reader.hears("audience.viewed", 5)
    await reader.hears(
        lambda frame: frame.get("counts", {}).get("1", {}).get("clicks") == 1, seconds=5
    )

    assert told < TOLD_SECONDS
    assert (status, parts["memory"], parts["database"]) == (200, "degraded", "ok")
    assert done.returncode == 0, done.stderr
    assert served == [200, 200]
    assert as_ever((answered for answered, _ in ways), 1.0)
    assert max(delivered for _, delivered in ways) < DELIVERED_SECONDS
    assert unanswered == []
    assert viewed["counted"]
    assert [frame["type"] for frame in reader.told].count("live.health") == 0
    assert (await _ready(a))[1]["memory"] == "ok"
    assert await _number(a, 'requests_total{door="live",outcome="ok",type="chat.say"') == 5
    assert await _number(a, "entries_total{") == 5
    assert await _number(b, 'repairs_total{room="chat"') > 0
    assert await _number(b, 'repairs_total{room="news"') >= 1
    assert await _number(b, 'views_total{outcome="counted"') == 1
    assert await _number(b, "bus_falls_total{") >= 1
    assert _faults(a, b) == []


@pytest.mark.slow
async def test_a_slow_valkey_delays_and_stops_nothing(
    two: tuple[Portal, Portal], between: FaultProxy, people: People, tmp_path: Path
) -> None:
    """With 250 ms and jitter each way an answer comes as ever, and the other side within 2 s."""
    await _furnish(two, tmp_path)
    a, b = two
    page, console, conversation = await _talk(a, b, people)
    between.latency(0.25, 0.1)
    ways = [await _say(page, console, conversation, seq) for seq in range(2, 11)]
    between.heal()
    text = (await asyncio.to_thread(a.get, "/metrics"))[2].decode()

    assert between.fired["latency"] > 0
    assert as_ever((answered for answered, _ in ways), 0.5)
    assert as_ever((delivered for _, delivered in ways), 2.0)
    assert page.stream(conversation) == console.stream(conversation) == [*range(1, 11)]
    falls = re.findall(r"^portal_bus_falls_total\{.*\} (\d+)", text, re.MULTILINE)
    assert falls == []
    assert _faults(a, b) == []


@pytest.mark.slow
async def test_a_valkey_that_takes_nothing_is_told_and_rings_on(
    two: tuple[Portal, Portal], valkey: Valkey, people: People, tmp_path: Path
) -> None:
    """Read-only after a failover: chat is as fast as ever, the console says that counts stand."""
    await _furnish(two, tmp_path)
    a, b = two
    page, console, conversation = await _talk(a, b, people)
    operator: Any = Redis.from_url(valkey.url)
    await operator.execute_command("REPLICAOF", "127.0.0.1", "1")
    await console.hears("live.health", TOLD_SECONDS, degraded=True)
    status, parts = await _ready(b)
    ways = [await _say(page, console, conversation, seq) for seq in range(2, 9)]
    await operator.execute_command("REPLICAOF", "NO", "ONE")
    await operator.aclose()
    await console.hears("live.health", TOLD_SECONDS, degraded=False)

    assert (status, parts["memory"]) == (200, "degraded")
    assert as_ever((delivered for _, delivered in ways), 1.0)
    assert _faults(a, b) == []


@pytest.mark.slow
async def test_a_portal_begins_without_valkey_and_finds_it_later(
    two: tuple[Portal, Portal], valkey: Valkey, people: People, tmp_path: Path
) -> None:
    """Away at start: people sign in, chat through SQL, and are told so at once."""
    valkey.kill()
    await _furnish(two, tmp_path)
    a, b = two
    page, console, conversation = await _talk(a, b, people)
    await console.hears("live.health", TOLD_SECONDS, degraded=True)
    slow = await _say(page, console, conversation, 2)
    await asyncio.to_thread(valkey.start)
    await console.hears("live.health", TOLD_SECONDS + 2, degraded=False)
    await page.hears("live.health", TOLD_SECONDS + 2, degraded=False)
    ways = [await _say(page, console, conversation, seq) for seq in range(3, 6)]

    assert slow[1] < DELIVERED_SECONDS
    assert as_ever((delivered for _, delivered in ways), 1.0)
    assert _faults(a, b) == []


@pytest.mark.slow
async def test_a_valkey_that_stands_still_holds_up_nobody(
    two: tuple[Portal, Portal], valkey: Valkey, people: People, tmp_path: Path
) -> None:
    """Ten seconds without a word from it: acks as ever, delivery by the look into SQL."""
    await _furnish(two, tmp_path)
    a, b = two
    page, console, conversation = await _talk(a, b, people)
    valkey.send(signal.SIGSTOP)
    began = time.monotonic()
    ways = []
    for seq in range(2, 10):
        ways.append(await _say(page, console, conversation, seq))
        await asyncio.sleep(0.5)
    await console.hears("live.health", TOLD_SECONDS, degraded=True)
    entered = [await _enter(b, people, tab) for tab in ("t2", "t3", "t4")]
    served = await asyncio.to_thread(a.get, "/news/harbour-reopens")
    await asyncio.sleep(max(0.0, 10 - (time.monotonic() - began)))
    valkey.send(signal.SIGCONT)
    await console.hears("live.health", TOLD_SECONDS + 2, degraded=False)
    await page.hears("live.health", TOLD_SECONDS + 2, degraded=False)
    after = [await _say(page, console, conversation, seq) for seq in range(10, 13)]

    assert as_ever((answered for answered, _ in ways), 0.5)
    assert max(delivered for _, delivered in ways) < DELIVERED_SECONDS
    assert as_ever(entered, 1.5)
    assert served[0] == 200
    assert as_ever((delivered for _, delivered in after), 1.0)
    assert page.stream(conversation) == console.stream(conversation) == [*range(1, 13)]
    assert _faults(a, b) == []
