"""Who waits is seen by everybody who may answer, at whichever server he works."""

import asyncio
from itertools import cycle
from typing import Any

from tests.chat.node import Screen, secret
from tests.flows.conftest import People
from tests.flows.test_chat import message_id
from tests.support.machine import as_ever
from tests.support.servers import Portal
from tests.support.staff import hire

CHATS = 12
SEEN_SECONDS = 1.0
FOUND_SECONDS = 20.0
"""However busy the machine is; how soon is judged by what the visitor's own server needs."""


async def seen_by(consoles: list[Screen], **row: Any) -> float:
    """Wait until a row stands on all of these screens; return when."""
    await asyncio.gather(*(each.hears("desk.changed", FOUND_SECONDS, **row) for each in consoles))
    return asyncio.get_running_loop().time()


def waiting(listed: dict[str, Any]) -> list[str]:
    return [each["conversation"] for each in listed["conversations"]]


async def test_every_console_sees_who_waits(portals: tuple[Portal, Portal], people: People) -> None:
    """As soon as at the visitor's own server, in one order; and that somebody took him, as soon."""
    emails = ["mei@example.com", "tom@example.com"]
    for email in emails:
        await asyncio.to_thread(hire, portals[0], email, email[:3].title())
    consoles = {
        portal.port: [await people.agent(portal, email) for email in emails] for portal in portals
    }
    everybody = [each for some in consoles.values() for each in some]
    for console in everybody:
        await console.ask("desk.watch", list="waiting")
    asked, later = [], []
    for portal, (near, far) in zip(cycle(portals), cycle([portals, portals[::-1]]), strict=False):
        page = await people.visitor(portal)
        which = (await page.ask("chat.open", visitor=secret()))["conversation"]
        await page.tell("chat.say", id=message_id(), text="hello")
        row = {"conversation": which, "status": "waiting", "last_text": "hello"}
        here, there = await asyncio.gather(
            *(seen_by(consoles[each.port], **row) for each in (near, far))
        )
        asked.append(which)
        later.append(there - here)
        if len(asked) == CHATS:
            break
    lists = [await console.ask("desk.watch", list="waiting") for console in everybody]
    newcomer = await people.agent(portals[1], emails[0])
    lists.append(await newcomer.ask("desk.watch", list="waiting"))
    taken = []
    for near, far in (portals, portals[::-1]):
        took = await consoles[near.port][0].ask("desk.next")
        row = {"conversation": took["conversation"], "status": "open"}
        here, there = await asyncio.gather(
            *(seen_by(consoles[each.port], **row) for each in (near, far))
        )
        taken.append(took["conversation"])
        later.append(there - here)

    assert [waiting(each) for each in lists] == [asked] * 5
    assert taken == asked[:2]
    assert as_ever(later, SEEN_SECONDS)


async def test_a_seat_set_beside_the_servers_is_seen_at_both(
    portals: tuple[Portal, Portal], people: People
) -> None:
    """`staff capacity` rings: consoles show it, and nobody is given more."""
    await asyncio.to_thread(hire, portals[0], "mei@example.com", "Mei")
    consoles = [await people.agent(portal, "mei@example.com") for portal in portals]
    for console in consoles:
        await console.ask("desk.watch", list="waiting")
    page = await people.visitor(portals[0])
    await page.ask("chat.open", visitor=secret())
    await page.ask("chat.say", id=message_id(), text="hello")

    said = await asyncio.to_thread(portals[0].run, "staff", "capacity", "mei@example.com", "0")
    for console in consoles:
        await console.hears(
            lambda told: any(each.get("capacity") == 0 for each in told.get("people", ())),
            FOUND_SECONDS,
        )
    refused = await consoles[1].ask("desk.next")

    assert said.stdout == "mei@example.com answers at most 0 at once.\n"
    assert refused["code"] == "conflict"
