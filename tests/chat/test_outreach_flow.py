"""Nobody is there, a message is left, and its answer finds the one who left it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import insert

from portal.chat import pace
from portal.chat.outreach.post import Post
from portal.clock import DAY, MINUTE
from portal.storage.database import Database
from portal.storage.tables.desk import schedule
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.mailroom import HOUSE
from tests.chat.node import secret
from tests.conftest import HeldClock
from tests.support.mail import html, mail_server, plain


@pytest.mark.parametrize("when_closed", ["accept", "form"])
async def test_a_message_left_at_night_is_answered_by_mail(
    database: Database, clock: HeldClock, hire: Hire, start_node: StartNode, when_closed: str
) -> None:
    """It waits as any other; the agent answers the next day; the link opens the same thread."""
    hours = {"zone": "UTC", "week": {"mon": [["09:00", "09:01"]]}, "holidays": []}
    closed = insert(schedule).values(**hours, when_closed=when_closed, changed_at=0)
    await database.write(lambda c: c.execute(closed))
    mei = await hire("Mei")
    async with mail_server() as server:
        node = await start_node(house=replace(HOUSE, post=Post(server.url)))
        assert node.chat.outreach is not None
        page = await node.visitor()
        opened = await page.ask("chat.open", visitor=secret(), name="Ada", email="ada@example.com")
        left = await page.ask("chat.say", id=message_id(), text="When does it reopen?")
        await page.close()

        clock.forward(DAY)
        console = await node.agent(mei)
        waiting = await console.ask("desk.watch", list="waiting")
        which = opened["conversation"]
        await console.ask(
            "chat.note", conversation=which, id=message_id(), text="CANARY: who knows?"
        )
        said = await console.ask(
            "chat.say", conversation=which, id=message_id(), text="On Monday at nine."
        )
        clock.forward(4 * MINUTE)
        await node.chat.outreach.mailing.run()

        (letter,) = server.messages
        token = re.search(r"#chat=([A-Za-z0-9_-]{43})\s", plain(letter))
        assert token is not None
        fresh = secret()
        telephone = await node.visitor()
        back = await telephone.ask("chat.open", visitor=fresh, way_back=token[1])
        history = await telephone.ask("chat.since", seq=0)
        thanks = await telephone.ask("chat.say", id=message_id(), text="Thank you!")
        heard = await console.ask("chat.join", conversation=which)

    assert (left["type"], said["type"]) == ("chat.stored", "chat.stored")
    assert [row["conversation"] for row in waiting["conversations"]] == [which]
    assert server.recipients == ["ada@example.com"]
    assert "On Monday at nine." in plain(letter)
    assert "CANARY" not in plain(letter) + html(letter)
    assert back["conversation"] == which
    texts = [each["text"] for each in history["messages"] if each["kind"] == "text"]
    assert texts == ["When does it reopen?", "On Monday at nine."]
    assert thanks["type"] == "chat.stored"
    assert heard["messages"][-1]["text"] == "Thank you!"


async def test_a_transcript_is_asked_for_over_the_socket(
    clock: HeldClock, hire: Hire, start_node: StartNode
) -> None:
    """By the visitor with an address; by the agent to the address he is known by: to none."""
    async with mail_server() as server:
        node = await start_node(house=replace(HOUSE, post=Post(server.url)))
        assert node.chat.outreach is not None
        page, console = await node.visitor(), await node.agent(await hire("Mei"))
        opened = await page.ask("chat.open", visitor=secret())
        await page.ask("chat.say", id=message_id(), text="hello")
        nowhere = await page.ask("chat.transcript")
        asked = await page.ask("chat.transcript", email="ada@example.com")
        again = await page.ask("chat.transcript", email="ada@example.com")
        unknown = await console.ask("chat.transcript", conversation=opened["conversation"])
        row = await node.chat.desk.known(secret())
        await node.chat.outreach.mailing.run()

    for refused in (nowhere, unknown):
        assert (refused["code"], refused["re"]) == ("bad_field", "email")
    assert (asked["type"], again["type"], row) == ("ok", "ok", None)
    assert server.recipients == ["ada@example.com"]


async def test_whoever_makes_up_visitors_sends_mail_to_few(
    start_node: StartNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says something and has it sent to a stranger; his network is counted."""
    monkeypatch.setattr(pace, "MAILED_AT_ONCE", 2)
    node = await start_node(house=HOUSE)
    answers = []
    for n in range(3):
        page = await node.visitor()
        await page.ask("chat.open", visitor=secret())
        await page.ask("chat.say", id=message_id(), text="buy this")
        answers.append(await page.ask("chat.transcript", email=f"stranger{n}@example.com"))

    assert [each["type"] for each in answers] == ["ok", "ok", "error"]
    assert answers[2]["code"] == "limited"
