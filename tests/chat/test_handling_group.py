"""The group answer: one text in every open chat about an article, in each exactly once."""

import asyncio

from sqlalchemy import func, select, update

from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.chat.handling.group_answer import GroupAnswer
from portal.storage.database import Database
from portal.storage.tables.chat import conversation, entry
from tests.chat.conftest import Hire, message_id, somebody
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
