"""What a Redis can do to the portal short of being well: each on a real Valkey.

Away at start, killed, stopped and flushed are in `test_bus` and `test_redis`.
"""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.asyncio import Redis
from structlog.testing import capture_logs

from portal.errors import Unavailable
from portal.memory import bus as bus_module
from portal.memory.attempts import Attempts
from portal.memory.bus import Bus
from portal.memory.presence import Presence
from portal.memory.redis import Memory, connect
from portal.memory.tally import Budgets, Tally, View
from portal.meter import Meter
from tests.faults.proxy import FaultProxy
from tests.memory.test_bus import Ear, Valkey
from tests.support.machine import BUSY, as_ever

Break = Callable[[Any], Awaitable[object]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between attempts than in the world."""
    monkeypatch.setattr(bus_module, "LONGEST_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(bus_module, "PULSE_SECONDS", 0.1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey that has a snapshot to save, and may be told anything."""
    options = ("--save", "3600 1000000", "--enable-protected-configs", "yes")
    running = Valkey(tmp_path, *options, "--enable-debug-command", "yes")
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def operator(server: Valkey) -> AsyncIterator[Any]:
    """Somebody who works on that Valkey."""
    client = Redis.from_url(server.url)
    yield client
    await client.aclose()


@pytest.fixture
async def memory(server: Valkey) -> AsyncIterator[Memory]:
    """Commands to it."""
    opened = Memory(connect(server.url))
    await opened.probe()
    yield opened
    await opened.close()


@pytest.fixture
async def bus(server: Valkey) -> AsyncIterator[Bus]:
    """A bus on it that is up."""
    started = Bus(server.url, node="a", meter=Meter())
    await started.start()
    yield started
    await started.stop()


async def _until(true: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


async def _fill(client: Any) -> None:
    await client.config_set("maxmemory", "1")


async def _demote(client: Any) -> None:
    await client.execute_command("REPLICAOF", "127.0.0.1", "1")
    await client.config_set("replica-serve-stale-data", "yes")


async def _lose_disk(client: Any) -> None:
    folder = Path((await client.config_get("dir"))["dir"])
    await asyncio.to_thread((folder / "taken" / "full").mkdir, parents=True)
    await client.config_set("dbfilename", "taken")
    await client.execute_command("BGSAVE")
    while (await client.info("persistence"))["rdb_last_bgsave_status"] == "ok":
        await asyncio.sleep(0.01)


async def _mend(client: Any) -> None:
    await client.config_set("maxmemory", "0")
    await client.execute_command("REPLICAOF", "NO", "ONE")
    await client.config_set("stop-writes-on-bgsave-error", "no")


@pytest.mark.parametrize(
    ("breaks", "why"), [(_fill, "full"), (_demote, "read-only"), (_lose_disk, "disk")]
)
async def test_a_redis_that_takes_nothing_still_rings(
    bus: Bus, memory: Memory, operator: Any, breaks: Break, why: str
) -> None:
    """Full, a replica, unable to save: messages travel; what would be written is `Unavailable`.

    It is counted each time and logged once, and limits and presence go on by themselves.
    """
    ear = Ear()
    bus.want("t", ear)
    await bus.ready("t")
    presence, attempts = Presence(memory, "duty"), Attempts(memory.redis)
    tally = Tally(memory)
    view, first = [
        View(article=1, mark=mark, mark_before=mark, name=mark, network="", day="") for mark in "ab"
    ]
    await tally.count(first, window_ms=9_000, budgets=Budgets(0, 0, 0))
    presence.hold("me")
    await presence.beat()
    with capture_logs() as logged:
        await breaks(operator)
        for _ in range(3):
            await memory.probe()
        well = memory.well
        with pytest.raises(Unavailable):
            await tally.count(view, window_ms=9_000, budgets=Budgets(0, 0, 0))
        beaten = await presence.beat()
        waits = [await attempts.take("k", 2, 60) for _ in range(3)]
        took = await bus.publish("t", b"x")
        await ear.until(b"x")
        await _mend(operator)
        await memory.probe()

    assert not well
    assert (beaten, dict(presence.there)) == (False, {"me": ""})
    assert [wait is None for wait in waits] == [True, True, False]
    assert (took, bus.up) == (True, True)
    assert memory.meter.counts["memory_failures", why] >= 5
    assert memory.well
    assert await presence.beat()
    assert [line["event"] for line in logged] == ["memory away", "memory back"]


async def test_a_redis_that_loads_is_waited_for(server: Valkey, tmp_path: Path) -> None:
    """It takes the connection and answers everything with LOADING; then it is there."""
    client: Any
    with redis.Redis.from_url(server.url) as client:
        client.execute_command("DEBUG", "POPULATE", "3000", "key", "100")
        client.save()
    server.kill()
    slowly = Valkey(
        tmp_path, "--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024"
    )
    slowly.start()
    bus, memory = Bus(slowly.url, node="a"), Memory(connect(slowly.url))
    try:
        await bus.start()
        await memory.probe()
        began = bus.up, memory.well
        await _until(lambda: bus.up)
        await memory.probe()
        then = memory.well
    finally:
        await bus.stop()
        await memory.close()
        slowly.kill()

    assert began == (False, False)
    assert memory.meter.counts["memory_failures", "loading"] == 1
    assert then


async def test_a_flush_takes_nothing_from_the_bus(bus: Bus, memory: Memory, operator: Any) -> None:
    """Subscriptions are no keys, scripts are sent again, leases are renewed by the next beat."""
    ear = Ear()
    bus.want("t", ear)
    await bus.ready("t")
    presence = Presence(memory, "duty")
    presence.hold("me")
    await presence.beat()
    await operator.flushall()
    await operator.script_flush()
    await bus.publish("t", b"x")
    await ear.until(b"x")
    beaten = await presence.beat()

    assert beaten
    assert await operator.zcard("{presence:duty}:until") == 1
    assert bus.up


async def test_a_subscriber_cut_for_reading_too_slowly_catches_up(
    bus: Bus, server: Valkey, operator: Any
) -> None:
    """Redis ends a line whose unread messages outgrow its limit; the bus says that it missed some.

    Source: `client-output-buffer-limit pubsub`, 32 MB in the world; 32 kB here.
    """
    ear, resumed = Ear(), asyncio.Event()
    bus.want("t", ear)
    bus.on_resumed(resumed.set)
    await bus.ready("t")
    await operator.config_set("client-output-buffer-limit", "pubsub 32kb 0 0")
    with redis.Redis.from_url(server.url) as client:  # our loop stands still meanwhile
        for _ in range(500):
            client.publish("bus:t", b"x" * 5_000)
    async with asyncio.timeout(5):
        await resumed.wait()
    heard = len(ear.heard)
    await bus.publish("t", b"again")
    await _until(lambda: ear.heard[-1:] == [b"again"])

    assert heard < 500
    assert bus.up


async def test_a_password_changed_under_way_is_said_once(
    bus: Bus, memory: Memory, operator: Any
) -> None:
    """Nobody gets in any more; one line each says so, however often it is tried."""
    with capture_logs() as logged:
        await operator.config_set("requirepass", "other")
        await operator.execute_command("CLIENT", "KILL", "SKIPME", "yes")
        await _until(lambda: not bus.up)
        for _ in range(3):
            await memory.probe()
            await asyncio.sleep(0.2)
        well, up = memory.well, bus.up
        await operator.config_set("requirepass", "")
        await _until(lambda: bus.up)
        await memory.probe()

    events = [line["event"] for line in logged]
    assert (well, up) == (False, False)
    assert events.count("memory away") == events.count("memory back") == 1
    assert events.count("bus down") == 2  # the line broke; the password is refused
    assert events.count("bus up") == 1


async def test_a_redis_that_stands_still_is_found_out_and_taken_up_again(
    bus: Bus, server: Valkey
) -> None:
    """Doubt comes with the first answer that is overdue; without an echo the bus is down."""
    resumed = asyncio.Event()
    bus.on_resumed(resumed.set)
    loop = asyncio.get_running_loop()
    began = loop.time()
    server.send(signal.SIGSTOP)
    await _until(lambda: bus.doubtful)
    doubted = loop.time() - began
    await _until(lambda: not bus.up)
    down = loop.time() - began
    server.send(signal.SIGCONT)
    async with asyncio.timeout(5):
        await resumed.wait()

    assert doubted < bus_module.PULSE_WITHIN_SECONDS  # 0.6 s, long before it is given up
    assert down < 0.1 + bus_module.PULSE_WITHIN_SECONDS + 0.3 * BUSY
    assert not bus.doubtful


async def test_a_slow_redis_is_a_slow_bus_and_no_dead_one(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second and jitter each way: the bus comes up, stays up, and rings within two."""
    monkeypatch.setattr(bus_module, "PULSE_SECONDS", 1.0)
    proxy, ear = FaultProxy(server.path), Ear()
    await proxy.start()
    proxy.latency(0.5, 0.15)
    bus = Bus(f"redis://127.0.0.1:{proxy.port}", node="a", meter=Meter())
    loop = asyncio.get_running_loop()
    delays: list[float] = []
    waits: list[float] = []
    try:
        bus.want("t", ear)
        await bus.start()
        await _until(lambda: bus.up, 15)
        for n in range(4):
            began = loop.time()
            await bus.publish("t", b"%d" % n)
            waits.append(loop.time() - began)
            await _until(lambda n=n: len(ear.heard) > n)  # type: ignore[misc]
            delays.append(loop.time() - began)
    finally:
        await bus.stop()
        await proxy.stop()

    assert as_ever(delays, 2.0)
    assert as_ever(waits, 0.6)
    assert bus._meter.counts["bus_falls",] == 0
    assert ear.heard == [b"0", b"1", b"2", b"3"]


@pytest.mark.parametrize("slices", [1, 7])
async def test_words_that_come_in_pieces_are_words(server: Valkey, slices: int) -> None:
    """Wherever the network cuts what Redis says, it is heard whole."""
    proxy, ear = FaultProxy(server.path), Ear()
    await proxy.start()
    proxy.slice(slices)
    bus = Bus(f"redis://127.0.0.1:{proxy.port}", node="a")
    try:
        bus.want("t", ear)
        await bus.start()
        await _until(lambda: bus.up)
        for payload in (b"", b"\r\n$5\r\n", b"x" * 300):
            await bus.publish("t", payload)
        await ear.until(b"", b"\r\n$5\r\n", b"x" * 300)
    finally:
        await bus.stop()
        await proxy.stop()

    assert proxy.fired["slice"] > 0


async def test_a_redis_behind_a_dead_router_is_found_out(server: Valkey) -> None:
    """Nothing is refused and nothing answered: down within three seconds, up when it is back."""
    proxy, resumed = FaultProxy(server.path), asyncio.Event()
    await proxy.start()
    bus = Bus(f"redis://127.0.0.1:{proxy.port}", node="a")
    bus.on_resumed(resumed.set)
    try:
        await bus.start()
        await _until(lambda: bus.up)
        resumed.clear()
        proxy.blackhole(True)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await _until(lambda: not bus.up)
        found = loop.time() - began
        proxy.heal()
        async with asyncio.timeout(8):
            await resumed.wait()
    finally:
        await bus.stop()
        await proxy.stop()

    assert found < 3.0 + 0.5 * BUSY


async def test_what_a_standing_redis_does_not_read_is_not_kept(bus: Bus, server: Valkey) -> None:
    """A flood of news while nobody takes it ends at a few megabytes; nobody waits for it."""
    server.send(signal.SIGSTOP)
    await bus.publish("t", b"x")
    loop = asyncio.get_running_loop()
    began = loop.time()
    took = [await bus.publish("t", b"x" * 60_000) for _ in range(1_000)]
    waited = loop.time() - began
    line = bus._speaking._line
    unsent = line.unsent if line is not None else 0
    server.send(signal.SIGCONT)
    await _until(lambda: not bus.doubtful)

    assert not any(took)
    assert waited < 10  # one that waited for each would wait 500 s
    assert 8 * 1024 * 1024 < unsent < 9 * 1024 * 1024


async def test_hours_without_redis_are_one_line(tmp_path: Path) -> None:
    """Tried again and again, said once; nothing waits and nothing piles up."""
    bus = Bus(f"unix://{tmp_path}/nobody.sock", node="a")
    with capture_logs() as logged:
        await bus.start()
        for n in range(500):
            bus.want(f"t{n}", print)
            await bus.publish(f"t{n}", b"x")
            bus.drop(f"t{n}", print)
        await asyncio.sleep(1)
        await bus.stop()

    assert [line["event"] for line in logged] == ["bus down"]
    assert bus._outstanding == {}


async def test_a_failover_to_an_empty_server_is_a_new_beginning(
    bus: Bus, memory: Memory, server: Valkey, tmp_path: Path
) -> None:
    """Another server at the same address, without keys and scripts: all of it is made again."""
    presence, ear, resumed = Presence(memory, "duty"), Ear(), asyncio.Event()
    presence.hold("me")
    await presence.beat()
    bus.want("t", ear)
    bus.on_resumed(resumed.set)
    server.kill()
    await asyncio.to_thread(shutil.rmtree, tmp_path, ignore_errors=True)
    tmp_path.mkdir()
    server.start()
    async with asyncio.timeout(5):
        await resumed.wait()
    await bus.publish("t", b"x")
    await ear.until(b"x")

    assert await presence.beat()
    assert dict(presence.there) == {"me": ""}
