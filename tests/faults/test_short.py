"""The short set: everything at once on both databases, and every seed that ever found something."""

import subprocess
import sys
import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 240
"""A busy machine is not a fault."""


def runs() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what is to be played, by database: each has one world for all of its runs."""
    text = (Path(__file__).parent / "seeds.toml").read_text(encoding="utf-8")
    found = sorted(tomllib.loads(text)["run"], key=lambda run: str(run["database"]))
    return [(name, list(group)) for name, group in groupby(found, key=lambda r: str(r["database"]))]


@pytest.mark.slow
@pytest.mark.parametrize(("database", "played"), runs(), ids=[name for name, _ in runs()])
def test_promises_hold(database: str, played: list[dict[str, Any]], tmp_path: Path) -> None:
    """A process of its own plays them: its proxies and clients want a loop to themselves."""
    words = [f"{run['scenario']}:{run['seed']}:{run['scale']}" for run in played]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.run", "--database", database),
            *("--play", ",".join(words), "--keep", str(tmp_path / "kept")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )

    assert done.returncode == 0, done.stdout + done.stderr
