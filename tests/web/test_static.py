"""Static files: kept for ever under their build, never outside their folder."""

import gzip
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from portal.packed import build
from portal.web.static import FOREVER, StaticFiles

CSS = "body { color: teal }\n" * 50


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a style sheet, a script, a picture, and a link that leads out of it."""
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "a.css").write_text(CSS)
    (folder / "tiny.js").write_text("1\n")
    (folder / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8" + bytes(2_000))
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    return folder


@pytest.fixture
def client(root: Path) -> httpx.AsyncClient:
    """A browser that asks for them."""
    app = Starlette(routes=[Route("/static/{build}/{path:path}", StaticFiles(root).page)])
    app.router.redirect_slashes = False
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://portal",
        headers={"Accept-Encoding": "identity"},
    )


async def test_the_right_build_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    """A file under this build's prefix never changes."""
    answer = await client.get(f"/static/{build()}/css/a.css")

    assert (answer.status_code, answer.text) == (200, CSS)
    assert answer.headers["cache-control"] == FOREVER
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_another_build_gets_this_build_s_file_and_may_not_keep_it(
    client: httpx.AsyncClient,
) -> None:
    """A page from a node of another version still finds its files."""
    answer = await client.get("/static/0123456789ab/css/a.css")

    assert (answer.status_code, answer.text) == (200, CSS)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tiny.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("photo.jpg", "image/jpeg"),
    ],
)
async def test_each_file_has_its_type(client: httpx.AsyncClient, name: str, kind: str) -> None:
    """A browser that may not guess is told what it gets."""
    answer = await client.get(f"/static/{build()}/{name}")

    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, identity", False),
        ("x-gzip-not", False),
        ("gzip;q=\u00e9", True),
        ("," * 10_000, False),
    ],
)
async def test_text_is_compressed_for_whoever_takes_it(
    client: httpx.AsyncClient, accepted: str, compressed: bool
) -> None:
    """Only where gzip is named, and not refused by q=0."""
    url = f"http://portal/static/{build()}/css/a.css"
    request = httpx.Request("GET", url, headers=[(b"Accept-Encoding", accepted.encode("latin-1"))])
    answer = await client.send(request, stream=True)
    raw = b"".join([part async for part in answer.aiter_raw()])

    assert (answer.headers.get("content-encoding") == "gzip") is compressed
    assert (gzip.decompress(raw) if compressed else raw) == CSS.encode()


async def test_what_does_not_shrink_is_sent_as_it_is(client: httpx.AsyncClient) -> None:
    """A picture is compressed already; a tiny file is not worth it."""
    headers = {"Accept-Encoding": "gzip"}
    photo = await client.get(f"/static/{build()}/photo.jpg", headers=headers)
    tiny = await client.get(f"/static/{build()}/tiny.js", headers=headers)

    assert "content-encoding" not in photo.headers
    assert "content-encoding" not in tiny.headers


async def test_head_says_the_same_without_the_file(client: httpx.AsyncClient) -> None:
    """HEAD has the headers of GET and no body."""
    answer = await client.head(f"/static/{build()}/css/a.css")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CSS))


@pytest.mark.parametrize(
    "path",
    [
        "none.css",
        "",
        "css",
        "css/",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "%252e%252e/secret.txt",
        "..;/secret.txt",
        "css%00/a.css",
        "css/a.css%00.js",
        "%c0%ae%c0%ae/secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "out.txt",
        "up/secret.txt",
        ".git/config",
        "CSS/A.CSS",
        "x" * 10_000,
    ],
)
async def test_what_is_no_file_of_ours_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    """No spelling leads out of the folder, and a miss is not kept by anybody."""
    url = httpx.URL("http://portal").copy_with(raw_path=f"/static/{build()}/{path}".encode())
    answer = await client.get(url)

    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert "secret" not in answer.text
