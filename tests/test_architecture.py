"""The house: imports go down, types hold, and no room grows past its walls."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
LONGEST = 400
"""Lines of a module; past that it is split by noun."""


def checked(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=TREE,
        env={**os.environ, "PYTHONPATH": str(TREE), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_imports_go_down_never_sideways() -> None:
    """The contract in pyproject.toml is kept, and every module has its floor in it."""
    run = checked(BIN / "lint-imports", "--no-cache")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 kept, 0 broken" in run.stdout


@pytest.mark.slow
def test_types_hold() -> None:
    """mypy --strict finds nothing in portal and tests."""
    run = checked(sys.executable, "-m", "mypy")

    assert run.returncode == 0, run.stdout + run.stderr


def test_the_linter_finds_nothing() -> None:
    """ruff's rules of pyproject.toml, over the whole tree."""
    run = checked(sys.executable, "-m", "ruff", "check", "--output-format", "concise", ".")

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_file_is_formatted() -> None:
    """ruff format would change nothing."""
    run = checked(sys.executable, "-m", "ruff", "format", "--check", ".")

    assert run.returncode == 0, run.stdout + run.stderr


def test_a_package_s_door_has_only_a_sign() -> None:
    """Every `__init__.py` holds a docstring and nothing else."""
    doors = sorted((TREE / "portal").rglob("__init__.py"))
    cluttered = []
    for door in doors:
        tree = ast.parse(door.read_text(encoding="utf-8"))
        if len(tree.body) != 1 or not ast.get_docstring(tree):
            cluttered.append(door.relative_to(TREE).as_posix())

    assert len(doors) > 10
    assert cluttered == []


def test_no_module_outgrows_its_noun() -> None:
    """A module is read top to bottom in one sitting."""
    lines = {
        path.relative_to(TREE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (TREE / "portal").rglob("*.py")
        if "versions" not in path.parts
    }

    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    """A docstring first, everywhere."""
    silent = [
        path.relative_to(TREE).as_posix()
        for path in (TREE / "portal").rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_room_is_a_drawer() -> None:
    """No utils, no helpers, no common: things that belong together have a name."""
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    found = [path for path in (TREE / "portal").rglob("*.py") if path.stem in drawers]

    assert found == []
