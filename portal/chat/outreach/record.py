"""The record: a conversation as plain text, as its visitor may see it, whoever asks for it.

At every question stands which article was read, in which revision, and the SHA-256 of that
revision's text as it was served: so the record proves what the article said at that minute.
What `visible` hides leaves no line.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

from portal.chat import transcript
from portal.chat.conversation import Conversation
from portal.chat.outreach.articles import NO_PAGE, Page, asked_about
from portal.chat.outreach.house import House
from portal.chat.outreach.letter_words import words_for
from portal.chat.told import File, Said
from portal.chat.transcript import Entry
from portal.chat.visible import visible
from portal.clock import moment
from portal.identity import Visitor
from portal.storage.database import Database

PAGE: Final = 500
"""Entries read at once."""


async def pages(
    db: Database, house: House, row: Conversation, since: int = 0
) -> AsyncIterator[str]:
    """Give the record in pieces, from behind an entry to where the conversation is now."""
    yield _head(house, row)
    reached = since
    while reached < row.last_seq:
        async with db.read() as c:
            entries = await transcript.page(c, row.id, reached, row.last_seq, PAGE)
        if not entries:
            return  # erased meanwhile
        reached = entries[-1].seq
        yield await _lines(house, row, entries)


async def whole(db: Database, house: House, row: Conversation, most: int) -> str:
    """Return the newest `most` entries of the record."""
    since = max(0, row.last_seq - most)
    return "".join([piece async for piece in pages(db, house, row, since)])


def name(house: House, row: Conversation) -> str:
    """Return what a file of it is called: nothing in it was typed by anybody."""
    day = _local(house, row.created_at)
    return f"conversation-{day:%Y-%m-%d}.txt"


async def _lines(house: House, row: Conversation, entries: Sequence[Entry]) -> str:
    read = await house.as_read(asked_about(entries))
    reader = Visitor(row.visitor)
    lines = []
    for entry in entries:
        told = visible(entry, reader)
        if isinstance(told, Said):
            asked = (entry.article or 0, entry.at) if told.author.kind == "visitor" else (0, 0)
            lines.append(_entry(house, told, read.get(asked, NO_PAGE)))
    return "".join(lines)


def _head(house: House, row: Conversation) -> str:
    words = words_for(row.language, house.language)
    names = {"site": house.site_name}
    begun = f"{_local(house, row.created_at):%Y-%m-%d %H:%M} {house.zone.key}"
    return f"{words.transcript.format(**names)}\n{house.site_url}/\n{begun}\n"


def _entry(house: House, told: Said, page: Page) -> str:
    at = f"[{_local(house, told.at):%Y-%m-%d %H:%M:%S %Z}]"
    if told.kind == "event":
        return f"\n{at} * {told.text}\n"
    lines = [f"\n{at} {told.author.name}:"]
    if quote := told.quote:
        lines.append(f"  > {_indented(quote.text, '  > ')}")
        lines.append(f"  (article {quote.article}, revision {quote.revision}, {quote.paragraph})")
    if told.text:
        lines.append(f"  {_indented(told.text, '  ')}")
    if told.files:
        lines += [_file(each) for each in told.files]
    title, path, revision, digest = page
    if title:
        lines.append(f"  -- {title} <{house.absolute(path)}>")
        lines.append(f"     revision {revision}, SHA-256 {digest}")
    return "\n".join(lines) + "\n"


def _file(file: File) -> str:
    return f"  [{file.name}, {file.kind}, {file.size} bytes]"


def _indented(text: str, by: str) -> str:
    return ("\n" + by).join(text.splitlines())


def _local(house: House, at: int) -> datetime:
    return moment(at).astimezone(house.zone)
