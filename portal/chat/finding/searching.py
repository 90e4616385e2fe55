"""Searching: words and people, in all that was ever said at the desk.

A search reads and never writes, so nobody's send waits for it: on SQLite readers do not hold up
the writer, and one process runs one search at a time, which leaves its other connections to those
who read conversations. It looks at the newest `CANDIDATES` texts that match, whatever there are:
a word that everybody uses costs no more than that, and whoever looks for it types another one.
"""

import asyncio
import re
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import register, transcript
from portal.chat.conversation import Conversation
from portal.chat.finding import index
from portal.chat.finding.messages import Found, Results
from portal.chat.told import Said
from portal.chat.transcript import Entry
from portal.chat.visible import visible
from portal.errors import Refused
from portal.identity import Agent
from portal.storage import search
from portal.storage.database import Database
from portal.storage.tables.chat import entry as entries
from portal.storage.tables.search import entry_words as words

PAGE: Final = 30
CANDIDATES: Final = 1_000
EXCERPT: Final = 200
"""Characters."""
LEAD: Final = 60
"""Characters of an excerpt before its first match."""


class Searching:
    """Looks for words and people. Keeps nothing."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._one = asyncio.Semaphore(1)

    async def find(self, agent: Agent, typed: str, after: str | None) -> Results:
        """Return a page of the conversations that match, the newest match of each, newest first.

        Raises:
            Refused: `bad_field`, `after` is none of ours.
        """
        before = _before(after)
        asked = search.query(typed)
        told = Results(query=typed, found=[])
        if asked is None:
            return told
        async with self._one, self._db.read() as c:
            page = await _newest_of_each(c, asked, before)
            read = await _read(c, page[:PAGE])
        for entry, conversation in read:
            await asyncio.sleep(0)  # looking for the words in a long text takes milliseconds
            if (found := _found(agent, entry, conversation, asked)) is not None:
                told.found.append(found)
        if len(page) > PAGE:
            told.next = str(page[PAGE - 1])
        return told


def _before(after: str | None) -> int | None:
    if after is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", after):
        raise Refused("bad_field", "`after` is the `next` of a page before")
    return int(after)


async def _newest_of_each(c: AsyncConnection, asked: search.Query, before: int | None) -> list[int]:
    """Return the newest match of each conversation, by its key in the index, newest first."""
    some = search.newest(words, asked, c.dialect.name, CANDIDATES).subquery()
    newest = func.max(words.c.id)
    query = (
        select(newest)
        .join(some, some.c.id == words.c.id)
        .group_by(words.c.conversation_id)
        .order_by(newest.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.having(newest < before)
    return list((await c.execute(query)).scalars())


async def _read(c: AsyncConnection, page: list[int]) -> list[tuple[Entry | None, Conversation]]:
    """Return what stands behind these keys, in their order; None: the visitor himself."""
    query = (
        select(words.c.id.label("key"), words.c.conversation_id.label("of"), entries)
        .outerjoin(
            entries,
            (entries.c.conversation_id == words.c.conversation_id) & (entries.c.seq == words.c.seq),
        )
        .where(words.c.id.in_(page))
    )
    rows = {row["key"]: row for row in (await c.execute(query)).mappings()}
    of = {each.id: each for each in await register.by_ids(c, {r["of"] for r in rows.values()})}
    return [
        (None if row["seq"] is None else transcript.read(row), of[row["of"]])
        for row in (rows[key] for key in page if key in rows)
    ]


def _found(
    agent: Agent, entry: Entry | None, conversation: Conversation, asked: search.Query
) -> Found | None:
    seq, by, at = index.PERSON, transcript.VISITOR, conversation.last_at
    whole = index.person_of(conversation)
    if entry is not None:
        said = visible(entry, agent)
        if not isinstance(said, Said):
            return None
        seq, by, at, whole = said.seq, said.author.kind, said.at, index.text_of(entry)
    text, marks = excerpt(whole, asked)
    return Found(
        conversation=conversation.id,
        seq=seq,
        name=conversation.visitor_name,
        status=conversation.status.value,
        by=by,
        text=text,
        marks=marks,
        at=at,
    )


def excerpt(whole: str, asked: search.Query) -> tuple[str, list[tuple[int, int]]]:
    """Return what stands around the first match, and where in it matches stand.

    Returns:
        At most `EXCERPT` characters in one line, and from-to in UTF-16 units.
    """
    spans = search.spans(whole, asked)
    begin, more = 0, ""
    if len(whole) > EXCERPT and spans and spans[0][0] > LEAD:
        begin, more = spans[0][0] - LEAD, "…"
        space = whole.find(" ", begin, spans[0][0])
        begin = space + 1 if space >= 0 else begin
    text = more + re.sub(r"\s", " ", whole[begin:])
    text = text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
    shift = len(more) - begin
    # The last sign may be our own; nothing of it is a match.
    last = len(text) - (begin + len(text) - len(more) < len(whole))
    kept = [(a + shift, min(b + shift, last)) for a, b in spans if a + shift < last]
    return text, [(_units(text, a), _units(text, b)) for a, b in kept]


def _units(text: str, at: int) -> int:
    """Return at which UTF-16 unit a character stands: those beyond U+FFFF are two."""
    return at + sum(sign > "\uffff" for sign in text[:at])
