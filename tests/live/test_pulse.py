"""The pulse: a process that slept tells staff nothing of what waited meanwhile."""

import asyncio

import pytest

from portal.identity import Actor, Reader
from portal.live import pulse
from portal.live.connection import RESYNC, Connection, Door
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.pulse import NAP_SECONDS, Pulse, standing_clock
from tests.live.conftest import AGENT
from tests.live.test_admission import Clock


class Line:
    """A wire that keeps what is written."""

    behind = False
    buffered = 0

    def __init__(self) -> None:
        self.written = b""
        self.code: int | None = None

    def write(self, frames: bytes) -> None:
        self.written += frames

    def on_drained(self, call: object) -> None:
        """It never fills."""

    def close(self, code: int, reason: str = "") -> None:
        self.code = code

    def abort(self) -> None:
        """Nothing to cut."""

    def settle(self) -> None:
        """Nothing to let go of."""


def open_one(hub: Hub, door: Door, actor: Actor) -> tuple[Connection, Line]:
    line = Line()
    connection = Connection(line, hub.turn, door=door, actor=actor, hello=Hello(protocol=1))
    hub.open(connection)
    hub.join("news", connection)
    return connection, line


@pytest.fixture
def sleeping() -> tuple[Hub, Clock]:
    """A hub whose process can be put to sleep."""
    clock, hub = Clock(), Hub()
    hub.pulse._elapsed = clock
    return hub, clock


async def test_who_slept_sends_staff_away(sleeping: tuple[Hub, Clock]) -> None:
    """Whatever was told first: entries, answers or a goodbye; readers hear it all the same."""
    hub, clock = sleeping
    hub.pulse.start(lambda: None)
    console, told = open_one(hub, "staff", AGENT)
    leaving, farewell = open_one(hub, "staff", AGENT)
    page, heard = open_one(hub, "live", Reader())
    clock.at += NAP_SECONDS + 0.1
    hub.publish("news", b'{"news":1}')
    leaving.end(1000)
    await asyncio.sleep(0)
    hub.pulse.stop()

    assert (told.written, told.code, console.ended) == (b"", RESYNC, True)
    assert (farewell.written, farewell.code) == (b"", 1000)
    assert b'{"news":1}' in heard.written
    assert not page.ended


async def test_who_is_awake_is_told(sleeping: tuple[Hub, Clock]) -> None:
    """A second without a beat is no nap, and before the start nobody sleeps."""
    hub, clock = sleeping
    _, told = open_one(hub, "staff", AGENT)
    clock.at += 100
    hub.publish("news", b"1")
    await asyncio.sleep(0)
    hub.pulse.start(lambda: None)
    clock.at += 1
    hub.publish("news", b"2")
    await asyncio.sleep(0)
    hub.pulse.stop()

    assert told.written == b"\x81\x011\x81\x012"
    assert told.code is None


async def test_the_first_beat_after_a_nap_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once; then it is awake again."""
    monkeypatch.setattr(pulse, "TICK_SECONDS", 0.01)
    clock, woken = Clock(), []
    beating = Pulse(clock)
    beating.start(lambda: woken.append(beating.slept()))
    await asyncio.sleep(0.05)
    before = len(woken)
    clock.at += NAP_SECONDS + 1
    await asyncio.sleep(0.05)
    beating.stop()

    assert before == 0
    assert woken == [True]
    assert not beating.slept()


def test_its_clock_goes_on() -> None:
    """Seconds, never back."""
    first = standing_clock()

    assert standing_clock() >= first > 0
