"""The group answer: one text in every open chat about an article, in each exactly once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.chat.handling.group_answer import MOST, GroupAnswer
from portal.errors import Refused
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, entry, visitor
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.test_handling_passing import begun, refusal, row

ARTICLE = 42
FEW = 5


async def asking(database: Database, desk: Desk, count: int) -> list[str]:
    """So many conversations about the article, a few at a time: a slow machine has few readers."""
    found: list[str] = []
    while len(found) < count:
        some = min(FEW, count - len(found))
        found += await asyncio.gather(*(begun(desk, somebody()) for _ in range(some)))
    reads = update(conversation).where(conversation.c.id.in_(found)).values(article_id=ARTICLE)
    await database.write(lambda c: c.execute(reads))
    return found


async def said(database: Database, id: str) -> dict[str, int]:
    """How often each conversation holds what was said under an id."""
    query = (
        select(entry.c.conversation_id, func.count().label("times"))
        .where(entry.c.client_id == id, entry.c.kind == "text")
        .group_by(entry.c.conversation_id)
    )
    async with database.read() as c:
        return {each.conversation_id: each.times for each in await c.execute(query)}


async def test_two_hundred_are_answered_once(database: Database, desk: Desk, hire: Hire) -> None:
    """Whose they are stays as it was; nobody waits for an answer; again gives the same answer."""
    mei, tom, group = await hire("mei"), await hire("tom"), GroupAnswer(desk.acts)
    asked = await asking(database, desk, 200)
    other = await begun(desk, somebody())
    await desk.claim(tom, asked[0])
    id = message_id()

    first = await group.answer(mei, id, ARTICLE, "It is being corrected.")
    again = await group.answer(mei, id, ARTICLE, "It is being corrected.")

    assert sorted(first.conversations) == sorted(asked)
    assert first.skipped == []
    assert again == first
    assert await said(database, id) == dict.fromkeys(asked, 1)
    owned, unowned = await row(database, asked[0]), await row(database, asked[1])
    assert (owned.status, owned.agent, owned.waiting_since) == (Status.OPEN, tom.id, None)
    assert (unowned.status, unowned.agent, unowned.waiting_since) == (Status.WAITING, None, None)
    assert (await row(database, other)).waiting_since is not None
    async with database.read() as c:
        data = (await c.execute(select(entry.c.data).where(entry.c.client_id == id))).scalars()
        assert all(each == {"group": True} for each in data)


async def test_what_was_closed_meanwhile_is_skipped(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """And so is what is unknown; the answer says which, the second time as well."""
    mei, group, id = await hire("mei"), GroupAnswer(desk.acts), message_id()
    one, other = await asking(database, desk, 2)
    await desk.claim(mei, other)
    await desk.close(mei, other)

    first = await group.answer(mei, id, ARTICLE, "yes", [one, other, "nowhere"])
    await asking(database, desk, 1)
    again = await group.answer(mei, id, ARTICLE, "yes", [one, other, "nowhere"])

    assert first.conversations == [one]
    assert sorted(first.skipped) == sorted([other, "nowhere"])
    assert again == first
    assert await said(database, id) == {one: 1}
    assert await refusal(group.answer(mei, id, ARTICLE, "no")) == "conflict"
    assert await refusal(group.answer(mei, id, 7, "yes")) == "conflict"


async def test_two_agents_and_two_of_the_same_at_once(
    database: Database, desk: Desk, hire: Hire
) -> None:
    """Each agent's answer stands once in each; one request sent twice at once is one."""
    mei, tom, group = await hire("mei"), await hire("tom"), GroupAnswer(desk.acts)
    asked = await asking(database, desk, 5)
    id = message_id()

    await asyncio.gather(
        group.answer(mei, id, ARTICLE, "from mei"),
        group.answer(mei, id, ARTICLE, "from mei"),
        group.answer(tom, id, ARTICLE, "from tom"),
    )

    assert await said(database, id) == dict.fromkeys(asked, 2)


async def test_one_that_was_broken_off_goes_on(database: Database, desk: Desk, hire: Hire) -> None:
    """What was meant is written down first: the repetition reaches the rest, and nobody twice."""
    mei, id = await hire("mei"), message_id()
    asked = await asking(database, desk, 4)
    breaks = GroupAnswer(desk.acts)
    say, calls = breaks._say, iter([True, True, False])

    async def broken(*given: object) -> bool:
        if not next(calls):
            raise asyncio.CancelledError
        return await say(*given)  # type: ignore[arg-type]

    breaks._say = broken  # type: ignore[assignment,method-assign]
    done = await asyncio.gather(
        asyncio.ensure_future(breaks.answer(mei, id, ARTICLE, "yes")), return_exceptions=True
    )
    between = len(await said(database, id))
    answer = await GroupAnswer(desk.acts).answer(mei, id, ARTICLE, "yes")

    assert isinstance(done[0], asyncio.CancelledError)
    assert between == 2
    assert sorted(answer.conversations) == sorted(asked)
    assert await said(database, id) == dict.fromkeys(asked, 1)


async def test_more_than_a_thousand_are_refused(database: Database, desk: Desk, hire: Hire) -> None:
    """In words that name both numbers, before anything is said; whether they are named or not."""
    mei, group = await hire("mei"), GroupAnswer(desk.acts)
    (one,) = await asking(database, desk, 1)
    more = [{"id": f"visitor-{n}", "created_at": 0} for n in range(MOST)]
    rows = [
        {
            "id": f"conversation-{n:04}",
            "visitor_id": f"visitor-{n}",
            "status": "waiting",
            "article_id": ARTICLE,
            "last_seq": 1,
            "last_at": 0,
            "created_at": 0,
        }
        for n in range(MOST)
    ]

    async def many(c: AsyncConnection) -> None:
        await c.execute(insert(visitor), more)
        await c.execute(insert(conversation), rows)

    await database.write(many)
    id = message_id()
    with pytest.raises(Refused) as refused:
        await group.answer(mei, id, ARTICLE, "yes")
    named = [one, *(f"conversation-{n:04}" for n in range(MOST))]
    with pytest.raises(Refused) as too:
        await group.answer(mei, id, ARTICLE, "yes", named)

    assert (refused.value.code, too.value.code) == ("too_long", "too_long")
    assert "1,001" in refused.value.message
    assert "1,000" in refused.value.message
    assert await said(database, id) == {}
    assert (await group.answer(mei, id, ARTICLE, "yes", [one])).conversations == [one]


async def test_other_frames_are_answered_meanwhile(
    start_node: StartNode, desk: Desk, database: Database, hire: Hire
) -> None:
    """While it goes out its agent works on; another answer to all has to wait for the first."""
    node = await start_node()
    asked = await asking(database, desk, 3)
    console = await node.agent(await hire("mei"))
    group, gate = node.chat.handling.group, asyncio.Event()
    say = group._say

    async def held(*given: Any) -> bool:
        await gate.wait()
        return await say(*given)

    group._say = held  # type: ignore[assignment,method-assign]
    id, text = message_id(), "It is being corrected."
    frame = {"id": id, "article": ARTICLE, "text": text}
    await console.tell("chat.answer_all", ref="all", **frame)
    claimed = await console.ask("chat.claim", conversation=asked[0])
    noted = await console.ask("chat.note", conversation=asked[0], id=message_id(), text="hm")
    other = await console.ask("chat.answer_all", **{**frame, "id": message_id()})
    early = [each for each in console.told if each["type"] == "chat.answered_all"]
    gate.set()
    told = await console.hears("chat.answered_all", ref="all")
    after = await console.ask("chat.answer_all", **{**frame, "id": message_id()})

    assert (claimed["type"], noted["type"], other["code"]) == (
        "chat.claimed",
        "chat.stored",
        "limited",
    )
    assert other["retry_ms"] > 0
    assert early == []
    assert sorted(told["conversations"]) == sorted(asked)
    assert after["type"] == "chat.answered_all"


async def test_it_goes_on_without_its_socket(
    start_node: StartNode, desk: Desk, database: Database, hire: Hire
) -> None:
    """The line breaks behind the request: everybody gets it, and the same id tells so."""
    node = await start_node()
    asked = await asking(database, desk, 3)
    mei = await hire("mei")
    console = await node.agent(mei)
    id = message_id()
    frame: dict[str, Any] = {"id": id, "article": ARTICLE, "text": "yes"}
    await console.tell("chat.answer_all", ref="all", **frame)
    await console.ask("live.ping")
    await console.close()
    again = await (await node.agent(mei)).ask("chat.answer_all", **frame)

    assert sorted(again["conversations"]) == sorted(asked)
    assert await said(database, id) == dict.fromkeys(asked, 1)
