"""Search: how text is cut into words for an index, and what a search asks of it.

One function cuts, for what is kept and for what is looked for, so both databases find the same:
SQLite's FTS5 and PostgreSQL's `tsvector` are handed words that are folded and separate already,
and neither cuts or folds anything by itself. FTS5 is told so by its tokenizer `ascii`, which takes
every sign but ASCII's for a letter: `unicode61` knows Unicode 6.1, and cuts at what came later.

A word is folded (NFKC, casefold, without accents and vowel points). Chinese, Japanese, Korean and
Thai run on without spaces: a run is kept as overlapping pairs, and its last sign alone too, so
that two signs find, and even a single one, wherever in a run they stand.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    TableClause,
    Text,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy import table as alchemy_table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

WORD_LONGEST: Final = 60
"""Characters; a longer word is found by its beginning. PostgreSQL keeps at most 2,046 bytes."""
TEXT_LONGEST: Final = 100_000
"""Characters of one text that are kept; a `tsvector` holds a megabyte."""
WORDS_MOST: Final = 20_000
HEAD_WEIGHS: Final = 10
"""A word of a title, against one of the text: PostgreSQL's own measure (A is 1.0, D is 0.1)."""
QUERY_WORDS_MOST: Final = 32
"""Each costs a look into the index."""

# Written without spaces: Thai, Lao, Burmese, Khmer; kana, bopomofo, Han and Hangul.
_RUN = (
    "\u0e00-\u0e4f\u0e80-\u0ecf\u1000-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
# Signs that are no letters and stand within words: vowels of India and Tibet, marks of others.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0963\u0971-\u0df3\u0f18-\u0f84\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
# Signs each of which is a word: arrows, weather, hearts and faces.
_SIGNS = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_PIECE = re.compile(
    f"(?P<run>[{_RUN}]+)|(?P<sign>[{_SIGNS}])|(?:(?![{_RUN}{_SIGNS}])(?:[^\\W_]|[{_MARKS}]))+"
)
_TAG = re.compile(r"<[^>]*>")
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, its stretcher, and what joins
# or breaks words unseen: nobody types them into a search.
_DROPPED: Final = dict.fromkeys(
    [
        *range(0x0300, 0x0370),
        *range(0x0591, 0x05C8),
        *range(0x0610, 0x061B),
        *range(0x064B, 0x0660),
        *range(0x06D6, 0x06DD),
        *(0x00AD, 0x0640, 0x0670, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x2060, 0x2065),
        *range(0xFE00, 0xFE10),
    ]
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of `words`, and of each of `beginnings` a word that begins so."""

    words: tuple[str, ...]
    beginnings: tuple[str, ...] = ()


class Headed(list[str]):
    """Words of which the first ones, as many as `head` says, weigh more than the others."""

    def __init__(self, words: Sequence[str], head: int) -> None:
        super().__init__(words)
        self.head = head


class Words(TypeDecorator[Sequence[str]]):
    """A column of cut words, in their order: text on SQLite, a `tsvector` on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database calls it."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """Write it down."""
        if value is None:
            return None
        head = value.head if isinstance(value, Headed) else 0
        if dialect.name == "postgresql":
            return _vector(value, head)
        # What FTS5 makes of a column's weight: as if its words stood there so many times.
        return " ".join([*value[:head]] * (HEAD_WEIGHS - 1) + [*value])


def cut(text: str) -> list[str]:
    """Return the words of `text` as the index keeps them, in their order."""
    found = [word for word, _, _ in _words(fold(text[:TEXT_LONGEST])[:TEXT_LONGEST])]
    return found[:WORDS_MOST]


def cut_article(title: str, summary: str, body_html: str, lead_caption: str = "") -> "Headed":
    """Return the words of an article; those of its title weigh more."""
    head = cut(title)
    body = cut(unescape(_TAG.sub(" ", body_html)))
    return Headed([*head, *cut(summary), *cut(lead_caption), *body], len(head))


def fold(text: str) -> str:
    """Return `text` as it is compared: without case, width, accents and points."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).translate(_DROPPED).casefold()
    return unicodedata.normalize("NFKC", plain.translate(_DROPPED))


def query(text: str) -> Query | None:
    """Return what a search string looks for; None if nothing in it can be found.

    Every word must be there, the last as a beginning: it may be typed still. A lone sign of a
    script without spaces is one, too, wherever it stands.
    """
    words: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    pieces = list(_PIECE.finditer(fold(text)))
    for at, piece in enumerate(pieces):
        if piece["run"]:
            kept = beginnings if len(piece[0]) == 1 else words
            kept.update(dict.fromkeys(_pairs(piece[0])))
        elif at == len(pieces) - 1:
            beginnings[piece[0][:WORD_LONGEST]] = None
        else:
            words[piece[0][:WORD_LONGEST]] = None
    some = list(words)[:QUERY_WORDS_MOST]
    room = QUERY_WORDS_MOST + 1 - len(some)
    return Query(tuple(some), tuple(beginnings)[:room]) if words or beginnings else None


def fts5(query: Query, *, any_of: bool = False) -> str:
    """Return `query` as FTS5's MATCH takes it."""
    terms = [f'"{word}"' for word in query.words] + [f'"{word}"*' for word in query.beginnings]
    return (" OR " if any_of else " AND ").join(terms)


def tsquery(query: Query, *, any_of: bool = False) -> str:
    """Return `query` as PostgreSQL's `tsquery` is written."""
    terms = [f"'{word}'" for word in query.words] + [f"'{word}':*" for word in query.beginnings]
    return (" | " if any_of else " & ").join(terms)


def spans(text: str, query: Query) -> list[tuple[int, int]]:
    """Return where in `text` something stands that `query` looks for: from and to, in order."""
    folded, origin = _traced(text)
    words = frozenset(query.words)
    found: list[tuple[int, int]] = []
    for word, begin, end in _words(folded):
        if word not in words:
            longest = max((len(b) for b in query.beginnings if word.startswith(b)), default=0)
            if not longest:
                continue
            end = min(end, begin + longest)
        first, last = origin[begin][0], origin[end - 1][1]
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _words(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word to keep, and from where to where it stands."""
    for piece in _PIECE.finditer(folded):
        begin, end = piece.span()
        if not piece["run"]:
            yield piece[0][:WORD_LONGEST], begin, end
            continue
        for at in range(begin, end):
            yield folded[at : min(at + 2, end)], at, min(at + 2, end)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def _traced(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Fold `text`, and tell of each sign that comes of it from where to where it came."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _leans(text[end]):
            end += 1
        sign = fold(text[at:end])
        folded.append(sign)
        origin += [(at, end)] * len(sign)
        at = end
    return "".join(folded), origin


def _leans(sign: str) -> bool:
    """Tell whether a sign may become one with the sign before it: an accent, the rest of a jamo."""
    return sign > "\u02ff" and (
        unicodedata.combining(sign) != 0 or "\u1160" <= sign <= "\u11ff" or ord(sign) in _DROPPED
    )


def _vector(words: Sequence[str], head: int) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        weight = "A" if place <= head else ""
        places.setdefault(word, []).append(f"{min(place, 16_383)}{weight}")
    return " ".join(f"'{word}':{','.join(at[:255])}" for word, at in places.items())


def newest(table: Table, query: Query, dialect: str, most: int) -> Select[Any]:
    """Return the statement for the newest keys of `table` that `query` finds, newest first."""
    (key,) = table.primary_key
    if dialect == "postgresql":
        match = table.c.words.bool_op("@@")(cast(literal(tsquery(query), Text), TSQUERY))
        return select(key.label("id")).where(match).order_by(key.desc()).limit(most)
    fts, asked = _fts(table, fts5(query))
    return select(fts.c.rowid.label("id")).where(asked).order_by(fts.c.rowid.desc()).limit(most)


def best(
    table: Table,
    query: Query,
    dialect: str,
    most: int,
    skip: int = 0,
    *,
    any_of: bool = True,
    among: Select[Any] | None = None,
) -> Select[Any]:
    """Return the statement for those keys of `table` that fit `query` best, best first.

    Args:
        any_of: one of its words is enough; else all of them must be there.
        among: keys of those that may be found; None: all.
    """
    (key,) = table.primary_key
    if dialect == "postgresql":
        asked = cast(literal(tsquery(query, any_of=any_of), Text), TSQUERY)
        rank = func.ts_rank(table.c.words, asked, 1)  # long texts hold more of anything
        match = table.c.words.bool_op("@@")(asked)
        found = select(key.label("id")).where(match, *_among(key, among))
        found = found.order_by(rank.desc(), key.desc())
    else:
        fts, fits = _fts(table, fts5(query, any_of=any_of))
        order = fts.c.rank, fts.c.rowid.desc()  # FTS5's own column; -bm25, the least is the best
        found = select(fts.c.rowid.label("id")).where(fits, *_among(fts.c.rowid, among))
        found = found.order_by(*order)
    return found.limit(most).offset(skip)


def placed(table: Table, query: Query, dialect: str, most: int) -> Select[Any]:
    """Return the statement for `id` and `place`, from 1, of what fits any of `query` best."""
    (key,) = table.primary_key
    if dialect == "postgresql":
        asked = cast(literal(tsquery(query, any_of=True), Text), TSQUERY)
        rank = (-func.ts_rank(table.c.words, asked, 1)).label("rank")
        match = table.c.words.bool_op("@@")(asked)
        found = select(key.label("id"), rank).where(match)
    else:
        fts, fits = _fts(table, fts5(query, any_of=True))
        found = select(fts.c.rowid.label("id"), fts.c.rank.label("rank")).where(fits)
    order = found.selected_columns["rank"], found.selected_columns["id"].desc()
    # Placed outside: FTS5 ranks in a plain statement only.
    ranked = found.order_by(*order).limit(most).subquery()
    place = func.row_number().over(order_by=(ranked.c.rank, ranked.c.id.desc()))
    return select(ranked.c.id, place.label("place"))


def how_many(
    table: Table, query: Query, dialect: str, among: Select[Any] | None = None
) -> Select[Any]:
    """Return the statement for how many rows of `table` hold all that `query` looks for."""
    (key,) = table.primary_key
    if dialect == "postgresql":
        match = table.c.words.bool_op("@@")(cast(literal(tsquery(query), Text), TSQUERY))
        return select(func.count()).select_from(table).where(match, *_among(key, among))
    fts, asked = _fts(table, fts5(query))
    return select(func.count()).select_from(fts).where(asked, *_among(fts.c.rowid, among))


def _among(key: ColumnElement[Any], among: Select[Any] | None) -> list[ColumnElement[bool]]:
    """Ask of each that was found whether it is among them.

    `IN` would do the same, but SQLite hands it to FTS5, which then looks the words up anew for
    every single key: eight seconds of searching in four thousand articles. A sum is nobody's key.
    """
    if among is None:
        return []
    (id,) = among.selected_columns
    return [among.where(id == key + 0).exists()]


def _fts(table: Table, asked: str) -> tuple[TableClause, ColumnElement[bool]]:
    name = f"{table.name}_fts"
    fts = alchemy_table(name, column("rowid", BigInteger), column("rank"), column(name, Text))
    return fts, fts.c[name].match(asked)
