"""What the commands do: each opens the database, does one thing, rings the bell, and goes.

They work beside a running server, whose Valkey they find by its socket; with none there the
server sees what they did within a few seconds by looking at SQL.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from redis.exceptions import RedisError

from portal.clock import system_clock
from portal.errors import Refused
from portal.identity import Role
from portal.memory.embedded import redis_url, socket_path
from portal.memory.redis import connect
from portal.settings import Settings
from portal.staff.passwords import Passwords, check_acceptable
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from portal.storage.migrate import migrate

T = TypeVar("T")


@dataclass(frozen=True)
class Office:
    """What a command has at hand."""

    settings: Settings
    db: Database
    accounts: Accounts
    ring: Callable[[str, object], Awaitable[None]]
    """Publishes on the bus of a running server, if there is one: topic, payload."""


async def run(settings: Settings, work: Callable[[Office], Awaitable[T]]) -> T:
    """Do `work` with an open database of this version's schema.

    Raises:
        Stopped: the database cannot be used.
    """
    url = address(settings.database_url, settings.data)
    await migrate(url)
    async with AsyncExitStack() as stack:
        db = Database(url)
        await db.open()
        stack.push_async_callback(db.close)
        ring = _bell(settings, stack)
        return await work(Office(settings, db, Accounts(db, system_clock), ring))


def _bell(settings: Settings, stack: AsyncExitStack) -> Callable[[str, object], Awaitable[None]]:
    there = settings.redis_url or (
        redis_url(settings.data) if socket_path(settings.data).exists() else None
    )
    if there is None:

        async def silence(topic: str, payload: object) -> None:
            """Nobody listens."""

        return silence
    redis = connect(there)
    stack.push_async_callback(redis.aclose)

    async def ring(topic: str, payload: object) -> None:
        try:
            await redis.publish(f"bus:{topic}", msgspec.json.encode(payload))
        except (RedisError, OSError, TimeoutError):
            # The server looks for itself every few seconds; a bell is only quicker.
            return

    return ring


async def add(office: Office, email: str, name: str, role: Role, password: str | None) -> str:
    """Add an account and return the line to print: the address, or a one-time link."""
    hashed = None
    if password is not None:
        check_acceptable(password, email, name, office.settings.site_name)
        hashed = await Passwords().hash(password)
    account = await office.accounts.add(email, name, role, password_hash=hashed)
    if hashed:
        return f"{account.email} may sign in."
    return await link(office, account.email)


async def set_disabled(office: Office, email: str, disabled: bool) -> str:
    """End all access of an account, or give it back; return the line to print."""
    account = await office.accounts.set_disabled(email, disabled)
    await office.ring("staff", {"staff": account.id})
    return f"{account.email} {'has no access any more' if disabled else 'may sign in again'}."


async def link(office: Office, email: str) -> str:
    """Return a new one-time sign-in link of an account."""
    account = await office.accounts.by_email(email.strip())
    if account is None:
        raise Refused("not_found", f"Nobody here has the address {email}.")
    if account.disabled:
        raise Refused("not_allowed", f"{account.email} is disabled; enable it first.")
    return _link(office, await office.accounts.make_link(account.id))


async def first_link(office: Office) -> str | None:
    """Return the first administrator's link, once in a database's life."""
    token = await office.accounts.first_link()
    return _link(office, token) if token else None


def _link(office: Office, token: str) -> str:
    return f"{served_at(office.settings)}/staff/link/{token}"


def served_at(settings: Settings) -> str:
    """Return the site's address: as set, or as the server of this data folder last wrote it."""
    if settings.base_url:
        return settings.base_url
    try:
        return (settings.data / "address").read_text(encoding="utf-8").strip()
    except OSError:
        return settings.site_url


def remember_address(settings: Settings) -> None:
    """Write down where this folder's server is reached, for commands that print links."""
    (settings.data / "address").write_text(settings.site_url + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    summary: str
    problems: tuple[str, ...]


async def import_markdown(office: Office, folder: Path) -> Imported:
    """Import a folder of Markdown files and tell open pages what changed."""
    raise NotImplementedError
