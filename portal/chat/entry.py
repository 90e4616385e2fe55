"""The entry: what stands in a transcript, before it has its number, after, and as a row.

It travels like this between the portal's own processes; to a person it goes through `visible` only.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from portal.chat.requests import Quote, Quoted
from portal.chat.told import File
from portal.errors import Refused
from portal.identity import Actor, Agent, ConversationId, Visitor

VISITOR: Final = "visitor"
PORTAL: Final = "portal"

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


def numbered(conversation: ConversationId, seq: int, draft: Draft, at: int) -> Entry:
    """Return the entry a draft becomes under its number."""
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


def row_of(entry: Entry) -> dict[str, Any]:
    """Turn an entry into a row."""
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
