"""One visitor in many tabs and on two devices: one conversation, one history, one presence."""

import asyncio

from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import secret

TABS = 20


async def test_twenty_tabs_are_one_visitor(start_node: StartNode, hire: Hire) -> None:
    """Ten on each of two nodes: all see the same, staff see one person, who is there until the
    last of his tabs is gone."""
    nodes = [await start_node(), await start_node()]
    agent = await hire("mei")
    console = await nodes[0].agent(agent)
    await console.ask("desk.watch", list="all")
    key = secret()
    tabs = [await nodes[n % 2].visitor() for n in range(TABS)]
    opened = await asyncio.gather(*(tab.ask("chat.open", visitor=key) for tab in tabs))
    (conversation,) = {each["conversation"] for each in opened}
    for n in (0, 7, 13, 19):
        await tabs[n].ask("chat.say", id=message_id(), text=f"from tab {n}")
    await console.ask("chat.claim", conversation=conversation)
    await console.ask("chat.say", conversation=conversation, id=message_id(), text="welcome")
    for tab in tabs:
        await tab.reaches(conversation, 6, seconds=10)
    there = await console.hears("desk.changed", seconds=10, conversation=conversation, online=True)
    for tab in tabs[:-1]:
        await tab.close()
    await nodes[0].chat.beat()
    rows = (await console.ask("desk.watch", list="all"))["conversations"]

    assert [tab.stream(conversation) for tab in tabs] == [[1, 2, 3, 4, 5, 6]] * TABS
    assert there["online"] is True
    assert [(row["conversation"], row["online"]) for row in rows] == [(conversation, True)]
