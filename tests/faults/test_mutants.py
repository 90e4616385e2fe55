"""The deliberate bugs still fit the product; whether they are caught, `make mutants` says."""

import ast
from pathlib import Path

import pytest

from tests.faults.bug import Bug
from tests.faults.bugs import BUGS
from tests.faults.mutants import ROOT


def test_there_are_twelve_bugs_and_no_name_twice() -> None:
    """At least twelve bugs, each with a name of its own."""
    names = [bug.name for bug in BUGS]

    assert len(names) >= 12
    assert len(names) == len(set(names))


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_bug_fits_the_product(bug: Bug, tmp_path: Path) -> None:
    """Every text to be replaced stands in the product exactly once, and Python reads the result."""
    for path in {change.path for change in bug.changes}:
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    for change in bug.changes:
        change.apply(tmp_path)
    for path in {change.path for change in bug.changes if change.path.endswith(".py")}:
        ast.parse((tmp_path / path).read_text(encoding="utf-8"))
