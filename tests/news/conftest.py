"""Fixtures of the newsroom: small pictures, a folder to import, its own cache of renditions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from portal.storage.media import Media


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Renditions are remembered for this test only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "portal" / "renditions"


@pytest.fixture
def media(tmp_path: Path) -> Media:
    """An empty media folder."""
    return Media(tmp_path / "media")


@pytest.fixture
def draw() -> Callable[..., Path]:
    """Draw a plain picture into a file."""

    def draw_one(path: Path, width: int = 60, height: int = 40, colour: str = "teal") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height), colour).save(path)
        return path

    return draw_one


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a Markdown file with front matter into the folder `tmp_path / "source"`."""

    def write_one(file: str, body: str = "Words.", **front: object) -> Path:
        path = tmp_path / "source" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        front = {"title": "A title", "date": "2024-06-07", "category": "News", **front}
        lines = [f"{name}: {value}" for name, value in front.items() if value is not None]
        path.write_text("\n".join(["---", *lines, "---", body, ""]), encoding="utf-8")
        return path

    return write_one
