"""Matching: articles that may answer what somebody types, offered while he does.

What is typed is looked up and forgotten: it is neither stored nor logged, and nobody is told of
it. One look a second a socket; the page asks when its reader pauses.
"""

import asyncio
from typing import Annotated, Final

from msgspec import Meta, Struct

from portal.errors import Refused
from portal.live.bucket import Bucket
from portal.live.connection import Connection, Door
from portal.live.protocol import Request, Table, Told
from portal.news.slugs import article_path
from portal.news.store import words
from portal.storage import search
from portal.storage.database import Database

MATCHES_MOST: Final = 3
WORDS_MOST: Final = 12
"""Of what is typed, the last ones: the question comes after the greeting."""
SHORTEST: Final = 3
"""Letters of a word that says something; of Chinese and its kin a pair of signs does."""

_GREETINGS: Final = """
    about after again all also and any anybody anyone are because been before but can could day did
    does doing don every for from get give good got had has have hello help her here hey him his how
    into its just know let like looking may maybe mean might more morning much must need not now
    off one only our out over please question questions really said say see she should some somebody
    someone something still such tell than thank thanks that the their them then there these they
    thing this those through too very want was way were what when where which while who whom whose
    why will with would yes yet you your
    aber alle also auch auf aus bei bin bis bitte danke das dass dem den denn der des die dies ein
    eine einen einer frage guten hallo hat habe haben hier ich ihr ihre ist kann kein konnen mein
    mich mir mit nach nicht noch oder sein sich sie sind tag uber und uns von war warum was weil
    wenn wer wie wir wird wo zu zum zur
    الى الي التي الذي ان انا انت او اي اين اريد شكرا عن على علي عند في كان كيف لا لم لماذا لي ما
    ماذا متى مرحبا من هذا هذه هل هو هي
    请问 问一 一下 你好 您好 我想 想问 想知 知道 什么 么时 时候 怎么 么样 为什 为何 可以 能不 不能
    是不 不是 有没 没有 我们 你们 他们 这个 那个 谢谢 多谢 一个 哪里 哪儿 如何
"""
_SAY_NOTHING: Final = frozenset(_GREETINGS.split())
"""What questions are made of, whatever they are about; folded, and cut, as the index is."""


class Match(Request, tag="news.match", kw_only=True):
    """Which articles may answer this?"""

    text: Annotated[str, Meta(max_length=4_000)]


class Matching(Struct, frozen=True, kw_only=True):
    """An article that may."""

    id: int
    title: str
    url: str
    summary: str


class Matches(Told, tag="news.matches", kw_only=True):
    """Published articles that hold any of the words, the best first."""

    articles: list[Matching]


class MatchSocket:
    """Answers what readers ask while they type."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def table(self, door: Door) -> Table:
        """Return the message types of one door."""
        return {Match: self._match} if door == "live" else {}

    async def _match(self, connection: Connection, asked: Match) -> Matches:
        loop = asyncio.get_running_loop()
        if wait_ms := connection.keep(_Pace, lambda: _Pace(1, 1, loop.time)).take():
            raise Refused("limited", "one look a second", retry_ms=wait_ms)
        query = significant(asked.text)
        if query is None:
            return Matches(articles=[])
        async with self._db.read() as c:
            found = await words.best(c, query, MATCHES_MOST)
        return Matches(
            articles=[
                Matching(id=id, title=title, url=article_path(path), summary=summary)
                for id, title, path, summary in found
            ]
        )


class _Pace(Bucket):
    """How often one socket asks."""


def significant(typed: str) -> search.Query | None:
    """Return the words of a question that say what it is about; None: none does yet."""
    cut = [word for word in search.cut(typed) if _says_something(word)]
    kept = tuple(dict.fromkeys(reversed(cut)))[:WORDS_MOST]
    return search.Query(words=kept) if kept else None


def _says_something(word: str) -> bool:
    if word in _SAY_NOTHING or word.isdigit():
        return False
    return len(word) >= SHORTEST or (len(word) > 1 and not word.isascii())
