"""The whole application inside the test's own loop: no port, no process, a real Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import httpx2 as httpx
import structlog
from sqlalchemy.engine import URL
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from portal.app import create_app
from portal.clock import system_clock
from portal.memory.redis import Memory, connect
from portal.settings import Settings
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from portal.storage.migrate import migrate

PEER = "203.0.113.9"


@dataclass
class Inside:
    """A portal that can be asked for pages once it is `open`, and the accounts behind it."""

    settings: Settings
    app: Starlette
    state: dict[str, Any] = field(default_factory=dict)
    _accounts: Accounts | None = None
    _empty: ClassVar[bytes | None] = None

    @property
    def accounts(self) -> Accounts:
        """All who work here."""
        assert self._accounts is not None
        return self._accounts

    @classmethod
    def build(cls, data: Path, redis_url: str, **settings: Any) -> "Inside":
        """Build the application; to be called outside the loop, for it reads files."""
        chosen = Settings(data=data, redis_url=redis_url, secret_keys=("k" * 32,), demo=True)
        chosen = replace(chosen, **settings)
        return cls(chosen, create_app(chosen))

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Inside"]:
        """Run it with a new database in its data folder, and a Valkey that remembers nothing."""
        url = address(None, self.settings.data)
        await self._migrate(url)
        assert self.settings.redis_url is not None
        memory = Memory(connect(self.settings.redis_url))
        await memory.redis.flushall()
        await memory.close()
        database = Database(url)
        await database.open()
        self._accounts = Accounts(database, system_clock)
        try:
            async with self.app.router.lifespan_context(self.app) as state:
                self.state = dict(state or {})
                yield self
        finally:
            await database.close()
            structlog.reset_defaults()

    @classmethod
    async def _migrate(cls, url: URL) -> None:
        # Alembic is asked once a run; after that its work is copied.
        place = Path(str(url.database))
        if cls._empty is None:
            await migrate(url)
            cls._empty = place.read_bytes()
        place.write_bytes(cls._empty)

    def client(self, peer: str = PEER, **headers: str) -> httpx.AsyncClient:
        """Return a browser with a cookie jar of its own; it says that it comes from our pages."""

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            scope["state"] = self.state
            await self.app(scope, receive, send)

        return httpx.AsyncClient(
            transport=httpx.ASGITransport(with_state, raise_app_exceptions=False, client=(peer, 5)),
            base_url=self.settings.site_url,
            headers={"Sec-Fetch-Site": "same-origin", **headers},
        )
