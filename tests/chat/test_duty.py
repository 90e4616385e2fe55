"""Duty and online: who is there, while lines flap and browsers are killed."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import cast

import pytest

from portal.chat.absence import Absence
from portal.chat.duty import Duty
from portal.chat.online import Online
from portal.identity import Agent, Role, StaffId
from portal.live.connection import Connection
from portal.memory.presence import Presence
from portal.memory.redis import Memory, connect
from tests.conftest import HeldClock

MEI = Agent(StaffId(1), "mei", Role.AGENT, "session", 1)
GRACE = 0.4
MakeDuty = Callable[..., Duty]


@pytest.fixture
async def memory(valkey_url: str) -> AsyncIterator[Memory]:
    """A Valkey's scripts."""
    opened = Memory(connect(valkey_url))
    yield opened
    await opened.close()


@pytest.fixture
def make_duty(memory: Memory, clock: HeldClock) -> MakeDuty:
    """Make one process' knowledge of who is on duty; all of a test share one Valkey's."""
    name = secrets.token_hex(4)

    def make(
        node: str,
        told: list[int],
        lease_ms: int = 30_000,
        elapsed: Callable[[], float] = monotonic,
        gone: float = 60.0,
    ) -> Duty:
        duty = Duty(
            Presence(memory, name, lease_ms=lease_ms, elapsed=elapsed),
            clock,
            node=node,
            changed=lambda: told.append(duty.state.agents),
            tell=lambda member, value: None,
            grace_seconds=GRACE,
            absence=Absence(gone_seconds=gone),
        )
        return duty

    return make


def socket() -> Connection:
    """Something that is one and no other."""
    return cast(Connection, object())


async def test_an_earlier_loss_ends_no_later_grace(make_duty: MakeDuty) -> None:
    """A console that flaps is on duty until a whole grace after its last loss."""
    told: list[int] = []
    duty = make_duty("here", told)
    for _ in range(3):
        line = socket()
        duty.come(line, MEI)
        duty.go(line, MEI)
        await asyncio.sleep(GRACE * 0.6)
    still = list(told)
    await asyncio.sleep(GRACE)

    assert still == [1]
    assert told == [1, 0]


async def test_a_visitor_whose_line_flaps_is_online(memory: Memory) -> None:
    """So is a visitor; he goes once, a whole grace after his last loss."""
    told: list[bool] = []
    online = Online(
        Presence(memory, secrets.token_hex(4)),
        node="here",
        changed=lambda conversation: told.append(online.is_online(conversation)),
        tell=lambda member, value: None,
        grace_seconds=GRACE,
    )
    for _ in range(3):
        online.come("c")
        online.go("c")
        await asyncio.sleep(GRACE * 0.6)
    still = list(told)
    await asyncio.sleep(GRACE)

    assert still == [True]
    assert told == [True, False]


async def test_who_was_lost_is_gone_from_then_on(make_duty: MakeDuty) -> None:
    """The grace counts as absence, on the process that lost him and on one that heard of it."""
    here, there = make_duty("here", [], gone=GRACE), make_duty("there", [], gone=GRACE)
    line = socket()
    here.come(line, MEI)
    await here.beat()
    await there.beat()
    here.go(line, MEI)
    await asyncio.sleep(GRACE / 2)
    await here.beat()
    in_grace = here.absence.is_gone(MEI.id)
    await asyncio.sleep(GRACE)
    there.hear("1@here", None)

    assert not in_grace
    assert here.absence.is_gone(MEI.id)
    assert there.absence.is_gone(MEI.id)


async def test_a_killed_process_keeps_nobody_on_duty(make_duty: MakeDuty) -> None:
    """Who is killed with his process is off duty with his lease, and the desk is closed."""
    told: list[int] = []
    # A second lasts fifty milliseconds: who says no word is believed for eight.
    killed = make_duty("killed", [], lease_ms=300)
    other = make_duty("other", told, elapsed=lambda: monotonic() * 20)
    killed.come(socket(), MEI)
    await killed.beat()
    await other.beat()
    before = other.state
    # It renews nothing and says nothing.
    async with asyncio.timeout(5):
        while other.state.open:
            await asyncio.sleep(0.05)
            await other.beat()

    assert (before.open, before.agents) == (True, 1)
    assert (other.state.open, other.state.agents) == (False, 0)
    assert told == [1, 0]
