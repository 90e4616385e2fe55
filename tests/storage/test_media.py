"""The media folder and its address."""

from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from portal.storage.media import Media

NAME = "0123456789abcdef-480.avif"


@pytest.fixture
def media(tmp_path: Path) -> Media:
    """A media folder with one file."""
    folder = Media(tmp_path / "media")
    folder.put(NAME, b"picture")
    return folder


@pytest.fixture
def client(media: Media) -> httpx.AsyncClient:
    """A client of the folder's address."""
    app = Starlette(routes=[Mount("/media", media)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")


async def test_a_file_may_be_kept_for_ever_and_never_runs(client: httpx.AsyncClient) -> None:
    """Its type is an image's, whatever is in it."""
    answer = await client.get(f"/media/{NAME}")

    assert (
        answer.status_code,
        answer.content,
        answer.headers["content-type"],
    ) == (200, b"picture", "image/avif")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_head_and_304_send_no_file(client: httpx.AsyncClient) -> None:
    """Both say what a GET would."""
    head = await client.head(f"/media/{NAME}")
    again = await client.get(f"/media/{NAME}", headers={"If-None-Match": head.headers["etag"]})

    assert (head.status_code, head.headers["content-length"], head.content) == (200, "7", b"")
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "fedcba9876543210-480.avif",
        "../portal.sqlite",
        "..%2fportal.sqlite",
        "%2e%2e/portal.sqlite",
        "originals/" + "a" * 64 + ".jpg",
        "0123456789abcdef-480.svg",
        "0123456789abcdef-480.avif.html",
        "0123456789abcdef-480.avif%00",
        "0123456789abcdef-480.avif%0a",
        ".hidden",
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, media: Media, name: str) -> None:
    """Other names, other folders and the originals are not there."""
    (media.folder.parent / "portal.sqlite").write_bytes(b"secret")
    answer = await client.get(f"/media/{name}")

    assert answer.status_code == 404


async def test_a_link_in_the_folder_leads_nowhere(client: httpx.AsyncClient, media: Media) -> None:
    """Even under a good name."""
    (media.folder.parent / "portal.sqlite").write_bytes(b"secret")
    link = "ffffffffffffffff-480.avif"
    (media.folder / link).symlink_to(media.folder.parent / "portal.sqlite")
    answer = await client.get(f"/media/{link}")

    assert answer.status_code == 404


async def test_a_file_is_written_whole_or_not_at_all(media: Media) -> None:
    """Nothing half-written stays, and no name of another kind is taken."""
    with pytest.raises(ValueError, match="no name of a media file"):
        media.put("../a.avif", b"")

    assert [path.name for path in media.folder.iterdir()] == [NAME]
