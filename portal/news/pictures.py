"""Renditions: each picture in two formats and a few widths, made once, never in a page request.

The pictures of an import go through one process of `renderer` together, a picture a core. Its work
is kept under the user's cache folder by content and recipe, so that importing the same pictures
again, into whichever data folder, costs milliseconds; without such a folder they are made anew.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal.news.focus import Focus
from portal.news.picture import Rendered
from portal.news.store.media import NewMedia
from portal.pictures import renderer
from portal.storage.media import Media

RECIPE = 3
"""Raised whenever the same original should give other bytes."""
CPU_SECONDS = 30
"""Processor time for one picture: a 40 Mpx photograph takes 4."""
_MAGIC = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG", "png"), (b"GIF8", "gif"), (b"RIFF", "webp"))


@dataclass(frozen=True)
class Original:
    """A picture file an importer found."""

    path: Path
    sha256: str
    size_bytes: int
    kind: str | None
    """Its extension by its first bytes, whatever its name says; None: no picture we open."""

    @property
    def name(self) -> str:
        """What its renditions are named after."""
        return self.sha256[:16]


def look_at(path: Path) -> Original:
    """Read a file's fingerprint.

    Raises:
        ValueError: it is too large.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    if size > renderer.MOST_BYTES:
        raise ValueError(f"it is larger than {renderer.MOST_BYTES // 2**20} MB")
    content = path.read_bytes()
    kind = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    return Original(path, hashlib.sha256(content).hexdigest(), len(content), kind)


@dataclass(frozen=True)
class Made:
    """What came of a batch: pictures by SHA-256, and what was wrong with the others."""

    pictures: dict[str, NewMedia]
    problems: dict[str, str]


@dataclass(frozen=True)
class Job:
    """One thing to be made of one original: all its renditions, or the cuts around a point."""

    original: Original
    focus: Focus | None = None
    """None: its renditions."""

    @property
    def shelf(self) -> str:
        """What its work is kept under."""
        cuts = "" if self.focus is None else f"-cuts{self.focus.mark}"
        return f"{self.original.sha256}-{RECIPE}{cuts}"

    def line(self, number: int, folder: Path) -> str:
        """Return what the renderer reads of it."""
        said: dict[str, Any] = {
            "source": str(self.original.path),
            "folder": str(folder),
            "name": self.original.name,
            "job": number,
        }
        if self.focus is not None:
            said |= {"recipe": "cuts", "focus": self.focus}
        return json.dumps(said) + "\n"


class Renditions:
    """Makes renditions and puts them into the media folder."""

    def __init__(self, media: Media, cache: Path | None) -> None:
        self._media = media
        self._cache = cache

    def make(self, originals: Iterable[Original]) -> Made:
        """Have every original's renditions in the media folder; blocks, so call it in a thread."""
        made = Made({}, {})
        wanted = {each.sha256: each for each in originals}
        for original in wanted.values():
            if original.kind is None:
                made.problems[original.sha256] = "it is not a JPEG, PNG, WebP or GIF picture"
        self._do([Job(each) for each in wanted.values() if each.kind is not None], made)
        return made

    def cut(self, wanted: Iterable[tuple[Original, Focus]], made: Made) -> None:
        """Add the cuts of those that lead an article, each around its point; blocks as well."""
        jobs = [Job(original, focus) for original, focus in dict.fromkeys(wanted)]
        self._do([job for job in jobs if job.original.sha256 in made.pictures], made)

    def _do(self, jobs: Sequence[Job], made: Made) -> None:
        with tempfile.TemporaryDirectory(prefix="portal-pictures-") as passing:
            todo = [each for each in jobs if not self._from_cache(each, made)]
            for job, answer in _run_all(todo, Path(passing)):
                self._take(job, answer, Path(passing), made)

    def _from_cache(self, job: Job, made: Made) -> bool:
        if self._cache is None:
            return False
        shelf = self._cache / job.shelf
        try:
            answer = json.loads((shelf / "made.json").read_text(encoding="utf-8"))
            self._keep(job, answer, shelf, made)
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return True

    def _take(self, job: Job, answer: dict[str, Any], folder: Path, made: Made) -> None:
        if "problem" in answer:
            made.problems[job.original.sha256] = answer["problem"]
            return
        answer["made"] = [[*each, (folder / each[3]).stat().st_size] for each in answer["made"]]
        self._remember(job, answer, folder)
        self._keep(job, answer, folder, made)

    def _keep(self, job: Job, answer: dict[str, Any], folder: Path, made: Made) -> None:
        original = job.original
        rendered = []
        for kind, width, height, file, size in answer["made"]:
            if (folder / file).stat().st_size != size:
                raise ValueError(f"{file} is not what was made")
            self._media.adopt(file, folder / file)
            rendered.append(Rendered(kind, width, height, file, size))
        before = made.pictures.get(original.sha256)
        if before is not None:
            both = (*before.renditions, *rendered)
            made.pictures[original.sha256] = replace(before, renditions=both)
            return
        self._media.original(original.sha256, original.path, original.kind or "jpg")
        made.pictures[original.sha256] = NewMedia(
            sha256=original.sha256,
            filename=original.path.name,
            width=answer["width"],
            height=answer["height"],
            size_bytes=original.size_bytes,
            renditions=tuple(rendered),
            recipe=RECIPE,
        )

    def _remember(self, job: Job, answer: dict[str, Any], folder: Path) -> None:
        """Copy to the cache whole, or not at all; a full or forbidden disk forgets quietly."""
        if self._cache is None:
            return
        passing = self._cache / f".{secrets.token_hex(8)}"
        try:
            passing.mkdir(parents=True)
            for each in answer["made"]:
                shutil.copyfile(folder / each[3], passing / each[3])
            kept = {name: answer[name] for name in ("width", "height", "made")}
            (passing / "made.json").write_text(json.dumps(kept), encoding="utf-8")
            passing.rename(self._cache / job.shelf)
        except OSError:
            shutil.rmtree(passing, ignore_errors=True)


def cache_folder() -> Path | None:
    """Return where renditions are kept between portals; None where there is no such place."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME")
    if not base or not Path(base).is_absolute():
        return None
    within = () if os.environ.get("XDG_CACHE_HOME") else (".cache",)
    folder = Path(base, *within, "portal", "renditions")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


Answers = list[tuple[Job, dict[str, Any]]]


def _run_all(todo: Sequence[Job], folder: Path) -> Answers:
    """Render together; where that dies of one picture, the rest each alone."""
    answers = _run(todo, folder)
    answered = {job for job, _ in answers}
    for job in todo:
        if job in answered:
            continue
        alone = _run([job], folder) if len(todo) > 1 else []
        answers += alone or [(job, {"problem": "it takes too much memory or time to open"})]
    return answers


def _run(todo: Sequence[Job], folder: Path) -> Answers:
    if not todo:
        return []
    seconds = CPU_SECONDS * len(todo)
    try:
        done = subprocess.run(  # noqa: S603 - our own program, our own interpreter
            [sys.executable, "-I", str(Path(renderer.__file__)), str(seconds)],
            input="".join(job.line(number, folder) for number, job in enumerate(todo)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=seconds + 30,
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout.decode() if isinstance(error.stdout, bytes) else (error.stdout or "")
    answers: Answers = []
    for line in said.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            continue  # the line it died in
        answers.append((todo[answer["job"]], answer))
    return answers
