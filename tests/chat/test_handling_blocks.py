"""Blocks: whom nobody listens to, over server processes, from memory."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from portal.chat.about import About
from portal.chat.desk import Desk
from portal.chat.files.porter import Porter
from portal.chat.handling.blocks import Blocks, Networks
from portal.chat.standing import by_account
from portal.clock import HOUR
from portal.identity import Agent
from portal.memory.attempts import Attempts
from portal.memory.redis import connect as redis
from portal.storage.database import Database
from portal.storage.tables.chat import visitor, visitor_key
from portal.storage.tables.desk import block
from portal.storage.tables.staff import audit
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import Node, Screen, secret
from tests.chat.test_handling_passing import begun, events, refusal
from tests.conftest import HeldClock

SAYS_NO = "not_allowed"


async def asks(node: Node, key: str, text: str = "hello") -> tuple[Screen, str]:
    """A page whose visitor has asked something, and his conversation."""
    page = await node.visitor()
    conversation: str = (await page.ask("chat.open", visitor=key, name="Ann"))["conversation"]
    await page.ask("chat.say", id=message_id(), text=text)
    return page, conversation


async def test_a_blocked_visitor_is_heard_by_no_process(
    start_node: StartNode, hire: Hire, database: Database
) -> None:
    """He is told at once on every page of his; nothing he sends arrives, until it is lifted."""
    here, there = await start_node(), await start_node()
    console, key = await there.agent(await hire("mei")), secret()
    page, conversation = await asks(here, key)
    tab = await there.visitor(key)
    await tab.ask("chat.since", seq=0)
    await console.ask("chat.join", conversation=conversation)

    await console.ask("chat.block", conversation=conversation, reason="canary-reason", until=None)
    told = [await each.hears("chat.blocked") for each in (page, tab)]
    answers = [
        await page.ask("chat.say", id=message_id(), text="canary-say"),
        await tab.ask("chat.typing", text="canary-type"),
        await tab.ask("chat.seen", seq=1),
        await page.ask("chat.open", visitor=key),
        await (await here.visitor()).ask("chat.open", visitor=key),
        await page.ask("chat.rate", score=1, comment="canary-rate"),
    ]
    reads = await page.ask("chat.since", seq=0)
    await console.ask("chat.unblock", conversation=conversation)
    for _ in range(40):
        again = await page.ask("chat.say", id=message_id(), text="sorry")
        if again["type"] == "chat.stored":
            break
        await asyncio.sleep(0.05)

    assert [each["conversation"] for each in told] == [conversation] * 2
    assert told[0]["until"] is None
    assert [each.get("code") for each in answers] == [SAYS_NO] * 6
    assert reads["type"] == "chat.history"
    assert again["type"] == "chat.stored"
    assert b"canary-" not in console.bytes
    assert b"canary-reason" not in page.bytes + tab.bytes
    names = [each[0] for each in await events(database, conversation)]
    assert names == ["blocked", "unblocked"]
    assert "blocked" not in str([each for each in page.told if each["type"] == "chat.said"])
    async with database.read() as c:
        actions = list((await c.execute(select(audit.c.action).order_by(audit.c.id))).scalars())
        assert (await c.execute(select(block))).all() == []
    assert actions == ["chat.block visitor", "chat.unblock"]


async def test_who_is_unblocked_is_told_on_every_page(start_node: StartNode, hire: Hire) -> None:
    """Also on one that was not let in; who was never turned away hears nothing of it."""
    here, there = await start_node(), await start_node()
    console, key = await there.agent(await hire("mei")), secret()
    page, conversation = await asks(here, key)
    tab, stranger = await there.visitor(key), await here.visitor()
    await stranger.ask("chat.open", visitor=secret())
    await console.ask("chat.block", conversation=conversation, reason="", until=None)
    for each in (page, tab):
        await each.hears("chat.blocked", until=None)
    fresh = await here.visitor()
    refused = await fresh.ask("chat.open", visitor=key)

    await console.ask("chat.unblock", conversation=conversation)
    told = [await each.hears("chat.blocked", until=0) for each in (page, tab, fresh)]
    opened = await fresh.ask("chat.open", visitor=key)

    assert refused["code"] == SAYS_NO
    assert [each["conversation"] for each in told] == [conversation, conversation, ""]
    assert opened["type"] == "chat.opened"
    assert "chat.blocked" not in str(stranger.told)


async def test_what_he_sends_costs_nothing(start_node: StartNode, hire: Hire) -> None:
    """Neither a statement nor a message to other processes, however much he types."""
    node = await start_node(sweeping=False)
    console, key = await node.agent(await hire("mei")), secret()
    page, conversation = await asks(node, key)
    await console.ask("chat.block", conversation=conversation)
    await page.hears("chat.blocked")
    await asyncio.sleep(0.3)
    published: list[str] = []
    reads: list[str] = []
    publish = node.bus.publish

    async def counting(topic: str, payload: bytes) -> Any:
        published.append(topic)
        return await publish(topic, payload)

    node.bus.publish = counting  # type: ignore[method-assign]

    def statement(*given: Any) -> None:
        reads.append(given[2])

    engine = node.db._readers.sync_engine
    event.listen(engine, "before_cursor_execute", statement)
    for _ in range(10):
        await page.ask("chat.typing", text="x")
        await page.ask("chat.say", id=message_id(), text="x")
    event.remove(engine, "before_cursor_execute", statement)

    assert (published, reads) == ([], [])


async def test_what_his_pages_tell_by_themselves_costs_nothing(
    start_node: StartNode, hire: Hire
) -> None:
    """Which article he opens and how far he scrolls is told to nobody while he is blocked."""
    node = await start_node()
    console, key = await node.agent(await hire("mei")), secret()
    page, conversation = await asks(node, key)
    await console.ask("chat.block", conversation=conversation)
    await page.hears("chat.blocked")
    before = await node.chat.desk.known(key)
    rung: list[str] = []
    node.chat.threads.reads = lambda *given: rung.append(given[0])  # type: ignore[method-assign]
    connection = next(c for c in node.hub.connections() if c.door == "live")

    node.chat.socket.attended(connection, 3, 10.0)
    await node.visitor(key, article=99)
    await asyncio.sleep(0.1)
    during = await node.chat.desk.known(key)

    assert rung == []
    assert during == before


async def test_a_blocked_network_begins_nothing(start_node: StartNode, hire: Hire) -> None:
    """Whoever comes from there is refused; its address is written nowhere."""
    node = await start_node()
    console = await node.agent(await hire("mei"))
    _, conversation = await asks(node, secret())

    done = await console.ask("chat.block", conversation=conversation, by="network")
    stranger = await (await node.visitor()).ask("chat.open", visitor=secret())

    assert done["type"] == "ok"
    assert stranger["code"] == SAYS_NO
    async with node.db.read() as c:
        written = str((await c.execute(select(block))).all())
        written += str((await c.execute(select(visitor))).all())
    assert "192.0.2" not in written


@pytest.fixture
def blocks(desk: Desk) -> Blocks:
    return Blocks(desk.acts, Networks(["new", "old"]))


async def test_a_block_ends_by_itself(
    desk: Desk, blocks: Blocks, hire: Hire, clock: HeldClock
) -> None:
    """Nobody need lift it, in memory or in SQL; the same one again replaces it."""
    mei, ann = await hire("mei"), somebody()
    which = await begun(desk, ann)
    desk.bars = blocks.bars

    await blocks.block(mei, which, "visitor", "", clock.at + HOUR)
    await blocks.read()
    during = blocks.of(ann.id)
    refused = await refusal(desk.say(ann, None, message_id(), "x"))
    clock.forward(HOUR)
    after = blocks.of(ann.id)
    await blocks.read()
    await desk.say(ann, None, message_id(), "here again")

    assert during == (True, clock.at)
    assert refused == SAYS_NO
    assert after == (False, None)
    assert blocks.live.visitors == {}


async def test_a_blocked_visitor_brings_no_file(
    desk: Desk, blocks: Blocks, database: Database, hire: Hire, clock: HeldClock, valkey_url: str
) -> None:
    """He is refused before a byte of it is read; what he may read stays."""
    mei, ann = await hire("mei"), somebody()
    which = await begun(desk, ann)
    desk.bars = blocks.bars
    memory = redis(valkey_url)
    porter = Porter(database, desk, clock, held=by_account, attempts=Attempts(memory))
    await porter.lets_in(ann, which, "192.0.2.1")

    await blocks.block(mei, which, "visitor", "", None)
    await blocks.read()
    refused = await refusal(porter.lets_in(ann, which, "192.0.2.1"))
    await memory.connection_pool.disconnect()
    await memory.aclose()

    assert refused == SAYS_NO
    assert (await desk.of(ann, which)).id == which


async def test_a_blocked_network_brings_no_file(
    desk: Desk, blocks: Blocks, database: Database, hire: Hire, clock: HeldClock, valkey_url: str
) -> None:
    """Nor under another secret, which opened a conversation before."""
    mei, ann, earlier = await hire("mei"), somebody(), somebody()
    network = blocks.networks.name("192.0.2.0/24")
    which, other = await begun(desk, ann), await begun(desk, earlier)
    await desk.open(ann.id, about=About(network=network))
    desk.bars = blocks.bars
    memory = redis(valkey_url)
    porter = Porter(database, desk, clock, held=by_account, attempts=Attempts(memory))

    await blocks.block(mei, which, "network", "", None)
    await blocks.read()
    refused = await refusal(porter.lets_in(earlier, other, "192.0.2.0/24"))
    blocks.bars(earlier.id, "198.51.100.0/24")
    await memory.aclose()

    assert refused == SAYS_NO


async def test_without_a_bell_a_block_is_found_at_the_next_beat(
    start_node: StartNode, hire: Hire
) -> None:
    """A process that heard nothing reads the blocks again, and tells who is blocked."""
    here, there = await start_node(), await start_node()
    console = await there.agent(await hire("mei"))
    page, conversation = await asks(here, secret())
    there.chat.bell.ring = lambda topic, news: None  # type: ignore[method-assign]
    await console.ask("chat.block", conversation=conversation)
    before = await page.ask("chat.typing", text="x")

    await here.chat.beat()
    told = await page.hears("chat.blocked")
    after = await page.ask("chat.typing", text="x")

    assert before["type"] == "ok"
    assert told["conversation"] == conversation
    assert after["code"] == SAYS_NO


async def test_another_browser_of_his_is_blocked_as_well(
    desk: Desk, blocks: Blocks, database: Database, hire: Hire
) -> None:
    """Whoever followed a link of a mail brings another secret, and is the same visitor."""
    mei, ann, other = await hire("mei"), somebody(), somebody()
    which = await begun(desk, ann)
    row = {"id": other.id, "visitor_id": ann.id, "created_at": 0}
    await database.write(lambda c: c.execute(insert(visitor_key).values(row)))

    await blocks.block(mei, which, "visitor", "", None)
    await blocks.read()

    assert blocks.of(other.id) == (True, None)
    assert blocks.of(somebody().id) == (False, None)


async def test_an_older_key_still_names_a_network(
    desk: Desk, blocks: Blocks, database: Database, hire: Hire
) -> None:
    """A ring that got a new key goes on matching what was blocked under the old one."""
    mei, ann, network = await hire("mei"), somebody(), "198.51.100.7"
    old = Networks(["old"]).name(network)
    await desk.open(ann.id, about=About(network=old))
    which = await begun(desk, ann)

    await blocks.block(mei, which, "network", "", None)
    await blocks.read()

    assert blocks.of(None, network) == (True, None)
    assert blocks.of(None, "198.51.100.8") == (False, None)
    assert Networks([]).name(network) == ""


async def test_a_visitor_of_an_unknown_network(desk: Desk, blocks: Blocks, hire: Hire) -> None:
    """Can be blocked himself, not by network."""
    mei = await hire("mei")
    which = await begun(desk, somebody())

    assert await refusal(blocks.block(mei, which, "network", "", None)) == "conflict"
    assert await refusal(blocks.block(mei, which, "visitor", "", 1)) == "bad_field"
    assert await refusal(blocks.unblock(_ended(mei), which)) == SAYS_NO


def _ended(agent: Agent) -> Agent:
    return Agent(agent.id, agent.name, agent.role, agent.session, 0)
