"""Rights on two nodes: whoever lost one is silent at once, everywhere, and is heard no more."""

import asyncio
import contextlib
import os
import re
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2 as httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed

from portal.clock import system_clock
from portal.identity import Role
from portal.live.connection import RESYNC
from portal.live.pulse import NAP_SECONDS
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from tests.chat.node import Screen, secret
from tests.flows.conftest import People, sign_in
from tests.support.machine import BUSY
from tests.support.servers import Portal
from tests.support.staff import PASSWORD

SIGNED_OUT = 4502
NOWHERE = "redis://127.0.0.1:1"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def message_id() -> str:
    return secrets.token_urlsafe(16)


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    return valkey_url


@pytest.fixture
async def nodes(
    database_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Portal, Portal]]:
    """Two server processes on one database, with Ada and her administrator."""
    environ = {
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_REDIS_URL": redis_url,
        "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        "PORTAL_DRAIN_SECONDS": "0",
    }
    (tmp_path / "data").mkdir()
    a, b = (Portal(tmp_path / "data", environ, arguments=("--workers", "1")) for _ in range(2))

    def begin() -> None:
        a.start()
        b.start()

    try:
        await asyncio.to_thread(begin)
        await hire(database_url, "Boss", Role.ADMIN)
        yield a, b
    finally:
        for portal in (a, b):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid_of(portal), signal.SIGCONT)
            await asyncio.to_thread(portal.stop)


def pid_of(portal: Portal) -> int:
    assert portal.process is not None
    return portal.process.pid


async def hire(database_url: str, name: str, role: Role = Role.AGENT) -> str:
    """Add an account beside the running servers; return its address."""
    database = Database(address(database_url, Path()))
    await database.open()
    email = f"{name.lower()}@example.com"
    await Accounts(database, system_clock).add(email, name, role, password_hash=HASH)
    await database.close()
    return email


def disable(portal: Portal, email: str, cookie: str) -> None:
    done = portal.run("staff", "disable", email)
    assert done.returncode == 0, done.stderr


def sign_out(portal: Portal, email: str, cookie: str) -> None:
    with browser(portal, cookie) as person:
        token = token_in(person.get("/staff/"))
        assert person.post("/staff/sign-out", data={"token": token}).status_code == 303


def choose_a_password(portal: Portal, email: str, cookie: str) -> None:
    link = portal.run("staff", "link", email).stdout.strip()
    path = "/staff/link/" + link.rpartition("/")[2]
    with browser(portal) as person:
        data = {"token": token_in(person.get(path)), "password": "another harbour opens at dawn"}
        assert person.post(path, data=data).status_code == 303


def browser(portal: Portal, cookie: str = "") -> httpx.Client:
    return httpx.Client(base_url=portal.url, headers={"Origin": portal.url, "Cookie": cookie})


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found, page.text
    return found.group(1)


async def console(people: People, portal: Portal, cookie: str) -> Screen:
    return await people._enter(portal, "/staff/live", cookie, {})


async def silence(screens: list[Screen]) -> float:
    """Return when the last of these was closed, noted the moment it happens."""
    await asyncio.gather(*(each.socket.wait_closed() for each in screens))
    return time.monotonic()


async def code_of(screen: Screen, seconds: float) -> int | None:
    async with asyncio.timeout(seconds):
        await screen.socket.wait_closed()
    return screen.socket.close_code


async def chatter(page: Screen, until: asyncio.Event) -> None:
    """A visitor who says what he may, and types when he may say nothing."""
    while not until.is_set():
        with contextlib.suppress(TimeoutError):
            await page.ask("chat.typing", text=secrets.token_hex(4))
            await page.tell("chat.say", id=message_id(), text=f"at {time.monotonic()}")
        await asyncio.sleep(0.15)  # no more frames than a socket may send for ever


async def watching(people: People, portal: Portal, cookie: str, conversation: str) -> Screen:
    """A console that reads along and watches the list of all."""
    screen = await console(people, portal, cookie)
    await screen.ask("desk.watch", list="all")
    await screen.ask("chat.join", conversation=conversation)
    return screen


Ending = Callable[[Portal, str, str], None]


async def ends(
    nodes: tuple[Portal, Portal], people: People, email: str, ending: Ending, within: float
) -> list[float]:
    """End somebody's right on node A while a visitor talks; return how long each node needed to
    fall silent, in seconds from when whoever ended it was told that it is done."""
    a, b = nodes
    all_sessions = ending is not sign_out
    page = await people.visitor(b)
    conversation = (await page.ask("chat.open", visitor=secret(), name="Ann"))["conversation"]
    here, there = [await asyncio.to_thread(sign_in, portal, email) for portal in nodes]
    same = [await watching(people, portal, here, conversation) for portal in nodes]
    other = await watching(people, b, there, conversation)
    done = asyncio.Event()
    talking = asyncio.create_task(chatter(page, done))
    try:
        await same[0].reaches(conversation, 1)
        on_a, on_b = same[:1], [same[1], other] if all_sessions else same[1:]
        concerned = [*on_a, *on_b]
        silent = [asyncio.create_task(silence(each)) for each in (on_a, on_b)]
        await asyncio.to_thread(ending, a, email, here)
        began = time.monotonic()
        took = [await asyncio.wait_for(each, within * BUSY + 5) - began for each in silent]
        codes = [each.socket.close_code for each in concerned]
        heard = [len(each.told) for each in concerned]
        await asyncio.sleep(0.3)
        late = [len(each.told) for each in concerned]
        knocks = [await refused(people, portal, here) for portal in nodes]
    finally:
        done.set()
        await talking

    assert codes == [SIGNED_OUT] * len(concerned)
    assert heard == late
    assert knocks == [SIGNED_OUT] * 2
    if not all_sessions:
        answer = await other.ask("chat.typing", conversation=conversation)
        assert answer["type"] == "ok"
    return took


async def ends_in_time(
    nodes: tuple[Portal, Portal], people: People, url: str, ending: Ending, within: float
) -> None:
    """Both nodes fall silent in time. Once late may be the machine's fault, one of two more not."""
    tries = []
    for _ in range(3):
        email = await hire(url, f"Ada{secrets.token_hex(3)}")
        tries.append(await ends(nodes, people, email, ending, within))
        if max(tries[0]) < within:
            return

    assert max(map(max, tries[1:])) < within, tries


async def refused(people: People, portal: Portal, cookie: str) -> int | None:
    """How a new socket with this cookie ends."""
    try:
        await console(people, portal, cookie)
    except (ConnectionClosed, TimeoutError):
        pass
    return await code_of(people.screens[-1], 5)


async def test_silent_within_a_second(
    nodes: tuple[Portal, Portal], people: People, database_url: str
) -> None:
    """Disabled, signed out (that session only), a new password: on both nodes."""
    for ending in (disable, sign_out, choose_a_password):
        await ends_in_time(nodes, people, database_url, ending, 1.0)


@pytest.mark.parametrize("redis_url", [NOWHERE])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_silent_within_five_seconds_without_redis(
    nodes: tuple[Portal, Portal], people: People, database_url: str
) -> None:
    """No bell rings; the next look at SQL says the same."""
    for ending in (disable, sign_out):
        await ends_in_time(nodes, people, database_url, ending, 5.0)


async def test_the_next_request_is_judged_by_the_new_role(
    nodes: tuple[Portal, Portal], people: People, database_url: str
) -> None:
    """An administrator who is one no more cannot close a colleague's conversation; nobody rang."""
    a, b = nodes
    page = await people.visitor(b)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    ada = await people.agent(b, await hire(database_url, "Ada"))
    await ada.ask("chat.claim", conversation=conversation)
    boss = await people.agent(a, "boss@example.com")
    database = Database(address(database_url, Path()))
    await database.open()

    async def lower(c) -> None:  # type: ignore[no-untyped-def]
        await c.execute(text("UPDATE staff SET role = 'agent' WHERE email = 'boss@example.com'"))

    await database.write(lower)
    closed = await boss.ask("chat.close", conversation=conversation)
    released = await boss.ask("chat.release", conversation=conversation)
    await database.close()
    note = await boss.ask("chat.note", conversation=conversation, id=message_id(), text="oh")

    assert (closed["code"], released["code"]) == ("not_allowed", "not_allowed")
    assert note["type"] == "chat.stored"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_node_that_slept_accepts_nothing_stale(
    nodes: tuple[Portal, Portal], people: People, database_url: str
) -> None:
    """What waited in its sockets is judged when it wakes: who was disabled says, claims and hears
    nothing, who came too late is not believed, and all others come back and are served."""
    a, b = nodes
    email, other = await hire(database_url, "Ada"), await hire(database_url, "Ben")
    page = await people.visitor(b)
    conversation = (await page.ask("chat.open", visitor=secret(), name="Ann"))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    ada, ben = await people.agent(a, email), await people.agent(a, other)
    boss = await people.agent(b, "boss@example.com")
    await ada.ask("chat.join", conversation=conversation)
    os.killpg(pid_of(a), signal.SIGSTOP)
    try:
        await asyncio.to_thread(disable, b, email, "")
        await ada.tell("chat.say", conversation=conversation, id=message_id(), text="stale")
        await ada.tell("chat.note", conversation=conversation, id=message_id(), text="stale")
        await ada.tell("chat.claim", conversation=conversation)
        await ada.tell("chat.since", conversation=conversation, seq=0)
        await ada.tell("desk.watch", list="all")
        await page.ask("chat.say", id=message_id(), text="said while it slept")
        await boss.ask("chat.claim", conversation=conversation)
        await ben.tell("chat.say", conversation=conversation, id=message_id(), text="mine")
        await asyncio.sleep(NAP_SECONDS + 1)
    finally:
        os.killpg(pid_of(a), signal.SIGCONT)
    codes = [await code_of(each, 5) for each in (ada, ben)]
    again = await people.agent(a, other)
    joined = await again.ask("chat.join", conversation=conversation)
    history = await boss.ask("chat.since", conversation=conversation, seq=0)

    assert codes[0] in (RESYNC, SIGNED_OUT)
    assert codes[1] == RESYNC
    assert joined["messages"] == history["messages"]
    assert "stale" not in str(history)
    assert "mine" not in str(history)
    assert "said while it slept" in str(history)
    assert b"said while it slept" not in ada.bytes
