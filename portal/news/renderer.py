"""The program that opens strangers' pictures: run alone, with little memory and little time.

It imports nothing of the portal, so that it starts at once and so that a fault in an image decoder
finds nothing worth having. `pictures` writes one JSON line a picture to its standard input,
`{"source": path, "folder": path, "name": "ab12…"}`, and reads one line back for each, in whatever
order they get ready: `{"source", "width", "height", "made": [[format, width, height, file], …]}`
or `{"source", "problem"}`.
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

WIDTHS = (480, 800, 1200, 1600)
"""A telephone, a telephone with a dense screen or a column, a dense column, a lead."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""What may be opened at all. Every decoder more is a door more."""
MOST_PIXELS = 40_000_000
MOST_BYTES = 30 * 2**20
AVIF: dict[str, Any] = {"quality": 55, "speed": 9, "max_threads": 1}
"""Speed 9 of 10 takes a third of the time of 8 for 3 % more bytes (measured). The pictures share
the cores, not the blocks of one."""
JPEG: dict[str, Any] = {"quality": 80, "optimize": True, "progressive": True}
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


def answer(source: str, folder: str, name: str) -> dict[str, Any]:
    """Render one picture; say what is wrong with it instead of failing."""
    try:
        return {"source": source, **render(Path(source), Path(folder), name)}
    except (ValueError, UnidentifiedImageError, OSError, SyntaxError, EOFError) as error:
        reason = "it is not a picture" if isinstance(error, UnidentifiedImageError) else str(error)
        return {"source": source, "problem": reason or "it cannot be read"}
    except (MemoryError, OverflowError, Image.DecompressionBombError):
        return {"source": source, "problem": "it takes too much memory to open"}


def render(source: Path, folder: Path, name: str) -> dict[str, Any]:
    """Make all renditions of one picture in `folder`."""
    if source.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MB")
    with Image.open(source, formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise ValueError(
                f"it has {width * height / 1e6:.0f} million pixels; "
                f"at most {MOST_PIXELS // 10**6} million are opened"
            )
        turned = (opened.getexif().get(0x0112) or 1) in (5, 6, 7, 8)
        # A JPEG decodes straight to a half or a quarter where that is still enough.
        opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        image = _plain(opened)
    if turned:
        width, height = height, width
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
