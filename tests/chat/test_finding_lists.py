"""The lists of the console: what stands in each, narrowed, in order, page by page."""

from typing import Any

import pytest
from sqlalchemy import event, insert, update

from portal.chat import lists as module
from portal.chat.desk import Desk
from portal.chat.lists import Lists
from portal.identity import Agent
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables.desk import mention
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import NOBODY, secret
from tests.conftest import HeldClock


async def write(database: Database, statement: Any) -> None:
    """Execute one statement."""

    async def work(c: Any) -> None:
        await c.execute(statement)

    await database.write(work)


async def sets(database: Database, which: str, **columns: Any) -> None:
    """Change a conversation's row."""
    row = tables.conversation
    await write(database, update(row).where(row.c.id == which).values(columns))


class Scene:
    """Five conversations, one second apart: waiting, answered, asking again, snoozed, closed."""

    def __init__(self, database: Database, desk: Desk, clock: HeldClock) -> None:
        self.database, self.desk, self.clock = database, desk, clock
        self.lists = Lists(database)
        self.named: dict[str, str] = {}

    async def play(self, mei: Agent) -> "Scene":
        await self._says("waiting")
        for name in ("answered", "asking", "snoozed", "closed"):
            visitor = await self._says(name)
            await self.desk.say(mei, self.named[name], message_id(), "an answer")
            if name == "asking":
                self.clock.forward(1_000)
                await self.desk.say(visitor, None, message_id(), "but why?")
        await sets(self.database, self.named["snoozed"], snoozed_until=self.clock() + 9_000)
        await self.desk.close(mei, self.named["closed"])
        await self.desk.open(somebody().id)
        return self

    async def _says(self, name: str) -> Any:
        self.clock.forward(1_000)
        visitor = somebody()
        await self.desk.open(visitor.id)
        said = await self.desk.say(visitor, None, message_id(), name)
        self.named[name] = said.conversation
        return visitor

    async def within(self, agent: Agent, name: str, **narrowed: int) -> list[str]:
        page = await self.lists.page(agent, name, None, **narrowed)
        names = {id: name for name, id in self.named.items()}
        found = [names.get(row.conversation, "silent") for row in page.conversations]
        assert page.total == len(found)
        return found


@pytest.fixture
async def mei(hire: Hire) -> Agent:
    return await hire("mei")


@pytest.fixture
async def scene(database: Database, desk: Desk, clock: HeldClock, mei: Agent) -> Scene:
    return await Scene(database, desk, clock).play(mei)


async def test_each_list_holds_its_own(scene: Scene, mei: Agent, hire: Hire) -> None:
    """What is snoozed stands in no list of work until it is woken."""
    other = await hire("jun")

    assert await scene.within(mei, "waiting") == ["waiting"]
    assert await scene.within(mei, "mine") == ["asking", "answered"]
    assert await scene.within(other, "mine") == []
    assert await scene.within(other, "unanswered") == ["waiting", "asking"]
    assert await scene.within(other, "snoozed") == ["snoozed"]
    assert await scene.within(other, "closed") == ["closed"]
    everything = await scene.within(other, "all")
    assert sorted(everything) == ["answered", "asking", "closed", "silent", "snoozed", "waiting"]
    assert await scene.lists.loads([mei.id]) == {mei.id: 2}

    await sets(scene.database, scene.named["snoozed"], snoozed_until=None)

    assert await scene.within(mei, "mine") == ["snoozed", "asking", "answered"]
    assert await scene.lists.loads([mei.id]) == {mei.id: 3}


async def test_mentions_are_one_s_own_and_unseen_ones_first(
    scene: Scene, mei: Agent, hire: Hire
) -> None:
    """Then the newest; a colleague's stand in his list."""
    jun = await hire("jun")
    for name, who, at, seen in (
        ("waiting", mei, 10, 11),
        ("closed", mei, 5, None),
        ("asking", mei, 30, 31),
        ("answered", mei, 7, None),
        ("snoozed", jun, 50, None),
    ):
        row = {"staff_id": who.id, "conversation_id": scene.named[name], "seq": 1}
        await write(scene.database, insert(mention).values(at=at, seen_at=seen, **row))

    assert await scene.within(mei, "mentions") == ["answered", "closed", "asking", "waiting"]
    assert await scene.within(jun, "mentions") == ["snoozed"]


async def test_label_and_article_narrow_any_list(scene: Scene, mei: Agent) -> None:
    """Also both together; the rows say which labels they carry."""
    database = scene.database
    for id, name in enumerate(("billing", "urgent"), 1):
        row = {"id": id, "name": name, "folded": name, "created_at": 0}
        await write(database, insert(tables.label).values(row))
    for name, label in (("waiting", 1), ("asking", 1), ("asking", 2), ("closed", 2)):
        row = {"conversation_id": scene.named[name], "label_id": label}
        await write(database, insert(tables.conversation_label).values(row))
    await sets(database, scene.named["asking"], article_id=42)

    assert await scene.within(mei, "unanswered", label=1) == ["waiting", "asking"]
    assert await scene.within(mei, "mine", label=1) == ["asking"]
    assert sorted(await scene.within(mei, "all", label=2)) == ["asking", "closed"]
    assert await scene.within(mei, "all", article=42) == ["asking"]
    assert await scene.within(mei, "closed", label=2, article=42) == []
    (found,) = await scene.lists.rows([scene.named["asking"]])
    assert found.labels == (1, 2)


async def test_a_row_tells_what_the_desk_needs(scene: Scene, mei: Agent) -> None:
    """Desk, labels, snooze, rating, language, and how much is unread."""
    which = scene.named["asking"]
    await sets(scene.database, which, desk_id=3, snoozed_until=77)
    rated = {"conversation_id": which, "score": 4, "at": 0}
    await write(scene.database, insert(tables.rating).values(rated))
    await write(scene.database, update(tables.visitor).values(language="zh-CN"))

    (row,) = await scene.lists.rows([which])

    assert (row.desk, row.snoozed_until, row.rating, row.language) == (3, 77, 4, "zh-CN")
    assert (row.unread, row.labels) == (2, ())


@pytest.mark.parametrize("name", ["all", "unanswered", "mentions", "snoozed", "closed"])
async def test_pages_skip_nothing_and_repeat_nothing(
    scene: Scene, mei: Agent, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row, also where moments are the same."""
    for which in scene.named.values():
        columns: dict[str, Any] = {"last_at": 5}
        match name:
            case "unanswered":
                columns |= {"waiting_since": 5}
            case "snoozed":
                columns |= {"status": "open", "snoozed_until": 5}
            case "closed":
                columns |= {"status": "closed"}
            case "mentions":
                row = {"staff_id": mei.id, "conversation_id": which, "seq": 1, "at": 9}
                await write(scene.database, insert(mention).values(row))
        await sets(scene.database, which, **columns)
    whole = [row.conversation for row in (await scene.lists.page(mei, name, None)).conversations]
    monkeypatch.setattr(module, "PAGE", 1)

    singly: list[str] = []
    after: str | None = None
    while len(singly) <= len(whole):
        page = await scene.lists.page(mei, name, after)
        singly += [row.conversation for row in page.conversations]
        if not isinstance(page.next, str):
            break
        after = page.next

    assert len(whole) >= 4
    assert singly == whole


async def test_rows_cost_the_same_however_many_they_are(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two statements a batch: at a hundred messages a second they are read twenty times."""
    counted: list[int] = []
    for some in (list(scene.named.values())[:1], list(scene.named.values())):
        async with scene.database.read() as probe:
            engine = probe.engine.sync_engine
        statements: list[str] = []

        def note(*given: Any, kept: list[str] = statements) -> None:
            kept.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        await scene.lists.rows(some)
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(statements))

    assert counted == [2, 2]


async def test_a_console_watches_a_narrowed_list(start_node: StartNode, hire: Hire) -> None:
    """The answer says which list it is, narrowed by what; rows follow whichever was asked."""
    node = await start_node(redis_url=NOBODY, sweeping=False)
    console = await node.agent(await hire("mei"))

    told = await console.ask("desk.watch", list="unanswered", label=7, article=42)
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret())
    await page.ask("chat.say", id=message_id(), text="hello")
    row = await console.hears("desk.changed", status="waiting", last_text="hello")

    assert (told["list"], told["label"], told["article"], told["total"]) == ("unanswered", 7, 42, 0)
    assert row["waiting_since"] is not None
    assert (row["snoozed_until"], row["labels"], row["desk"]) == (None, [], None)
    plain = await console.ask("desk.watch", list="snoozed")
    assert "label" not in plain
    assert (await console.ask("desk.watch", list="none"))["code"] == "bad_field"
