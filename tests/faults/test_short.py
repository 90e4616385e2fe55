"""The short set: everything at once on both databases, and every seed that ever found something."""

import os
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 240
"""A busy machine is not a fault."""
LEAVING_SECONDS = 30
"""A driver that is told to go ends its nodes and stores first."""


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
    code, said = to_the_end(
        [
            *(sys.executable, "-m", "tests.faults.run", "--database", database),
            *("--play", ",".join(words), "--keep", str(tmp_path / "kept")),
        ],
        LONGEST_SECONDS,
    )

    assert code == 0, said


def to_the_end(command: list[str], seconds: float) -> tuple[int, str]:
    """Return the exit and the words of a driver. One that takes too long is told to go, in time to
    end its nodes; killed at once it would leave them behind.
    """
    driver = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = driver.communicate(timeout=seconds)
    except BaseException as error:  # an interrupted pytest must not leave nodes behind either
        driver.terminate()
        try:
            said, _ = driver.communicate(timeout=LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(driver.pid, signal.SIGKILL)
            said, _ = driver.communicate()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        return 1, f"{said}\nnot done within {seconds} s"
    return driver.returncode, said
