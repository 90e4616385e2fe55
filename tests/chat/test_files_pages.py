"""Files over HTTP: brought with a proof, made harmless, handed out to whom they were said."""

import asyncio
import io
import secrets
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.chat.desk import Desk, visitor_id
from portal.chat.files import pages, porter
from portal.chat.files.intake import HIS_AT_ONCE
from portal.clock import system_clock
from portal.identity import Agent, Role, Visitor
from portal.staff.account import Account
from portal.staff.passwords import Passwords
from portal.storage import vault
from portal.storage.database import Database, address
from portal.storage.tables.chat import file as table
from tests.staff.test_pages import PASSWORD, sign_in
from tests.support.inside import Inside

MB = 1024 * 1024


class Guest:
    """A visitor with a conversation, and the desk he speaks at."""

    def __init__(self, site: Inside, desk: Desk, conversation: str, secret: str) -> None:
        self.site = site
        self.desk = desk
        self.conversation = conversation
        self.secret = secret
        self.visitor = Visitor(visitor_id(secret))
        self.browser = site.client()

    @property
    def proof(self) -> dict[str, str]:
        return {"X-Portal-Visitor": self.secret}

    async def bring(self, content: Any, name: str = "a.txt", **headers: str) -> httpx.Response:
        told = {**self.proof, "X-Portal-Name": quote(name), **headers}
        return await self.browser.post("/chat/files", content=content, headers=told)

    async def fetch(self, id: str, **more: Any) -> httpx.Response:
        return await self.browser.get(f"/chat/files/{id}", headers=self.proof, **more)

    async def say(self, *ids: str) -> None:
        await self.desk.say(self.visitor, None, secrets.token_urlsafe(16), "", files=ids)


@pytest.fixture
async def desk(site: Inside) -> AsyncIterator[Desk]:
    """A desk on the site's own database."""
    database = Database(address(None, site.settings.data))
    await database.open()
    yield Desk(database, system_clock)
    await database.close()


@pytest.fixture
async def guest(site: Inside, desk: Desk) -> Guest:
    """Somebody who opened chat."""
    return await enter(site, desk)


async def enter(site: Inside, desk: Desk) -> Guest:
    secret = secrets.token_urlsafe(32)
    row = await desk.open(visitor_id(secret))
    return Guest(site, desk, row.id, secret)


async def hire(site: Inside) -> Account:
    hashed = await Passwords().hash(PASSWORD)
    return await site.accounts.add("ada@example.com", "Ada", Role.AGENT, password_hash=hashed)


def agent(account: Account) -> Agent:
    return Agent(account.id, account.name, account.role, "", account.version)


def photograph(width: int = 64, height: int = 48, **save: Any) -> bytes:
    content = io.BytesIO()
    Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(
        content, "JPEG", **save
    )
    return content.getvalue()


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    content = io.BytesIO()
    Image.new(mode, (width, height), "teal").save(content, "PNG")
    return content.getvalue()


def kept(site: Inside) -> list[Path]:
    folder = site.settings.data / "chat-files"
    return [each for each in folder.rglob("*") if each.is_file()] if folder.is_dir() else []


# Bringing


async def test_a_file_is_kept_as_it_came(guest: Guest) -> None:
    """What is no picture keeps its bytes and its name, and is an attachment."""
    brought = await guest.bring(b"= bill, one line\r\n\0", "Bill März.csv")
    told = brought.json()
    got = await guest.fetch(told["id"])

    assert (brought.status_code, brought.headers["location"]) == (201, f"/chat/files/{told['id']}")
    assert {**told, "id": ""} == {
        "id": "",
        "name": "Bill März.csv",
        "kind": "application/octet-stream",
        "size": 19,
    }
    assert got.content == b"= bill, one line\r\n\0"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Bill%20M%C3%A4rz.csv"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg"),
        (b"<!doctype html><script>alert(1)</script>", "photo.jpg"),
        (b"%PDF-1.7 /OpenAction /JavaScript", "a.pdf"),
        (b"MZ\x90\0", "setup.exe"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.webp"),
    ],
)
async def test_nothing_a_stranger_wrote_is_opened_by_a_browser(
    guest: Guest, content: bytes, name: str
) -> None:
    """Whatever name and type it claims, it is stored, not shown, and runs nowhere."""
    brought = await guest.bring(content, name, **{"Content-Type": "image/svg+xml"})
    got = await guest.fetch(brought.json()["id"])

    assert got.content == content
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert got.headers["cache-control"] == "private, no-store"


async def test_a_photograph_says_only_what_it_shows(guest: Guest) -> None:
    """Place, camera and comment are gone, it stands upright, and it is no larger than a screen."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x9286] = b"ASCII\0\0\0<script>alert(1)</script>"
    exif.get_ifd(0x8825)[2] = (53.0, 33.0, 5.0)
    content = photograph(4000, 3000, exif=exif, comment=b"<script>alert(2)</script>")
    brought = (await guest.bring(content, "IMG 1.JPEG")).json()
    got = await guest.fetch(brought["id"])
    small = await guest.fetch(brought["id"], params={"size": "small"})

    assert (brought["width"], brought["height"]) == (1920, 2560)
    assert (brought["kind"], brought["name"]) == ("image/jpeg", "IMG 1.JPEG")
    assert brought["size"] == len(got.content)
    assert b"<script>" in content
    assert b"<script>" not in got.content
    assert b"Exif" not in got.content
    with Image.open(io.BytesIO(got.content)) as image:
        assert (image.size, dict(image.getexif())) == ((1920, 2560), {})
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.size == (480, 640)


async def test_a_screenshot_keeps_every_pixel(guest: Guest) -> None:
    """A PNG of moderate size comes out without loss, with its transparency."""
    brought = (await guest.bring(png(300, 200, "RGBA"), "shot.png")).json()
    got = await guest.fetch(brought["id"])

    assert (brought["kind"], brought["width"], brought["height"]) == ("image/png", 300, 200)
    with Image.open(io.BytesIO(got.content)) as image:
        assert (image.mode, image.getpixel((9, 9))) == ("RGBA", (0, 128, 128, 255))


async def test_a_picture_that_is_something_else_as_well_is_only_a_picture(guest: Guest) -> None:
    """What stands behind the picture's end (a page, an archive) does not go on."""
    gif = io.BytesIO()
    Image.new("P", (8, 8)).save(gif, "GIF")
    brought = await guest.bring(gif.getvalue() + b"<script>alert(1)</script>PK\x03\x04", "a.html")
    got = await guest.fetch(brought.json()["id"])

    assert brought.json()["name"] == "a.png"
    assert b"script" not in got.content
    assert got.headers["content-type"] == "image/png"


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(bomb(), id="bomb"),
        pytest.param(photograph()[:300], id="cut off"),
        pytest.param(b"\xff\xd8\xff\xe0<script>alert(1)</script>", id="only its first bytes"),
        pytest.param(b"RIFF\0\0\0\0WEBPVP8 ", id="empty"),
    ],
)
async def test_a_picture_that_cannot_be_opened_is_refused(guest: Guest, content: bytes) -> None:
    """A bomb, a cut-off file, a lie: the answer says so, and nothing of it stays."""
    answer = await guest.bring(content, "a.png")

    assert (answer.status_code, answer.json()["code"]) == (415, "bad_field")
    assert "picture cannot be opened" in answer.json()["message"]
    assert kept(guest.site) == []


async def test_what_is_too_large_is_refused_before_and_while_it_comes(guest: Guest) -> None:
    """By what the header says, by what really comes; nothing stays of it."""
    too_much = 10 * MB + 1
    told = await guest.bring(b"x" * too_much)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * MB

    untold = await guest.bring(endless())
    fits = await guest.bring(b"x" * (10 * MB))

    assert [413, 413, 201] == [told.status_code, untold.status_code, fits.status_code]
    assert told.json()["code"] == untold.json()["code"] == "too_long"
    assert "10 MB" in told.json()["message"]
    assert len(kept(guest.site)) == 1


async def test_only_this_address_takes_so_much(site: Inside) -> None:
    """Everywhere else a body of more than a megabyte is refused as before."""
    async with site.client() as browser:
        answers = [
            await browser.post(path, content=b"x" * (2 * MB))
            for path in ("/staff/sign-in", "/chat/files/x", "/")
        ]

    assert {answer.status_code for answer in answers} <= {405, 413}
    assert answers[0].status_code == 413


async def test_an_empty_and_a_packed_file_are_refused(guest: Guest) -> None:
    """Nothing is not a file; what is packed is not unpacked, so no bomb goes off."""
    empty = await guest.bring(b"")
    packed = await guest.bring(b"x", **{"Content-Encoding": "gzip"})

    assert (empty.status_code, packed.status_code) == (415, 415)
    assert kept(guest.site) == []


async def test_a_file_that_breaks_off_leaves_nothing(guest: Guest) -> None:
    """The browser went away in the middle of it."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise asyncio.CancelledError

    await guest.bring(broken())

    assert kept(guest.site) == []


async def test_a_browser_that_goes_leaves_nothing(guest: Guest) -> None:
    """Its line breaks in the middle: the half that came is gone, and nobody is told anything."""
    coming: list[Any] = [
        {"type": "http.request", "body": b"x" * 1000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/chat/files",
        "query_string": b"",
        "headers": [
            (b"x-portal-visitor", guest.secret.encode()),
            (b"sec-fetch-site", b"same-origin"),
            (b"content-length", b"5000"),
        ],
        "client": ("203.0.113.9", 5),
        "scheme": "http",
        "http_version": "1.1",
        "state": guest.site.state,
    }
    await guest.site.app(scope, receive, send)

    assert kept(guest.site) == []
    assert await count(guest.site) == 0


async def count(site: Inside) -> int:
    database = Database(address(None, site.settings.data))
    await database.open()
    async with database.read() as c:
        found = await c.scalar(select(func.count()).select_from(table))
    await database.close()
    return int(found or 0)


async def test_a_disk_that_takes_nothing_is_told(guest: Guest) -> None:
    """The answer says that it will not do just now, and nothing is half there."""
    folder = guest.site.settings.data / "chat-files"
    folder.write_text("a file where the folder should be")
    answer = await guest.bring(b"x")

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.json()["retry_ms"] > 0
    assert (await guest.fetch("A" * 22)).status_code == 404


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ("photo\u202egpj.exe", "photo gpj.exe"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
        ("\0\u200b \u2028", "file"),
        ("", "file"),
        ('"><img src=x onerror=alert(1)>.png', '"><img src=x onerror=alert(1)>.png'),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
        ("发票 2026.pdf", "发票 2026.pdf"),
    ],
)
async def test_a_name_is_made_harmless(guest: Guest, given: str, shown: str) -> None:
    """No folder, nothing unseen, nothing that turns the direction; markup is only letters."""
    told = (await guest.bring(b"x", given)).json()
    got = await guest.fetch(told["id"])

    assert told["name"] == shown
    assert got.headers["content-disposition"].endswith(quote(shown, safe=""))


# The proof


async def test_without_a_proof_nothing_is_taken_or_given(site: Inside, guest: Guest) -> None:
    """A reader, an unknown secret, a secret in the address, a page of another site: refused."""
    id = (await guest.bring(b"x")).json()["id"]
    path = f"/chat/files/{id}"
    async with site.client() as browser:
        stranger = {"X-Portal-Visitor": secrets.token_urlsafe(32)}
        elsewhere = {**guest.proof, "Sec-Fetch-Site": "cross-site"}
        brought = [
            await browser.post("/chat/files", content=b"x"),
            await browser.post("/chat/files", content=b"x", headers=stranger),
            await browser.post("/chat/files", content=b"x", headers=elsewhere),
            await browser.post("/chat/files", content=b"x", headers={"X-Portal-Visitor": "a b"}),
        ]
        fetched = [
            await browser.get(path),
            await browser.get(path, headers=stranger),
            await browser.get(path, params={"visitor": guest.secret}),
            await browser.get(path, headers={"X-Portal-Conversation": guest.conversation}),
        ]

    assert [403] * 4 == [answer.status_code for answer in brought]
    assert [403] * 4 == [answer.status_code for answer in fetched]
    assert len(kept(site)) == 1


async def test_what_is_another_s_does_not_exist(site: Inside, desk: Desk, guest: Guest) -> None:
    """A foreign file and an unknown one are answered alike, said or not."""
    other = await enter(site, desk)
    id = (await guest.bring(b"x")).json()["id"]
    unsaid = await other.fetch(id)
    await guest.say(id)
    said = await other.fetch(id)
    unknown = await other.fetch("A" * 22)
    odd = [await other.fetch(name) for name in ("..%2f..%2fsecret_keys", "A" * 21 + "%00", "%2e")]
    back = await other.browser.delete(f"/chat/files/{id}", headers=other.proof)

    assert (404, 404, 404) == (unsaid.status_code, said.status_code, unknown.status_code)
    assert unsaid.content == said.content == unknown.content
    assert {404} == {answer.status_code for answer in odd}
    assert (back.status_code, (await guest.fetch(id)).status_code) == (404, 200)


async def test_staff_fetch_what_was_said_and_answer_with_a_file(
    site: Inside, desk: Desk, guest: Guest
) -> None:
    """Not before he says it; and what an agent brings the visitor gets once it is said."""
    account = await hire(site)
    id = (await guest.bring(b"for you")).json()["id"]
    async with site.client() as console:
        await sign_in(console)
        before = await console.get(f"/chat/files/{id}")
        await guest.say(id)
        after = await console.get(f"/chat/files/{id}")
        headers = {"X-Portal-Conversation": guest.conversation, "X-Portal-Name": "reply.txt"}
        brought = await console.post("/chat/files", content=b"and you", headers=headers)
        answer = brought.json()["id"]
        unsaid = await guest.fetch(answer)
        message = secrets.token_urlsafe(16)
        await desk.say(agent(account), guest.conversation, message, "", files=[answer])
        said = await guest.fetch(answer)
        nowhere = await console.post(
            "/chat/files", content=b"x", headers={"X-Portal-Conversation": "nowhere"}
        )

    assert (before.status_code, after.status_code, after.content) == (404, 200, b"for you")
    assert (brought.status_code, unsaid.status_code, said.content) == (201, 404, b"and you")
    assert nowhere.status_code == 404


async def test_who_was_shut_out_fetches_nothing(site: Inside, guest: Guest) -> None:
    """A disabled agent's cookie is worth nothing at this door too."""
    account = await hire(site)
    id = (await guest.bring(b"x")).json()["id"]
    await guest.say(id)
    async with site.client() as console:
        await sign_in(console)
        before = await console.get(f"/chat/files/{id}")
        await site.accounts.set_disabled(account.email, True)
        after = await console.get(f"/chat/files/{id}")
        headers = {"X-Portal-Conversation": guest.conversation}
        brings = await console.post("/chat/files", content=b"x", headers=headers)

    assert (200, 403, 403) == (before.status_code, after.status_code, brings.status_code)


async def test_a_file_is_taken_back_before_it_is_said(guest: Guest) -> None:
    """And not after."""
    first, second = [(await guest.bring(b"x")).json()["id"] for _ in range(2)]
    await guest.say(second)
    answers = [
        await guest.browser.delete(f"/chat/files/{id}", headers=guest.proof)
        for id in (first, second)
    ]

    assert [204, 404] == [answer.status_code for answer in answers]
    assert [404, 200] == [(await guest.fetch(id)).status_code for id in (first, second)]
    assert len(kept(guest.site)) == 1


# How much


async def test_a_visitor_brings_twenty_an_hour(guest: Guest) -> None:
    """Then he is told how long to wait; nothing of the last one stays."""
    answers = [await guest.bring(b"x") for _ in range(21)]

    assert [201] * 20 + [429] == [answer.status_code for answer in answers]
    assert answers[-1].json()["code"] == "limited"
    assert 3_000_000 < answers[-1].json()["retry_ms"] <= 3_600_000
    assert int(answers[-1].headers["retry-after"]) > 3000
    assert len(kept(guest.site)) == 20


async def test_a_visitor_brings_fifty_megabytes_an_hour(guest: Guest) -> None:
    """However few files they are."""
    answers = [await guest.bring(b"x" * (9 * MB)) for _ in range(6)]

    assert [201] * 5 + [429] == [answer.status_code for answer in answers]
    assert len(kept(guest.site)) == 5


async def test_who_only_tries_is_held_up_too(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a picture costs more than sending one: bombs are counted like files."""
    monkeypatch.setattr(porter, "TRIES_MOST", 3)
    answers = [await guest.bring(b"\xff\xd8\xff no picture") for _ in range(4)]

    assert [415, 415, 415, 429] == [answer.status_code for answer in answers]


async def test_a_network_of_many_visitors_is_held_up(
    site: Inside, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes up a visitor for each file; staff and other networks go on."""
    monkeypatch.setattr(porter, "NETWORK_TRIES_MOST", 2)
    guests = [await enter(site, desk) for _ in range(4)]
    guests[3].browser = site.client("198.51.100.7")
    answers = [await each.bring(b"x") for each in guests]

    assert [201, 201, 429, 201] == [answer.status_code for answer in answers]


async def test_nobody_takes_all_places(site: Inside, desk: Desk, guest: Guest) -> None:
    """Who begins many files and ends none waits for himself; others bring theirs meanwhile."""
    other = await enter(site, desk)
    over, here = asyncio.Event(), asyncio.Semaphore(0)

    async def lasting() -> AsyncIterator[bytes]:
        yield b"x"
        here.release()
        await over.wait()

    under_way = [asyncio.create_task(guest.bring(lasting())) for _ in range(HIS_AT_ONCE)]
    for _ in under_way:
        await here.acquire()
    one_more, another_s = await guest.bring(b"x"), await other.bring(b"x")
    over.set()
    ended = [await each for each in under_way]
    afterwards = await guest.bring(b"x")

    assert (503, 201, 201) == (
        one_more.status_code,
        another_s.status_code,
        afterwards.status_code,
    )
    assert one_more.json()["retry_ms"] > 0
    assert {201} == {each.status_code for each in ended}


async def test_who_drips_is_not_waited_for(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then holds no place for hours: the whole has to come at some pace."""
    monkeypatch.setattr(pages, "SILENT_SECONDS", 0.2)

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.05)

    answer = await asyncio.wait_for(guest.bring(dripping()), 3)

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert kept(guest.site) == []


async def test_files_leave_room_for_words(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is nearly full takes no more files; the database lies on it too."""
    monkeypatch.setattr(vault, "SPARE_BYTES", 2**60)
    answer = await guest.bring(b"x")

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


async def test_staff_are_not_held_up(site: Inside, guest: Guest) -> None:
    """An agent who sends a folder of forms may."""
    await hire(site)
    async with site.client() as console:
        await sign_in(console)
        headers = {"X-Portal-Conversation": guest.conversation}
        answers = [
            await console.post("/chat/files", content=b"x", headers=headers) for _ in range(25)
        ]

    assert {201} == {answer.status_code for answer in answers}


async def test_the_terms_are_told_beforehand(site: Inside) -> None:
    """A page can say what is taken before anything is sent."""
    async with site.client() as browser:
        answer = await browser.get("/chat/files")

    assert answer.json() == {"largest_bytes": 10 * MB, "files_most": 10}
