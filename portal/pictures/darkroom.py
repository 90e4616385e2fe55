"""The darkroom: where a stranger's picture is made anew, by a program of its own.

The program (`renderer`) has little memory, little time, an empty environment and an empty folder.
One picture at a time: two of 40 million pixels would take all cores from those who read and talk.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portal.pictures import renderer

Recipe = Literal["said", "portrait"]

CPU_SECONDS = 20
"""A 40 Mpx PNG takes 5 on a slow core."""
WALL_SECONDS = 40
"""The cores may be busy with something else."""
SIGNATURES = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))


class Unfit(Exception):
    """It begins like a picture and cannot be made anew; says why in a sentence's end."""


@dataclass(frozen=True, slots=True)
class Print:
    """A picture that was made anew, or a smaller one of it."""

    kind: str
    """Its media type."""
    width: int
    height: int
    path: Path


def is_picture(start: bytes) -> bool:
    """Tell from the first 12 bytes whether this is one of the pictures that are opened at all."""
    webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    return webp or any(start.startswith(magic) for magic, _ in SIGNATURES)


class Darkroom:
    """Makes pictures anew, one after the other."""

    def __init__(self) -> None:
        self._free = asyncio.Lock()

    async def develop(self, source: Path, folder: Path, name: str, recipe: Recipe) -> list[Print]:
        """Make a picture anew in `folder`, below `name`; the full one first.

        Raises:
            Unfit: it is broken, too large, or takes too long.
            OSError: nothing can be written.
        """
        job = {"source": str(source), "folder": str(folder), "name": name, "recipe": recipe}
        async with self._free:
            answer = await asyncio.to_thread(_run, job, folder)
        if "errno" in answer:
            raise OSError(answer["errno"], answer["problem"])
        if "problem" in answer:
            raise Unfit(answer["problem"])
        return [
            Print(f"image/{kind}", width, height, folder / file)
            for kind, width, height, file in answer["made"]
        ]


def _run(job: dict[str, str], folder: Path) -> dict[str, Any]:
    too_long: dict[str, Any] = {"problem": "it takes too much memory or time to open"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, our own interpreter
            [sys.executable, "-I", str(Path(renderer.__file__)), str(CPU_SECONDS)],
            input=json.dumps(job) + "\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=WALL_SECONDS,
            check=False,
            cwd=folder,
            env={},
        )
    except subprocess.TimeoutExpired:
        return too_long
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it died: of memory, of time, of a fault in a decoder
        return too_long
    return answer
