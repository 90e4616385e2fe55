"""A visitor's message reaches an agent on another node, and the answer comes back."""

import asyncio
import secrets

from websockets.exceptions import ConnectionClosed

from tests.chat.node import secret
from tests.flows.conftest import People
from tests.support.servers import Portal
from tests.support.staff import hire


def message_id() -> str:
    return secrets.token_urlsafe(16)


async def test_there_and_back(portals: tuple[Portal, Portal], people: People) -> None:
    """Visitor on A, agent on B: said, claimed, answered, seen, closed, all on both screens."""
    a, b = portals
    await asyncio.to_thread(hire, b, "mei@example.com", "Mei")
    page = await people.visitor(a)
    console = await people.agent(b, "mei@example.com")
    await console.ask("desk.status", state="available")
    await console.ask("desk.watch", list="waiting")
    await page.hears("desk.state", open=True)

    conversation = (await page.ask("chat.open", visitor=secret(), name="Ann"))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.hears("desk.changed", conversation=conversation, last_text="hello")
    claimed = await console.ask("chat.claim", conversation=conversation)
    await console.ask("chat.join", conversation=conversation)
    await console.ask("chat.note", conversation=conversation, id=message_id(), text="a canary")
    await console.ask("chat.say", conversation=conversation, id=message_id(), text="hi Ann")
    await page.reaches(conversation, 4)
    await page.ask("chat.seen", seq=4)
    await console.hears("chat.seen", by="visitor", seq=4)
    await console.ask("chat.close", conversation=conversation)
    await page.hears("chat.state", status="closed")
    await console.reaches(conversation, 5)
    await page.reaches(conversation, 5)

    assert claimed["agent"]["name"] == "Mei"
    assert page.stream(conversation) == console.stream(conversation) == [1, 2, 3, 4, 5]
    assert (await page.hears("chat.said", seq=4))["text"] == "hi Ann"
    assert b"canary" not in page.bytes


async def test_a_killed_node_loses_nothing(portals: tuple[Portal, Portal], people: People) -> None:
    """What was stored before a power cut is there on the other node, and a repeat is one."""
    a, b = portals
    key, ids = secret(), [message_id() for _ in range(8)]
    page = await people.visitor(a)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    stored = [await page.ask("chat.say", id=id, text=f"line {id}") for id in ids[:5]]

    await asyncio.to_thread(a.kill)
    again = await people.visitor(b, key)
    repeated = [await again.ask("chat.say", id=id, text=f"line {id}") for id in ids]
    await again.ask("chat.since", seq=0)

    assert [each["seq"] for each in repeated] == list(range(1, 9))
    assert [(e["seq"], e["at"]) for e in repeated[:5]] == [(e["seq"], e["at"]) for e in stored]
    assert again.stream(conversation) == list(range(1, 9))


async def test_a_disabled_agent_is_silent_within_a_second(
    portals: tuple[Portal, Portal], people: People
) -> None:
    """`staff disable` closes the console with 4502, and he gets nothing more."""
    a, b = portals
    await asyncio.to_thread(hire, b, "mei@example.com", "Mei")
    console = await people.agent(b, "mei@example.com")
    await console.ask("desk.watch", list="all")

    done = await asyncio.to_thread(a.run, "staff", "disable", "mei@example.com")
    async with asyncio.timeout(1.0):
        try:
            await console.socket.wait_closed()
        except ConnectionClosed:
            pass

    assert done.returncode == 0
    assert console.socket.close_code == 4502
