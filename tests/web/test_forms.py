"""Forms: their token, and reading fields without believing them."""

from typing import Any

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.clock import DAY, HOUR
from portal.errors import Refused
from portal.web.forms import FORM_BYTES, FormTokens, fields
from tests.conftest import HeldClock

OLD, NEW = "o" * 32, "n" * 32


def accepted(tokens: FormTokens, token: str, bound_to: str = "session") -> bool:
    try:
        tokens.check(token, bound_to)
    except Refused:
        return False
    return True


def test_a_token_is_good_for_what_it_is_bound_to(clock: HeldClock) -> None:
    """Another session's token is not one's own; nor is one that was made up or cut."""
    tokens = FormTokens([NEW], clock)
    token = tokens.make("session")

    assert accepted(tokens, token)
    assert not accepted(tokens, token, "other session")
    assert not accepted(tokens, token[:-1])
    assert not accepted(tokens, token.upper())
    assert not accepted(tokens, "")
    assert not accepted(tokens, "\u00e9" * 64)
    assert not accepted(FormTokens([OLD], clock), token)


def test_a_token_lives_until_the_end_of_tomorrow(clock: HeldClock) -> None:
    """A form left open over night is still good, one left over a weekend is not."""
    clock.at = clock.at // DAY * DAY + 23 * HOUR
    tokens = FormTokens([NEW], clock)
    token = tokens.make("session")
    clock.forward(2 * HOUR)
    tomorrow = accepted(tokens, token)
    clock.forward(DAY)
    day_after = accepted(tokens, token)

    assert (tomorrow, day_after) == (True, False)


def test_a_token_of_tomorrow_is_not_good_today(clock: HeldClock) -> None:
    """A clock that was set back does not make a token live longer."""
    tokens = FormTokens([NEW], clock)
    clock.forward(DAY)
    token = tokens.make("session")
    clock.forward(-DAY)

    assert not accepted(tokens, token)


def test_a_rotated_key_ring_takes_old_tokens_and_makes_new_ones(clock: HeldClock) -> None:
    """Rotating keys loses nobody's form; a key taken out of the ring ends its tokens."""
    before = FormTokens([OLD], clock).make("session")
    rotated = FormTokens([NEW, OLD], clock)
    after = rotated.make("session")

    assert accepted(rotated, before)
    assert accepted(FormTokens([NEW], clock), after)
    assert not accepted(FormTokens([NEW], clock), before)


async def read(request: Request) -> Response:
    return JSONResponse(await fields(request, "name", "note", longest=100))


@pytest.fixture
def browser() -> httpx.AsyncClient:
    """A browser before a page that reads the fields `name` and `note`."""
    app = Starlette(routes=[Route("/", read, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")


FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"


def part(content: bytes, head: bytes = b'form-data; name="name"') -> bytes:
    return b"--b\r\nContent-Disposition: " + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


async def test_fields_are_read_and_others_left(browser: httpx.AsyncClient) -> None:
    """A named field is text; a missing one is empty; what was not asked for is not there."""
    answer = await browser.post("/", data={"name": "Zo\u00eb & co", "role": "admin"})

    assert answer.json() == {"name": "Zo\u00eb & co", "note": ""}


async def test_multipart_is_a_form_too(browser: httpx.AsyncClient) -> None:
    """The other way browsers write forms."""
    answer = await browser.post("/", content=part(b"Ada"), headers={"Content-Type": BOUNDARY})

    assert answer.json()["name"] == "Ada"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"name=x", "", 415),
        (b"name=x", "text/plain", 415),
        (b'{"name":"x"}', "application/json", 415),
        (b"name=x", "application/x-www-form-urlencoded-not", 415),
        (b"name=x", "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-16", 200),
        (b"name=" + b"x" * 101, FORM, 400),
        (b"name=a%00b", FORM, 400),
        (b"name=%ed%a0%80", FORM, 200),
        (b"name=x&" + b"a=1&" * 60, FORM, 400),
        (b"name=" + b"x" * FORM_BYTES, FORM, 413),
        (part(b"x"), "multipart/form-data", 400),
        (part(b"x"), "multipart/form-data; boundary=" + "b" * 60_000, 400),
        (b"not multipart at all", BOUNDARY, 400),
        (part(b"x", b'form-data; name="name"; filename="../../x.sh"'), BOUNDARY, 400),
        (part(b"+2AA-"), BOUNDARY + "; charset=utf-7", 400),
        (part(b"\x00\xd8"), BOUNDARY + "; charset=utf-16-le", 200),
        (part(b"x"), BOUNDARY + "; charset=no-such", 200),
        (part(b"x"), BOUNDARY + "; charset=idna", 200),
        (part(b"x"), BOUNDARY + "; charset=rot13", 200),
        (part(b"eHg="), BOUNDARY + "; charset=base64", 200),
        (b"--b\r\n" + b"X: y\r\n" * 9_000, BOUNDARY, 400),
    ],
)
async def test_what_is_no_form_is_refused(
    browser: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    """A wrong type, too much of anything, and text that no database takes: 4xx, never a fault."""
    headers = {"Content-Type": kind} if kind else {}
    answer = await browser.post("/", content=content, headers=headers)

    assert answer.status_code == status


async def test_a_form_of_unknown_length_is_refused(browser: httpx.AsyncClient) -> None:
    """Browsers say how long a form is; what does not could be endless."""

    async def endless() -> Any:
        yield b"name=x"

    answer = await browser.post("/", content=endless(), headers={"Content-Type": FORM})

    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "\u00b2", "9" * 5_000, " 6", ""])
async def test_a_length_that_is_none_is_refused(browser: httpx.AsyncClient, length: str) -> None:
    """Only digits are a length."""
    request = httpx.Request("POST", "http://portal/", content=b"name=x")
    request.headers = httpx.Headers(
        [(b"content-type", FORM.encode()), (b"content-length", length.encode("latin-1"))]
    )
    answer = await browser.send(request)

    assert answer.status_code == 413
