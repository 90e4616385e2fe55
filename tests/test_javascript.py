"""The browser's models without DOM, tested where Node is: the product itself never needs it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TREE = Path(__file__).parent.parent
NODE = shutil.which("node")
SUITES = sorted(TREE.glob("tests/js/**/*.test.mjs"))


@pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")
@pytest.mark.parametrize("room", sorted({suite.parent.name for suite in SUITES}))
def test_the_models_of_a_room_pass_their_tests(room: str) -> None:
    """`node --test` finds no failure among a room's models."""
    suites = [str(suite) for suite in SUITES if suite.parent.name == room]
    done = subprocess.run(
        [str(NODE), "--test", "--test-reporter=tap", *suites], capture_output=True, text=True
    )
    passed, failed = (
        int(found.group(1)) if (found := re.search(rf"^# {word} (\d+)$", done.stdout, re.M)) else -1
        for word in ("pass", "fail")
    )

    assert (done.returncode, failed) == (0, 0), done.stdout[-5_000:] + done.stderr
    assert passed >= len(suites)


def test_every_script_is_a_module_of_reasonable_size() -> None:
    """A script over 400 lines has a second noun in it; so has a module (test_architecture)."""
    long = {
        path.relative_to(TREE).as_posix(): lines
        for path in TREE.glob("static/js/**/*.js")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}
