"""Security headers: on every kind of answer, and exactly these."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from portal.packed import build
from tests.support.inside import Inside

WANTED = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
}
ANSWERS = [
    ("GET", "/", None),
    ("GET", "/nothing-here", 404),
    ("GET", f"/static/{build()}/css/tokens.css", 200),
    ("GET", f"/static/{build()}/css/none.css", 404),
    ("GET", "/media/none.jpg", 404),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/live/check", 200),
    ("GET", "/staff/sign-in", 200),
    ("GET", "/staff/link/none", 404),
    ("POST", "/healthz", 405),
    ("TRACE", "/staff/sign-in", None),
    ("POST", "/staff/sign-in", 415),
]


def kept(headers: Any) -> dict[str, str]:
    return {name: headers.get(name) for name in WANTED}


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_kind_of_answer_carries_them(
    site: Inside, method: str, path: str, status: int | None
) -> None:
    """Page, file, listing, refusal: none goes out bare, and none runs anything inline."""
    async with site.client() as browser:
        answer = await browser.request(method, path, headers={"Host": "127.0.0.1:8000"})
    policy = answer.headers["content-security-policy"]

    assert status in (None, answer.status_code)
    assert answer.status_code < 500
    assert kept(answer.headers) == WANTED
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] in ("strict-origin-when-cross-origin", "same-origin")
    assert "set-cookie" not in answer.headers


async def test_a_refused_form_carries_them(site: Inside) -> None:
    """So does what is refused before any page is asked."""
    async with site.client(**{"Sec-Fetch-Site": "cross-site"}) as browser:
        answer = await browser.post("/staff/sign-in", data={"email": "a@b.c"})

    assert answer.status_code == 403
    assert kept(answer.headers) == WANTED


async def test_a_body_that_is_too_large_is_refused_with_them(site: Inside) -> None:
    """A body beyond a megabyte is not read, whoever would have read it."""
    async with site.client() as browser:
        answer = await browser.post("/staff/sign-in", content=b"x" * (1024 * 1024 + 1))

    assert answer.status_code == 413
    assert kept(answer.headers) == WANTED


async def test_a_fault_of_ours_carries_them_and_tells_nothing(
    site: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that breaks is answered 500 in one sentence; the traceback stays here."""

    async def broken(*_: object) -> None:
        raise RuntimeError("planted secret")

    monkeypatch.setattr("portal.health.Health.readyz", broken)
    async with site.client() as browser:
        answer = await browser.get("/readyz")

    assert answer.status_code == 500
    assert kept(answer.headers) == WANTED
    assert "planted" not in answer.text
    assert "Traceback" not in answer.text


async def test_https_is_kept(secure_site: Inside, site: Inside) -> None:
    """Over https browsers are told to stay there; over http nothing pretends."""
    async with secure_site.client() as browser:
        secure = await browser.get("/healthz")
    async with site.client() as browser:
        plain = await browser.get("/healthz")

    assert secure.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert "upgrade-insecure-requests" in secure.headers["content-security-policy"]
    assert "strict-transport-security" not in plain.headers
    assert "upgrade-insecure-requests" not in plain.headers["content-security-policy"]


async def test_what_a_page_sets_itself_stays() -> None:
    """A file from a stranger brings a stricter policy of its own."""
    import httpx2 as httpx

    from portal.web.headers import SecurityHeaders

    async def page(_: Request) -> Response:
        return PlainTextResponse("", headers={"Content-Security-Policy": "sandbox"})

    app = SecurityHeaders(Starlette(routes=[Route("/", page)]), secure=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as browser:
        answer = await browser.get("http://portal/")

    assert answer.headers.get_list("content-security-policy") == ["sandbox"]


async def test_films_are_framed_from_named_hosts_only() -> None:
    """A public page may show what the house allows; the staff's pages never do."""
    import httpx2 as httpx

    from portal.web.headers import POLICY, SecurityHeaders

    async def page(_: Request) -> Response:
        return PlainTextResponse("")

    routes = [Route("/news/a", page), Route("/staff/", page)]
    app = SecurityHeaders(Starlette(routes=routes), secure=False, frames=["player.vimeo.com"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as browser:
        public = await browser.get("http://portal/news/a")
        inside = await browser.get("http://portal/staff/")

    assert (
        f"{POLICY}; frame-src https://player.vimeo.com"
        == (public.headers["content-security-policy"])
    )
    assert POLICY == inside.headers["content-security-policy"]


async def test_no_answer_is_built_on_the_host_header(site: Inside) -> None:
    """Neither a redirect nor a page repeats the Host a request claims."""
    paths = ("/healthz/", "/staff/sign-in/", "/staff", "/static", "/live/check/", "//evil.example/")
    async with site.client() as browser:
        answers = [await browser.get(path, headers={"Host": "evil.example"}) for path in paths[:5]]
        answers.append(await browser.get("http://127.0.0.1:8000//evil.example/"))

    assert not [a.headers["location"] for a in answers if "//" in a.headers.get("location", "")]
    assert not [a.url for a in answers if "evil.example" in a.text and a is not answers[-1]]


async def test_a_right_address_written_wrong_is_sent_on_by_308(site: Inside) -> None:
    """A wrong slash is no other page; the method and the body would be kept."""
    async with site.client() as browser:
        answer = await browser.get("/staff/sign-in/", headers={"Host": "evil.example"})

    assert answer.status_code in (308, 404)
    assert kept(answer.headers) == WANTED


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", True),
        ("/nothing-here", False),
        ("/none.html", False),
        ("/media/none.jpg", False),
        ("/search?q=a", False),
        ("/staff/sign-in", False),
        ("/staff/articles/1/revisions/0", False),
    ],
)
async def test_search_engines_keep_only_what_readers_read(
    site: Inside, path: str, found: bool
) -> None:
    """No error, no search, nothing of the staff's."""
    async with site.client() as browser:
        answer = await browser.get(path)

    assert (None if found else "noindex") == answer.headers.get("x-robots-tag")
