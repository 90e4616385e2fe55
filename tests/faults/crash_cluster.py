"""A cluster of two real nodes, one of which can be told where to die, and people at both."""

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from portal.clock import system_clock
from portal.identity import Role
from portal.staff.passwords import Passwords
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.news import article
from tests.chat.node import Screen
from tests.faults.tables import EntryRow, Tables, dump
from tests.flows.conftest import sign_in
from tests.support.servers import Portal, valkey
from tests.support.staff import PASSWORD
from tests.support.workers import workers

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"
OTHERS_SECONDS = 5.0
"""The promise: within so long everybody else sees what is stored, whatever happened."""
BACK_SECONDS = 15.0
STORIES = 60
PEOPLE = ("ann", "bob")
CRASHING = Path(__file__).parent / "crashing"

Point = Literal[
    "statement",
    "uncommitted",
    "committed",
    "published",
    "answered",
    "unpublished",
    "uncounted",
    "counted",
]
STORED = {"committed", "published", "answered", "unpublished"}
"""After these an operation stands in SQL; before, it does not."""
ANSWERED = {"answered", "unpublished"}


@dataclass(frozen=True)
class Crash:
    """Where a node dies; `crashing/sitecustomize.py` says what the points mean."""

    op: str
    point: Point
    n: int = 1
    how: Literal["die", "raise"] = "die"

    @property
    def stored(self) -> bool:
        return self.point in STORED


class Line(Screen):
    """One browser's socket at one node, which may be gone at any moment."""

    async def attempt(self, type: str, **fields: Any) -> dict[str, Any] | None:
        """Ask; return the answer, or None when the line broke before one came."""
        try:
            asked = asyncio.create_task(self.ask(type, **fields))
            await asyncio.wait([asked, self._reading], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # the answer may have been the last thing read
            if asked.done():
                return asked.result()
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
        except WebSocketException:
            pass
        return None


class Cluster:
    """Two nodes on one database and one Valkey, two agents and a few articles.

    Attributes:
        redis_url: of their Valkey.
        articles: ids of those nobody has opened yet.
    """

    def __init__(self, folder: Path, url: str, redis_url: str) -> None:
        self.folder = folder
        self.redis_url = redis_url
        self._place = folder / "crash.json"
        shared = {
            "PORTAL_DATABASE_URL": url,
            "PORTAL_REDIS_URL": redis_url,
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_DRAIN_SECONDS": "0",
        }
        data = folder / "data"
        data.mkdir()
        inside = os.pathsep.join([str(CRASHING), str(Path(__file__).parents[2])])
        crashing = {**shared, "PYTHONPATH": inside, "CRASH_AT": str(self._place)}
        self.url = address(url, data)
        self.dying = Portal(data, crashing, arguments=("--workers", "1"))
        self.living = Portal(data, shared, arguments=("--workers", "1"))
        self.cookies: dict[str, str] = {}
        self.articles = list(range(1, STORIES + 1))
        self._lines: list[Line] = []

    def start(self) -> None:
        """Start both nodes, with everybody and everything that is needed."""
        asyncio.run(self._furnish())
        for node in (self.living, self.dying):
            node.start(wait=False)
        for node in (self.living, self.dying):
            node.wait_until_ready()
        for name in PEOPLE:
            self.cookies[name] = sign_in(self.living, f"{name}@portal.test")

    async def _furnish(self) -> None:
        # Done here: four commands more would take longer than all the crashes of a test.
        await migrate(self.url)
        database = Database(self.url)
        await database.open()
        try:
            accounts, hashed = Accounts(database, system_clock), await Passwords().hash(PASSWORD)
            for name in PEOPLE:
                email = f"{name}@portal.test"
                await accounts.add(email, name.title(), Role.AGENT, password_hash=hashed)

            async def work(connection: AsyncConnection) -> None:
                plain = {"status": "published", "created_at": 0, "published_at": 0}
                rows = [{"id": n, "slug": f"s{n}", "path": f"s{n}", **plain} for n in self.articles]
                await connection.execute(insert(article), rows)

            await database.write(work)
        finally:
            await database.close()

    def stop(self) -> None:
        """End both as a power cut would."""
        for node in (self.dying, self.living):
            if node.process is not None:
                node.kill()

    # Dying

    def arm(self, crash: Crash) -> None:
        """Let the dying node die there the next time."""
        self._fired.unlink(missing_ok=True)
        fresh = self._place.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(crash)), encoding="utf-8")
        fresh.replace(self._place)

    @property
    def _fired(self) -> Path:
        return self._place.with_name(self._place.name + ".fired")

    async def fired(self, seconds: float = 8.0) -> bool:
        """Say whether it died; wait for that, but disarm what was never reached."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._fired.exists():
                return True
            await asyncio.sleep(0.01)
        self._place.unlink(missing_ok=True)
        return self._fired.exists()

    async def back(self, before: list[int]) -> None:
        """Wait until the node that died has another worker, which is ready."""
        async with asyncio.timeout(BACK_SECONDS):
            while (now := workers(self.dying)) == before or not now:
                await asyncio.sleep(0.02)
        await asyncio.to_thread(self.dying.wait_until_ready)

    # People

    async def reader(self, node: Portal, **hello: Any) -> Line:
        """A page of a reader."""
        return await self._enter(node, "/live", "", hello)

    async def visitor(self, node: Portal, key: str) -> tuple[Line, str]:
        """A page with the chat open; and its conversation."""
        line = await self._enter(node, "/live", "", {})
        opened = await line.ask("chat.open", visitor=key)
        assert opened["type"] == "chat.opened", opened
        return line, opened["conversation"]

    async def agent(self, node: Portal, name: str, conversation: str = "") -> Line:
        """A console; given a conversation, it reads along there."""
        line = await self._enter(node, "/staff/live", self.cookies[name], {})
        if conversation:
            joined = await line.ask("chat.join", conversation=conversation)
            assert joined["type"] == "chat.history", joined
        return line

    async def _enter(self, node: Portal, path: str, cookie: str, hello: dict[str, Any]) -> Line:
        async with asyncio.timeout(BACK_SECONDS):
            while True:
                try:
                    socket = await connect(
                        f"ws://127.0.0.1:{node.port}{path}",
                        origin=Origin(node.url),
                        additional_headers={"cookie": cookie} if cookie else {},
                        user_agent_header=BROWSER,
                        compression=None,
                        proxy=None,
                    )
                    line = Line(socket)
                    self._lines.append(line)
                    await line.tell("live.hello", protocol=1, **hello)
                    await line.hears("live.welcome")
                    return line
                except (OSError, WebSocketException, TimeoutError):
                    await asyncio.sleep(0.05)  # its worker has just died

    async def leave(self) -> None:
        """Close every page there is."""
        lines, self._lines = self._lines, []
        await asyncio.gather(*(line.close() for line in lines))

    # What is stored

    async def tables(self) -> Tables:
        """Read what the database holds."""
        database = Database(self.url)
        await database.open()
        try:
            return await dump(database)
        finally:
            await database.close()

    async def entries(self, conversation: str) -> list[EntryRow]:
        """Read a conversation from the database; its numbers are whole, or it fails."""
        tables = await self.tables()
        found = [entry for entry in tables.entries if entry.conversation == conversation]
        row = next(row for row in tables.conversations if row.id == conversation)
        assert [entry.seq for entry in found] == list(range(1, row.last_seq + 1))
        assert len({(entry.author, entry.id) for entry in found}) == len(found)
        return found


@contextlib.contextmanager
def cluster(folder: Path, url: str) -> Iterator[Cluster]:
    """Run two nodes for a while."""
    with valkey(folder) as redis_url:
        found = Cluster(folder, url, redis_url)
        try:
            found.start()
            yield found
        finally:
            found.stop()
