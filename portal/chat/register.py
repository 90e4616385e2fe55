"""The register: the rows of conversations, found and begun. What happens in them is the desk's.

A row read with `lock=True` stays as it is until the transaction ends: PostgreSQL locks the row,
SQLite has locked the whole database by then (BEGIN IMMEDIATE).
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation, Status
from portal.identity import ConversationId, StaffId, VisitorId
from portal.storage.tables.chat import conversation as table
from portal.storage.tables.chat import visitor as visitors
from portal.storage.tables.chat import visitor_key as keys
from portal.storage.tables.staff import staff
from portal.storage.upsert import insert_for

ROWS = (
    select(
        table,
        visitors.c.name.label("visitor_name"),
        visitors.c.email.label("visitor_email"),
        visitors.c.language.label("visitor_language"),
        visitors.c.consented_at.label("visitor_consented_at"),
        staff.c.name.label("agent_name"),
    )
    .join(visitors, visitors.c.id == table.c.visitor_id)
    .outerjoin(staff, staff.c.id == table.c.agent_id)
)
"""Conversations with the names that belong to their ids. Built once: building it costs as much
as running it."""


async def by_id(
    connection: AsyncConnection, conversation: str, *, lock: bool = False
) -> Conversation | None:
    """Return a conversation, if there is one of that id."""
    return await _one(connection, table.c.id == conversation, lock)


async def by_ids(connection: AsyncConnection, conversations: Iterable[str]) -> list[Conversation]:
    """Return those of these conversations that there are."""
    query = ROWS.where(table.c.id.in_(list(conversations)))
    return [read(row) for row in (await connection.execute(query)).mappings()]


async def current(
    connection: AsyncConnection, visitor: VisitorId, *, lock: bool = False
) -> Conversation | None:
    """Return the conversation a visitor speaks in, if he asked for chat before."""
    return await _one(connection, and_(table.c.visitor_id == visitor, table.c.current), lock)


async def who(connection: AsyncConnection, secret: VisitorId) -> VisitorId:
    """Return whose secret this is: his first one, or one that followed a way back.

    Args:
        secret: its hash.
    """
    first: str | None = await connection.scalar(
        select(keys.c.visitor_id).where(keys.c.id == secret)
    )
    return secret if first is None else VisitorId(first)


async def meet(
    connection: AsyncConnection,
    visitor: VisitorId,
    now: int,
    name: str | None = None,
    email: str | None = None,
) -> None:
    """Make the row about a visitor, or note what he now says of himself."""
    given = {key: value for key, value in (("name", name), ("email", email)) if value is not None}
    insert = insert_for(connection, visitors).values(id=visitor, created_at=now, **given)
    if given:
        insert = insert.on_conflict_do_update(index_elements=[visitors.c.id], set_=given)
    else:
        insert = insert.on_conflict_do_nothing()
    await connection.execute(insert)


async def begin(
    connection: AsyncConnection,
    visitor: VisitorId,
    now: int,
    topic: str | None = None,
    desk: int | None = None,
) -> Conversation:
    """Return the visitor's current conversation, made unless somebody makes it just now.

    A unique key on (visitor, current) decides between many who knock at once on many nodes.
    """
    insert = insert_for(connection, table).values(
        id=secrets.token_urlsafe(16),
        visitor_id=visitor,
        status=Status.WAITING.value,
        topic=topic,
        desk_id=desk,
        last_at=now,
        created_at=now,
    )
    await connection.execute(
        insert.on_conflict_do_nothing(
            index_elements=[table.c.visitor_id], index_where=text("current")
        )
    )
    begun = await current(connection, visitor, lock=True)
    assert begun is not None
    return begun


async def retire(connection: AsyncConnection, conversation: Conversation) -> None:
    """Let its visitor speak in another one from now on."""
    await connection.execute(
        update(table)
        .where(table.c.id == conversation.id)
        .values(current=False, revision=table.c.revision + 1)
    )


async def set_columns(
    connection: AsyncConnection, conversation: Conversation, **columns: Any
) -> None:
    """Change what is neither said nor a move: how far was read, which page is open."""
    await connection.execute(
        update(table)
        .where(table.c.id == conversation.id)
        .values(revision=table.c.revision + 1, **columns)
    )


def read(row: Mapping[Any, Any]) -> Conversation:
    """Turn a row of `ROWS` into a conversation."""
    return Conversation(
        id=ConversationId(row["id"]),
        visitor=VisitorId(row["visitor_id"]),
        current=row["current"],
        status=Status(row["status"]),
        epoch=row["epoch"],
        last_seq=row["last_seq"],
        agent=None if row["agent_id"] is None else StaffId(row["agent_id"]),
        agent_name=row["agent_name"] or "",
        topic=row["topic"] or "",
        article=row["article_id"],
        url=row["url"] or "",
        title=row["title"] or "",
        last_text=row["last_text"],
        last_by=row["last_by"],
        last_at=row["last_at"],
        revision=row["revision"],
        visitor_seen=row["visitor_seen"],
        staff_seen=row["staff_seen"],
        waiting_since=row["waiting_since"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        name=row["visitor_name"] or "",
        email=row["visitor_email"] or "",
        desk=row["desk_id"],
        assigned_at=row["assigned_at"],
        snoozed_until=row["snoozed_until"],
        asked_at=row["asked_at"],
        answered_at=row["answered_at"],
        article_revision=row["article_revision"],
        language=row["visitor_language"],
        consented=row["visitor_consented_at"] is not None,
    )


async def _one(
    connection: AsyncConnection, which: ColumnElement[bool], lock: bool
) -> Conversation | None:
    while True:
        locked = await _lock(connection, which) if lock else None
        row = (await connection.execute(ROWS.where(which))).mappings().one_or_none()
        if row is None or locked is None or row["id"] in locked:
            return None if row is None else read(row)


async def _lock(connection: AsyncConnection, which: ColumnElement[bool]) -> set[str] | None:
    # A statement of its own: in one with joins PostgreSQL would, after waiting for the lock, show
    # the new row beside the old names.
    if connection.dialect.name == "sqlite":
        return None
    query = select(table.c.id).where(which).with_for_update()
    return set((await connection.execute(query)).scalars())
