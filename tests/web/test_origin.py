"""Where a request comes from: only our own pages may change anything."""

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal.web.origin import OwnOrigin

OURS = "https://news.example"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def page(_: Request) -> Response:
    return PlainTextResponse("done")


@pytest.fixture
def browser() -> httpx.AsyncClient:
    """A browser before a site whose origins are two."""
    app = OwnOrigin(
        Starlette(routes=[Route("/", page, methods=METHODS)]),
        origins=frozenset({OURS, "http://[::1]:8000"}),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OURS)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "Same-Origin"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, False),
        ({"Origin": OURS}, True),
        ({"Origin": "http://[::1]:8000"}, True),
        ({"Origin": "http://news.example"}, False),
        ({"Origin": "https://news.example:8443"}, False),
        ({"Origin": "https://news.example.evil.example"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Referer": OURS + "/"}, False),
        ({"Host": "evil.example", "Origin": "https://evil.example"}, False),
        ({}, False),
    ],
)
async def test_only_our_own_pages_may_change_anything(
    browser: httpx.AsyncClient, headers: dict[str, str], allowed: bool
) -> None:
    """Sec-Fetch-Site decides, Origin where it is missing, and neither is a refusal."""
    answer = await browser.post("/", headers=headers)

    assert (answer.status_code == 200) is allowed
    assert answer.status_code in (200, 403)


@pytest.mark.parametrize("method", METHODS)
async def test_reading_may_come_from_anywhere(browser: httpx.AsyncClient, method: str) -> None:
    """What changes nothing is answered to links from elsewhere; all else is refused."""
    answer = await browser.request(method, "/", headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code == 200) is (method in ("GET", "OPTIONS"))


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_no_header_turns_one_method_into_another(
    browser: httpx.AsyncClient, header: str
) -> None:
    """A GET that claims to be a POST stays a GET, and the other way about."""
    answer = await browser.post("/", headers={header: "GET", "Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
