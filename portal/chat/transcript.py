"""The transcript: what was said, in the order in which it was committed.

`append` runs inside the transaction that holds the conversation's row. It raises `last_seq` and
inserts under that lock, so numbers are dense and commit in order. A counter of the database
commits out of order, and whoever reads "behind my last one" then misses an entry for ever.

Nothing here is ever updated, save by erasure.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation, Move
from portal.chat.finding import index
from portal.chat.outreach import outbox
from portal.chat.requests import Quote, Quoted
from portal.chat.told import File
from portal.errors import Refused
from portal.identity import Actor, Agent, ConversationId, Visitor
from portal.storage.tables import chat as tables

VISITOR: Final = "visitor"
PORTAL: Final = "portal"
LAST_TEXT_LONGEST: Final = 200
"""Characters of the last line kept for the list."""

Author = str
"""Who wrote an entry, as its unique key names him: "visitor", "agent:7", "portal"."""


class Entry(Struct, frozen=True, kw_only=True):
    """One entry as it is stored, with everything anybody may ever see of it.

    It travels like this between the portal's own processes; to a person it goes through
    `visible` only.
    """

    conversation: str
    seq: int
    id: str
    kind: str
    author: Author
    who: str
    """The author's name as it was then."""
    text: str
    at: int
    event: str = ""
    about: str = ""
    article: int | None = None
    quote: Quote | None = None
    files: tuple[File, ...] = ()
    mentions: tuple[int, ...] = ()
    group: bool = False
    """Said to all who ask about one article."""


class Draft(Struct, frozen=True, kw_only=True):
    """An entry that has no number yet."""

    id: str
    kind: str
    author: Author
    who: str
    text: str = ""
    event: str = ""
    about: str = ""
    """Whom an event concerns besides its author: a colleague, a desk."""
    article: int | None = None
    quote: Quote | None = None
    files: tuple[File, ...] = ()
    mentions: tuple[int, ...] = ()
    group: bool = False


def author_of(actor: Actor) -> Author:
    """Return the key under which `actor` writes."""
    match actor:
        case Agent():
            return f"agent:{actor.id}"
        case Visitor():
            return VISITOR
    raise Refused("not_allowed", "ask for chat first (chat.open)")


def event(name: str, author: Author, who: str, about: str = "") -> Draft:
    """Return the draft of something that happened; `about` names whom it concerns besides."""
    return Draft(
        id=secrets.token_urlsafe(16),
        kind="event",
        author=author,
        who=who,
        event=name,
        about=about,
        text=_sentence(name, who, about),
    )


def _sentence(name: str, who: str, about: str) -> str:
    """Say an event in words, for whoever does not know its name."""
    words = {
        "joined": "joined",
        "left": "left",
        "transferred": f"passed the conversation to {about}" if about else "passed it on",
        "closed": "closed the conversation",
        "reopened": "opened the conversation again",
    }
    return f"{who} {words.get(name, name)}"


async def repeated(
    connection: AsyncConnection, conversation: ConversationId, draft: Draft
) -> Entry | None:
    """Return the entry this author stored under this id before, if he did.

    Raises:
        Refused: `conflict`, it was another text; the first one stays.
    """
    query = select(tables.entry).where(
        tables.entry.c.conversation_id == conversation,
        tables.entry.c.author == draft.author,
        tables.entry.c.client_id == draft.id,
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    found = read(row)
    if (found.kind, found.text) != (draft.kind, draft.text):
        raise Refused("conflict", "this id was used for another text")
    return found


async def append(
    connection: AsyncConnection,
    before: Conversation,
    move: Move,
    drafts: Sequence[Draft],
    at: int,
    agent_name: str,
) -> tuple[Conversation, tuple[Entry, ...]]:
    """Give `drafts` their numbers and store them, together with what the conversation becomes.

    Args:
        before: the row as it was read in this transaction, under its lock.
        move: what it becomes.
        at: now; an entry is never older than the one before it.
        agent_name: of the agent `move` makes its owner, if it does.

    Returns:
        The row as it is now, and the entries.

    Raises:
        Refused: `busy`, somebody changed the row since it was read. Cannot be while its lock is
            held; it is what a lost lock would look like.
    """
    at = max(at, before.last_at)
    last_text, last_by, last_at = before.last_text, before.last_by, before.last_at
    if (last := _last_words(drafts)) is not None:
        shown = last.text or ", ".join(file.name for file in last.files)
        last_text = shown[:LAST_TEXT_LONGEST]
        last_by, last_at = last.author.partition(":")[0], at
    desk = before.desk if move.desk is UNSET else move.desk
    assigned = move.agent is not None and move.agent != before.agent
    after = replace(
        before,
        desk=desk,
        snoozed_until=move.snoozed_until,
        assigned_at=at if assigned else before.assigned_at,
        asked_at=before.asked_at or (at if _speaks(drafts, VISITOR) else None),
        answered_at=before.answered_at
        or (at if before.asked_at and _speaks(drafts, "agent:") else None),
        status=move.status,
        agent=move.agent,
        agent_name=before.agent_name if move.agent == before.agent else agent_name,
        waiting_since=move.waiting_since,
        closed_at=move.closed_at,
        last_seq=before.last_seq + len(drafts),
        last_text=last_text,
        last_by=last_by,
        last_at=last_at,
        revision=before.revision + 1,
    )
    row, entry = tables.conversation, tables.entry.c
    # `last_at` is of the last words; a note or an event may be younger, by another node's clock.
    earlier = select(entry.at).where(
        entry.conversation_id == before.id, entry.seq == before.last_seq
    )
    raised = await connection.execute(
        update(row)
        .where(row.c.id == before.id, row.c.revision == before.revision)
        .values(
            status=after.status.value,
            agent_id=after.agent,
            waiting_since=after.waiting_since,
            closed_at=after.closed_at,
            desk_id=after.desk,
            snoozed_until=after.snoozed_until,
            assigned_at=after.assigned_at,
            asked_at=after.asked_at,
            answered_at=after.answered_at,
            last_seq=row.c.last_seq + len(drafts),
            last_text=last_text,
            last_by=last_by,
            last_at=last_at,
            revision=row.c.revision + 1,
        )
        .returning(row.c.last_seq, earlier.scalar_subquery())
    )
    found = raised.one_or_none()
    if found is None:
        raise Refused("busy", "the conversation changed just now", retry_ms=100)
    last_seq, earlier_at = found
    at = max(at, earlier_at or 0)
    first = last_seq - len(drafts) + 1
    entries = tuple(_number(before.id, seq, draft, at) for seq, draft in enumerate(drafts, first))
    answers = [each.seq for each in entries if _said_by(each, "agent:")]
    if answers and before.email:
        await outbox.owe(connection, before.id, before.email, answers, at)
    if entries:
        await connection.execute(insert(tables.entry), [_row(entry) for entry in entries])
        await index.add(connection, after, entries)
    return after, entries


async def page(
    connection: AsyncConnection, conversation: ConversationId, since: int, head: int, limit: int
) -> list[Entry]:
    """Return the entries behind `since`, up to `head`, at most `limit`, in order."""
    query = (
        select(tables.entry)
        .where(
            tables.entry.c.conversation_id == conversation,
            tables.entry.c.seq > since,
            tables.entry.c.seq <= head,
        )
        .order_by(tables.entry.c.seq)
        .limit(limit)
    )
    return [read(row) for row in (await connection.execute(query)).mappings()]


async def heads(
    connection: AsyncConnection, conversations: Iterable[ConversationId]
) -> dict[str, int]:
    """Return how far each of these conversations goes."""
    row = tables.conversation.c
    query = select(row.id, row.last_seq).where(row.id.in_(list(conversations)))
    return {found.id: found.last_seq for found in await connection.execute(query)}


def read(row: Mapping[Any, Any]) -> Entry:
    """Turn a row into an entry."""
    return Entry(
        conversation=row["conversation_id"],
        seq=row["seq"],
        id=row["client_id"],
        kind=row["kind"],
        author=row["author"],
        who=row["author_name"],
        text=row["text"],
        at=row["at"],
        article=row["article_id"],
        **_unpacked(row["data"]),
    )


def _unpacked(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the fields of an entry that `_packed` put aside."""
    if not data:
        return {}
    kept = {key: data[key] for key in ("event", "about", "group") if key in data}
    if "quote" in data:
        kept["quote"] = msgspec.convert(data["quote"], Quoted)
    if "files" in data:
        kept["files"] = msgspec.convert(data["files"], tuple[File, ...])
    if "mentions" in data:
        kept["mentions"] = tuple(data["mentions"])
    return kept


def _packed(entry: Entry) -> dict[str, Any] | None:
    kept: dict[str, Any] = {}
    for name in ("event", "about", "quote", "files", "mentions", "group"):
        if value := getattr(entry, name):
            kept[name] = msgspec.to_builtins(value)
    return kept or None


def _speaks(drafts: Sequence[Draft], author: str) -> bool:
    return any(_said_by(draft, author) for draft in drafts)


def _said_by(said: Draft | Entry, author: str) -> bool:
    return said.kind in ("text", "file") and said.author.startswith(author)


def _last_words(drafts: Sequence[Draft]) -> Draft | None:
    said = [draft for draft in drafts if draft.kind in ("text", "file")]
    return said[-1] if said else None


def _number(conversation: ConversationId, seq: int, draft: Draft, at: int) -> Entry:
    return Entry(
        conversation=conversation,
        seq=seq,
        id=draft.id,
        kind=draft.kind,
        author=draft.author,
        who=draft.who,
        text=draft.text,
        at=at,
        event=draft.event,
        about=draft.about,
        article=draft.article,
        quote=draft.quote,
        files=draft.files,
        mentions=draft.mentions,
        group=draft.group,
    )


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "conversation_id": entry.conversation,
        "seq": entry.seq,
        "kind": entry.kind,
        "author": entry.author,
        "author_name": entry.who,
        "client_id": entry.id,
        "text": entry.text,
        "data": _packed(entry),
        "article_id": entry.article,
        "at": entry.at,
    }
