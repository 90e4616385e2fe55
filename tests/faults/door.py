"""The door: staff sign in and out over HTTP, as a browser's form does."""

import asyncio
import http.client
import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from sqlalchemy import func, select

from portal.storage.tables.staff import session, staff
from tests.faults.world import ORIGIN, PASSWORD, Node, World

TRIES = 40


@dataclass(frozen=True)
class SignedIn:
    """A session: what the browser sends, how a record names it, and whose it is."""

    cookie: str
    session: str
    id: int


async def sign_in(world: World, email: str, password: str = PASSWORD) -> SignedIn:
    """Sign in at whichever node answers."""
    for attempt in range(TRIES):
        node = world.nodes[attempt % len(world.nodes)]
        try:
            cookie = await asyncio.to_thread(_submit, node, email, password)
        except (OSError, http.client.HTTPException):
            await asyncio.sleep(0.5)
            continue
        token = cookie.partition("=")[2]
        return SignedIn(cookie, sha256(token.encode()).hexdigest()[:16], await _id(world, email))
    raise RuntimeError(f"{email} could not sign in")


async def sign_out(node: Node, cookie: str) -> int:
    """Sign out; returns the status."""
    return await asyncio.to_thread(_sign_out, node, cookie)


async def use_link(node: Node, link: str, password: str) -> int:
    """Use a one-time link to choose another password; returns the status."""
    return await asyncio.to_thread(_use_link, node, link, password)


async def stands(world: World, email: str) -> tuple[bool, int, int]:
    """Return whether somebody is disabled, his version, and how many sessions he has, by SQL."""
    about = select(staff.c.id, staff.c.disabled_at, staff.c.version).where(staff.c.email == email)
    async with world.db.read() as c:
        row = (await c.execute(about)).one()
        count = select(func.count()).where(session.c.staff_id == row.id)
        sessions = (await c.execute(count)).scalar_one()
    return row.disabled_at is not None, row.version, sessions


async def changes(world: World, email: str, since: tuple[bool, int, int]) -> None:
    """Wait until SQL has it that an access has ended; look often, as somebody dates by it."""
    while await stands(world, email) == since:
        await asyncio.sleep(0.005)


async def inside(node: Node, cookie: str) -> int:
    """Ask for the console; returns the status: 200 in, 303 out."""
    return (await asyncio.to_thread(_ask, node, "GET", "/staff/", cookie))[0]


async def _id(world: World, email: str) -> int:
    async with world.db.read() as c:
        return int((await c.execute(select(staff.c.id).where(staff.c.email == email))).scalar_one())


def _submit(node: Node, email: str, password: str) -> str:
    status, _, page = _ask(node, "GET", "/staff/sign-in")
    fields = {"email": email, "password": password, "token": _token(page), "next": "/staff/"}
    status, cookie, page = _ask(node, "POST", "/staff/sign-in", **fields)
    if status != 303 or cookie is None:
        raise http.client.HTTPException(f"sign-in answered {status}")
    return cookie.partition(";")[0]


def _sign_out(node: Node, cookie: str) -> int:
    _, _, page = _ask(node, "GET", "/staff/", cookie)
    return _ask(node, "POST", "/staff/sign-out", cookie, token=_token(page))[0]


def _use_link(node: Node, link: str, password: str) -> int:
    path = link.removeprefix(ORIGIN)
    _, _, page = _ask(node, "GET", path)
    return _ask(node, "POST", path, token=_token(page), password=password)[0]


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    if found is None:
        raise http.client.HTTPException("a page without a form")
    return found[1]


def _ask(
    node: Node, method: str, path: str, cookie: str = "", **form: str
) -> tuple[int, str | None, str]:
    # Past the front proxy: what is proven here is the socket's line, not the form's.
    line = http.client.HTTPConnection("127.0.0.1", node.portal.port, timeout=10)
    headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
    if cookie:
        headers["cookie"] = cookie
    body = None
    if form:
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode(form)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("set-cookie"), answer.read().decode()
    finally:
        line.close()
