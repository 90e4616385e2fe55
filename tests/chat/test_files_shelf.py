"""Files in the tables: said once, by whom they belong to, and gone when nobody says them."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.chat import sweeping
from portal.chat.desk import Desk
from portal.chat.files import shelf
from portal.chat.files.upkeep import Upkeep
from portal.chat.told import File
from portal.clock import DAY, HOUR
from portal.errors import Refused
from portal.identity import Agent, Visitor
from portal.storage.database import Database
from portal.storage.tables.chat import conversation as conversations
from portal.storage.tables.chat import file as table
from portal.storage.vault import Vault
from tests.chat.conftest import Hire, message_id, somebody
from tests.conftest import HeldClock


def file(letter: str) -> File:
    return File(id=letter * 22, name=f"{letter}.txt", kind="text/plain", size=5)


async def bring(
    database: Database, desk: Desk, who: Visitor | Agent, letter: str, at: int, which: str = ""
) -> str:
    """Put a file on the shelf as if it had come over HTTP."""
    conversation = which or (await desk.open(who.id)).id  # type: ignore[arg-type]
    author = "visitor" if isinstance(who, Visitor) else f"agent:{who.id}"
    await database.write(lambda c: shelf.put(c, conversation, author, file(letter), at))
    return letter * 22


async def test_an_entry_carries_what_was_brought(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """With or without words, in the order in which they are named."""
    visitor = somebody()
    ids = [await bring(database, desk, visitor, letter, clock()) for letter in "ab"]
    said = await desk.say(visitor, None, message_id(), "", files=ids[::-1])
    row = await desk.of(visitor)

    assert (said.kind, said.text) == ("file", "")
    assert [each.name for each in said.files] == ["b.txt", "a.txt"]
    assert row.last_text == "b.txt, a.txt"


async def test_a_file_is_said_once(database: Database, desk: Desk, clock: HeldClock) -> None:
    """A repetition is answered as the first time; another entry with it is refused."""
    visitor, id = somebody(), message_id()
    brought = await bring(database, desk, visitor, "a", clock())
    first = await desk.say(visitor, None, id, "see", files=[brought])
    again = await desk.say(visitor, None, id, "see", files=[brought])

    assert again == first
    with pytest.raises(Refused, match="not there any more"):
        await desk.say(visitor, None, message_id(), "", files=[brought])
    with pytest.raises(Refused, match="named twice"):
        await desk.say(visitor, None, message_id(), "", files=[brought, brought])


async def test_two_who_say_it_at_once(database: Database, desk: Desk, clock: HeldClock) -> None:
    """One entry carries it, whatever the timing."""
    visitor = somebody()
    brought = await bring(database, desk, visitor, "a", clock())
    answers = await asyncio.gather(
        *(desk.say(visitor, None, message_id(), "", files=[brought]) for _ in range(5)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Entry", *["Refused"] * 4]
    assert (await desk.of(visitor)).last_seq == 1


async def test_nobody_says_another_s_file(
    database: Database, desk: Desk, clock: HeldClock, hire: Hire
) -> None:
    """Neither another visitor, nor an agent what the visitor has not said, nor the other way."""
    visitor, other, agent = somebody(), somebody(), await hire("ada")
    row = await desk.open(visitor.id)
    await desk.open(other.id)
    his = await bring(database, desk, visitor, "a", clock())
    hers = await bring(database, desk, agent, "b", clock(), row.id)
    tries: list[tuple[Visitor | Agent, str | None, str]] = [
        (other, None, his),
        (agent, row.id, his),
        (visitor, None, hers),
    ]

    for who, which, id in tries:
        with pytest.raises(Refused, match="not there any more"):
            await desk.say(who, which, message_id(), "", files=[id])


async def test_what_nobody_says_goes_after_a_day(
    database: Database, desk: Desk, clock: HeldClock, tmp_path: Path
) -> None:
    """Row and content; what was said stays, and so does what came an hour ago."""
    vault, visitor = Vault(tmp_path / "files"), somebody()
    old, said, fresh = [
        await bring(database, desk, visitor, letter, clock() - age)
        for letter, age in (("a", DAY + 1), ("b", DAY + 1), ("c", HOUR))
    ]
    await desk.say(visitor, None, message_id(), "", files=[said])
    for id in (old, said, fresh, "z" * 22):
        await asyncio.to_thread(put, vault, id, clock() / 1000 - 7200)
    await Upkeep(database, vault, clock).sweep()

    async with database.read() as c:
        rows = set((await c.execute(select(table.c.id))).scalars())
    assert rows == {said, fresh}
    left = await asyncio.to_thread(there, vault, old, said, fresh, "z" * 22)
    assert left == [False, True, True, False]


async def test_what_has_no_row_yet_is_left_alone(
    database: Database, clock: HeldClock, tmp_path: Path
) -> None:
    """A file that has just come in gets its row in a moment."""
    vault = Vault(tmp_path / "files")
    await asyncio.to_thread(put, vault, "a" * 22, clock() / 1000 - 10)
    await Upkeep(database, vault, clock).sweep()

    assert await asyncio.to_thread(there, vault, "a" * 22) == [True]


async def test_an_empty_conversation_stays_while_a_file_waits_in_it(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """He opened chat two days ago and brought a file just now, to say it."""
    visitor = somebody()
    await desk.open(visitor.id)
    clock.forward(2 * DAY)
    await bring(database, desk, visitor, "a", clock())
    await desk.open(somebody().id)
    clock.forward(HOUR)
    removed = await sweeping.sweep_empty(database, clock)

    async with database.read() as c:
        left = await c.scalar(select(func.count()).select_from(conversations))
    assert (removed, left) == (0, 2)


def put(vault: Vault, id: str, at: float) -> None:
    with vault.room() as room:
        came = Path(room, "came")
        came.write_bytes(b"x")
        os.utime(came, (at, at))
        vault.keep(id, came)


def there(vault: Vault, *ids: str) -> list[bool]:
    found = []
    for id in ids:
        opened = vault.open(id)
        found.append(opened is not None)
        if opened is not None:
            opened.close()
    return found
