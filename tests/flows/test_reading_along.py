"""An agent reads along: what a visitor has before him is before the agent within a second."""

import asyncio
import time

from tests.chat.node import secret
from tests.flows.conftest import People
from tests.support.machine import BUSY
from tests.support.servers import Portal
from tests.support.staff import hire


async def test_scrolling_is_seen_on_another_node(
    portals: tuple[Portal, Portal], people: People
) -> None:
    """Paragraph and depth, from the moment he opened chat and not before; then the next page."""
    a, b = portals
    await asyncio.to_thread(hire, b, "mei@example.com", "Mei")
    console = await people.agent(b, "mei@example.com")
    key = secret()
    page = await people.visitor(a, url=f"{a.url}/about", title="About")
    await page.ask("audience.attention", state="reading", paragraph="p-before", depth=1)
    which = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id="a" * 16, text="hello")
    await console.ask("chat.join", conversation=which)
    first = await console.hears("chat.where", title="About")

    began = time.monotonic()
    await page.tell("audience.attention", state="reading", paragraph="p-7", depth=40.5)
    moved = await console.hears("chat.where", paragraph="p-7")
    took = time.monotonic() - began
    await people.visitor(a, key, url=f"{a.url}/contact", title="Contact")
    went = await console.hears("chat.where", title="Contact")

    assert "paragraph" not in first
    assert (moved["depth"], moved["title"]) == (40.5, "About")
    assert took < 1.0 * BUSY
    assert "paragraph" not in went
    assert "p-before" not in str(console.told)
