"""What the fault tests stand on."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.besieged import Besieged
from tests.faults.raw import PATHS, Raw, handshake
from tests.support.servers import valkey

Dial = Callable[..., Awaitable[Raw]]
Knock = Callable[[bytes], Awaitable[Raw]]


@pytest.fixture(scope="session")
def besieged_house(servers_folder: Path) -> Iterator[Besieged]:
    """One portal for all attacks: what one of them leaves behind the next would find.

    On a Valkey of its own, for it stays while others are tested.
    """
    folder = servers_folder / "besieged"
    with valkey(servers_folder / "besieged-valkey") as url:
        house = Besieged(folder, url)
        try:
            house.open()
            yield house
        finally:
            house.close()


@pytest.fixture
async def besieged(besieged_house: Besieged) -> AsyncIterator[Besieged]:
    """That portal, which must be unhurt afterwards."""
    yield besieged_house
    await asyncio.to_thread(besieged_house.is_unhurt)


@pytest.fixture
async def knock(besieged: Besieged) -> AsyncIterator[Knock]:
    """Sends a handshake, right or wrong, and lets go of its line in the end."""
    lines: list[Raw] = []

    async def knock(request: bytes) -> Raw:
        lines.append(await Raw.dial(besieged.portal, request))
        return lines[-1]

    yield knock
    for line in lines:
        line.abort()
    await asyncio.sleep(0.01)


@pytest.fixture
async def dial(besieged: Besieged, knock: Knock) -> Dial:
    """Opens raw sockets: `dial("live")` after its hello, `hello=False` before it."""

    async def dial(door: str, *extra: str, hello: bool = True, **fields: object) -> Raw:
        if door == "staff":
            extra = (*extra, f"Cookie: {besieged.cookie}")
        line = await knock(handshake(besieged.portal, PATHS[door], *extra))
        assert line.status == 101, line.head
        if hello:
            assert (await line.hello(**fields))["type"] == "live.welcome"
        return line

    return dial


async def ask_for_chat(dial: Dial, secret: str | None = None) -> tuple[Raw, str]:
    """Return a new visitor's socket, and his conversation."""
    line = await dial("live")
    told = await line.ask("chat.open", visitor=secret or secrets.token_urlsafe(32))
    return line, told["conversation"]
