"""Letters about what is far from the usual: one to each who publishes, whoever raises it."""

from email.headerregistry import Address
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.alert_letters import AlertLetters
from portal.audience.alerts import SITE, Alert
from portal.chat.outreach.house import House
from portal.storage.database import Database
from portal.storage.tables.outreach import letter
from portal.storage.tables.staff import staff

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
