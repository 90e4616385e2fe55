"""The program that opens strangers' pictures: run alone, with little memory and little time.

It imports nothing of the portal, so that it starts at once and so that a fault in an image decoder
finds nothing worth having. Whoever runs it writes one JSON line a picture to its standard input,
`{"source": path, "folder": path, "name": "ab12…", "recipe": …}`, and reads one line back for each,
in whatever order they get ready:
`{"source", "job", "width", "height", "made": [[format, width, height, file], …]}` or
`{"source", "job", "problem"}`, with the `errno` of a disk that would not take it. `job` is the
number that came with the line.

Recipes: `renditions` for an article (the one if none is named), `cuts` for other sites (with a
`focus`, two percentages), `said` for a file of a chat, `portrait` for a face. Whatever the recipe,
what is written is made of pixels only.
"""

import io
import json
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

WIDTHS = (320, 480, 800, 1200, 1600)
"""A small teaser, a telephone, a telephone with a dense screen or a column, a dense column, a lead
or a whole screen."""
SHARED = (1200, 630)
"""What other sites show beside a link: 1.91 to 1, as wide as any of them takes."""
SHARED_LEAST = (600, 315)
"""Of less nobody makes a card; it is not blown up for that."""
SHAPES = {"16x9": (1200, 675), "4x3": (1200, 900), "1x1": (1200, 1200)}
"""What search engines choose from beside a headline; smaller where the picture is."""
SHAPE_LEAST = 50_000
"""Pixels: of fewer they take none (Google's "Article structured data")."""
UPPER = (50, 40)
"""What a picture is of stands rather above its middle."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What may be opened at all. Every decoder more is a door more."""
MOST_PIXELS = 40_000_000
MOST_BYTES = 30 * 2**20
AVIF: dict[str, Any] = {"quality": 55, "speed": 9, "max_threads": 1}
"""Speed 9 of 10 takes a third of the time of 8 for 3 % more bytes (measured). The pictures share
the cores, not the blocks of one."""
JPEG: dict[str, Any] = {"quality": 80, "optimize": True, "progressive": True}
SAID_LONGEST = 2560
"""Pixels of the longer side of a picture in a chat: a dense screen from edge to edge."""
SAID_SMALL = 640
"""And of the one that stands in the thread."""
SAID_PNG_BYTES = 2**20
"""A drawing or a screenshot stays without loss up to here; a photograph is not meant to."""
SAID_JPEG: dict[str, Any] = {"quality": 85, "optimize": True, "progressive": True}
SAID_WEBP: dict[str, Any] = {"quality": 85, "method": 2}
PORTRAIT = 256
MEMORY_BYTES = 2 * 2**30
"""Address space: two pictures of 40 Mpx at once, their copies, and two AVIF encoders."""


def main() -> None:
    """Render what standard input names, a picture a core."""
    cpu_seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
    jobs = [json.loads(line) for line in sys.stdin]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        for done in as_completed([threads.submit(answer, **job) for job in jobs]):
            print(json.dumps(done.result()), flush=True)


def answer(
    source: str, folder: str, name: str, recipe: str = "renditions", job: int = 0, **more: Any
) -> dict[str, Any]:
    """Render one picture; say what is wrong with it instead of failing."""
    asked = {"source": source, "job": job}
    try:
        return {**asked, **RECIPES[recipe](Path(source), Path(folder), name, **more)}
    except (ValueError, UnidentifiedImageError, OSError, SyntaxError, EOFError) as error:
        reason = "it is not a picture" if isinstance(error, UnidentifiedImageError) else str(error)
        said = {**asked, "problem": reason or "it cannot be read"}
        # Only the disk's own complaints have a number.
        number = error.errno if isinstance(error, OSError) else None
        return said if number is None else {**said, "errno": number}
    except (MemoryError, OverflowError, Image.DecompressionBombError):
        return {**asked, "problem": "it takes too much memory to open"}


def render(source: Path, folder: Path, name: str) -> dict[str, Any]:
    """Make all renditions of one picture in `folder`."""
    image, (width, height) = _open(source, WIDTHS[-1], WIDTHS[-1])
    made = []
    for step in _steps(image.width):
        size = (step, max(1, round(image.height * step / image.width)))
        small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        for kind, extension, options in (("avif", "avif", AVIF), ("jpeg", "jpg", JPEG)):
            file = f"{name}-{step}.{extension}"
            fitting = _without_alpha(small) if kind == "jpeg" else small
            fitting.save(folder / file, kind.upper(), **options)
            made.append([kind, *size, file])
    return {"width": width, "height": height, "made": made}


def cuts(source: Path, folder: Path, name: str, focus: tuple[int, int] = UPPER) -> dict[str, Any]:
    """Cut a picture for other sites' cards and lists, around what must stay in sight."""
    image, (width, height) = _open(source, WIDTHS[-1], WIDTHS[-1])
    image = _without_alpha(image)
    sizes = {shape: _within(image.size, size) for shape, size in SHAPES.items()}
    wanted = {shape: size for shape, size in sizes.items() if size[0] * size[1] >= SHAPE_LEAST}
    if image.width >= SHARED_LEAST[0] and image.height >= SHARED_LEAST[1]:
        wanted["share"] = SHARED
    mark = "" if tuple(focus) == UPPER else "-{}-{}".format(*focus)
    made = []
    for shape, size in wanted.items():
        fitted = ImageOps.fit(image, size, centering=(focus[0] / 100, focus[1] / 100))
        file = f"{name}-{shape}{mark}.jpg"
        fitted.save(folder / file, "JPEG", **JPEG)
        made.append([shape + mark, *size, file])
    return {"width": width, "height": height, "made": made}


def said(source: Path, folder: Path, name: str) -> dict[str, Any]:
    """Make a picture of a chat anew, and a small one beside it where that is smaller."""
    image, _ = _open(source, SAID_LONGEST, SAID_LONGEST)
    photograph = source.read_bytes()[:3] == b"\xff\xd8\xff"
    image.thumbnail((SAID_LONGEST, SAID_LONGEST), Image.Resampling.LANCZOS)
    made = [_written(image, folder / name, photograph)]
    if max(image.size) > SAID_SMALL:
        small = image.copy()
        small.thumbnail((SAID_SMALL, SAID_SMALL), Image.Resampling.LANCZOS)
        made.append(_written(small, folder / f"{name}-small", photograph))
    return {"width": image.width, "height": image.height, "made": made}


def portrait(source: Path, folder: Path, name: str) -> dict[str, Any]:
    """Make a face: the middle of the picture, square."""
    image, _ = _open(source, 2 * PORTRAIT, 2 * PORTRAIT)
    # Faces stand in the upper part of what is higher than wide.
    square = ImageOps.fit(_without_alpha(image), (PORTRAIT, PORTRAIT), centering=(0.5, 0.35))
    file = f"{name}-{PORTRAIT}.jpg"
    square.save(folder / file, "JPEG", **JPEG)
    made = [["jpeg", PORTRAIT, PORTRAIT, file]]
    return {"width": PORTRAIT, "height": PORTRAIT, "made": made}


RECIPES = {"renditions": render, "cuts": cuts, "said": said, "portrait": portrait}


def _open(source: Path, width: int, height: int) -> tuple[Image.Image, tuple[int, int]]:
    """Return the pixels of a picture, and how large it was; decoded no larger than it need be."""
    if source.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MB")
    with Image.open(source, formats=FORMATS) as opened:
        across, down = opened.size
        if across * down > MOST_PIXELS:
            raise ValueError(
                f"it has {across * down / 1e6:.0f} million pixels; "
                f"at most {MOST_PIXELS // 10**6} million are opened"
            )
        turned = (opened.getexif().get(0x0112) or 1) in (5, 6, 7, 8)
        # A JPEG decodes straight to a half or a quarter where that is still enough.
        opened.draft("RGB", (width, height))
        image = _plain(opened)
    return image, (down, across) if turned else (across, down)


def _within(image: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Return a shape as large as the picture gives it: nothing is blown up."""
    scale = min(1, image[0] / size[0], image[1] / size[1])
    return int(size[0] * scale), int(size[1] * scale)


def _written(image: Image.Image, place: Path, photograph: bool) -> list[Any]:
    """Write a picture as what suits it; return what was made."""
    if not photograph:
        image.save(place, "PNG", compress_level=6)
        if place.stat().st_size <= SAID_PNG_BYTES:
            return ["png", *image.size, place.name]
    if image.mode == "RGBA":
        image.save(place, "WEBP", **SAID_WEBP)
        return ["webp", *image.size, place.name]
    image.save(place, "JPEG", **SAID_JPEG)
    return ["jpeg", *image.size, place.name]


def _steps(width: int) -> list[int]:
    """Return the widths to make: never wider than the original, at least one."""
    steps = [step for step in WIDTHS if step <= width]
    if not steps or (width < WIDTHS[-1] and width - steps[-1] > 80):
        steps.append(min(width, WIDTHS[-1]))
    return steps


def _plain(opened: Image.Image) -> Image.Image:
    """Return the pixels as they are looked at: first frame, upright, sRGB, and nothing besides.

    A fresh image carries no EXIF, so neither the place nor a comment of the camera goes on.
    """
    opened.seek(0)
    upright = ImageOps.exif_transpose(opened)
    profile = upright.info.get("icc_profile")
    alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    colours = upright.convert("RGBA" if alpha else "RGB")
    if profile and not alpha:
        try:
            inside = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(colours, inside, ImageCms.createProfile("sRGB"))
            colours = converted or colours
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile nobody can read colours nothing
    bare = Image.new(colours.mode, colours.size)
    bare.paste(colours)
    return bare


def _without_alpha(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


if __name__ == "__main__":
    main()
