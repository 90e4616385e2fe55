"""Reading: how far the visitor has got, whoever comes when, and whatever overtakes what."""

from typing import Any

from portal.chat.where import Page
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Node, Screen, secret

AT_FIVE: dict[str, Any] = {"paragraph": "p5", "depth": 50.0}


def scrolls(node: Node, paragraph: str, depth: float, url: str) -> None:
    """Let the page at this address tell how far its reader has got."""
    for connection in node.hub.connections():
        if connection.hello.url == url:
            node.chat.socket.attended(connection, paragraph, depth)


async def chats(node: Node, key: str, url: str = "/about") -> tuple[Screen, str]:
    """Open chat on a page and say hello."""
    page = await node.visitor(url=url, title=url)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    return page, conversation


async def test_who_joins_late_elsewhere_sees_the_paragraph(
    start_node: StartNode, hire: Hire
) -> None:
    """An agent who joins on another process after the scroll is told of it without another one."""
    here, there = await start_node(), await start_node()
    console = await there.agent(await hire("mei"))
    _, conversation = await chats(here, secret())
    scrolls(here, "p5", 50.0, "/about")

    await console.ask("chat.join", conversation=conversation)
    where = await console.hears("chat.where", **AT_FIVE)

    assert where["url"] == "/about"


async def test_attention_may_overtake_the_page(start_node: StartNode, hire: Hire) -> None:
    """What a page tells before its row is written is told with it, and never of the page before."""
    here, there = await start_node(), await start_node()
    console, key = await there.agent(await hire("mei")), secret()
    _, conversation = await chats(here, key)
    await console.ask("chat.join", conversation=conversation)
    scrolls(here, "p2", 20.0, "/about")
    await console.hears("chat.where", paragraph="p2")
    console.forget()

    here.chat.threads.reads(conversation, "p5", 50.0, Page(None, "/news", "/news", None))
    await here.visitor(key, url="/news", title="/news")
    where = await console.hears("chat.where", **AT_FIVE)

    assert where["url"] == "/news"
    told = [each for each in console.told if each["type"] == "chat.where"]
    assert "p5" not in str([each for each in told if each["url"] == "/about"])


async def test_a_repeat_is_heard_where_nothing_is_known(start_node: StartNode, hire: Hire) -> None:
    """What was told before the conversation was followed here counts when it is repeated."""
    here, there = await start_node(), await start_node()
    console, key = await there.agent(await hire("mei")), secret()
    first, conversation = await chats(here, key)
    await first.close()
    tab = await here.visitor(key, url="/about", title="/about")
    scrolls(here, "p5", 50.0, "/about")
    await tab.ask("chat.open", visitor=key)
    await console.ask("chat.join", conversation=conversation)
    before = await console.hears("chat.where")

    scrolls(here, "p5", 50.0, "/about")
    after = await console.hears("chat.where", **AT_FIVE)
    again = []
    here.chat.threads.reads = lambda *told: again.append(told)  # type: ignore[method-assign]
    scrolls(here, "p5", 50.0, "/about")

    assert "paragraph" not in before
    assert after["conversation"] == conversation
    assert again == []


async def test_another_tab_is_not_taken_for_this_page(start_node: StartNode, hire: Hire) -> None:
    """Only the page he came to last says where he is."""
    node = await start_node()
    console, key = await node.agent(await hire("mei")), secret()
    _, conversation = await chats(node, key, "/old")
    await node.visitor(key, url="/new", title="/new")
    await console.ask("chat.join", conversation=conversation)
    await console.hears("chat.where", url="/new")

    scrolls(node, "p9", 90.0, "/old")
    scrolls(node, "p5", 50.0, "/new")
    await console.hears("chat.where", **AT_FIVE)

    assert "p9" not in str(console.told)
