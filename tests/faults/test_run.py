"""The driver of the fault suite: what its exit says, and when it may write the page."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.report import BEGIN, END, write
from tests.faults.run import KINDS, Run, failed, planned, unshown
from tests.faults.scenarios.table import SCENARIOS


def everything() -> list[Run]:
    return planned(list(SCENARIOS), [1], 1.0)


def result(*, clean: bool) -> Any:
    return SimpleNamespace(clean=clean)


def test_nothing_played_has_failed() -> None:
    """No run at all is no proof, nor is one that was interrupted or was not clean."""
    assert failed([], interrupted=False)
    assert failed([result(clean=True)], interrupted=True)
    assert failed([result(clean=True), result(clean=False)], interrupted=False)
    assert not failed([result(clean=True)], interrupted=False)


def test_the_page_is_for_everything() -> None:
    """A page is written for every scenario, on both databases, in full, to the end."""
    some = planned(["mixed"], [1, 2], 1.0)

    assert unshown(KINDS, everything(), interrupted=False) is None
    assert "not played" in (unshown(KINDS, some, interrupted=False) or "")
    assert "sqlite" in (unshown(["sqlite"], everything(), interrupted=False) or "")
    assert unshown(KINDS, everything(), interrupted=True)
    assert unshown(KINDS, planned(list(SCENARIOS), [1], 0.3), interrupted=False)


def test_a_report_goes_between_its_markers(tmp_path: Path) -> None:
    """What stands around the markers stays; a page without them is not touched."""
    marked, bare = tmp_path / "marked.md", tmp_path / "bare.md"
    marked.write_text(f"before {BEGIN} old {END} after")
    bare.write_text("a page")
    write(marked, "new")
    with pytest.raises(ValueError, match="has no"):
        write(bare, "new")

    assert f"before {BEGIN}\n\nnew\n\n{END} after" == marked.read_text()
    assert "a page" == bare.read_text()
