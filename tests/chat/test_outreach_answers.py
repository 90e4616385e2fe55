"""Answers by mail: to whom is away, once a burst, with nothing that is not for him."""

import re
from collections.abc import Collection, Mapping
from email.message import EmailMessage
from typing import Any

import pytest

from portal.chat.conversation import Conversation
from portal.chat.desk import Desk, visitor_id
from portal.chat.outreach import outbox
from portal.chat.outreach.message import MARK, message
from portal.chat.outreach.way_back import WayBack
from portal.chat.requests import Quote
from portal.clock import MINUTE, SECOND
from portal.identity import Agent, Visitor
from portal.storage.database import Database
from tests.chat.conftest import Hire, message_id, somebody
from tests.chat.mailroom import HOUSE, letters, mailing
from tests.chat.node import secret
from tests.conftest import HeldClock
from tests.support.mail import html, mail_server, plain


class Talk:
    """A visitor who left an address, and an agent who answers him."""

    def __init__(self, desk: Desk, visitor: Visitor, agent: Agent, row: Conversation) -> None:
        self.desk, self.visitor, self.agent, self.row = desk, visitor, agent, row

    async def ask(self, text: str, **more: Any) -> None:
        await self.desk.say(self.visitor, None, message_id(), text, **more)

    async def answer(self, text: str) -> int:
        said = await self.desk.say(self.agent, self.row.id, message_id(), text)
        return said.seq


@pytest.fixture
async def talk(desk: Desk, hire: Hire) -> Talk:
    """Ada asks and goes."""
    visitor, mei = somebody(), await hire("Mei")
    row = await desk.open(visitor.id, name="Ada", email="ada@example.com")
    talk = Talk(desk, visitor, mei, row)
    await talk.ask("When does it reopen?")
    return talk


async def test_who_is_away_gets_the_answer_by_mail(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """One letter, two minutes after the last words, with all that was said in one go."""
    await talk.answer("On Monday.")
    clock.forward(30 * SECOND)
    await talk.answer("At nine.")
    async with mail_server() as server:
        job = mailing(database, clock, server.url)
        clock.forward(2 * MINUTE - 1)
        await job.run()
        early = len(server.messages)
        clock.forward(1)
        await job.run()
        await job.run()

    (letter,) = server.messages
    words = plain(letter)
    assert early == 0
    assert server.recipients == ["ada@example.com"]
    assert words.index("On Monday.") < words.index("At nine.")
    for expected in ("Hello Ada", "Mei of Harbour Post answered you", "> When does it reopen?"):
        assert expected in words
    assert [each.status for each in await letters(database)] == ["sent"]


async def test_a_letter_does_not_wait_for_ever(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """Who is answered every minute reads the first of it after ten."""
    async with mail_server() as server:
        job = mailing(database, clock, server.url)
        for n in range(11):
            await talk.answer(f"word {n}.")
            await job.run()
            clock.forward(MINUTE)
        await job.run()

    first = plain(server.messages[0])
    assert len(server.messages) == 1
    assert "word 0." in first and "word 9." in first


async def test_the_next_burst_is_another_letter(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """It holds what was said since the last one, and nothing twice."""
    async with mail_server() as server:
        job = mailing(database, clock, server.url)
        for text in ("first", "second"):
            await talk.answer(text)
            clock.forward(2 * MINUTE)
            await job.run()

    one, two = server.messages
    assert "first" in plain(one) and "second" not in plain(one)
    assert "second" in plain(two) and "first" not in plain(two)
    assert one["Message-ID"] != two["Message-ID"]
    assert one["References"] == two["References"]


async def test_who_reads_it_here_gets_none(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """The letter that waits is dropped."""
    seq = await talk.answer("On Monday.")
    await talk.desk.seen(talk.visitor, None, seq)
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    assert server.messages == []
    assert [each.status for each in await letters(database)] == ["dropped"]


async def test_what_he_has_read_is_in_no_letter(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """He saw the first words and left; the mail brings the rest."""
    seq = await talk.answer("seen here")
    await talk.desk.seen(talk.visitor, None, seq)
    await talk.answer("unseen")
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = server.messages
    assert "unseen" in plain(letter)
    assert "seen here" not in plain(letter)


async def test_a_letter_is_dropped_however_late_he_reads(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """The mail server was away; meanwhile he came back to the page."""
    seq = await talk.answer("On Monday.")
    clock.forward(2 * MINUTE)
    await mailing(database, clock, "smtp://127.0.0.1:1").run()
    await talk.desk.seen(talk.visitor, None, seq)
    clock.forward(10 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    assert server.messages == []
    assert [each.status for each in await letters(database)] == ["dropped"]


async def test_with_a_page_open_he_has_three_minutes(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """Still unread then, it goes out all the same: the page may be in a tab nobody looks at."""
    await talk.answer("On Monday.")
    async with mail_server() as server:
        job = mailing(database, clock, server.url, is_online=lambda which: which == talk.row.id)
        clock.forward(3 * MINUTE - 1)
        await job.run()
        early = len(server.messages)
        clock.forward(1)
        await job.run()

    assert (early, len(server.messages)) == (0, 1)


async def test_who_left_no_address_gets_nothing(
    database: Database, clock: HeldClock, desk: Desk, hire: Hire
) -> None:
    """No letter is written."""
    visitor, mei = somebody(), await hire("Mei")
    row = await desk.open(visitor.id)
    await desk.say(visitor, None, message_id(), "hello")
    await desk.say(mei, row.id, message_id(), "hello")

    assert await letters(database) == []


async def test_nothing_of_staff_s_own_is_in_a_letter(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """A note within the burst, and events around it, stay in the house."""
    await talk.answer("first words")
    await talk.desk.note(talk.agent, talk.row.id, message_id(), "CANARY: he is a nuisance")
    await talk.answer("last words")
    await talk.desk.release(talk.agent, talk.row.id)
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = server.messages
    kept = str(await letters(database))
    assert "last words" in plain(letter)
    assert "CANARY" not in letter.as_string() + plain(letter) + html(letter) + kept
    assert "nuisance" not in html(letter) + plain(letter)


async def test_a_note_alone_writes_no_letter(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """Nobody is told that staff speak about him."""
    await talk.desk.note(talk.agent, talk.row.id, message_id(), "CANARY")
    await talk.desk.claim(talk.agent, talk.row.id)

    assert await letters(database) == []


async def test_the_link_leads_back(database: Database, clock: HeldClock, talk: Talk) -> None:
    """Its token opens the thread, stands in the fragment, and is in no row of the outbox."""
    await talk.answer("On Monday.")
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = server.messages
    found = re.search(r"https://news\.example/#chat=([A-Za-z0-9_-]{43})\s", plain(letter))
    assert found is not None
    assert f"#chat={found[1]}" in html(letter)
    assert found[1] not in str(await letters(database))
    fresh = secret()
    await WayBack(database, clock).follow(visitor_id(fresh), found[1])
    known = await talk.desk.known(fresh)
    assert known is not None and known.id == talk.row.id


async def test_the_letter_names_the_article_as_it_was(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """Title and address of what he read when he asked; the link opens the chat upon it."""
    asked: list[tuple[int, int]] = []

    async def as_read(pairs: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Any]:
        asked.extend(pairs)
        return dict.fromkeys(pairs, ("Harbour reopens", "/news/harbour-reopens", 3, "d" * 64))

    await database.write(_reads(talk.row, 42))
    quote = Quote(article=42, revision=3, paragraph="p2", text="It reopens soon.")
    clock.forward(SECOND)
    await talk.ask("How soon?", quote=quote)
    await talk.answer("On Monday.")
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url, as_read=as_read).run()

    (letter,) = server.messages
    assert asked == [(42, clock() - 2 * MINUTE)]
    assert letter["Subject"] == "Mei answered you: Harbour reopens"
    for part in (plain(letter), html(letter)):
        assert "https://news.example/news/harbour-reopens" in part
        assert "It reopens soon." in part
        assert "How soon?" in part
    assert "https://news.example/news/harbour-reopens#chat=" in plain(letter)


def _reads(row: Conversation, article: int) -> Any:
    from portal.chat import register

    return lambda c: register.set_columns(c, row, article_id=article)


@pytest.mark.parametrize(
    ("language", "name", "subject", "greeting"),
    [
        ("ar-EG", "ليلى", "ردّ عليك Mei", "مرحبًا ليلى،"),
        ("zh-CN", "李雷", "Mei回复了您", "李雷，您好："),
        ("fr", "Éloïse", "Mei answered you", "Hello Éloïse,"),
    ],
)
async def test_a_letter_speaks_his_language(
    database: Database,
    clock: HeldClock,
    talk: Talk,
    language: str,
    name: str,
    subject: str,
    greeting: str,
) -> None:
    """As far as we know it; whatever letters it has arrives as it was written."""
    from sqlalchemy import update

    from portal.storage.tables.chat import visitor as visitors

    change = update(visitors).values(language=language, name=name)
    await database.write(lambda c: c.execute(change))
    await talk.answer("你好 مرحبا — ☂")
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = server.messages
    assert letter["Subject"] == subject
    assert plain(letter).startswith(greeting)
    assert "你好 مرحبا — ☂" in plain(letter)
    assert ('dir="rtl"' in html(letter)) == (language == "ar-EG")


async def test_what_people_type_is_no_markup(
    database: Database, clock: HeldClock, talk: Talk
) -> None:
    """Names and words arrive as text, in the letter's HTML too."""
    evil = '<img src=x onerror="x()">{{ 7*7 }}</p>'
    await talk.desk.open(talk.visitor.id, name=evil)
    await talk.ask(evil)
    await talk.answer(evil)
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    page = html(server.messages[0])
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=") == 3
    assert "{{ 7*7 }}" in page


async def test_the_headers_say_what_it_is(database: Database, clock: HeldClock, talk: Talk) -> None:
    """Who sends it, to whom, when, and that no machine need answer."""
    await talk.answer("On Monday.")
    clock.forward(2 * MINUTE)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = server.messages
    assert letter["From"] == "Harbour Post <chat@news.example>"
    assert letter["Reply-To"] == "chat@news.example"
    assert letter["To"] == "ada@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].startswith("Thu, 28 May 2026 20:26:40")
    assert re.fullmatch(r"<[0-9a-f]{40}@news\.example>", letter["Message-ID"])


async def _letter(database: Database, **given: str) -> outbox.Letter:
    fields = {"recipient": "ada@example.com", "subject": "Hello", "text": "text", "html": ""}

    async def work(c: Any) -> None:
        await outbox.write(
            c,
            key="k",
            kind="transcript",
            conversation=None,
            now=HeldClock().at,
            **{**fields, **given},
        )

    await database.write(work)
    return (await letters(database))[0]


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: eve@example.com", "Hello\nBcc: eve@example.com", "a\r\n\r\nbody"]
)
async def test_a_subject_ends_no_line(database: Database, subject: str) -> None:
    """What somebody put into a title adds no header."""
    made: EmailMessage = message(await _letter(database, subject=subject), HOUSE.sender, "")

    assert made["Bcc"] is None
    assert "\nBcc:" not in made.as_string()
    assert made["Subject"] == " ".join(subject.split())


@pytest.mark.parametrize(
    "recipient",
    [
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "ada,eve@example.com",
        "ada",
        "@",
        "",
    ],
)
async def test_an_address_is_one_address(
    database: Database, clock: HeldClock, recipient: str
) -> None:
    """A letter to anything else is failed at once, with the reason; no server sees it."""
    await _letter(database, recipient=recipient)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    (letter,) = await letters(database)
    assert (letter.status, server.messages) == ("failed", [])
    assert letter.error.startswith("no address")


async def test_addresses_of_all_letters(database: Database, clock: HeldClock) -> None:
    """A host in other letters goes out in those of the DNS, a name as it is."""
    await _letter(database, recipient="josé@bücher.example")
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    assert server.recipients == ["josé@xn--bcher-kva.example"]


def test_the_mark_is_no_token() -> None:
    """Where the token will stand nothing stands that could be one."""
    assert len(MARK) < 43
