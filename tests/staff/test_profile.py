"""One's own page: name, title and face."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from PIL import Image

from portal.identity import Role
from tests.staff.test_pages import hidden, hire, sign_in
from tests.support.inside import Inside


@pytest.fixture
async def ada(site: Inside) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is signed in."""
    await hire(site)
    async with site.client() as browser:
        await sign_in(browser)
        yield browser


def face(**save: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (600, 900), "teal").save(content, "JPEG", **save)
    return content.getvalue()


async def save(browser: httpx.AsyncClient, picture: bytes = b"", **fields: str) -> httpx.Response:
    token = hidden(await browser.get("/staff/me"), "token")
    data = {"token": token, "name": "Ada", "title": "", **fields}
    files = {"picture": ("face.jpg", picture, "image/jpeg")}
    return await browser.post("/staff/me", data=data, files=files)


async def test_who_is_outside_is_asked_to_sign_in(site: Inside) -> None:
    """And is led back after."""
    async with site.client() as browser:
        answer = await browser.get("/staff/me")

    assert answer.headers["location"] == "/staff/sign-in?next=%2Fstaff%2Fme"


async def test_name_and_title_are_changed(site: Inside, ada: httpx.AsyncClient) -> None:
    """They stand in the form the next time, as text, whatever is in them."""
    answer = await save(ada, name="  Ada  Lovelace ", title="<b>Bridges</b>")
    page = await ada.get("/staff/me")
    (account,) = await site.accounts.everybody()

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/me?done")
    assert (account.name, account.title) == ("Ada Lovelace", "<b>Bridges</b>")
    assert 'value="&lt;b&gt;Bridges&lt;/b&gt;"' in page.text


async def test_a_face_is_a_small_square_and_nothing_else(
    site: Inside, ada: httpx.AsyncClient
) -> None:
    """Made anew, without what the camera wrote; the one before is gone; none may be shown too."""
    exif = Image.Exif()
    exif[0x010E] = "<script>"
    await save(ada, face(exif=exif))
    first = shown(await ada.get("/staff/me"))
    got = await ada.get(f"/media/{first}")
    await save(ada, face())
    second = shown(await ada.get("/staff/me"))
    gone = await ada.get(f"/media/{first}")
    await save(ada, drop="on")
    none = await ada.get("/staff/me")

    with Image.open(io.BytesIO(got.content)) as image:
        assert (image.size, dict(image.getexif())) == ((256, 256), {})
    assert first != second
    assert gone.status_code == 404
    assert "/media/" not in none.text


def shown(page: httpx.Response) -> str:
    return page.text.partition('src="/media/')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("picture", "fields", "says"),
    [
        (b"<svg onload=alert(1)>", {}, "no JPEG"),
        (b"\xff\xd8\xff\xe0 and no more", {}, "cannot be opened"),
        (b"", {"name": " "}, "visible characters"),
        (b"", {"title": "x" * 121}, "at most 120"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_lost(
    site: Inside, ada: httpx.AsyncClient, picture: bytes, fields: dict[str, str], says: str
) -> None:
    """The form comes back with the reason and what was typed; nothing was changed."""
    answer = await save(ada, picture, **{"title": "Bridges, all of them", **fields})
    (account,) = await site.accounts.everybody()

    assert answer.status_code == 400
    assert says in answer.text
    assert 'role="alert"' in answer.text
    assert fields.get("title", "Bridges, all of them") in answer.text
    assert (account.name, account.title) == ("Ada", "")


async def test_a_form_of_somebody_else_changes_nothing(
    site: Inside, ada: httpx.AsyncClient
) -> None:
    """Without its token, or from another site."""
    forged = await save(ada, name="Eve", token="0" * 64)
    data = {"token": hidden(await ada.get("/staff/me"), "token"), "name": "Eve"}
    elsewhere = await ada.post(
        "/staff/me",
        data=data,
        files={"picture": ("", b"")},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    (account,) = await site.accounts.everybody()

    assert (forged.status_code, elsewhere.status_code) == (403, 403)
    assert account.name == "Ada"


async def test_too_large_a_picture_is_refused(ada: httpx.AsyncClient) -> None:
    """Before it is looked at."""
    answer = await save(ada, b"\xff\xd8\xff" + b"x" * (11 * 2**20))

    assert answer.status_code == 413


async def test_an_agent_sees_no_more_than_his_own(site: Inside, ada: httpx.AsyncClient) -> None:
    """The pages of the desk's set-up are for administrators, in menu and at the door."""
    page = await ada.get("/staff/me")
    sections = ("hours", "desks", "people", "replies", "labels", "blocks", "letters")
    answers = [await ada.get(f"/staff/desk/{name}") for name in sections]
    posted = await ada.post("/staff/desk/hours", data={"act": "drop"})

    assert "/staff/desk/" not in page.text
    assert {403} == {answer.status_code for answer in [*answers, posted]}
    assert (await site.accounts.everybody())[0].role is Role.AGENT
