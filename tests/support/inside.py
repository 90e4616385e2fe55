"""The whole application inside the test's own loop: no port, no process, a real Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import structlog
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from portal.app import create_app
from portal.clock import system_clock
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
    accounts: Accounts | None = None
    state: dict[str, Any] | None = None

    @classmethod
    def build(cls, data: Path, redis_url: str, **settings: Any) -> "Inside":
        """Build the application; to be called outside the loop, for it reads files."""
        chosen = Settings(data=data, redis_url=redis_url, secret_keys=("k" * 32,), demo=True)
        chosen = replace(chosen, **settings)
        return cls(chosen, create_app(chosen))

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Inside"]:
        """Run it with a new database in its data folder."""
        url = address(None, self.settings.data)
        await migrate(url)
        database = Database(url)
        await database.open()
        self.accounts = Accounts(database, system_clock)
        try:
            async with self.app.router.lifespan_context(self.app) as state:
                self.state = dict(state or {})
                yield self
        finally:
            await database.close()
            structlog.reset_defaults()

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
