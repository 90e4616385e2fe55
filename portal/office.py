"""What the commands do: each opens the database, does one thing, rings the bell, and goes.

They work beside a running server, whose Valkey they find by its socket; with none there the
server sees what they did within a few seconds by looking at SQL.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from redis.exceptions import RedisError

from portal.audience.ledger import Ledger
from portal.chat.queue.capacity import CAPACITY_MOST
from portal.chat.setup import seats
from portal.chat.setup.ledger import SETTINGS as DESK_SETTINGS
from portal.clock import system_clock
from portal.errors import Refused
from portal.identity import Role
from portal.memory.embedded import redis_url, socket_path
from portal.memory.redis import Memory, connect
from portal.news.importers.markdown import Report, import_folder
from portal.news.socket import announcement
from portal.settings import Settings, load, make_data_folder
from portal.staff.passwords import Passwords, check_acceptable
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from portal.storage.media import Media
from portal.storage.migrate import migrate
from portal.storage.writer import BATCH

T = TypeVar("T")
Ring = Callable[[str, bytes], Awaitable[None]]


@dataclass(frozen=True)
class Office:
    """What a command has at hand."""

    settings: Settings
    db: Database
    accounts: Accounts
    ring: Ring
    """Publishes on the bus of a running server, if there is one: topic, payload."""


def at_hand(work: Callable[[Office], Awaitable[T]]) -> T:
    """Do `work` with the settings as they are here."""
    settings = load()
    make_data_folder(settings)
    return start(settings, work)


def start(settings: Settings, work: Callable[[Office], Awaitable[T]]) -> T:
    """Do `work` in a loop of its own: what a command's body is."""
    return asyncio.run(run(settings, work))


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


def _bell(settings: Settings, stack: AsyncExitStack) -> Ring:
    there = settings.redis_url or (
        redis_url(settings.data) if socket_path(settings.data).exists() else None
    )
    if there is None:

        async def silence(topic: str, payload: bytes) -> None:
            """Nobody listens."""

        return silence
    redis = connect(there)
    stack.push_async_callback(Memory(redis).close)

    async def ring(topic: str, payload: bytes) -> None:
        try:
            await redis.publish(f"bus:{topic}", payload)
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
    await office.ring("staff", b"{}")
    return f"{account.email} {'has no access any more' if disabled else 'may sign in again'}."


async def link(office: Office, email: str) -> str:
    """Return a new one-time sign-in link of an account."""
    account = await office.accounts.by_email(email.strip())
    if account is None:
        raise Refused("not_found", f"Nobody here has the address {email}.")
    if account.disabled:
        raise Refused("not_allowed", f"{account.email} is disabled; enable it first.")
    return _link(office, await office.accounts.make_link(account.id))


async def set_capacity(office: Office, email: str, text: str) -> str:
    """Let somebody answer so many conversations at once, or (`none`) as the setting says."""
    plain = text.strip()
    try:
        # Nothing at all may be a variable of a script that was never set.
        capacity = seats.capacity_of("" if plain.casefold() == "none" else plain or "nothing")
    except Refused:
        expected = f"expected a number from 0 to {CAPACITY_MOST}, or none"
        raise Refused("bad_field", f"{text[:60]!r} is not how many; {expected}.") from None
    account = await office.accounts.by_email(email.strip())
    if account is None:
        raise Refused("not_found", f"Nobody here has the address {email}.")
    await seats.command(office.db, system_clock, account.id, capacity)
    await office.ring(DESK_SETTINGS, b"{}")
    most = (
        "as many at once as PORTAL_CHAT_CAPACITY says"
        if capacity is None
        else f"at most {capacity} at once"
    )
    return f"{account.email} answers {most}."


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


async def import_markdown(office: Office, folder: Path) -> Report:
    """Import a folder of Markdown files, book its first clicks, and tell open pages.

    Raises:
        Unavailable: the database does not answer; nothing was written.
    """
    media = Media(office.settings.data / "media")
    report = await import_folder(office.db, media, folder, system_clock, office.settings)
    ledger = Ledger(office.db, system_clock)
    now = system_clock()
    for at in range(0, len(report.initial_clicks), BATCH):
        await asyncio.gather(  # at once, so that they are committed together
            *(ledger.book_initial(*first, now) for first in report.initial_clicks[at : at + BATCH])
        )
    for publication in report.changed:
        await office.ring("news", announcement(publication))
    return report
