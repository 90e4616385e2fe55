"""Search: words and people, whoever said them, and nothing of what is erased."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text

from portal.chat import transcript
from portal.chat.conversation import stays
from portal.chat.desk import Desk
from portal.chat.finding import index
from portal.chat.finding.searching import EXCERPT, PAGE, Searching, excerpt
from portal.chat.told import File
from portal.errors import Refused
from portal.identity import Visitor
from portal.storage import search
from portal.storage.database import Database
from portal.storage.tables.chat import conversation as conversations
from portal.storage.tables.chat import entry as entries
from portal.storage.tables.search import entry_words
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import NOBODY, secret


async def says(desk: Desk, visitor: Visitor, words: str) -> str:
    """Say something; return the conversation."""
    await desk.open(visitor.id)
    return (await desk.say(visitor, None, message_id(), words)).conversation


async def found(database: Database, hire: Hire, typed: str) -> list[tuple[str, int]]:
    """Conversation and number of all that is found."""
    results = await Searching(database).find(await hire(message_id()), typed, None)
    return [(each.conversation, each.seq) for each in results.found]


async def test_words_of_both_sides_and_notes_are_found_at_once(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """What was committed is found; the newest match of a conversation stands for it."""
    visitor, agent = somebody(), await hire("mei")
    which = await says(desk, visitor, "Is the Harbour open?")
    answer = await desk.say(agent, which, message_id(), "The harbour opens on Monday.")
    note = await desk.note(agent, which, message_id(), "He owns a trawler")

    assert await found(database, hire, "harbour") == [(which, answer.seq)]
    assert await found(database, hire, "HARBOUR is") == [(which, 1)]
    assert await found(database, hire, "trawl") == [(which, note.seq)]
    assert await found(database, hire, "trawl harbour") == []


async def test_two_chinese_characters_find(database: Database, desk: Desk, hire: Hire) -> None:
    """And one; what stands in none finds nothing."""
    which = await says(desk, somebody(), "我想问一下港口什么时候开放")

    for typed in ("港口", "开放", "放", "什么时候"):
        assert await found(database, hire, typed) == [(which, 1)], typed
    assert await found(database, hire, "口港") == []


async def test_people_are_found_by_name_address_and_topic(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """As they are called now, in every conversation they spoke in; a number is a name, too."""
    ana, other = somebody(), somebody()
    await desk.open(ana.id, topic="Subscription")
    which = (await desk.say(ana, None, message_id(), "hello")).conversation
    nameless = await says(desk, other, "good day")
    await desk.open(ana.id, name="Ana Müller", email="ana@example.com")

    for typed in ("muller", "ana@example.com", "subscr"):
        assert await found(database, hire, typed) == [(which, 0)], typed
    called = (await desk.of(other)).visitor_name
    assert await found(database, hire, called) == [(nameless, 0)]
    await desk.open(ana.id, name="Zoe")
    assert await found(database, hire, "muller") == []


async def test_who_never_spoke_is_not_found(database: Database, desk: Desk, hire: Hire) -> None:
    """An open panel is no conversation."""
    await desk.open(somebody().id, name="Quiet")

    assert await found(database, hire, "quiet") == []


async def test_files_are_found_by_their_names(
    database: Database, desk: Desk, hire: Hire, clock: Any
) -> None:
    """Whatever was said with them."""
    visitor = somebody()
    before = await desk.open(visitor.id)
    file = File(id="a" * 22, name="Invoice-2026.pdf", kind="application/pdf", size=1)
    draft = transcript.Draft(
        id=message_id(), kind="file", author="visitor", who="", text="here", files=(file,)
    )
    await database.write(
        lambda c: transcript.append(c, before, stays(before), [draft], clock(), "")
    )

    assert await found(database, hire, "invoice 2026") == [(before.id, 1)]


async def test_what_is_erased_is_found_no_more(database: Database, desk: Desk, hire: Hire) -> None:
    """Neither by asking for it, nor in the index itself, nor when its row simply goes."""
    first = await says(desk, somebody(), "about the tide")
    second = await says(desk, somebody(), "about the tide")
    third = await says(desk, somebody(), "the tide, too")
    await database.write(lambda c: index.erase(c, [first]))

    async def remove(c: Any) -> None:
        await c.execute(delete(entries).where(entries.c.conversation_id == second))
        await c.execute(delete(conversations).where(conversations.c.id == second))

    await database.write(remove)
    assert await found(database, hire, "tide") == [(third, 1)]
    async with database.read() as c:
        rows = (await c.execute(select(entry_words.c.conversation_id))).scalars()
        assert set(rows) == {third}
        if database.sqlite:
            within = text("SELECT count(*) FROM entry_words_fts WHERE entry_words_fts MATCH 'tide'")
            assert await c.scalar(within) == 1


async def test_pages_follow_each_other_newest_first(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """Each conversation stands once, however often it matches and whatever comes meanwhile."""
    agent = await hire("mei")
    visitors = [somebody() for _ in range(PAGE + 5)]
    made = [await says(desk, each, f"storm {n}") for n, each in enumerate(visitors)]
    await desk.say(visitors[0], None, message_id(), "storm again")
    searching = Searching(database)

    first = await searching.find(agent, "storm", None)
    await desk.say(visitors[1], None, message_id(), "storm once more")
    second = await searching.find(agent, "storm", str(first.next))

    expected = [made[0], *reversed(made[1:])]
    assert [each.conversation for each in first.found] == expected[:PAGE]
    assert [each.conversation for each in second.found] == [
        each for each in expected[PAGE:] if each != made[1]
    ]
    with pytest.raises(Refused):
        await searching.find(agent, "storm", "1 OR 1=1")


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "*", "a*", 'a" OR b', "NEAR(a b)", "a:b", "-a", "(", "%", "\\", "a & !b", "😀"],
)
async def test_nothing_that_is_typed_is_a_command(
    database: Database, desk: Desk, hire: Hire, typed: str
) -> None:
    """Signs that mean something to a database are nothing here."""
    await says(desk, somebody(), "zzz")

    assert await found(database, hire, typed) == []


def test_an_excerpt_shows_the_first_match() -> None:
    """At most 200 characters around it, and marks a browser can count."""
    asked = search.query("needle")
    assert asked is not None
    whole = "hay 😀 " * 100 + "the needle\nand a Needle" + " hay" * 100

    shown, marks = excerpt(whole, asked)

    units = shown.encode("utf-16-le")
    assert len(shown) <= EXCERPT
    assert [units[a * 2 : b * 2].decode("utf-16-le") for a, b in marks] == ["needle", "Needle"]
    assert "\n" not in shown
    assert excerpt("a needle", asked) == ("a needle", [(2, 8)])


async def test_a_console_searches(start_node: StartNode, hire: Hire) -> None:
    """Over the socket: words, marks, and refusals like those of a list; visitors cannot."""
    node = await start_node(redis_url=NOBODY, sweeping=False)
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret(), name="Ana")
    stored = await page.ask("chat.say", id=message_id(), text="Wann öffnet der Hafen?")
    agent = await hire("mei")
    console = await node.agent(agent)

    answer = await console.ask("desk.search", query="offnet hafen")

    assert answer["type"] == "desk.found"
    assert answer["query"] == "offnet hafen"
    assert answer["found"] == [
        {
            "conversation": stored["conversation"],
            "seq": 1,
            "name": "Ana",
            "status": "waiting",
            "by": "visitor",
            "text": "Wann öffnet der Hafen?",
            "marks": [[5, 11], [16, 21]],
            "at": stored["at"],
        }
    ]
    assert (await console.ask("desk.search", query="x" * 201))["code"] == "too_long"
    assert (await console.ask("desk.search", query="a", after="?"))["code"] == "bad_field"
    assert (await page.ask("desk.search", query="hafen"))["code"] == "unknown_type"
    node.disabled.add(agent.id)
    assert (await console.ask("desk.search", query="hafen"))["code"] == "not_allowed"


async def test_a_search_holds_nobody_up(database: Database, desk: Desk, hire: Hire) -> None:
    """While many look for what everybody says, what is said is stored."""
    agent, visitor = await hire("mei"), somebody()
    for n in range(30):
        await says(desk, visitor, f"everybody says so {n}")
    searching = Searching(database)

    looking = [asyncio.create_task(searching.find(agent, "e", None)) for _ in range(20)]
    async with asyncio.timeout(5):
        await desk.say(visitor, None, message_id(), "at once")
    await asyncio.gather(*looking)

    async with database.read() as c:
        assert await c.scalar(select(func.count()).select_from(entries)) == 31
