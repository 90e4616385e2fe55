"""The details: what of a conversation's row in the lists stands in other tables.

Rows are read at every change of any conversation, in batches: it is one statement a batch.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation
from portal.storage.tables import chat as tables


@dataclass(slots=True)
class Details:
    """What of a row stands in other tables."""

    unread: int = 0
    labels: tuple[int, ...] = ()
    rating: int | None = None


NOTHING: Final = Details()


async def read(c: AsyncConnection, found: Collection[Conversation]) -> dict[str, Details]:
    """Return what else is known of these, in one statement however many they are."""
    details: dict[str, Details] = {each.id: Details() for each in found}
    if not details:
        return details
    for row in await c.execute(_DETAILS, {"ids": list(details)}):
        each = details[row.id]
        match row.what:
            case "unread":
                each.unread = row.value
            case "rating":
                each.rating = row.value
            case "label":
                each.labels = (*each.labels, row.value)
    return details


def _details() -> CompoundSelect[Any]:
    entry, table = tables.entry.c, tables.conversation.c
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    unread = (
        select(
            entry.conversation_id.label("id"),
            literal("unread").label("what"),
            func.count().label("value"),
        )
        .join(tables.conversation, table.id == entry.conversation_id)
        .where(
            entry.conversation_id.in_(ids),
            entry.seq > table.staff_seen,
            entry.author == "visitor",
            entry.kind.in_(["text", "file"]),
        )
        .group_by(entry.conversation_id)
    )
    rating, label = tables.rating.c, tables.conversation_label.c
    return union_all(
        unread,
        select(rating.conversation_id, literal("rating"), rating.score).where(
            rating.conversation_id.in_(ids)
        ),
        select(label.conversation_id, literal("label"), label.label_id).where(
            label.conversation_id.in_(ids)
        ),
    ).order_by("what", "value")


_DETAILS: Final = _details()
"""Built once: building it costs as much as running it."""
