"""The shelf: which files were brought into a conversation, and which entry says them.

A file is brought first (over HTTP) and said after; until then nobody but who brought it may fetch
it. A file is said once: an entry that names it again is refused, whoever sends it.
"""

from collections.abc import Sequence

from msgspec import UNSET
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.conversation import Conversation
from portal.chat.told import File
from portal.errors import Refused
from portal.storage.tables.chat import conversation as conversations
from portal.storage.tables.chat import file as table


async def take(
    connection: AsyncConnection, conversation: Conversation, author: str, ids: Sequence[str]
) -> tuple[File, ...]:
    """Return files that `author` brought and has not said yet, in the order of `ids`.

    Raises:
        Refused: `not_found`, one of them is none of his or was said before.
    """
    if not ids:
        return ()
    # A visitor's next conversation may be another one than that for which he brought it.
    row = table.c
    query = (
        select(table)
        .join(conversations, conversations.c.id == row.conversation_id)
        .where(
            row.id.in_(list(ids)),
            row.author == author,
            row.seq.is_(None),
            conversations.c.visitor_id == conversation.visitor,
        )
    )
    found = {each["id"]: each for each in (await connection.execute(query)).mappings()}
    if len(found) != len(ids):
        raise Refused("not_found", "a file is not there any more; please attach it again")
    return tuple(
        File(
            id=found[id]["id"],
            name=found[id]["name"],
            kind=found[id]["kind"],
            size=found[id]["size_bytes"],
            width=UNSET if found[id]["width"] is None else found[id]["width"],
            height=UNSET if found[id]["height"] is None else found[id]["height"],
        )
        for id in ids
    )


async def say(
    connection: AsyncConnection, conversation: str, seq: int, files: Sequence[File]
) -> None:
    """Note which entry says these files: from now on whoever sees it may fetch them."""
    if files:
        await connection.execute(
            update(table)
            .where(table.c.id.in_([each.id for each in files]))
            .values(conversation_id=conversation, seq=seq)
        )
