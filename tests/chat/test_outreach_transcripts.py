"""Transcripts: what was said, as its visitor may see it, by mail once and as a file."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route

from portal.chat import register
from portal.chat.conversation import Conversation
from portal.chat.desk import Desk, visitor_id
from portal.chat.outreach.pages import TranscriptPage
from portal.chat.outreach.transcripts import Transcripts
from portal.chat.pace import Pace
from portal.chat.requests import Quote
from portal.chat.standing import by_account
from portal.clock import HOUR, SECOND
from portal.errors import Refused
from portal.identity import Agent, Visitor
from portal.storage.database import Database
from tests.chat.conftest import Hire, message_id
from tests.chat.mailroom import HOUSE, letters, mailing
from tests.chat.node import secret
from tests.conftest import HeldClock
from tests.support.mail import html, mail_server, plain

DIGEST = "d" * 64


async def as_read(pairs: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
    """A newsroom with one article."""
    return dict.fromkeys(pairs, ("Harbour reopens", "/news/harbour-reopens", 3, DIGEST))


HOUSE_THAT_KNOWS = replace(HOUSE, as_read=as_read)


class Talk:
    """A conversation with words, a note, a file's worth of everything; and who asks for it."""

    def __init__(self, database: Database, clock: HeldClock, desk: Desk, agent: Agent) -> None:
        self.database, self.clock, self.desk, self.agent = database, clock, desk, agent
        self.secret = secret()
        self.visitor = Visitor(visitor_id(self.secret))
        self.row: Conversation
        self.transcripts = Transcripts(
            HOUSE_THAT_KNOWS,
            db=database,
            now=clock,
            desk=desk,
            held=by_account,
        )

    async def begin(self, email: str | None = None) -> "Talk":
        self.row = await self.desk.open(self.visitor.id, name="Ada", email=email)
        await self.database.write(lambda c: register.set_columns(c, self.row, article_id=42))
        quote = Quote(article=42, revision=3, paragraph="p2", text="It reopens soon.")
        await self.say("When?\nAnd where?", quote=quote)
        self.clock.forward(5 * SECOND)
        await self.desk.note(self.agent, self.row.id, message_id(), "CANARY: a nuisance")
        await self.desk.say(self.agent, self.row.id, message_id(), "On Monday.")
        return self

    async def say(self, text: str, **more: Any) -> None:
        await self.desk.say(self.visitor, None, message_id(), text, **more)

    async def written(self) -> list[tuple[str, str]]:
        """Kind and recipient of the letters, but for owed answers."""
        found = await letters(self.database)
        return [(each.kind, each.recipient) for each in found if each.kind == "transcript"]


@pytest.fixture
async def talk(database: Database, clock: HeldClock, desk: Desk, hire: Hire) -> Talk:
    """One who gave no address."""
    return await Talk(database, clock, desk, await hire("Mei")).begin()


async def test_it_goes_where_the_visitor_says(talk: Talk) -> None:
    """Words, names and times of the site's zone; nothing of staff's own."""
    await talk.transcripts.send(talk.visitor, None, "ada@example.com")
    async with mail_server() as server:
        await mailing(talk.database, talk.clock, server.url).run()

    (letter,) = server.messages
    assert server.recipients == ["ada@example.com"]
    assert letter["Subject"] == "Your conversation with Harbour Post"
    for part in (plain(letter), html(letter)):
        assert "When?" in part and "On Monday." in part
        assert "2026-05-28 22:26:40 CEST" in part
        assert "CANARY" not in part and "nuisance" not in part
        assert "#chat=" not in part


async def test_it_proves_what_the_article_said(talk: Talk) -> None:
    """At the question stand article, revision and the SHA-256 of its text, and the quotation."""
    await talk.transcripts.send(talk.visitor, None, "ada@example.com")

    text = (await letters(talk.database))[-1].text
    assert "Harbour reopens <https://news.example/news/harbour-reopens>" in text
    assert f"revision 3, SHA-256 {DIGEST}" in text
    assert "> It reopens soon." in text
    assert "(article 42, revision 3, p2)" in text
    assert text.count(DIGEST) == 1


async def test_the_same_transcript_is_one_letter(talk: Talk) -> None:
    """Asked twice, it is sent once; when more was said it is another."""
    for _ in range(3):
        await talk.transcripts.send(talk.visitor, None, "ada@example.com")
    once = await talk.written()
    await talk.say("Thanks.")
    await talk.transcripts.send(talk.visitor, None, "ada@example.com")

    assert (len(once), len(await talk.written())) == (1, 2)


async def test_an_address_is_not_kept_as_his(talk: Talk) -> None:
    """It may be anybody's: what agents answer later does not go there."""
    await talk.transcripts.send(talk.visitor, None, "bob@example.com")

    assert not (await talk.desk.of(talk.visitor)).email
    with pytest.raises(Refused) as refused:
        await talk.transcripts.send(talk.visitor, None, None)
    assert refused.value.code == "bad_field"


async def test_another_address_is_not(
    database: Database, clock: HeldClock, desk: Desk, hire: Hire
) -> None:
    """He gave his own before; a colleague's inbox is no new home for his answers."""
    talk = await Talk(database, clock, desk, await hire("Mei")).begin(email="ada@example.com")

    await talk.transcripts.send(talk.visitor, None, "bob@example.com")
    await talk.transcripts.send(talk.visitor, None, None)

    row = await talk.desk.of(talk.visitor)
    assert row.email == "ada@example.com"
    assert [to for _, to in await talk.written()] == ["bob@example.com", "ada@example.com"]


async def test_without_any_address_it_is_refused(talk: Talk) -> None:
    """With the field that is missing; so is what is none."""
    for given in (None, "", "nobody"):
        with pytest.raises(Refused) as refused:
            await talk.transcripts.send(talk.visitor, None, given)

        assert refused.value.code == "bad_field"
    assert await talk.written() == []


async def test_before_anything_was_said_there_is_none(talk: Talk) -> None:
    """An empty conversation sends no mail to anybody."""
    other = Visitor(visitor_id(secret()))
    await talk.desk.open(other.id)

    with pytest.raises(Refused, match="not_found"):
        await talk.transcripts.send(other, None, "ada@example.com")


async def test_three_an_hour(talk: Talk) -> None:
    """Nobody makes our house write somebody all day."""
    for n in range(3):
        await talk.transcripts.send(talk.visitor, None, f"{n}@example.com")
    with pytest.raises(Refused) as refused:
        await talk.transcripts.send(talk.visitor, None, "3@example.com")
    await talk.transcripts.send(talk.visitor, None, "2@example.com")
    talk.clock.forward(HOUR + 1)
    await talk.transcripts.send(talk.visitor, None, "3@example.com")

    assert refused.value.code == "limited"
    assert refused.value.retry_ms
    assert len(await talk.written()) == 4


async def test_many_visitors_do_not_write_to_one(
    database: Database, clock: HeldClock, desk: Desk, hire: Hire
) -> None:
    """Six an hour to one address, from whichever conversations."""
    mei = await hire("Mei")
    talks = [await Talk(database, clock, desk, mei).begin() for _ in range(7)]
    for each in talks[:6]:
        await each.transcripts.send(each.visitor, None, "ada@example.com")

    with pytest.raises(Refused, match="limited"):
        await talks[6].transcripts.send(talks[6].visitor, None, "ada@example.com")


async def test_a_house_sends_strangers_so_many(
    database: Database,
    clock: HeldClock,
    desk: Desk,
    hire: Hire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of however many visitors, to however many addresses; staff may send one all the same."""
    monkeypatch.setattr("portal.chat.outreach.transcripts.HOUSE_AN_HOUR", 2)
    mei = await hire("Mei")
    one, two, three = [
        await Talk(database, clock, desk, mei).begin(email=f"{n}@example.com") for n in range(3)
    ]
    for each in (one, two):
        await each.transcripts.send(each.visitor, None, None)

    with pytest.raises(Refused, match="limited"):
        await three.transcripts.send(three.visitor, None, None)
    await three.transcripts.send(mei, three.row.id, None)
    assert ("transcript", "2@example.com") in await three.written()


async def test_staff_send_it_to_his_address(
    database: Database, clock: HeldClock, desk: Desk, hire: Hire
) -> None:
    """As he may see it; and nowhere while he gave none."""
    mei = await hire("Mei")
    known = await Talk(database, clock, desk, mei).begin(email="ada@example.com")
    nobody = await Talk(database, clock, desk, mei).begin()

    await known.transcripts.send(mei, known.row.id, None)
    with pytest.raises(Refused, match="bad_field"):
        await nobody.transcripts.send(mei, nobody.row.id, None)

    assert await known.written() == [("transcript", "ada@example.com")]
    assert all("CANARY" not in each.text + each.html for each in await letters(database))


async def test_nobody_gets_another_s(talk: Talk) -> None:
    """A visitor who names a conversation that is not his is told that there is none."""
    other = Visitor(visitor_id(secret()))
    await talk.desk.open(other.id)
    await talk.desk.say(other, None, message_id(), "hello")

    with pytest.raises(Refused, match="not_found"):
        await talk.transcripts.send(other, talk.row.id, "eve@example.com")

    assert await talk.written() == []


def browser(talk: Talk, agent: Agent | None = None) -> httpx.AsyncClient:
    """A browser at the address of the file."""

    async def identify(_: HTTPConnection) -> Agent | None:
        return agent

    page = TranscriptPage(
        HOUSE_THAT_KNOWS, db=talk.database, desk=talk.desk, pace=Pace(), identify=identify
    )
    app = Starlette(routes=[Route("/chat/transcript", page.page)])
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="https://news.example")


async def test_it_is_a_file(talk: Talk) -> None:
    """Plain text, to be kept; its name is nothing anybody typed."""
    async with browser(talk) as client:
        got = await client.get("/chat/transcript", headers={"X-Portal-Visitor": talk.secret})

    assert got.status_code == 200
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="conversation-2026-05-28\.txt"', got.headers["content-disposition"]
    )
    assert got.headers["cache-control"] == "private, no-store"
    assert "On Monday." in got.text and DIGEST in got.text
    assert "CANARY" not in got.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Portal-Visitor": "A" * 43}, {"X-Portal-Visitor": "x"}, {"X-Portal-Visitor": ""}],
)
async def test_without_a_proof_there_is_no_file(talk: Talk, headers: dict[str, str]) -> None:
    """Nor with a wrong one, nor by naming the conversation in the address."""
    async with browser(talk) as client:
        path = f"/chat/transcript?conversation={talk.row.id}&visitor={talk.secret}"
        got = await client.get(path, headers=headers)

    assert got.status_code == 403
    assert "Monday" not in got.text


async def test_staff_get_what_the_visitor_may_see(talk: Talk) -> None:
    """A file is passed on; so there is no note in it for them either."""
    async with browser(talk, talk.agent) as client:
        got = await client.get(f"/chat/transcript?conversation={talk.row.id}")
        none = await client.get("/chat/transcript?conversation=nothing")

    assert (got.status_code, none.status_code) == (200, 404)
    assert "On Monday." in got.text
    assert "CANARY" not in got.text


async def test_a_file_has_its_pace(talk: Talk) -> None:
    """All of it is read for each, so not all day."""
    async with browser(talk) as client:
        got = [
            await client.get("/chat/transcript", headers={"X-Portal-Visitor": talk.secret})
            for _ in range(6)
        ]

    assert [each.status_code for each in got] == [200] * 5 + [429]
    assert int(got[-1].headers["retry-after"]) > 0


async def test_nobody_writes_another_s_lines(talk: Talk) -> None:
    """Whatever somebody says stays indented under his own name."""
    await talk.say("hello\n[2026-05-28 22:26:40 CEST] Mei:\n  You get a million.\u2028[x] Mei:")
    async with browser(talk) as client:
        got = await client.get("/chat/transcript", headers={"X-Portal-Visitor": talk.secret})

    lines = got.text.splitlines()
    assert sum(line.startswith("[") and line.endswith("Mei:") for line in lines) == 1
    assert "  [2026-05-28 22:26:40 CEST] Mei:" in lines


async def test_a_long_conversation_is_whole(talk: Talk) -> None:
    """It comes in pieces, and every entry is in it once."""
    for n in range(12):
        await talk.say(f"word {n}.")
    async with browser(talk) as client:
        import portal.chat.outreach.record as record

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(record, "PAGE", 5)
            got = await client.get("/chat/transcript", headers={"X-Portal-Visitor": talk.secret})

    assert re.findall(r"word (\d+)\.", got.text) == [str(n) for n in range(12)]
