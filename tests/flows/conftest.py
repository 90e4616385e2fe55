"""Two portals that share one database and one Valkey, and people at both."""

import asyncio
import http.client
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect

from tests.chat.node import Screen
from tests.support.servers import Portal
from tests.support.staff import PASSWORD


def sign_in(portal: Portal, email: str) -> str:
    """Sign in through the form, as a browser does; return the cookie to send from now on."""
    _, _, page = portal.get("/staff/sign-in")
    token = re.search(r'name="token" value="([^"]+)"', page.decode())
    assert token is not None
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    body = urlencode({"email": email, "password": PASSWORD, "token": token[1], "next": "/staff/"})
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "origin": portal.url,
        "sec-fetch-site": "same-origin",
    }
    connection.request("POST", "/staff/sign-in", body, headers)
    answer = connection.getresponse()
    cookie = answer.getheader("set-cookie")
    answer.read()
    connection.close()
    assert answer.status == 303, answer.status
    assert cookie is not None
    return cookie.partition(";")[0]


class People:
    """Opens screens on portals and closes them at the end."""

    def __init__(self) -> None:
        self.screens: list[Screen] = []

    async def visitor(self, portal: Portal, secret: str | None = None, **hello: object) -> Screen:
        """A page of a reader; with a secret, of a visitor who opened chat before."""
        return await self._enter(portal, "/live", "", {**hello, "visitor": secret})

    async def agent(self, portal: Portal, email: str) -> Screen:
        """A console, signed in."""
        cookie = await asyncio.to_thread(sign_in, portal, email)
        return await self._enter(portal, "/staff/live", cookie, {})

    async def _enter(
        self, portal: Portal, path: str, cookie: str, hello: dict[str, object]
    ) -> Screen:
        socket = await connect(
            f"ws://127.0.0.1:{portal.port}{path}",
            origin=portal.url,  # type: ignore[arg-type]
            additional_headers={"cookie": cookie} if cookie else {},
            compression=None,
        )
        screen = Screen(socket)
        self.screens.append(screen)
        given = {name: value for name, value in hello.items() if value is not None}
        await screen.tell("live.hello", protocol=1, **given)
        await screen.hears("live.welcome")
        return screen


@pytest.fixture
async def people() -> AsyncIterator[People]:
    """Somebody to open screens."""
    found = People()
    yield found
    for screen in found.screens:
        await screen.close()


@pytest.fixture
def portals(database_url: str, valkey_url: str, tmp_path: Path) -> Iterator[tuple[Portal, Portal]]:
    """Two server processes on one database and one Valkey."""
    environ = {
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_REDIS_URL": valkey_url,
        "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        "PORTAL_DRAIN_SECONDS": "0",
    }
    data = tmp_path / "data"
    data.mkdir()
    two = tuple(Portal(data, environ, arguments=("--workers", "1")) for _ in range(2))
    try:
        for portal in two:
            portal.start(wait=False)
        for portal in two:
            portal.wait_until_ready()
        yield two[0], two[1]
    finally:
        for portal in two:
            if portal.process is not None:
                portal.stop()
