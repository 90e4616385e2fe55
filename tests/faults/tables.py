"""The tables: what the database holds when all is quiet, read through the portal's own storage."""

from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct, field
from sqlalchemy import func, select

from portal.storage.database import Database
from portal.storage.tables import audience, chat


class ConversationRow(Struct, frozen=True):
    """A conversation as it stands at the end.

    Attributes:
        visitor: whose it is, as a record names persons.
        agent: of a closed one, who owned it last.
    """

    id: str
    visitor: str
    current: bool
    status: str
    last_seq: int
    agent: str | None


class EntryRow(Struct, frozen=True):
    """An entry as it is stored. `author` is "visitor", "agent:7" or "portal"."""

    conversation: str
    seq: int
    id: str
    kind: str
    author: str
    text: str
    event: str = ""
    at: int = 0
    """When it was written, in ms; a transaction that is done again writes later."""


class Tables(Struct):
    """Everything the checker compares a record with.

    Attributes:
        clicks: total an article.
        hours: the sum of its hours an article.
    """

    conversations: list[ConversationRow] = field(default_factory=list)
    entries: list[EntryRow] = field(default_factory=list)
    clicks: dict[int, int] = field(default_factory=dict)
    hours: dict[int, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_bytes(msgspec.json.encode(self))

    @classmethod
    def load(cls, path: Path) -> "Tables":
        """Read what `save` wrote."""
        return msgspec.json.decode(path.read_bytes(), type=cls)


def visitor_person(secret: str) -> str:
    """Return how record and tables name the visitor who holds `secret`."""
    return "visitor:" + sha256(secret.encode("ascii")).hexdigest()


def agent_person(id: int) -> str:
    """Return how record and tables name a member of staff."""
    return f"agent:{id}"


async def dump(db: Database) -> Tables:
    """Read the tables from SQLite or PostgreSQL; `db` is open.

    Call it before the run (for the clicks there are) and at its end, when nothing is under way and
    what was counted has been booked (a second or two after the last view).
    """
    tables = Tables()
    row, said = chat.conversation.c, chat.entry.c
    hour, total = audience.click_hour.c, audience.click_total.c
    async with db.read() as c:
        for found in await c.execute(select(chat.conversation).order_by(row.id)):
            agent = None if found.agent_id is None else agent_person(found.agent_id)
            tables.conversations.append(
                ConversationRow(
                    id=found.id,
                    visitor=f"visitor:{found.visitor_id}",
                    current=found.current,
                    status=found.status,
                    last_seq=found.last_seq,
                    agent=agent,
                )
            )
        for found in await c.execute(select(chat.entry).order_by(said.conversation_id, said.seq)):
            tables.entries.append(
                EntryRow(
                    conversation=found.conversation_id,
                    seq=found.seq,
                    id=found.client_id,
                    kind=found.kind,
                    author=found.author,
                    text=found.text,
                    event=(found.data or {}).get("event", ""),
                    at=found.at,
                )
            )
        totals = await c.execute(select(total.article_id, total.clicks))
        tables.clicks = {found.article_id: found.clicks for found in totals}
        hours = await c.execute(
            select(hour.article_id, func.sum(hour.clicks)).group_by(hour.article_id)
        )
        tables.hours = {article: int(clicks) for article, clicks in hours}
    return tables
