"""A canary stands in everything a stranger must not learn; no door of the portal lets it out.

The stranger is a visitor with a chat of his own, and one with none. He knocks at every message type
there is, staff's own included, with the other conversation's id in every field that takes one, and
at every address with his proof in the header. Types and addresses are taken from the portal's own
tables, so a door built tomorrow is knocked at too.
"""

import asyncio
import http.client
import re
import secrets
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from portal.live.protocol import Request
from portal.routes import addresses
from tests.flows.conftest import People, sign_in
from tests.support.servers import Portal
from tests.support.staff import hire

CANARY = "canary7f3a"
FILLED: dict[str, Any] = {
    "id": "0123456789abcdef",
    "text": "hello",
    "query": CANARY,
    "seq": 0,
    "last_seq": 0,
    "limit": 100,
    "score": 3,
    "to": {"desk": 0},
    "until": None,
    "labels": [],
    "list": "all",
    "state": "away",
    "articles": [1],
    "article": 1,
    "paragraph": "p-1",
    "shortcut": CANARY,
    "capacity": None,
    "ticket": CANARY,
    "protocol": 1,
}


def kinds(of: type[Request] = Request) -> set[type[Request]]:
    """Return every request there is."""
    found = {of} if of.__struct_config__.tag and of.__module__.startswith("portal") else set()
    return found.union(*(kinds(each) for each in of.__subclasses__()))


def frame(kind: type[Request], conversation: str) -> dict[str, Any]:
    """Return a request of this kind about a conversation, with every field that must be there."""
    fields = {}
    for field in msgspec.structs.fields(kind):
        if field.name == "conversation":
            fields["conversation"] = conversation
        elif field.name in FILLED and (field.required or field.default is not UNSET):
            fields[field.name] = FILLED[field.name]
    return {"type": kind.__struct_config__.tag, **fields}


def knock(portal: Portal, method: str, path: str, headers: dict[str, str]) -> bytes:
    """Return what an address answers, its headers too."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=10)
    connection.request(method, path, b"" if method == "POST" else None, headers)
    answer = connection.getresponse()
    said = str(answer.getheaders()).encode() + answer.read()
    connection.close()
    return said


@pytest.mark.slow
async def test_no_door_lets_a_canary_out(portals: tuple[Portal, Portal], people: People) -> None:
    """Neither a note, nor a label, nor a reason, nor a word of another's conversation."""
    here, there = portals
    await asyncio.to_thread(hire, here, "mei@example.org", "Mei")
    agent = await people.agent(here, "mei@example.org")
    owner, stranger = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    victim = await people.visitor(here)
    theirs = await victim.ask(
        "chat.open", visitor=owner, name=CANARY, email=f"{CANARY}@example.org", topic=CANARY
    )
    conversation = theirs["conversation"]
    await victim.ask("chat.say", id=secrets.token_urlsafe(16), text=f"{CANARY} is mine")
    mine = await people.visitor(there)
    own = (await mine.ask("chat.open", visitor=stranger, name="Stranger"))["conversation"]
    await mine.ask("chat.say", id=secrets.token_urlsafe(16), text="hello")
    await agent.ask("desk.watch", list="all")
    for which in (conversation, own):
        said = {"conversation": which, "id": secrets.token_urlsafe(16)}
        await agent.ask("chat.note", **said, text=f"{CANARY} is a note")
        await agent.ask("chat.label", conversation=which, labels=[CANARY])
    await agent.ask("desk.save_reply", shortcut=CANARY, title=CANARY, text=f"{CANARY} reply")
    await agent.ask(
        "chat.say", conversation=conversation, id=secrets.token_urlsafe(16), text=CANARY
    )
    await agent.ask("chat.snooze", conversation=own, until=2**52)
    reader = await people.visitor(there)
    every = sorted(kinds(), key=lambda kind: str(kind.__struct_config__.tag))

    for screen in (mine, reader):
        for kind in every:
            asked = frame(kind, conversation)
            if asked["type"] in ("live.hello", "chat.leave", "chat.forget"):
                continue
            answer = await screen.ask(**asked)
            assert "type" in answer
            # Sixty at once, then twenty a second: whoever is told to wait has not knocked.
            while answer.get("code") == "limited" and answer.get("re") != "transcript":
                await asyncio.sleep(min(answer.get("retry_ms", 100), 1000) / 1000)
                answer = await screen.ask(**asked)
                if answer.get("retry_ms", 0) > 2000:
                    break
    await mine.ask("chat.since", seq=0)
    proofs = {"X-Portal-Visitor": stranger, "Origin": there.url, "Sec-Fetch-Site": "same-origin"}
    paths = {getattr(route, "path", "") for route in await asyncio.to_thread(addresses)}
    heard = b""
    for path in sorted(paths):
        filled = re.sub(r"\{\w+(:int)?\}", "1", path.replace("{address:path}", ""))
        for method in ("GET", "POST"):
            for query in ("", f"?conversation={conversation}"):
                if "live" not in filled:
                    heard += await asyncio.to_thread(knock, there, method, filled + query, proofs)

    assert len(every) > 40
    assert len(paths) > 20
    for screen in (mine, reader):
        assert CANARY.encode() not in screen.bytes
        assert conversation.encode() not in re.sub(
            rb'"(message|re|conversation)":"[^"]*"', b"", screen.bytes
        )
    assert CANARY.encode() not in heard
    # The canary lives: who may hear it does.
    assert CANARY.encode() in agent.bytes
    cookie = await asyncio.to_thread(sign_in, here, "mei@example.org")
    proof = {"Cookie": cookie}
    path = f"/chat/transcript?conversation={conversation}"
    assert CANARY.encode() in await asyncio.to_thread(knock, here, "GET", path, proof)
