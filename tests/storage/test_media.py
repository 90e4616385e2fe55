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
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )


@pytest.fixture
def film(media: Media, tmp_path: Path) -> str:
    """The address of a film that was kept, and whose file was written to afterwards."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"0123456789")
    media.keep("0123456789abcdef.mp4", film)
    media.keep("0123456789abcdef.vtt", film)
    (media.folder / "fedcba9876543210.mp4").symlink_to(film)
    film.write_bytes(b"overwritten")
    return "/media/0123456789abcdef.mp4"


async def test_a_film_is_sent_in_the_parts_a_player_asks_for(
    film: str, client: httpx.AsyncClient
) -> None:
    """A range of it, as a film and nothing else; the words to it are text."""
    part = await client.get(film, headers={"Range": "bytes=2-4"})
    whole = await client.get(film)
    words = await client.get("/media/0123456789abcdef.vtt")

    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    assert part.headers["content-type"] == "video/mp4"
    assert part.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (whole.content, whole.headers["etag"]) == (b"0123456789", '"0123456789abcdef.mp4"')
    assert words.headers["content-type"] == "text/vtt; charset=utf-8"


async def test_a_film_behind_a_link_is_not_sent(film: str, client: httpx.AsyncClient) -> None:
    """A link put into the folder leads nowhere."""
    behind = film.replace("0123456789abcdef", "fedcba9876543210")

    assert (await client.get(behind)).status_code == 404


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
