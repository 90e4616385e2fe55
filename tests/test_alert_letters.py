"""Letters about what is far from the usual: one to each who publishes, whoever raises it."""

import asyncio
from collections import Counter
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.alert_letters import AlertLetters
from portal.audience import upkeep
from portal.audience.alerts import SITE, Alert
from portal.chat.outreach.house import House
from portal.clock import HOUR
from portal.identity import Role
from portal.storage.database import Database, address
from portal.storage.tables.audience import click_held, reading_alert
from portal.storage.tables.news import article
from portal.storage.tables.outreach import letter
from portal.storage.tables.staff import staff
from tests.support.inside import Inside

HOUSE = House(
    site_name="The Daily",
    site_url="https://daily.example",
    zone=ZoneInfo("UTC"),
    language="en",
    sender=Address("Desk", addr_spec="desk@daily.example"),
    render=lambda *_: "",
)


async def people(database: Database) -> None:
    """Let an administrator, an editor, an agent and somebody who left work here."""
    rows: list[dict[str, Any]] = [
        {"email": "ada@example.com", "role": "admin"},
        {"email": "ed@example.com", "role": "editor"},
        {"email": "agnes@example.com", "role": "agent"},
        {"email": "gone@example.com", "role": "editor", "disabled_at": 1},
    ]

    async def work(c: AsyncConnection) -> None:
        for row in rows:
            await c.execute(insert(staff).values(**row, name=row["email"], created_at=0))

    await database.write(work)


async def letters(database: Database) -> list[Any]:
    async with database.read() as c:
        return list((await c.execute(select(letter).order_by(letter.c.id))).all())


@pytest.mark.parametrize(
    ("alert", "subject", "says"),
    [
        (Alert(1, "spike", SITE, 5, 310, 100), "Many are reading: The Daily", "310 clicks in ten"),
        (Alert(1, "drop", SITE, 5, 30, 1_100), "Few are reading: The Daily", "usual are 1,100"),
        (Alert(1, "held", 7, 5, 9_000, 0), "Clicks are held: The Daily", "/staff/board/articles/7"),
    ],
    ids=["spike", "drop", "held"],
)
async def test_each_who_publishes_gets_one_letter(
    database: Database, alert: Alert, subject: str, says: str
) -> None:
    """However often it is written; agents and those who left get none."""
    await people(database)
    for _ in range(2):
        await database.write(lambda c: AlertLetters(HOUSE).write(c, alert))
    found = await letters(database)

    assert [(row.recipient, row.subject) for row in found] == [
        ("ada@example.com", subject),
        ("ed@example.com", subject),
    ]
    assert says in found[0].text
    assert "https://daily.example/staff/board" in found[0].text


async def test_nobody_s_box_is_filled(database: Database) -> None:
    """Ten an hour to each; an hour later there may be more."""
    await people(database)
    alerts = [Alert(number, "held", number, 5 + number, 100, 0) for number in range(1, 15)]
    write = AlertLetters(HOUSE).write

    async def all_of_them(c: AsyncConnection) -> None:
        for alert in alerts:
            await write(c, alert)

    await database.write(all_of_them)
    first = await letters(database)
    late = Alert(99, "spike", SITE, 6 + 14 + HOUR, 310, 100)
    await database.write(lambda c: write(c, late))

    assert Counter(row.recipient for row in first) == {"ada@example.com": 10, "ed@example.com": 10}
    assert len(await letters(database)) == 22


@pytest.mark.parametrize("mail", [True, False], ids=["on", "off"])
async def test_the_portal_writes_them_when_it_may(
    tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch, mail: bool
) -> None:
    """As it is set: a hundred clicks that wait are said on the consoles in either case."""
    monkeypatch.setattr(upkeep, "LOOK_SECONDS", 0.1)
    built = await asyncio.to_thread(
        Inside.build, tmp_path, valkey_url, smtp_url="smtp://127.0.0.1:9", alert_mail=mail
    )
    async with built.open() as site:
        await site.accounts.add("ed@example.com", "Ed", Role.EDITOR)
        database = Database(address(None, tmp_path))
        await database.open()

        async def work(c: AsyncConnection) -> None:
            story = {"id": 7, "slug": "a", "path": "news/a", "created_at": 0}
            held = {"article_id": 7, "hour": 0, "network": "n", "clicks": 100}
            await c.execute(insert(article).values(**story))
            await c.execute(insert(click_held).values(**held))

        await database.write(work)
        async with asyncio.timeout(10):
            while not await raised(database):
                await asyncio.sleep(0.05)
        found = await letters(database)
        await database.close()

    assert [row.recipient for row in found] == (["ed@example.com"] if mail else [])


async def raised(database: Database) -> int:
    """Return how many alerts there are."""
    async with database.read() as c:
        return len((await c.execute(select(reading_alert))).all())
