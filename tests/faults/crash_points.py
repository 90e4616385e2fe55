"""Crash points: what must hold when a node dies at a named place of one operation.

What happens then is always the same: whoever asked comes back, at the same node or the other one,
and asks again under the same id, while somebody at the other node looks on. Where the node dies is
up to the test.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from tests.chat.node import secret
from tests.faults.crash_cluster import ANSWERED, OTHERS_SECONDS, Cluster, Crash
from tests.faults.tables import EntryRow
from tests.support.workers import workers


def message_id() -> str:
    return secrets.token_urlsafe(16)


def named(entries: list[EntryRow], id: str) -> list[EntryRow]:
    return [entry for entry in entries if entry.id == id]


def events(entries: list[EntryRow], event: str) -> list[EntryRow]:
    return [entry for entry in entries if entry.event == event]


async def visitor_says(c: Cluster, crash: Crash, *, again_at_other: bool) -> bool:
    """A visitor speaks at the dying node, an agent at the other one reads along.

    Returns:
        Whether the node died; all that must hold was asserted.
    """
    key, id = secret(), message_id()
    visitor, conversation = await c.visitor(c.dying, key)
    assert (await visitor.ask("chat.say", id=message_id(), text="first"))["type"] == "chat.stored"
    bob = await c.agent(c.living, "bob", conversation)
    before = workers(c.dying)

    c.arm(crash)
    answer = await visitor.attempt("chat.say", id=id, text="is the ferry running?")
    died = await c.fired(0.5)
    if crash.point in ANSWERED or not died:
        assert answer and answer["type"] == "chat.stored", answer
    elif crash.how == "raise":
        assert answer and (answer["type"], answer["code"]) == ("error", "busy"), answer
    else:
        assert answer is None
    stored = crash.stored or not died
    assert len(named(await c.entries(conversation), id)) == stored
    if stored:
        await bob.reaches(conversation, 2, OTHERS_SECONDS)

    node = c.living if again_at_other else c.dying
    visitor, same = await c.visitor(node, key)
    again = await visitor.ask("chat.say", id=id, text="is the ferry running?")
    after = await visitor.ask("chat.say", id=message_id(), text="thanks")
    await bob.reaches(conversation, 3, OTHERS_SECONDS)
    if died and crash.how == "die":
        await c.back(before)
    found = await c.entries(conversation)

    assert same == conversation
    assert (again["type"], again["seq"]) == ("chat.stored", 2), again
    assert answer is None or answer["type"] == "error" or answer["seq"] == 2
    assert after["seq"] == 3
    assert len(named(found, id)) == 1
    assert bob.stream(conversation) == [1, 2, 3]
    return died


async def agent_says(c: Cluster, crash: Crash, *, again_at_other: bool) -> bool:
    """An agent answers, and so claims, at the dying node; the visitor is at the other one."""
    id = message_id()
    visitor, conversation = await c.visitor(c.living, secret())
    assert (await visitor.ask("chat.say", id=message_id(), text="hello"))["type"] == "chat.stored"
    ann = await c.agent(c.dying, "ann", conversation)
    before = workers(c.dying)

    c.arm(crash)
    said = {"conversation": conversation, "id": id, "text": "it is"}
    answer = await ann.attempt("chat.say", **said)
    died = await c.fired(0.5)
    if crash.stored:
        await visitor.reaches(conversation, 3, OTHERS_SECONDS)
    assert len(named(await c.entries(conversation), id)) == (crash.stored or not died)

    ann = await c.agent(c.living if again_at_other else c.dying, "ann", conversation)
    again = await ann.ask("chat.say", **said)
    await visitor.reaches(conversation, 3, OTHERS_SECONDS)
    if died and crash.how == "die":
        await c.back(before)
    found = await c.entries(conversation)

    assert (again["type"], again["seq"]) == ("chat.stored", 3), again
    assert answer is None or answer["type"] == "error" or answer["seq"] == 3
    assert (len(named(found, id)), len(events(found, "joined"))) == (1, 1)
    assert visitor.stream(conversation) == [1, 2, 3]
    return died


def answered_by(name: str) -> Callable[[dict[str, Any]], bool]:
    """Wait for the word that this agent answers now."""

    def told(frame: dict[str, Any]) -> bool:
        is_open = frame["type"] == "chat.state" and frame["status"] == "open"
        return is_open and bool(frame["agent"]["name"] == name)

    return told


async def claims(c: Cluster, crash: Crash, *, again_at_other: bool) -> bool:
    """Ann claims at the dying node; when she tries again, Bob wants it too."""
    visitor, conversation = await c.visitor(c.living, secret())
    assert (await visitor.ask("chat.say", id=message_id(), text="hello"))["type"] == "chat.stored"
    ann = await c.agent(c.dying, "ann", conversation)
    bob = await c.agent(c.living, "bob", conversation)
    before = workers(c.dying)

    c.arm(crash)
    answer = await ann.attempt("chat.claim", conversation=conversation)
    died = await c.fired(0.5)
    stored = crash.stored or not died
    assert len(events(await c.entries(conversation), "joined")) == stored
    if stored:
        await visitor.hears(answered_by("Ann"), OTHERS_SECONDS)

    ann = await c.agent(c.living if again_at_other else c.dying, "ann", conversation)
    hers, his = await asyncio.gather(
        ann.ask("chat.claim", conversation=conversation),
        bob.ask("chat.claim", conversation=conversation),
    )
    await visitor.reaches(conversation, 2, OTHERS_SECONDS)
    if died and crash.how == "die":
        await c.back(before)
    found = await c.entries(conversation)
    owner = next(row.agent for row in (await c.tables()).conversations if row.id == conversation)

    outcomes = (hers["type"], his["type"])
    assert outcomes in {("chat.claimed", "error"), ("error", "chat.claimed")}, (hers, his)
    winner, lost = (hers, his) if outcomes[1] == "error" else (his, hers)
    if stored:
        assert winner is hers
    assert lost["code"] == "taken"
    assert owner == f"agent:{winner['agent']['id']}"
    assert lost["by"] == winner["agent"]
    assert answer is None or answer["type"] == "error" or answer["agent"] == winner["agent"]
    assert len(events(found, "joined")) == 1
    assert visitor.stream(conversation) == [1, 2]
    await visitor.hears(answered_by(winner["agent"]["name"]))
    return died


async def closes(c: Cluster, crash: Crash, *, again_at_other: bool) -> bool:
    """The owner closes at the dying node; the visitor at the other one is told, once."""
    visitor, conversation = await c.visitor(c.living, secret())
    assert (await visitor.ask("chat.say", id=message_id(), text="hello"))["type"] == "chat.stored"
    ann = await c.agent(c.dying, "ann", conversation)
    claimed = await ann.ask("chat.claim", conversation=conversation)
    assert claimed["type"] == "chat.claimed", claimed
    await visitor.reaches(conversation, 2, OTHERS_SECONDS)
    before = workers(c.dying)

    c.arm(crash)
    answer = await ann.attempt("chat.close", conversation=conversation)
    died = await c.fired(0.5)
    stored = crash.stored or not died
    assert len(events(await c.entries(conversation), "closed")) == stored
    if stored:
        await visitor.hears("chat.state", OTHERS_SECONDS, status="closed")

    ann = await c.agent(c.living if again_at_other else c.dying, "ann", conversation)
    again = await ann.ask("chat.close", conversation=conversation)
    await visitor.reaches(conversation, 3, OTHERS_SECONDS)
    await visitor.hears("chat.state", OTHERS_SECONDS, status="closed")
    if died and crash.how == "die":
        await c.back(before)
    found = await c.entries(conversation)

    assert again["type"] == "ok", again
    assert answer is None or answer["type"] == "error" or answer["type"] == "ok"
    assert len(events(found, "closed")) == 1
    assert visitor.stream(conversation) == [1, 2, 3]
    return died
