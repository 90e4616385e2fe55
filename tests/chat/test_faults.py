"""What the bus loses, doubles and mixes up; what happens without it."""

import asyncio
import random
import secrets

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.memory.bus import Bus
from portal.storage.database import Database
from portal.storage.tables.chat import conversation as conversation_row
from portal.storage.tables.chat import entry
from portal.storage.tables.search import entry_words
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import NOBODY, secret


class WildBus(Bus):
    """A bus that drops some of what is said, says some twice and some much later."""

    def __init__(self, redis_url: str, *, node: str, seed: int) -> None:
        super().__init__(redis_url, node=node)
        self._dice = random.Random(seed)

    async def publish(self, topic: str, payload: bytes) -> bool:
        if not topic.startswith("chat:"):
            return await super().publish(topic, payload)
        match self._dice.randrange(4):
            case 0:
                return True
            case 1:
                await super().publish(topic, payload)
            case 2:
                await asyncio.sleep(self._dice.uniform(0, 0.1))
        return await super().publish(topic, payload)


class DeafBus(Bus):
    """A bus that believes to be up and loses everything said about chat."""

    async def publish(self, topic: str, payload: bytes) -> bool:
        return (
            True if topic.startswith(("chat:", "desk")) else await super().publish(topic, payload)
        )


@pytest.mark.parametrize("seed", [1, 2])
async def test_dropped_doubled_and_mixed_bells(
    start_node: StartNode, hire: Hire, valkey_url: str, seed: int
) -> None:
    """Whatever the bus does, every screen gets every entry once and in order."""
    wild = [WildBus(valkey_url, node=secrets.token_hex(4), seed=seed + i) for i in range(2)]
    here, there = [await start_node(bus=bus) for bus in wild]
    mei, key = await hire("mei"), secret()
    page, tab, console = await here.visitor(), await there.visitor(), await there.agent(mei)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await tab.ask("chat.open", visitor=key)
    await console.ask("chat.join", conversation=conversation)
    await console.ask("chat.claim", conversation=conversation)

    for i in range(20):
        await console.ask("chat.say", conversation=conversation, id=message_id(), text=f"a{i}")
        if i < 9:
            await page.ask("chat.say", id=message_id(), text=f"v{i}")
    for screen in (page, tab, console):
        await screen.reaches(conversation, 30)

    for screen in (page, tab, console):
        assert screen.stream(conversation) == list(range(1, 31))


async def test_without_any_bus(start_node: StartNode, hire: Hire) -> None:
    """With Redis away messages are stored at once and delivered everywhere within two seconds."""
    here, there = await start_node(redis_url=NOBODY), await start_node(redis_url=NOBODY)
    mei = await hire("mei")
    page, console = await here.visitor(), await there.agent(mei)
    await console.ask("desk.watch", list="waiting")
    async with asyncio.timeout(0.5):
        conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
        await page.ask("chat.say", id=message_id(), text="hello")
    await console.hears("desk.changed", seconds=2.5, conversation=conversation, last_text="hello")
    await console.ask("chat.join", conversation=conversation)
    await console.ask("chat.say", conversation=conversation, id=message_id(), text="hi")
    await page.reaches(conversation, 3, seconds=2.5)
    state = await page.hears("chat.state", status="open")
    await console.tell("chat.seen", conversation=conversation, seq=3)
    await page.hears("chat.seen", seconds=2.5, seq=3)
    await console.ask("chat.close", conversation=conversation)
    await page.hears("chat.state", seconds=2.5, status="closed")
    await page.reaches(conversation, 4)

    assert state["agent"] == {"name": "mei"}
    assert page.stream(conversation) == [1, 2, 3, 4]


async def test_a_bus_that_loses_everything(
    start_node: StartNode, hire: Hire, valkey_url: str
) -> None:
    """Lost bells on a bus that seems well are found by looking at SQL within three seconds."""
    deaf = [DeafBus(valkey_url, node=secrets.token_hex(4)) for _ in range(2)]
    here, there = [await start_node(bus=bus) for bus in deaf]
    mei = await hire("mei")
    page, console = await here.visitor(), await there.agent(mei)
    await console.ask("desk.watch", list="waiting")
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await console.ask("chat.join", conversation=conversation)

    await page.ask("chat.say", id=message_id(), text="hello")
    await console.reaches(conversation, 1, seconds=3)
    row = await console.hears(
        "desk.changed", seconds=3, conversation=conversation, last_text="hello"
    )
    await console.ask("chat.claim", conversation=conversation)
    await page.hears("chat.state", seconds=3, status="open")

    assert row["status"] == "waiting"


async def test_a_wounded_bus_is_healed_by_the_next_bell(
    start_node: StartNode, hire: Hire, valkey_url: str
) -> None:
    """A gap is read from SQL as soon as anything later is heard, without waiting for a sweep."""
    here, there = await start_node(sweeping=False), await start_node(sweeping=False)
    mei = await hire("mei")
    page, console = await here.visitor(), await there.agent(mei)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await console.ask("chat.join", conversation=conversation)
    # What another process stored and never rang for.
    from portal.chat.desk import Desk, visitor_id
    from portal.identity import Visitor

    silent = Desk(here.db, here.chat.desk._now)
    await silent.claim(mei, conversation)
    await silent.say(mei, conversation, message_id(), "unheard")

    await page.ask("chat.say", id=message_id(), text="heard")
    await console.reaches(conversation, 3, seconds=1)
    await page.reaches(conversation, 3, seconds=1)

    assert page.stream(conversation) == console.stream(conversation) == [1, 2, 3]
    assert Visitor(visitor_id("x" * 43)).id != conversation


async def test_the_beat_names_the_head(start_node: StartNode) -> None:
    """The beat says how far each attached conversation goes."""
    node = await start_node()
    page = await node.visitor()
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")

    beat = await page.hears("live.beat", heads={conversation: 1})

    assert beat["time"] > 0


async def test_a_restored_copy_ends_every_socket_with_4002(
    start_node: StartNode, hire: Hire, database: Database
) -> None:
    """The numbers mean something else now: whoever reads along comes back and begins at 1."""
    node = await start_node()
    mei, key = await hire("mei"), secret()
    page, console = await node.visitor(), await node.agent(mei)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await console.ask("chat.join", conversation=conversation)
    for text in ("one", "two", "three"):
        await page.ask("chat.say", id=message_id(), text=text)
    await console.reaches(conversation, 3)

    async def restore(c: AsyncConnection) -> None:
        later = (entry.c.conversation_id == conversation) & (entry.c.seq > 1)
        await c.execute(delete(entry).where(later))
        found = entry_words.c
        await c.execute(
            delete(entry_words).where(found.conversation_id == conversation, found.seq > 1)
        )
        row = conversation_row.c
        await c.execute(
            update(conversation_row).where(row.id == conversation).values(last_seq=1, epoch=2)
        )

    await database.write(restore)
    async with asyncio.timeout(5):
        await asyncio.gather(page.socket.wait_closed(), console.socket.wait_closed())
    again = await node.visitor(key)
    opened = await again.ask("chat.open", visitor=key)
    await again.ask("chat.since", seq=0)
    stored = await again.ask("chat.say", id=message_id(), text="two again")

    assert (page.socket.close_code, console.socket.close_code) == (4002, 4002)
    assert (opened["epoch"], opened["last_seq"]) == (2, 1)
    assert stored["seq"] == 2
    assert again.stream(conversation) == [1, 2]
