"""The queue over real sockets: the next one, how many at once, and whose desk a question is for."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.setup.seats import ACTION
from portal.identity import Agent, Role
from portal.news.store.categories import category_of
from portal.storage.database import Database
from portal.storage.tables.chat import conversation
from portal.storage.tables.desk import desk, desk_member, seat
from portal.storage.tables.news import article, category
from portal.storage.tables.staff import audit, staff
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Node, Screen, secret
from tests.conftest import HeldClock
from tests.support.machine import BUSY


async def asks(node: Node, clock: HeldClock, **hello: Any) -> tuple[Screen, str]:
    """A visitor who waits, on the page he says in his hello."""
    clock.forward(1_000)
    page = await node.visitor(**hello)
    which: str = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    return page, which


async def bound(database: Database, name: str, categories: list[str], *members: Agent) -> int:
    """A desk to which the questions about these categories come."""
    row = {"slug": name, "name": name, "categories": categories, "created_at": 0}

    async def work(c: AsyncConnection) -> int:
        id: int = (await c.execute(insert(desk).values(row).returning(desk.c.id))).scalar_one()
        for each in members:
            await c.execute(insert(desk_member).values(desk_id=id, staff_id=each.id))
        return id

    return await database.write(work)


async def published(database: Database, path: str) -> int:
    """An article that stands in this category."""

    async def work(c: AsyncConnection) -> int:
        place = {"slug": path.rpartition("/")[2], "path": path, "name": path}
        made = insert(category).values(place).returning(category.c.id)
        stands = (await c.execute(made)).scalar_one()
        row = {"slug": "a", "path": f"{path}/a", "status": "published", "created_at": 0}
        made = insert(article).values(category_id=stands, **row).returning(article.c.id)
        id: int = (await c.execute(made)).scalar_one()
        return id

    return await database.write(work)


async def desk_of(database: Database, which: str) -> int | None:
    async with database.read() as c:
        query = select(conversation.c.desk_id).where(conversation.c.id == which)
        found: int | None = await c.scalar(query)
        return found


async def test_the_next_is_who_waits_longest(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """One after the other, claimed, joined for all to read; then nobody is left."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    (page, first), (_, second) = await asks(there, clock), await asks(here, clock)
    console = await here.agent(mei)
    told = [await console.ask("desk.next") for _ in range(3)]
    joined = await page.hears("chat.said", event="joined")
    open_ = await page.hears("chat.state", status="open")
    mine = await console.ask("desk.watch", list="mine")

    assert [(each["type"], each.get("conversation")) for each in told] == [
        ("chat.claimed", first),
        ("chat.claimed", second),
        ("error", None),
    ]
    assert told[0]["agent"] == {"id": mei.id, "name": "mei"}
    assert told[2]["code"] == "not_found"
    assert joined["author"] == {"kind": "agent", "name": "mei"}
    assert open_["agent"]["name"] == "mei"
    assert {each["conversation"] for each in mine["conversations"]} == {first, second}


async def test_two_who_ask_at_once_get_two(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """At two processes, of three who wait: nobody is given twice, and the fourth asks in vain."""
    nodes = [await start_node(), await start_node()]
    waiting = [(await asks(nodes[0], clock))[1] for _ in range(3)]
    consoles = [await node.agent(await hire(f"agent-{n}")) for n, node in enumerate(nodes * 2)]
    told = await asyncio.gather(*(each.ask("desk.next") for each in consoles))

    got = [each["conversation"] for each in told if each["type"] == "chat.claimed"]
    assert sorted(got) == sorted(waiting)
    assert [each["code"] for each in told if each["type"] == "error"] == ["not_found"]


async def test_who_has_enough_gets_no_more(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """By the setting, or by what is said of him; whoever waited keeps his place."""
    node = await start_node(capacity=1)
    console = await node.agent(await hire("mei"))
    _, first = await asks(node, clock)
    _, second = await asks(node, clock)
    told = [await console.ask("desk.next") for _ in range(2)]
    by_hand = await console.ask("chat.claim", conversation=second)
    more = await console.ask("desk.capacity", capacity=2)
    third = await console.ask("desk.next")

    assert told[0]["conversation"] == first
    assert [each["code"] for each in (told[1], by_hand)] == ["conflict"] * 2
    assert "1 at once" in told[1]["message"]
    assert (more["type"], third["conversation"]) == ("ok", second)


async def test_who_has_no_access_gets_nobody(
    start_node: StartNode, clock: HeldClock, database: Database, hire: Hire
) -> None:
    """His account ended a moment ago, and no bell rang; nor may he change a seat."""
    node = await start_node(sweeping=False)
    mei = await hire("mei", Role.ADMIN)
    console = await node.agent(mei)
    _, which = await asks(node, clock)
    ends = update(staff).where(staff.c.id == mei.id).values(disabled_at=1)
    await database.write(lambda c: c.execute(ends))
    told = [await console.ask("desk.next"), await console.ask("desk.capacity", capacity=9)]

    assert [each["code"] for each in told] == ["not_allowed"] * 2
    async with database.read() as c:
        owner = select(conversation.c.agent_id).where(conversation.c.id == which)
        assert await c.scalar(owner) is None
        assert (await c.execute(select(seat.c.capacity))).scalars().all() in ([], [None])


async def test_a_visitor_has_no_such_words(start_node: StartNode, clock: HeldClock) -> None:
    """Neither of them means anything at his door."""
    node = await start_node()
    page, _ = await asks(node, clock)
    told = [await page.ask("desk.next"), await page.ask("desk.capacity", capacity=9)]

    assert [each["code"] for each in told] == ["unknown_type"] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"capacity": -1},
        {"capacity": 101},
        {"capacity": 2.5},
        {"capacity": "3"},
        {"capacity": True},
        {"capacity": 3, "agent": 0},
        {"capacity": 3, "agent": "mei"},
    ],
    ids=str,
)
async def test_what_is_no_number_of_chats(
    start_node: StartNode, hire: Hire, fields: dict[str, Any]
) -> None:
    """It is refused as a field that is wrong, and the seat stays as it was."""
    node = await start_node()
    console = await node.agent(await hire("mei", Role.ADMIN))
    told = await console.ask("desk.capacity", **fields)

    assert (told["type"], told["code"]) == ("error", "bad_field")


async def test_how_many_at_once(start_node: StartNode, database: Database, hire: Hire) -> None:
    """Of oneself, of a colleague by administrators; told to every console at every process."""
    here, there = await start_node(capacity=5), await start_node(capacity=5)
    mei, ada = await hire("mei"), await hire("ada", Role.ADMIN)
    console, boss = await here.agent(mei), await there.agent(ada)
    await asyncio.gather(*(each.ask("desk.watch", list="all") for each in (console, boss)))

    def of_mei(capacity: int) -> Any:
        def fits(frame: dict[str, Any]) -> bool:
            people = {each["id"]: each for each in frame.get("people", ())}
            return mei.id in people and people[mei.id].get("capacity") == capacity

        return fits

    for screen in (console, boss):
        await screen.hears(of_mei(5))
    told = [await console.ask("desk.capacity", capacity=0)]
    for screen in (console, boss):
        await screen.hears(of_mei(0))
    told.append(await boss.ask("desk.capacity", capacity=8, agent=mei.id))
    for screen in (console, boss):
        await screen.hears(of_mei(8))
        screen.forget()
    told.append(await boss.ask("desk.capacity", capacity=None, agent=mei.id))
    for screen in (console, boss):
        await screen.hears(of_mei(5))
    refused = [
        await console.ask("desk.capacity", capacity=9, agent=ada.id),
        await boss.ask("desk.capacity", capacity=9, agent=ada.id + 1_000),
    ]

    async with database.read() as c:
        query = select(audit.c.staff_id, audit.c.about).order_by(audit.c.id)
        log = [tuple(row) for row in await c.execute(query.where(audit.c.action == ACTION))]

    assert [each["type"] for each in told] == ["ok"] * 3
    assert [each["code"] for each in refused] == ["not_allowed", "not_found"]
    changed = ((mei, "0"), (ada, "8"), (ada, "default"))
    assert log == [(by.id, f"staff {mei.id}: {most}") for by, most in changed]


async def test_the_desk_follows_from_the_article(
    start_node: StartNode, clock: HeldClock, database: Database, hire: Hire
) -> None:
    """The nearest category that a desk is bound to; its members answer, and open its door."""
    mei, tom, eva = await hire("mei"), await hire("tom"), await hire("eva")
    sport = await bound(database, "sport", ["news/sport"], tom)
    news = await bound(database, "news", ["news", "press"], mei)
    about = {path: await published(database, path) for path in ("news/sport/chess", "newsroom")}
    about["news"] = await published(database, "news")
    node, other = [await start_node(category_of=category_of) for _ in range(2)]
    consoles = {each.name: await other.agent(each) for each in (mei, eva)}
    async with asyncio.timeout(5 * BUSY):
        while len(node.chat.duty.people) < len(consoles):
            await asyncio.sleep(0.01)
    chess, its = await asks(node, clock, article=about["news/sport/chess"])
    paper, of_news = await asks(node, clock, article=about["news"])
    rooms, of_all = await asks(node, clock, article=about["newsroom"])
    _, of_front = await asks(node, clock, url="/")
    doors = [(await page.hears("live.welcome"))["desk"]["open"] for page in (chess, paper, rooms)]
    found = [await desk_of(database, which) for which in (its, of_news, of_all, of_front)]
    passed = [await consoles["eva"].ask("desk.next") for _ in range(3)]
    own = [await consoles["mei"].ask("desk.next") for _ in range(2)]
    tom_s = await other.agent(tom)
    opened = await chess.hears("desk.state", open=True)
    last = await tom_s.ask("desk.next")

    assert found == [sport, news, None, None]
    assert doors == [False, True, True]
    assert [each.get("conversation") for each in passed] == [of_all, of_front, None]
    assert [each.get("conversation") for each in own] == [of_news, None]
    assert opened["agents"] == 1
    assert last["conversation"] == its


async def test_an_article_that_moves_takes_its_readers_along(
    start_node: StartNode, clock: HeldClock, database: Database, hire: Hire
) -> None:
    """Who asks after it was moved comes to the other desk; who asked before, stays where he was."""
    mei, tom = await hire("mei"), await hire("tom")
    sport = await bound(database, "sport", ["sport"], tom)
    news = await bound(database, "news", ["news"], mei)
    which = await published(database, "sport")
    await published(database, "news")
    node = await start_node(category_of=category_of)
    page, before = await asks(node, clock, article=which)
    to_news = select(category.c.id).where(category.c.path == "news").scalar_subquery()
    moves = update(article).where(article.c.id == which).values(category_id=to_news)
    await database.write(lambda c: c.execute(moves))
    await node.chat.beat()
    _, after = await asks(node, clock, article=which)
    await page.ask("chat.say", id=message_id(), text="still here")

    assert [await desk_of(database, each) for each in (before, after)] == [sport, news]
