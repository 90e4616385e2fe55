"""Members of staff, added as the command adds them, without a process for each."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from portal.clock import system_clock
from portal.identity import Role
from portal.staff.passwords import Passwords
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from tests.support.servers import Portal

PASSWORD = "a long enough password 4711"


@cache
def _hashed(password: str) -> str:
    return asyncio.run(Passwords().hash(password))


def hire(
    portal: Portal, email: str, name: str, role: str = "agent", password: str = PASSWORD
) -> None:
    """Add a member of staff."""
    url = address(portal.environ.get("PORTAL_DATABASE_URL"), portal.data)

    async def add(hashed: str) -> None:
        database = Database(url)
        await database.open()
        accounts = Accounts(database, system_clock)
        await accounts.add(email, name, Role(role), password_hash=hashed)
        await database.close()

    # A loop of its own, for whoever calls this has one that is running.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(add(_hashed(password)))).result()
