"""The staff's door on a running server: what is typed on the command line holds at once."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.support.servers import Portal

PASSWORD = "the harbour reopens at dawn"
SIGNED_OUT = 4502


@dataclass
class Member:
    """A member of staff who is signed in."""

    portal: Portal
    token: str

    @property
    def cookie(self) -> str:
        return f"portal-session={self.token}"

    def ask(self, method: str, path: str, **data: str) -> httpx.Response:
        with browse(self.portal, Cookie=self.cookie) as browser:
            return browser.request(method, path, data=data or None)

    def is_in(self) -> bool:
        return self.ask("GET", "/staff/").status_code == 200


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One server for this file, with two workers and an administrator."""
    running = Portal(
        tmp_path_factory.mktemp("door") / "data",
        environ={"PORTAL_DRAIN_SECONDS": "0"},
        arguments=("--workers", "2"),
    ).start()
    hire(running, "boss@example.com", "admin")
    yield running
    running.stop()


def hire(portal: Portal, email: str, role: str = "agent") -> None:
    done = portal.run(
        *("staff", "add", email, "--name", "Ada", "--role", role, "--password-stdin"),
        input=PASSWORD + "\n",
    )
    assert done.returncode == 0, done.stderr


def browse(portal: Portal, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=portal.url, headers={"Origin": portal.url, **headers})


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found, page.text
    return found.group(1)


def sign_in(portal: Portal, email: str) -> Member:
    with browse(portal) as browser:
        token = token_in(browser.get("/staff/sign-in"))
        data = {"email": email, "password": PASSWORD, "token": token}
        answer = browser.post("/staff/sign-in", data=data)
        assert answer.status_code == 303, answer.text
        return Member(portal, browser.cookies["portal-session"])


async def enter(portal: Portal, cookie: str) -> ClientConnection:
    """Return a welcomed socket of the staff's door."""
    socket = await connect(
        f"ws://127.0.0.1:{portal.port}/staff/live",
        origin=Origin(portal.url),
        additional_headers={"Cookie": cookie},
    )
    await socket.send(json.dumps({"type": "live.hello", "protocol": 1}))
    welcome: dict[str, Any] = json.loads(await socket.recv())
    assert welcome["type"] == "live.welcome", welcome
    return socket


async def closed(socket: ClientConnection, seconds: float) -> int | None:
    """Read until the server closes; return its code."""
    async with asyncio.timeout(seconds):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            return socket.close_code


async def test_disabling_silences_both_doors_at_once(portal: Portal) -> None:
    """Every open socket is closed within a second with 4502; the next page asks to sign in."""
    hire(portal, "ada@example.com")
    ada = await asyncio.to_thread(sign_in, portal, "ada@example.com")
    boss = await asyncio.to_thread(sign_in, portal, "boss@example.com")
    sockets = [await enter(portal, ada.cookie) for _ in range(4)]
    colleague = await enter(portal, boss.cookie)
    done = await asyncio.to_thread(portal.run, "staff", "disable", "ada@example.com")
    began = time.monotonic()
    codes = [await closed(socket, 1.0) for socket in sockets]
    took = time.monotonic() - began
    after = await asyncio.to_thread(ada.is_in)
    late = await connect(
        f"ws://127.0.0.1:{portal.port}/staff/live",
        origin=Origin(portal.url),
        additional_headers={"Cookie": ada.cookie},
    )
    late_code = await closed(late, 2.0)
    await colleague.send(json.dumps({"type": "live.ping"}))
    while json.loads(await colleague.recv())["type"] != "live.pong":
        pass
    await colleague.close()

    assert done.stdout == "ada@example.com has no access any more.\n"
    assert codes == [SIGNED_OUT] * 4
    assert took < 1
    assert not after
    assert late_code == SIGNED_OUT


async def test_without_a_bell_it_takes_a_few_seconds(portal: Portal) -> None:
    """What a command did that does not reach the server's Valkey is seen within five seconds."""
    hire(portal, "eve@example.com")
    eve = await asyncio.to_thread(sign_in, portal, "eve@example.com")
    socket = await enter(portal, eve.cookie)
    deaf = Portal(portal.data, environ={"PORTAL_REDIS_URL": "redis://127.0.0.1:1"})
    done = await asyncio.to_thread(deaf.run, "staff", "disable", "eve@example.com")
    code = await closed(socket, 5.0)

    assert done.returncode == 0
    assert code == SIGNED_OUT


async def test_enabling_gives_access_back_but_no_old_session(portal: Portal) -> None:
    """The old cookie stays worthless; the password opens the door again."""
    hire(portal, "bob@example.com")
    bob = await asyncio.to_thread(sign_in, portal, "bob@example.com")
    await asyncio.to_thread(portal.run, "staff", "disable", "bob@example.com")
    await asyncio.to_thread(portal.run, "staff", "enable", "bob@example.com")
    old = await asyncio.to_thread(bob.is_in)
    new = await asyncio.to_thread(sign_in, portal, "bob@example.com")

    assert not old
    assert new.is_in()


async def test_signing_out_closes_the_sockets_of_that_session_only(portal: Portal) -> None:
    """The other browser's socket stays."""
    hire(portal, "cy@example.com")
    here = await asyncio.to_thread(sign_in, portal, "cy@example.com")
    there = await asyncio.to_thread(sign_in, portal, "cy@example.com")
    sockets = [await enter(portal, here.cookie), await enter(portal, there.cookie)]

    def sign_out() -> int:
        token = token_in(here.ask("GET", "/staff/"))
        return here.ask("POST", "/staff/sign-out", token=token).status_code

    status = await asyncio.to_thread(sign_out)
    code = await closed(sockets[0], 1.0)
    await sockets[1].send(json.dumps({"type": "live.ping"}))
    while json.loads(await sockets[1].recv())["type"] != "live.pong":
        pass
    await sockets[1].close()

    assert (status, code) == (303, SIGNED_OUT)


async def test_a_link_from_the_command_line_opens_the_door(portal: Portal) -> None:
    """It carries the running server's address, and closes what the old password had opened."""
    hire(portal, "di@example.com")
    di = await asyncio.to_thread(sign_in, portal, "di@example.com")
    socket = await enter(portal, di.cookie)
    done = await asyncio.to_thread(portal.run, "staff", "link", "di@example.com")
    link = done.stdout.strip()

    def use() -> httpx.Response:
        with browse(portal) as browser:
            data = {"token": token_in(browser.get(link)), "password": "another harbour opens"}
            return browser.post(link, data=data)

    answer = await asyncio.to_thread(use)
    code = await closed(socket, 1.0)
    cookie = SimpleCookie(answer.headers["set-cookie"])

    assert link.startswith(f"{portal.url}/staff/link/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
    assert "portal-session" in cookie
    assert code == SIGNED_OUT


async def test_the_staff_s_socket_needs_a_session_and_our_origin(portal: Portal) -> None:
    """Without a session it is closed with 4502; from another site it is never opened."""
    address = f"ws://127.0.0.1:{portal.port}/staff/live"
    outside = await connect(address, origin=Origin(portal.url))
    code = await closed(outside, 2.0)
    boss = await asyncio.to_thread(sign_in, portal, "boss@example.com")
    statuses = []
    for origin in ("https://evil.example", "null", None):
        with pytest.raises(InvalidStatus) as refused:
            await connect(
                address,
                origin=Origin(origin) if origin else None,
                additional_headers={"Cookie": boss.cookie},
            )
        statuses.append(refused.value.response.status_code)

    assert code == SIGNED_OUT
    assert statuses == [403] * 3


def test_duplicates_and_wrong_roles_are_one_line(portal: Portal) -> None:
    """Beside a running server as without one."""
    options = ("--name", "B", "--role")
    twice = portal.run("staff", "add", "BOSS@example.com", *options, "agent")
    king = portal.run("staff", "add", "king@example.com", *options, "king")

    assert (twice.returncode, king.returncode) == (2, 2)
    assert re.fullmatch(r"portal: [^\n]*boss@example.com[^\n]*\n", twice.stderr)
    assert re.fullmatch(r"portal: [^\n]*king[^\n]*\n", king.stderr)


def test_the_first_administrator_s_link_is_printed_once(tmp_path: Path) -> None:
    """At the first start of an empty house; at the second it is not printed again."""
    portal = Portal(tmp_path / "data", environ={"PORTAL_DRAIN_SECONDS": "0"}).start()
    first = portal.log
    found = re.search(r"First administrator[^\n]*: (http\S+/staff/link/\S+)", first)
    assert found, first
    page = portal.get(found.group(1).removeprefix(portal.url))
    portal.stop()
    again = Portal(portal.data, environ=portal.environ).start()
    second = again.log
    again.stop()

    assert page[0] == 200
    assert b"first administrator" in page[2]
    assert f"Site: {portal.url}/" in first
    assert "First administrator" not in second
