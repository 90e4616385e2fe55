"""What SQLite is really told: nobody changes anything without having asked for the lock first.

A transaction that reads, and then wants to write, is refused with "database is locked" at once,
whatever it was told to wait. So every connection the portal opens is listened to while its rooms
do what they do, and no transaction that began with a plain BEGIN may contain a change.
"""

import asyncio
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.audience.ledger import Ledger
from portal.audience.marks import Salts
from portal.chat import sweeping
from portal.chat.desk import Desk, visitor_id
from portal.chat.lists import Lists
from portal.clock import system_clock
from portal.identity import Agent, Role, StaffId, Visitor
from portal.staff.sessions import Sessions
from portal.staff.store import Accounts
from portal.storage.database import Database, address
from portal.storage.migrate import migrate

CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "WITH")


class Heard:
    """The statements of all connections, each with its own."""

    def __init__(self) -> None:
        self.of: list[list[str]] = []

    def listen(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        said: list[str] = []
        self.of.append(said)
        connection.set_trace_callback(said.append)
        return connection

    def changes(self) -> list[tuple[str, str]]:
        """Return every change, with what its transaction began with."""
        found = []
        for said in self.of:
            began = "nothing"
            for statement in said:
                words = statement.strip().upper()
                if words.startswith("BEGIN"):
                    began = words
                elif words.startswith(("COMMIT", "END")) or words == "ROLLBACK":
                    began = "nothing"
                elif words.startswith(CHANGES):
                    found.append((began, statement))
        return found


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Whatever SQLite is told from now on."""
    ears, connect = Heard(), sqlite3.connect

    def listening(*args: Any, **options: Any) -> sqlite3.Connection:
        return ears.listen(connect(*args, **options))

    monkeypatch.setattr(sqlite3, "connect", listening)
    yield ears


async def use_everything(db: Database) -> None:
    """Do once what the rooms do all day."""
    accounts = Accounts(db, system_clock)
    ann = await accounts.add("ann@news.example", "Ann", Role.AGENT)
    await accounts.first_link()
    token = await accounts.make_link(ann.id)
    await accounts.accept(token, "hash", "ann@news.example", "Ann")
    found = await accounts.by_email("ann@news.example")
    assert found is not None
    sessions = Sessions(db, system_clock, secure=False)
    await sessions.begin(found, "a browser")
    agent = Agent(StaffId(found.id), "Ann", Role.AGENT, "key", found.version)
    await sessions.touch([agent.session])
    await sessions.alive([agent])

    desk = Desk(db, system_clock)
    visitor = Visitor(visitor_id(secrets.token_urlsafe(32)))
    opened = await desk.open(visitor.id, name="Vera")
    await desk.say(visitor, None, secrets.token_urlsafe(16), "hello")
    await desk.claim(agent, opened.id)
    await desk.say(agent, opened.id, secrets.token_urlsafe(16), "good morning")
    await desk.note(agent, opened.id, secrets.token_urlsafe(16), "a regular")
    await desk.seen(visitor, None, 3)
    await desk.release(agent, opened.id)
    await desk.claim(agent, opened.id)
    await desk.close(agent, opened.id)
    await desk.open(visitor.id)
    await Lists(db).queue()
    await sweeping.put_back(db, system_clock, lambda outcome: None)

    ledger = Ledger(db, system_clock)
    await ledger.book({1: 5})
    await ledger.totals()
    salts = Salts(db, system_clock)
    await salts.mark("network", "", "192.0.2.1", "a browser")
    await salts.forget()
    await accounts.set_disabled("ann@news.example", True)


async def test_every_change_holds_the_lock_before_it_looks(tmp_path: Path, heard: Heard) -> None:
    """Also where several are committed together, and where the schema is made."""
    url = address(None, tmp_path)
    await migrate(url)
    database = Database(url)
    await database.open()
    try:
        await use_everything(database)
        await asyncio.gather(*(use_everything_of_a_visitor(database) for _ in range(8)))
    finally:
        await database.close()
    changes = heard.changes()

    assert {"BEGIN IMMEDIATE"} == {began for began, _ in changes}
    assert len(changes) > 60


async def use_everything_of_a_visitor(db: Database) -> None:
    desk = Desk(db, system_clock)
    visitor = Visitor(visitor_id(secrets.token_urlsafe(32)))
    await desk.open(visitor.id)
    await desk.say(visitor, None, secrets.token_urlsafe(16), "hello")
