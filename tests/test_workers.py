"""The workers: forked from a warm process, and told when the house is furnished."""

import inspect
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import uvicorn._subprocess as uvicorn_workers

from tests.support.processes import alive, descendants
from tests.support.servers import Portal
from tests.support.workers import workers

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


SLOW = """
import sys, time
from pathlib import Path
from portal import serving
from portal.settings import load

def prepare(settings):
    print("preparing", flush=True)
    time.sleep(60)

if __name__ == "__main__":
    serving.serve(load({}, data=Path(sys.argv[1]), port=0, workers=2), prepare=prepare)
"""


FORKED = """
import os, signal, time
from portal import workers

def work():
    time.sleep(60)

if __name__ == "__main__":
    workers.warm_up()
    for _ in range(6):
        worker = workers._context.Process(target=work)
        worker.start()
        os.kill(worker.pid, signal.SIGTERM)
        worker.join(5)
        print(worker.exitcode)
        worker.kill()
"""


def test_a_worker_that_was_just_forked_can_be_told_to_leave(tmp_path: Path) -> None:
    """The fork server ignores the signal; what it forks does not, not for a moment."""
    script = tmp_path / "forked.py"
    script.write_text(FORKED, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == [str(-signal.SIGTERM)] * 6


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_while_it_prepares_leaves_nobody(tmp_path: Path, how: int) -> None:
    """Killed or asked to go before anybody was let in: workers, fork server and Valkey go too."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script, tmp_path / "data"], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "preparing\n"
        deadline = time.monotonic() + 20
        while sum("forkserver" in command for _, command in descendants(parent.pid)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        below = dict(descendants(parent.pid))
        parent.send_signal(how)
        parent.wait(10)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in below):
        time.sleep(0.05)

    assert {command for pid, command in below.items() if alive(pid)} == set()
    assert any("valkey-server" in command for command in below.values())


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


def test_a_worker_that_dies_while_it_is_asked_is_replaced_at_once(tmp_path: Path) -> None:
    """Its death is not known yet and it answers no more: nobody waits ten seconds for that."""
    portal = Portal(tmp_path / "data", arguments=("--workers", "1")).start()
    try:
        (worker,) = workers(portal)
        forks_them = _parent(worker)
        os.kill(forks_them, signal.SIGSTOP)  # whoever would tell of the death stands still
        os.kill(worker, signal.SIGKILL)
        time.sleep(1.0)
        os.kill(forks_them, signal.SIGCONT)
        began = time.monotonic()
        while workers(portal) in ([], [worker]):
            assert time.monotonic() - began < 5
            time.sleep(0.02)
        portal.wait_until_ready()
    finally:
        portal.stop()


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
