"""Cards for articles without a picture: drawn when they are published, never in a page request.

Like `pictures`: one process of `title_card` draws all of an import's, and its work is kept under
the user's cache folder by what it says.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from portal.pictures import title_card
from portal.storage.media import Media

RECIPE = 1
"""Raised when the same title should give another card."""
SECONDS = 30
"""For looking through a machine's fonts, and a card more."""
SECONDS_A_CARD = 5


def make(titles: Iterable[str], site: str, media: Media, cache: Path | None) -> dict[str, str]:
    """Have a card of each title in the media folder; blocks, so call it in a thread.

    Returns:
        File names by title. One whose letters no font here has is left out.
    """
    wanted = {title: _name(title, site) for title in titles}
    with tempfile.TemporaryDirectory(prefix="portal-cards-") as passing:
        todo = [title for title in wanted if not _from_cache(wanted[title], media, cache)]
        missing = set(todo) - _drawn(todo, wanted, site, Path(passing))
        for title in todo:
            if title not in missing:
                media.adopt(wanted[title], Path(passing, wanted[title]))
                _remember(Path(passing, wanted[title]), cache)
    return {title: name for title, name in wanted.items() if title not in missing}


def _name(title: str, site: str) -> str:
    said = json.dumps(["title card", RECIPE, site, title])
    return f"{hashlib.sha256(said.encode()).hexdigest()[:16]}-share.jpg"


def _from_cache(name: str, media: Media, cache: Path | None) -> bool:
    if media.has(name):
        return True
    if cache is None or not (cache / name).is_file():
        return False
    media.adopt(name, cache / name)
    return True


def _remember(made: Path, cache: Path | None) -> None:
    """Copy to the cache; a full or forbidden disk forgets quietly."""
    if cache is None:
        return
    passing = cache / f".{made.name}"
    try:
        shutil.copyfile(made, passing)
        passing.rename(cache / made.name)
    except OSError:
        passing.unlink(missing_ok=True)


def _drawn(titles: list[str], names: dict[str, str], site: str, folder: Path) -> set[str]:
    if not titles:
        return set()
    lines = "".join(
        json.dumps({"title": title, "site": site, "file": str(folder / names[title]), "job": job})
        + "\n"
        for job, title in enumerate(titles)
    )
    try:
        done = subprocess.run(  # noqa: S603 - our own program, our own interpreter
            [sys.executable, "-I", str(Path(title_card.__file__))],
            input=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS + SECONDS_A_CARD * len(titles),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return set()  # the house's card stands for all of them
    answers = (json.loads(line) for line in done.stdout.splitlines() if line.endswith("}"))
    return {titles[answer["job"]] for answer in answers if answer["made"]}
