"""The workers: forked from a warm process, and told when the house is furnished."""

import inspect
import subprocess
import sys
from pathlib import Path

import uvicorn._subprocess as uvicorn_workers

FAILING = """
import sys
from pathlib import Path
from portal import serving
from portal.errors import Stopped
from portal.settings import load

def prepare(settings):
    raise Stopped("the sample is broken")

if __name__ == "__main__":
    try:
        serving.serve(load({}, data=Path(sys.argv[1]), port=0), prepare=prepare)
    except Stopped as stopped:
        print(stopped)
        sys.exit(2)
"""


def test_uvicorn_starts_its_workers_through_one_attribute() -> None:
    """What `portal.workers` relies on; an upgrade that moves it fails here, not in the field."""
    source = inspect.getsource(uvicorn_workers.get_subprocess)

    assert "spawn.Process(" in source


def test_a_preparation_that_fails_ends_the_server_with_its_reason(tmp_path: Path) -> None:
    """Workers that wait at the door are ended, Valkey with them, and the reason comes out."""
    script = tmp_path / "failing.py"
    script.write_text(FAILING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "data"], capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stdout.splitlines()[-1]) == (2, "the sample is broken")
    assert "Traceback" not in done.stderr
