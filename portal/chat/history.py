"""History: a page of a conversation, as its reader may see it and as large as a frame may be."""

from typing import Final

from portal.chat import register, transcript
from portal.chat.conversation import Conversation
from portal.chat.told import History, Said, Void
from portal.chat.visible import visible
from portal.errors import Refused
from portal.identity import Actor, ConversationId
from portal.live.protocol import encode
from portal.storage.database import Database

PAGE_BYTES: Final = 60 * 1024
"""Of a frame's 64 KiB; the rest is for what stands around the entries."""


async def read(
    db: Database, actor: Actor, conversation: ConversationId, since: int, limit: int
) -> tuple[History, Conversation, bool]:
    """Return the page behind `since`, the row it was read with, and whether it reaches the head.

    Raises:
        Refused: `not_found`.
    """
    async with db.read() as c:
        row = await register.by_id(c, conversation)
        if row is None:
            raise Refused("not_found", "there is no such conversation")
        entries = await transcript.page(c, conversation, since, row.last_seq, limit)
    messages: list[Said | Void] = []
    room = PAGE_BYTES
    for entry in entries:
        told = visible(entry, actor)
        room -= len(encode(told)) + 1
        if room < 0 and messages:
            break
        messages.append(told)
    end = messages[-1].seq if messages else since
    page = History(conversation=row.id, epoch=row.epoch, messages=messages, last_seq=row.last_seq)
    return page, row, end >= row.last_seq
