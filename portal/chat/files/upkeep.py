"""The upkeep of files: what nobody said goes after a day, what no row names goes with it.

Each server looks through its own folder; several that share one do the same work twice, and that
harms nothing.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final

from portal.chat.files import shelf
from portal.clock import DAY, Clock
from portal.storage.database import Database
from portal.storage.vault import Vault

UNSAID_MS: Final = DAY
COMING_SECONDS: Final = 3600
"""No file takes longer to come in."""
AT_ONCE: Final = 500
"""Files asked for in one query, and rows a transaction."""


class Upkeep:
    """Removes; keeps nothing."""

    def __init__(self, db: Database, vault: Vault, now: Clock) -> None:
        self._db = db
        self._vault = vault
        self._now = now

    async def forget(self, ids: Iterable[str]) -> None:
        """Remove the content of files whose rows are gone; after that was committed."""
        await asyncio.to_thread(self._vault.remove, list(ids))

    async def sweep(self) -> None:
        """Remove what was brought and not said for a day, and what lies here without a row."""
        before = self._now() - UNSAID_MS
        while gone := await self._db.write(lambda c: shelf.sweep_unsaid(c, before, AT_ONCE)):
            await self.forget(gone)
        await self._sweep_orphans()

    async def _sweep_orphans(self) -> None:
        since = self._now() / 1000 - COMING_SECONDS
        await asyncio.to_thread(self._vault.clear_rooms, since)
        names = await asyncio.to_thread(list, self._vault.older_than(since))
        left = iter(names)
        while some := list(islice(left, AT_ONCE)):
            async with self._db.read() as c:
                known = await shelf.known(c, some)
            await self.forget(name for name in some if name not in known)
