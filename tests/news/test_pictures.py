"""Renditions."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from portal.news.focus import MIDDLE, Focus
from portal.news.pictures import Renditions, cache_folder, look_at
from portal.news.store.media import NewMedia
from portal.storage.media import Media

Draw = Callable[..., Path]


def make(media: Media, *paths: Path, cache: Path | None = None) -> list[NewMedia | str]:
    """Render files; return each one's picture, or what was wrong with it."""
    originals = [look_at(path) for path in paths]
    made = Renditions(media, cache).make(originals)
    return [made.pictures.get(o.sha256) or made.problems[o.sha256] for o in originals]


def one(media: Media, path: Path) -> NewMedia:
    """Render one file that is a picture."""
    (made,) = make(media, path)
    assert isinstance(made, NewMedia), made
    return made


def cut(media: Media, path: Path, focus: Focus = MIDDLE) -> NewMedia:
    """Render a picture that leads an article."""
    original = look_at(path)
    renditions = Renditions(media, None)
    made = renditions.make([original])
    renditions.cut([(original, focus)], made)
    return made.pictures[original.sha256]


def test_a_picture_gets_two_formats_and_several_widths(
    media: Media, tmp_path: Path, draw: Draw
) -> None:
    """Never wider than the original."""
    made = one(media, draw(tmp_path / "a.png", 1000, 500))

    assert (made.width, made.height) == (1000, 500)
    assert {(kind, width) for kind in ("avif", "jpeg") for width in (320, 480, 800, 1000)} == {
        (each.format, each.width) for each in made.renditions
    }
    for each in made.renditions:
        with Image.open(media.folder / each.path) as image:
            assert (each.width, each.height) == image.size
        assert each.path.startswith(f"{made.sha256[:16]}-{each.width}.")


def test_a_picture_is_cut_for_links_on_other_sites(
    media: Media, tmp_path: Path, draw: Draw
) -> None:
    """1200 × 630, whatever its shape; a JPEG, which every site takes; of a small one none."""
    high = cut(media, draw(tmp_path / "high.png", 700, 1400))
    small = cut(media, draw(tmp_path / "small.png", 590, 400))
    (shared,) = [each for each in high.renditions if each.format == "share"]

    assert (1200, 630) == (shared.width, shared.height)
    with Image.open(media.folder / shared.path) as image:
        assert ("JPEG", (1200, 630)) == (image.format, image.size)
    assert "share" not in {each.format for each in small.renditions}


def test_a_lead_picture_is_cut_to_three_shapes(media: Media, tmp_path: Path, draw: Draw) -> None:
    """16:9, 4:3 and square, each of 50,000 pixels at least and never blown up."""
    large = cut(media, draw(tmp_path / "large.png", 1800, 1100))
    small = cut(media, draw(tmp_path / "small.png", 320, 240))
    shapes = {each.format: (each.width, each.height) for each in large.renditions}

    assert (1200, 675) == shapes["16x9"]
    assert (1200, 900) == shapes["4x3"]
    assert (1100, 1100) == shapes["1x1"]
    assert {"16x9": (320, 180), "4x3": (320, 240), "1x1": (240, 240)} == {
        each.format: (each.width, each.height)
        for each in small.renditions
        if each.format in ("16x9", "4x3", "1x1")
    }


def test_what_was_chosen_stays_in_sight(media: Media, tmp_path: Path) -> None:
    """A cut keeps its focal point; cuts around other points lie beside it under other names."""
    path = tmp_path / "wide.png"
    image = Image.new("RGB", (1600, 400), "navy")
    image.paste("red", (1500, 0, 1600, 400))
    image.save(path)
    right = cut(media, path, Focus(97, 50))
    middle = cut(media, path)
    square = next(each for each in right.renditions if each.format == "1x1-97-50")
    (other,) = [each for each in middle.renditions if each.format == "1x1"]

    assert square.path.endswith("-1x1-97-50.jpg")
    with Image.open(media.folder / square.path) as seen:
        assert red(seen, 370)
    with Image.open(media.folder / other.path) as seen:
        assert not any(red(seen, x) for x in range(0, seen.width, 10))


def red(image: Image.Image, x: int) -> bool:
    """Tell whether it is red there."""
    pixel = image.getpixel((x, 200))
    assert isinstance(pixel, tuple)
    return pixel[0] > 150 and pixel[2] < 90


def test_a_small_picture_keeps_its_size(media: Media, tmp_path: Path, draw: Draw) -> None:
    """Nothing is blown up."""
    made = one(media, draw(tmp_path / "a.png", 60, 40))

    assert {60} == {each.width for each in made.renditions}


def test_a_camera_tells_nothing_and_its_picture_stands_upright(
    media: Media, tmp_path: Path
) -> None:
    """Place and comment are gone; orientation is applied first."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "<script>alert(1)</script>"
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "a.jpg"
    Image.new("RGB", (90, 60), "teal").save(path, exif=exif)
    made = one(media, path)

    assert (made.width, made.height) == (60, 90)
    for each in made.renditions:
        content = (media.folder / each.path).read_bytes()
        assert b"Exif" not in content
        assert b"script" not in content


def test_a_transparent_picture_stands_on_white(media: Media, tmp_path: Path) -> None:
    """JPEG knows no transparency; it does not turn black."""
    path = tmp_path / "a.png"
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(path)
    made = one(media, path)
    (jpeg,) = [each for each in made.renditions if each.format == "jpeg"]

    with Image.open(media.folder / jpeg.path) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_moving_picture_stands_still(media: Media, tmp_path: Path) -> None:
    """Of a GIF the first frame is taken."""
    path = tmp_path / "a.gif"
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "green")]
    frames[0].save(path, save_all=True, append_images=frames[1:])

    assert (one(media, path).width, one(media, path).height) == (60, 40)


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is huge and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_what_is_no_picture_or_too_much_is_refused_and_the_rest_is_made(
    media: Media, tmp_path: Path, draw: Draw
) -> None:
    """Bombs, truncated files, other formats and wrong names each get their reason."""
    whole = io.BytesIO()
    Image.effect_noise((400, 300), 50).save(whole, "JPEG")
    bad = {
        "bomb.png": png_of(30_000, 30_000),
        "empty.jpg": b"",
        "page.jpg": b"<html><script>alert(1)</script>",
        "drawing.jpg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "truncated.jpg": whole.getvalue()[:2_000],
        "magic.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    good = draw(tmp_path / "good.png")
    *refused, made = make(media, *(tmp_path / name for name in bad), good)

    assert all(isinstance(reason, str) and reason for reason in refused), refused
    assert "900 million pixels" in str(refused[0])
    assert isinstance(made, NewMedia)


def test_a_second_time_nothing_is_rendered(
    tmp_path: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache gives the same files to another media folder."""
    path = draw(tmp_path / "a.png", 600, 400)
    cache = cache_folder()
    first, second = Media(tmp_path / "one"), Media(tmp_path / "two")
    before = make(first, path, cache=cache)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("rendered again"))
    after = make(second, path, cache=cache)

    assert before == after
    assert sorted(p.name for p in first.folder.glob("*.*")) == sorted(
        p.name for p in second.folder.glob("*.*")
    )


def test_a_damaged_cache_is_made_anew(tmp_path: Path, draw: Draw, own_cache: Path) -> None:
    """A file that is not what was made is not used."""
    path = draw(tmp_path / "a.png")
    cache = cache_folder()
    make(Media(tmp_path / "one"), path, cache=cache)
    next(own_cache.rglob("*.avif")).write_bytes(b"")
    (made,) = make(Media(tmp_path / "two"), path, cache=cache)

    assert isinstance(made, NewMedia)


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then pictures are made each time, and nothing fails."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/proc/nowhere")

    assert cache_folder() is None
