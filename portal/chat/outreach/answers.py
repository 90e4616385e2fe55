"""Answers by mail: what an agent said while the visitor was away, as a letter.

What stands in it has gone through `visible`, as everything that leaves the house: a note, or an
event that is staff's own business, is no part of any letter, however it came into its range.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import transcript
from portal.chat.conversation import Conversation
from portal.chat.outreach.articles import Page
from portal.chat.outreach.house import House
from portal.chat.outreach.letter_words import words_for
from portal.chat.outreach.message import MARK
from portal.chat.outreach.outbox import Letter
from portal.chat.told import Said
from portal.chat.transcript import VISITOR, Entry
from portal.chat.visible import visible
from portal.identity import Visitor
from portal.storage.tables.chat import entry as entries

TEMPLATE: Final = "chat/letter-answer.html"
ENTRIES_MOST: Final = 50
"""Of a longer answer the rest is read behind the link."""
ASKED_LONGEST: Final = 600
"""Characters of his own question that are repeated to him."""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing an agent said: lines of text, and names of files."""

    agent: str
    text: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerLetter:
    """`chat/letter-answer.html`."""

    language: str
    direction: str
    site_name: str
    site_url: str
    greeting: str
    answered: str
    said: tuple[Words, ...]
    asked_label: str
    asked: str
    quote: str
    about_label: str
    article_title: str
    article_url: str
    files_label: str
    read_on: str
    link: str
    no_reply: str
    why: str


async def said_since(c: AsyncConnection, row: Conversation, letter: Letter) -> list[Entry]:
    """Return what an owed letter tells of: answers its reader has not read."""
    since = max(row.visitor_seen, (letter.first_seq or 1) - 1)
    found = await transcript.page(c, row.id, since, letter.last_seq or 0, ENTRIES_MOST * 4)
    reader = Visitor(row.visitor)
    return [each for each in found if _an_answer(visible(each, reader))][:ENTRIES_MOST]


async def question(c: AsyncConnection, row: Conversation, before: int) -> Entry | None:
    """Return the last thing the visitor said before an entry."""
    query = (
        select(entries)
        .where(
            entries.c.conversation_id == row.id,
            entries.c.seq < before,
            entries.c.author == VISITOR,
            entries.c.kind.in_(["text", "file"]),
        )
        .order_by(entries.c.seq.desc())
        .limit(1)
    )
    found = (await c.execute(query)).mappings().one_or_none()
    return None if found is None else transcript.read(found)


def compose(
    house: House, row: Conversation, said: Sequence[Entry], asked: Entry | None, page: Page
) -> tuple[str, str, str]:
    """Return subject, text and HTML of an answer's letter.

    Args:
        said: at least one answer.
        asked: what he had asked.
        page: the article he read then, as it was.
    """
    words = words_for(row.language, house.language)
    title, path, _, _ = page
    reader = Visitor(row.visitor)
    told = [each for entry in said if isinstance(each := visible(entry, reader), Said)]
    agent = told[-1].author.name
    names = {"agent": agent, "site": house.site_name, "title": title, "name": row.name}
    letter = AnswerLetter(
        language=words.language,
        direction=words.direction,
        site_name=house.site_name,
        site_url=house.site_url,
        greeting=(words.greeting_name if row.name else words.greeting).format(**names),
        answered=words.answered.format(**names),
        said=tuple(_words(each) for each in told),
        asked_label=words.asked,
        asked=_short(asked.text) if asked else "",
        quote=asked.quote.text if asked and asked.quote else "",
        about_label=words.about,
        article_title=title,
        article_url=house.absolute(path) if path else "",
        files_label=words.files,
        read_on=words.read_on,
        link=f"{house.absolute(path or '/')}#chat={MARK}",
        no_reply=words.no_reply,
        why=words.why.format(**names),
    )
    subject = (words.answer_about if title else words.answer_subject).format(**names)
    return subject[:300], _plain(letter), house.render(TEMPLATE, letter)


def _plain(letter: AnswerLetter) -> str:
    parts = [letter.greeting, letter.answered]
    for each in letter.said:
        lines = [each.text] if each.text else []
        if each.files:
            lines.append(f"{letter.files_label} {', '.join(each.files)}")
        parts.append("\n".join(lines))
    parts.append(f"{letter.read_on}\n{letter.link}")
    if letter.article_url:
        parts.append(f"{letter.about_label} {letter.article_title}\n{letter.article_url}")
    if letter.asked or letter.quote:
        own = "\n".join(each for each in (letter.quote, letter.asked) if each)
        parts.append("\n".join([letter.asked_label, *(f"> {line}" for line in own.splitlines())]))
    parts.append(f"--\n{letter.site_name}\n{letter.no_reply}\n{letter.why}")
    return "\n\n".join(parts) + "\n"


def _an_answer(told: object) -> bool:
    return isinstance(told, Said) and told.author.kind == "agent" and told.kind in ("text", "file")


def _words(told: Said) -> Words:
    files = told.files if isinstance(told.files, tuple) else ()
    return Words(told.author.name, told.text, tuple(file.name for file in files))


def _short(text: str) -> str:
    return text if len(text) <= ASKED_LONGEST else text[:ASKED_LONGEST].rstrip() + " …"
