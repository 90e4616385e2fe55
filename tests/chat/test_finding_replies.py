"""Canned replies: who keeps them, who changes them, and where they are offered."""

from collections.abc import Collection, Mapping

import pytest
from sqlalchemy import select

from portal.chat.finding import replies as replies_module
from portal.chat.finding.messages import SaveReply
from portal.chat.finding.replies import Replies
from portal.chat.standing import by_account
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.storage.database import Database
from portal.storage.tables.staff import audit
from tests.chat.conftest import Hire, StartNode
from tests.chat.node import NOBODY
from tests.conftest import HeldClock

PATHS = {42: "/news/company-news/harbour", 7: "/newsletter/june", 9: "/about"}


async def titles(ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """What the newsroom calls its articles."""
    return {id: ("A title", PATHS[id]) for id in ids if id in PATHS}


@pytest.fixture
def replies(database: Database, clock: HeldClock) -> Replies:
    return Replies(database, titles, by_account, clock)


async def keep(
    replies: Replies, agent: Agent, shortcut: str, category: str = "", article: int | None = None
) -> None:
    asked = SaveReply(shortcut=shortcut, text=f"/{shortcut}", category=category, article=article)
    await replies.save(agent, asked)


async def test_the_nearest_are_offered_first(replies: Replies, hire: Hire) -> None:
    """Those of the article, of its category, of the one above, of none; never another's."""
    mei = await hire("mei")
    await keep(replies, mei, "general")
    await keep(replies, mei, "news", category="news")
    await keep(replies, mei, "company", category="/news/company-news/")
    await keep(replies, mei, "harbour", article=42)
    await keep(replies, mei, "june", article=7)

    async def offered(article: int | None) -> list[str]:
        return [each.shortcut for each in (await replies.offer(article)).replies]

    assert await offered(42) == ["harbour", "company", "news", "general"]
    assert await offered(7) == ["june", "general"]
    assert await offered(9) == ["general"]
    assert await offered(1_000) == ["general"]
    assert await offered(None) == ["company", "general", "harbour", "june", "news"]


async def test_a_shortcut_is_one_reply_however_it_is_written(replies: Replies, hire: Hire) -> None:
    """Saving it again changes it, and it stays whose it is."""
    mei = await hire("mei")
    await keep(replies, mei, "Hello", category="news")
    await replies.save(mei, SaveReply(shortcut="HELLO", title=" Hi ", text="Hello {visitor}"))

    (reply,) = (await replies.offer(None)).replies

    assert (reply.shortcut, reply.title, reply.text) == ("hello", "Hi", "Hello {visitor}")
    assert (reply.category, reply.article) == ("", None)


async def test_there_are_no_more_than_are_offered(
    replies: Replies, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused, so that none is kept that nobody finds; each can still be changed."""
    monkeypatch.setattr(replies_module, "REPLIES_MOST", 2)
    mei = await hire("mei")
    await keep(replies, mei, "one")
    await keep(replies, mei, "two")

    with pytest.raises(Refused) as refused:
        await keep(replies, mei, "three")
    await keep(replies, mei, "two", category="news")

    assert refused.value.code == "conflict"
    assert [each.shortcut for each in (await replies.offer(None)).replies] == ["one", "two"]


async def test_a_colleague_s_reply_is_changed_by_editors_only(
    replies: Replies, hire: Hire, database: Database
) -> None:
    """What was done, and by whom, stands in the audit log; what was refused does not."""
    mei, jun, eve = await hire("mei"), await hire("jun"), await hire("eve", Role.EDITOR)
    await keep(replies, mei, "hello")

    for refused in (keep(replies, jun, "Hello"), replies.remove(jun, "hello")):
        with pytest.raises(Refused) as error:
            await refused
        assert error.value.code == "not_allowed"
    await keep(replies, eve, "hello", category="news")
    await replies.remove(mei, "HELLO")
    with pytest.raises(Refused) as gone:
        await replies.remove(mei, "hello")

    assert gone.value.code == "not_found"
    async with database.read() as c:
        query = select(audit.c.staff_id, audit.c.action, audit.c.about).order_by(audit.c.id)
        rows = [tuple(row) for row in await c.execute(query)]
    assert rows == [
        (mei.id, "reply.saved", "/hello"),
        (eve.id, "reply.saved", "/hello"),
        (mei.id, "reply.removed", "/hello"),
    ]


async def test_a_console_keeps_and_asks(start_node: StartNode, hire: Hire) -> None:
    """Over the socket; what is no shortcut is refused, and so is whose access ended."""
    node = await start_node(redis_url=NOBODY, sweeping=False, titles=titles)
    mei = await hire("mei")
    console = await node.agent(mei)
    page = await node.visitor()

    saved = await console.ask("desk.save_reply", shortcut="hi", text="Hi {visitor}", title="Hi")
    told = await console.ask("desk.replies", article=42)

    assert saved["type"] == "ok"
    expected = {"shortcut": "hi", "title": "Hi", "text": "Hi {visitor}", "category": ""}
    assert told["replies"] == [{**expected, "article": None}]
    for shortcut in ("", "/hi", "a b", "x" * 41):
        answer = await console.ask("desk.save_reply", shortcut=shortcut, text="x")
        assert answer["type"] == "error", shortcut
    assert (await console.ask("desk.save_reply", shortcut="İ" * 30, text="x"))[
        "code"
    ] == "bad_field"
    assert (await page.ask("desk.replies"))["code"] == "unknown_type"
    assert (await console.ask("desk.remove_reply", shortcut="hi"))["type"] == "ok"
    node.disabled.add(mei.id)
    assert (await console.ask("desk.replies"))["code"] == "not_allowed"
