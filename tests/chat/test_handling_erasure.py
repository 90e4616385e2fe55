"""The erasure: nothing of a visitor is left in any table, and everybody who saw it is told."""

import secrets
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.standing import visitor_id
from portal.chat.sweeping import sweep_empty
from portal.clock import DAY
from portal.storage.database import Database
from portal.storage.tables import chat, desk, outreach, staff
from portal.storage.tables.schema import metadata
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import secret
from tests.chat.test_handling_passing import refusal
from tests.conftest import HeldClock

CANARY = "canary-7c1e"
NAME, EMAIL = f"Ann {CANARY}", f"{CANARY}@example.com"


async def everything(database: Database) -> str:
    """Every row of every table, as text; also what the tables do not know of the schema."""
    found: list[str] = []
    async with database.read() as c:
        for table in metadata.sorted_tables:
            found += [f"{table.name}: {row}" for row in (await c.execute(select(table))).all()]
    return "\n".join(found)


async def fill(database: Database, conversation: str, visitor: str, agent: int) -> None:
    """Rows of what other rooms write about a visitor."""
    row = {"conversation_id": conversation}
    file = {"id": secrets.token_urlsafe(16), "author": "visitor", "name": CANARY, "kind": "x"}
    sent = {"key": conversation, "kind": "answer", "recipient": EMAIL, "subject": CANARY}
    times = {"created_at": 0, "due_at": 0}
    link = {"token_hash": "t", "visitor_id": visitor, "created_at": 0, "expires_at": 1}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (chat.file, {**row, **file, "size_bytes": 1, "created_at": 0}),
        (chat.visit, {**row, "url": f"/{CANARY}", "title": CANARY, "at": 0}),
        (outreach.letter, {**row, **sent, **times, "text": CANARY}),
        (outreach.way_back, {**row, **link}),
        (chat.visitor_key, {"id": "k" * 64, "visitor_id": visitor, "created_at": 0}),
        (
            desk.block,
            {"kind": "visitor", "whom": visitor, "name": NAME, "reason": CANARY, "created_at": 0},
        ),
    ]

    async def work(c: AsyncConnection) -> None:
        for table, values in rows:
            await c.execute(insert(table).values(values))

    await database.write(work)


async def test_nothing_is_left_and_everybody_is_told(
    start_node: StartNode, hire: Hire, database: Database
) -> None:
    """No table of the database holds a word, a name, an address or the id of who was erased."""
    here, there = await start_node(), await start_node()
    forgotten: list[str] = []

    async def forget_files(ids: Any) -> None:
        forgotten.extend(ids)

    here.chat.handling.erasure.forget_files = forget_files
    mei, key = await hire("mei"), secret()
    page, console, reads = await here.visitor(), await there.agent(mei), await here.agent(mei)
    await console.ask("desk.watch", list="all")
    opened = await page.ask("chat.open", visitor=key, name=NAME, email=EMAIL, topic=CANARY)
    conversation = opened["conversation"]
    await page.ask("chat.say", id=message_id(), text=CANARY)
    tab = await there.visitor(key)
    await tab.ask("chat.since", seq=0)
    await reads.ask("chat.join", conversation=conversation)
    about = {"conversation": conversation}
    await console.ask("chat.label", **about, labels=["kept"])
    await console.ask("chat.note", **about, id=message_id(), text=CANARY, mentions=[mei.id])
    await page.ask("chat.rate", score=5, comment=CANARY)
    visitor = visitor_id(key)
    await fill(database, conversation, visitor, mei.id)
    before = await everything(database)
    for screen in (page, tab, console, reads):
        screen.forget()

    done = await tab.ask("chat.forget")

    for screen in (page, tab, console, reads):
        told = await screen.hears("chat.erased")
        assert (told["conversation"], told["seqs"]) == (conversation, [])
    left = await everything(database)
    assert done["type"] == "ok"
    for trace in (CANARY, visitor, conversation):
        assert trace in before
        assert trace not in left
    assert "kept" in left
    assert "chat.forget" in left


async def test_who_was_erased_is_a_reader(start_node: StartNode, database: Database) -> None:
    """On every page of his; his secret opens nothing, and with it he begins from nothing."""
    here, there = await start_node(), await start_node()
    key = secret()
    page, tab = await here.visitor(), None
    old = (await page.ask("chat.open", visitor=key, name=NAME))["conversation"]
    await page.ask("chat.say", id=message_id(), text=CANARY)
    tab = await there.visitor(key)

    await page.ask("chat.forget")
    await tab.hears("chat.erased")
    answers = [await screen.ask("chat.say", id=message_id(), text="x") for screen in (page, tab)]
    new = await tab.ask("chat.open", visitor=key)

    assert [each["code"] for each in answers] == ["not_allowed"] * 2
    assert new["conversation"] != old
    assert (new["last_seq"], "name" in new) == (0, False)


async def test_only_oneself_is_forgotten(start_node: StartNode) -> None:
    """Another's conversation is not found, and stays; files are removed after the commit."""
    node = await start_node()
    forgotten: list[str] = []

    async def forget_files(ids: Any) -> None:
        forgotten.extend(ids)

    node.chat.handling.erasure.forget_files = forget_files
    ann, bob, key = await node.visitor(), await node.visitor(), secret()
    theirs = (await ann.ask("chat.open", visitor=key))["conversation"]
    await ann.ask("chat.say", id=message_id(), text="hello")
    await bob.ask("chat.open", visitor=secret())
    await fill(node.db, theirs, visitor_id(key), 0)

    refused = await bob.ask("chat.forget", conversation=theirs)
    gone = await bob.ask("chat.forget")
    still = await ann.ask("chat.since", seq=0)
    none = list(forgotten)
    await ann.ask("chat.forget")

    assert refused["code"] == "not_found"
    assert gone["type"] == "ok"
    assert [each["text"] for each in still["messages"]] == ["hello"]
    assert (none, len(forgotten)) == ([], 1)
    assert await refusal(node.chat.handling.forget(somebody())) == "not_found"


async def test_without_a_bell_the_others_find_out(
    start_node: StartNode, hire: Hire, caplog: Any
) -> None:
    """Whoever reads along on a process that heard nothing is told when it looks into SQL."""
    here, there = await start_node(), await start_node()
    console = await there.agent(await hire("mei"))
    page = await here.visitor()
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("chat.join", conversation=conversation)
    here.chat.bell.ring = lambda topic, news: None  # type: ignore[method-assign]

    await page.ask("chat.forget")

    assert (await console.hears("chat.erased", 6.0))["conversation"] == conversation


async def test_what_is_swept_away_empty_ends_nobody_s_chat(
    start_node: StartNode, hire: Hire, clock: HeldClock
) -> None:
    """Its row goes from the lists; its visitor, who kept his page open, can still speak."""
    node = await start_node()
    page, console = await node.visitor(), await node.agent(await hire("mei"))
    which = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await console.ask("desk.watch", list="all")
    clock.forward(2 * DAY)
    await sweep_empty(node.db, clock)

    told = await console.hears("chat.erased", 6.0)
    stored = await page.ask("chat.say", id=message_id(), text="hello")

    assert told["conversation"] == which
    assert stored["type"] == "chat.stored"
    assert not [each for each in page.told if each["type"] == "chat.erased"]


async def test_the_log_of_staff_names_nobody(start_node: StartNode, database: Database) -> None:
    """It says that somebody was forgotten, not who."""
    node = await start_node()
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret(), name=NAME)
    await page.ask("chat.forget")

    async with database.read() as c:
        rows = (await c.execute(select(staff.audit))).all()
    assert [(each.action, each.about, each.staff_id) for each in rows] == [
        ("chat.forget", "", None)
    ]
