"""A mail server that is down, slow, refuses, breaks off (F54): chat goes on, mail goes out once."""

import asyncio
from typing import Any

import pytest

from portal.chat.desk import Desk
from portal.chat.outreach import outbox, tries
from portal.chat.outreach.message import message
from portal.chat.outreach.outbox import STALE_MS, UNDER_WAY_MS, Letter
from portal.chat.outreach.tries import AGAIN_MS
from portal.clock import DAY, HOUR, MINUTE, SECOND
from portal.storage.database import Database
from tests.chat.conftest import Hire, message_id, somebody
from tests.chat.mailroom import HOUSE, letters, mailing
from tests.conftest import HeldClock
from tests.support.mail import MailServer, mail_server, plain

NOBODY = "smtp://127.0.0.1:1"
"""A port at which nobody listens."""


async def written(database: Database, now: int, *keys: str) -> None:
    """Letters that are due."""

    async def work(c: Any) -> None:
        for key in keys:
            await outbox.write(
                c,
                key=key,
                kind=outbox.TRANSCRIPT,
                conversation=None,
                recipient="ada@example.com",
                subject=f"letter {key}",
                text=f"words of {key}\n",
                html="",
                now=now,
            )

    await database.write(work)


async def one(database: Database) -> Letter:
    """The letter."""
    (found,) = await letters(database)
    return found


async def test_of_one_key_there_is_one_letter(database: Database, clock: HeldClock) -> None:
    """Whatever is repeated, however often."""
    await written(database, clock(), "a", "a", "b")
    await written(database, clock(), "a")

    assert [each.key for each in await letters(database)] == ["a", "b"]


async def test_a_letter_of_what_was_undone_is_not_sent(
    database: Database, clock: HeldClock
) -> None:
    """It is written in the transaction of what it tells of, and goes with it."""

    async def undone(c: Any) -> None:
        await outbox.owe(c, "x", "ada@example.com", [1], clock())  # type: ignore[arg-type]
        raise LookupError

    with pytest.raises(Exception):  # noqa: B017 - on PostgreSQL the foreign key speaks first
        await database.write(undone)

    assert await letters(database) == []


async def test_without_a_server_letters_wait(database: Database, clock: HeldClock) -> None:
    """They stay in the outbox, readable; a server set up the next day sends them."""
    await written(database, clock(), "a")
    await mailing(database, clock, None).run()
    clock.forward(DAY)
    await mailing(database, clock, None).run()
    waiting = await one(database)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    assert (waiting.status, waiting.attempts, waiting.text) == ("waiting", 0, "words of a\n")
    assert [plain(each) for each in server.messages] == ["words of a\n"]


async def test_a_letter_nobody_could_send_for_a_week_is_given_up(
    database: Database, clock: HeldClock
) -> None:
    """What it tells is no news any more."""
    await written(database, clock(), "a")
    clock.forward(STALE_MS)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    assert (await one(database)).status == "failed"
    assert server.messages == []


async def test_a_server_that_is_down_is_asked_again(database: Database, clock: HeldClock) -> None:
    """After 30 s, 2 min, 10 min, 1 h and 6 h; the letter goes out when it is back."""
    await written(database, clock(), "a")
    waits = []
    for _ in range(3):
        await mailing(database, clock, NOBODY).run()
        letter = await one(database)
        waits.append(letter.due_at - clock())
        clock.forward(waits[-1])
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    letter = await one(database)
    assert waits == [30 * SECOND, 2 * MINUTE, 10 * MINUTE]
    assert (letter.status, letter.attempts, letter.error) == ("sent", 4, "")
    assert len(server.messages) == 1


async def test_after_the_last_try_it_has_failed(database: Database, clock: HeldClock) -> None:
    """With the reason; nobody tries it again."""
    await written(database, clock(), "a")
    for wait in (*AGAIN_MS, 7 * HOUR):
        await mailing(database, clock, NOBODY).run()
        clock.forward(wait)
    async with mail_server() as server:
        await mailing(database, clock, server.url).run()

    letter = await one(database)
    assert (letter.status, letter.attempts) == ("failed", 6)
    assert "cannot be reached" in letter.error
    assert server.messages == []


@pytest.mark.parametrize("where", ["recipient", "data"])
async def test_a_refusal_for_now_is_tried_again(
    database: Database, clock: HeldClock, where: str
) -> None:
    """4xx, as greylisting does: half a minute later it goes out."""
    await written(database, clock(), "a")
    async with mail_server() as server:
        setattr(server, where, "451 greylisted, come back")
        job = mailing(database, clock, server.url)
        await job.run()
        refused = await one(database)
        setattr(server, where, "250 OK")
        clock.forward(30 * SECOND)
        await job.run()

    assert (refused.status, refused.error) == ("waiting", "451 greylisted, come back")
    assert ((await one(database)).status, len(server.messages)) == ("sent", 1)


@pytest.mark.parametrize("where", ["recipient", "data"])
async def test_a_refusal_for_good_is_the_end(
    database: Database, clock: HeldClock, where: str
) -> None:
    """5xx: failed at once, with what the server said; the next letter is sent all the same."""
    await written(database, clock(), "a")
    async with mail_server() as server:
        setattr(server, where, "550 no such user")
        job = mailing(database, clock, server.url)
        await job.run()
        setattr(server, where, "250 OK")
        await written(database, clock(), "b")
        clock.forward(DAY)
        await job.run()

    first, second = await letters(database)
    assert (first.status, first.error, first.attempts) == ("failed", "550 no such user", 1)
    assert (second.status, [each["Subject"] for each in server.messages]) == ("sent", ["letter b"])


async def test_one_refused_letter_does_not_hold_up_the_others(
    database: Database, clock: HeldClock
) -> None:
    """All of a round go over one line; who is refused is alone with it."""
    keys = [str(n) for n in range(5)]
    await written(database, clock(), *keys)

    class Picky(MailServer):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            if b"letter 2" in envelope.content:
                return "554 no"
            return await super().handle_DATA(server, session, envelope)

    async with mail_server(kind=Picky) as server:
        await mailing(database, clock, server.url).run()

    assert len(server.messages) == 4
    assert [each.status for each in await letters(database)].count("failed") == 1


async def test_a_slow_server_is_not_waited_for(database: Database, clock: HeldClock) -> None:
    """It had the letter and said nothing: nobody knows, so it is sent at most once more."""
    await written(database, clock(), "a")
    async with mail_server(slow_seconds=30.0) as server:
        job = mailing(database, clock, server.url, command_seconds=0.2)
        async with asyncio.timeout(3):
            await job.run()
        doubtful = await one(database)
        server.slow_seconds = 0.0
        clock.forward(30 * SECOND)
        await job.run()

    assert (doubtful.status, doubtful.doubts) == ("waiting", 1)
    assert (await one(database)).status == "sent"
    assert [each["Message-ID"] for each in server.messages] == [
        server.messages[0]["Message-ID"]
    ] * 2


async def test_nobody_gets_a_third_letter(database: Database, clock: HeldClock) -> None:
    """A server that takes all and breaks off before it says so gets it twice, not oftener."""
    await written(database, clock(), "a")
    async with mail_server(data="") as server:
        job = mailing(database, clock, server.url)
        for _ in range(5):
            await job.run()
            clock.forward(7 * HOUR)

    letter = await one(database)
    assert (letter.status, letter.doubts, letter.attempts) == ("failed", 2, 2)
    assert len(server.messages) == 2


async def test_a_process_killed_in_the_middle_sends_it_once_more(
    database: Database, clock: HeldClock
) -> None:
    """The next one waits until that try cannot go on any more, and knows that it was one."""
    await written(database, clock(), "a")
    async with mail_server(slow_seconds=30.0) as server:
        killed = asyncio.create_task(mailing(database, clock, server.url).run())
        async with asyncio.timeout(5):
            while not server.messages:
                await asyncio.sleep(0.01)
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
        server.slow_seconds = 0.0

        job = mailing(database, clock, server.url)
        clock.forward(MINUTE)
        await job.run()
        soon = len(server.messages)
        clock.forward(UNDER_WAY_MS)
        await job.run()
        await job.run()

    letter = await one(database)
    assert (soon, len(server.messages)) == (1, 2)
    assert (letter.status, letter.attempts, letter.doubts) == ("sent", 2, 1)
    assert server.messages[0]["Message-ID"] == server.messages[1]["Message-ID"]


async def test_whoever_is_killed_again_and_again_stops(
    database: Database, clock: HeldClock
) -> None:
    """After two tries that nobody came back from there is no third."""
    await written(database, clock(), "a")
    (letter,) = await letters(database)
    begun = []
    for _ in range(4):
        begun.append(await database.write(lambda c: tries.begin(c, letter.id, clock())))
        clock.forward(UNDER_WAY_MS + 1)

    assert [each is not None for each in begun] == [True, True, False, False]
    assert (await one(database)).status == "failed"


async def test_two_nodes_begin_a_letter_once(database: Database, clock: HeldClock) -> None:
    """The lease of the job may be lost; the row is not."""
    await written(database, clock(), *[str(n) for n in range(6)])
    async with mail_server(slow_seconds=0.05) as server:
        await asyncio.gather(*(mailing(database, clock, server.url).run() for _ in range(3)))

    assert sorted(each["Subject"] for each in server.messages) == [f"letter {n}" for n in range(6)]


async def test_who_comes_back_late_ends_no_other_try(database: Database, clock: HeldClock) -> None:
    """A process that slept through its try does not call the next one's letter failed."""
    await written(database, clock(), "a")
    (letter,) = await letters(database)
    slept = await database.write(lambda c: tries.begin(c, letter.id, clock()))
    clock.forward(UNDER_WAY_MS + 1)
    awake = await database.write(lambda c: tries.begin(c, letter.id, clock()))
    assert slept is not None and awake is not None
    await database.write(lambda c: tries.sent(c, awake, clock()))

    await database.write(lambda c: tries.fail(c, slept, "too late"))

    assert (await one(database)).status == "sent"


async def test_a_message_is_the_same_whenever_it_is_made(
    database: Database, clock: HeldClock
) -> None:
    """Its id comes from its key, its date from when it was written."""
    await written(database, clock(), "a", "b")
    first, other = [message(each, HOUSE.sender, "") for each in await letters(database)]
    clock.forward(HOUR)
    again = message((await letters(database))[0], HOUSE.sender, "")

    assert (first["Message-ID"], first["Date"]) == (again["Message-ID"], again["Date"])
    assert first["Message-ID"] != other["Message-ID"]


async def test_chat_does_not_wait_for_the_mail_server(
    database: Database, clock: HeldClock, desk: Desk, hire: Hire
) -> None:
    """While the server holds a letter in its hands, visitors and agents go on."""
    visitor, mei = somebody(), await hire("Mei")
    row = await desk.open(visitor.id, email="ada@example.com")
    await desk.say(visitor, None, message_id(), "hello")
    await desk.say(mei, row.id, message_id(), "hello")
    clock.forward(2 * MINUTE)
    async with mail_server(slow_seconds=30.0) as server:
        sending = asyncio.create_task(mailing(database, clock, server.url).run())
        async with asyncio.timeout(5):
            while not server.messages:
                await asyncio.sleep(0.01)
            await desk.say(visitor, None, message_id(), "are you there?")
            said = await desk.say(mei, row.id, message_id(), "I am")
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    assert said.seq == 5
