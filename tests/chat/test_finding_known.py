"""What is known of a visitor: where he reads, which way he came, what he said before."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import insert, select, update

from portal.chat.desk import Desk
from portal.chat.finding.known import VISITS_MOST as VISITS_TOLD
from portal.chat.where import VISITS_MOST, Where
from portal.clock import DAY
from portal.identity import ConversationId
from portal.live.hello import Hello
from portal.storage.database import Database
from portal.storage.tables import chat as tables
from portal.storage.tables.desk import block
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import NOBODY, secret
from tests.conftest import HeldClock

ARTICLES = {42: ("Harbour reopens", "/news/company-news/harbour-reopens")}


async def titles(ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """What the newsroom calls its articles."""
    return {id: ARTICLES[id] for id in ids if id in ARTICLES}


async def write(database: Database, *statements: Any) -> None:
    async def work(c: Any) -> None:
        for statement in statements:
            await c.execute(statement)

    await database.write(work)


def hello(**page: Any) -> Hello:
    return Hello(protocol=1, **page)


async def way(database: Database) -> list[tuple[int | None, int | None, str]]:
    """All visits there are."""
    row = tables.visit.c
    async with database.read() as c:
        found = await c.execute(select(row.article_id, row.revision, row.url).order_by(row.id))
        return [tuple(each) for each in found]


async def test_each_page_is_one_step_of_his_way(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """A reload is none, nor is a newer revision; coming back is one."""
    which = (await desk.open(somebody().id)).id
    told: list[Any] = []
    where = Where(database, told.append, clock)
    for page in (
        {"article": 42, "revision": 3, "url": "/a", "title": "A"},
        {"article": 42, "revision": 3, "url": "/a", "title": "A"},
        {"article": 42, "revision": 4, "url": "/a?again", "title": "A"},
        {"url": "/about", "title": "About", "revision": 9},
        {"url": "/about", "title": "About us"},
        {"article": 42, "revision": 2**53 - 1, "url": "/a"},
        {"url": "javascript:alert(1)"},
    ):
        await where.reads(which, hello(**page))

    assert await way(database) == [(42, 3, "/a"), (None, None, "/about"), (42, None, "/a")]
    assert [outcome.conversation.article_revision for outcome in told] == [3, 4, None, None, None]


async def test_his_way_has_an_end(database: Database, desk: Desk) -> None:
    """Two hundred pages are kept, the newest; another's are not touched."""
    which, other = ((await desk.open(somebody().id)).id, (await desk.open(somebody().id)).id)
    where = Where(database, lambda outcome: None)
    await where.reads(other, hello(url="/other"))
    for n in range(VISITS_MOST + 3):
        await where.reads(which, hello(url=f"/{n}"))

    urls = [url for _, _, url in await way(database)]
    assert urls == ["/other", *(f"/{n}" for n in range(3, VISITS_MOST + 3))]


async def test_a_console_is_told_what_is_known(
    start_node: StartNode, database: Database, hire: Hire, clock: HeldClock
) -> None:
    """Titles of our articles are our own; earlier talks, rating and block stand beside."""
    node = await start_node(redis_url=NOBODY, sweeping=False, titles=titles)
    key = secret()
    before = await node.visitor(article=42, revision=7, url="/lies", title="Lies")
    first = (await before.ask("chat.open", visitor=key, name="Ana"))["conversation"]
    await before.ask("chat.say", id=message_id(), text="an old question")
    row = tables.conversation
    await write(
        database,
        update(row).where(row.c.id == first).values(status="closed", closed_at=clock()),
        insert(tables.rating).values(conversation_id=first, score=2, comment="slow", at=1),
        update(tables.visitor).values(language="ar", zone="Africa/Cairo", device="Firefox"),
    )
    clock.forward(8 * DAY)
    page = await node.visitor(article=42, revision=7, url="/lies", title="Lies")
    second = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id=message_id(), text="a new one")
    later = await node.visitor(key, url="https://portal.example/elsewhere", title="Elsewhere")
    console = await node.agent(await hire("mei"))
    await console.ask("chat.join", conversation=second)
    where = await console.hears("chat.where", title="Elsewhere")

    known = await console.ask("chat.about", conversation=second)

    assert "article" not in where
    assert "revision" not in where
    assert known["type"] == "chat.known"
    expected = ("Ana", "ar", "Africa/Cairo", "Firefox")
    assert tuple(known[each] for each in ("name", "language", "zone", "device")) == expected
    assert [(v.get("article"), v["title"], v["url"]) for v in known["visits"]] == [
        (None, "Elsewhere", "https://portal.example/elsewhere"),
        (42, *ARTICLES[42]),
    ]
    (earlier,) = known["earlier"]
    assert (earlier["conversation"], earlier["last_text"]) == (first, "an old question")
    assert (earlier["status"], earlier["rating"]) == ("closed", 2)
    assert "rating" not in known
    assert "blocked" not in known
    old = await console.ask("chat.about", conversation=first)
    assert (old["rating"], old["comment"]) == (2, "slow")
    assert (await console.ask("chat.about", conversation="none"))["code"] == "not_found"
    assert (await later.ask("chat.about", conversation=second))["code"] == "unknown_type"


async def test_the_console_knows_the_revision_he_reads(start_node: StartNode, hire: Hire) -> None:
    """With the article, and anew when his page was loaded anew."""
    node = await start_node(redis_url=NOBODY, sweeping=False, titles=titles)
    key = secret()
    page = await node.visitor(article=42, revision=7, url="/x", title="X")
    which = (await page.ask("chat.open", visitor=key))["conversation"]
    console = await node.agent(await hire("mei"))
    await console.ask("chat.join", conversation=which)

    first = await console.hears("chat.where", revision=7)
    await node.visitor(key, article=42, revision=8, url="/x", title="X")
    second = await console.hears("chat.where", revision=8)

    assert (first["article"], first["title"]) == (42, "Harbour reopens")
    assert (second["article"], second["url"]) == (42, ARTICLES[42][1])


async def test_a_block_is_told_while_it_holds(
    start_node: StartNode, database: Database, hire: Hire, clock: HeldClock
) -> None:
    """Of him or of his network; the one that holds longest, 0 for ever."""
    node = await start_node(redis_url=NOBODY, sweeping=False)
    page = await node.visitor()
    which = (await page.ask("chat.open", visitor=secret()))["conversation"]
    console = await node.agent(await hire("mei"))
    async with database.read() as c:
        row = tables.conversation.c
        visitor = await c.scalar(select(row.visitor_id).where(row.id == which))

    async def blocked(kind: str, whom: str | None, until: int | None) -> tuple[Any, Any]:
        given = {"kind": kind, "whom": whom, "reason": f"{kind} {until}", "expires_at": until}
        await write(database, insert(block).values(created_at=0, **given))
        known = await console.ask("chat.about", conversation=which)
        return known.get("blocked"), known.get("block_reason")

    await write(database, update(tables.visitor).values(network="cafe"))
    soon, late = clock() + 1_000, clock() + 9_000
    assert await blocked("visitor", visitor, clock() - 1) == (None, None)
    assert await blocked("network", "else", None) == (None, None)
    assert await blocked("visitor", visitor, soon) == (soon, f"visitor {soon}")
    assert await blocked("network", "cafe", late) == (late, f"network {late}")
    assert await blocked("visitor", visitor, None) == (0, "visitor None")


async def test_a_long_way_is_told_from_its_end(
    start_node: StartNode, database: Database, hire: Hire
) -> None:
    """A hundred pages, the newest first."""
    node = await start_node(redis_url=NOBODY, sweeping=False)
    page = await node.visitor()
    which = ConversationId((await page.ask("chat.open", visitor=secret()))["conversation"])
    rows = [{"conversation_id": which, "url": f"/{n}", "at": n} for n in range(VISITS_TOLD + 9)]
    await write(database, insert(tables.visit).values(rows))
    console = await node.agent(await hire("mei"))

    known = await console.ask("chat.about", conversation=which)

    assert [v["at"] for v in known["visits"]] == list(range(VISITS_TOLD + 8, 8, -1))
