"""The embedded Valkey: there while the server lives, gone when it is gone."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal.errors import Stopped
from portal.memory.embedded import EmbeddedValkey, _answers, redis_url, socket_path
from tests.support.processes import alive


def wait_for(condition: object, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_it_answers_once_started_and_is_gone_once_stopped(tmp_path: Path) -> None:
    """`start` returns when it answers; `stop` leaves no process."""
    valkey = EmbeddedValkey(tmp_path)
    valkey.start()
    pid = valkey.pid
    assert pid is not None
    answered = _answers(valkey.socket)
    valkey.stop()

    assert answered
    assert not alive(pid)
    assert redis_url(tmp_path) == f"unix://{tmp_path}/valkey/valkey.sock"


def test_it_is_started_again_when_it_dies(tmp_path: Path) -> None:
    """Killed, it is back within a few seconds with what it had written."""
    valkey = EmbeddedValkey(tmp_path)
    valkey.start()
    try:
        first = valkey.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        back = wait_for(lambda: valkey.pid not in (None, first) and _answers(valkey.socket))
    finally:
        valkey.stop()

    assert back


def test_kill_9_of_the_parent_leaves_none_behind(tmp_path: Path) -> None:
    """The kernel ends Valkey with its parent, however the parent ended."""
    code = (
        "import sys, time, pathlib\n"
        "from portal.memory.embedded import EmbeddedValkey\n"
        "valkey = EmbeddedValkey(pathlib.Path(sys.argv[1]))\n"
        "valkey.start()\n"
        "print(valkey.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    before = alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert before
    assert wait_for(lambda: not alive(pid))


def test_a_second_server_on_one_folder_is_told_who_holds_it(tmp_path: Path) -> None:
    """The refusal names the pid, --workers and PORTAL_REDIS_URL."""
    valkey = EmbeddedValkey(tmp_path)
    valkey.start()
    try:
        with pytest.raises(Stopped) as stopped:
            EmbeddedValkey(tmp_path).start()
    finally:
        valkey.stop()

    assert str(os.getpid()) in str(stopped.value)
    assert "--workers" in str(stopped.value)
    assert "PORTAL_REDIS_URL" in str(stopped.value)


def test_a_folder_too_deep_for_a_socket_gets_a_private_one(tmp_path: Path) -> None:
    """A path over 100 bytes moves the socket into a folder of ours alone."""
    deep = tmp_path / ("deep" * 30)
    valkey = EmbeddedValkey(deep)
    valkey.start()
    try:
        answered = _answers(socket_path(deep))
    finally:
        valkey.stop()

    assert answered
    assert len(str(socket_path(deep))) <= 100
    assert socket_path(deep).parent.stat().st_mode & 0o077 == 0


def test_nor_is_a_deep_temporary_folder_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system was told to keep temporary files may be just as deep."""
    deep = tmp_path / ("deep" * 30)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))

    assert len(str(socket_path(deep / "data"))) <= 100
