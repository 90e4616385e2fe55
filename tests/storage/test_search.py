"""Search: what is cut and what is asked are the same on both databases, whatever people type."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from portal.storage import search
from portal.storage.database import address
from portal.storage.migrate import migrate
from portal.storage.tables.chat import conversation, visitor
from portal.storage.tables.search import entry_words
from tests.support.servers import Postgres

ALPHABET = (
    "abcXYZ 01 ÄößéІївй ابتثجًُّـى  中文搜索引擎日本語かなカタ한국어 ไทย हिन्दी "
    "👍🏽🇩🇪❤️ \"'()*^:&|!<->\\-_.@/#%{}[]~`$€½²ﬁＡ\u0301\u200d\u00ad\u2028\ud800"
)
TEXTS = st.text(st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("The harbour reopens on Monday", "MONDAY harbour"),
        ("The harbour reopens", "harb"),
        ("我想问一下港口什么时候开放", "港口"),
        ("我想问一下港口什么时候开放", "放"),
        ("我用iPhone看新闻", "iphone"),
        ("Straße und Café", "STRASSE cafe"),
        ("القَهْوَة في الصباح", "القهوة"),
        ("write to ana@example.com", "ana@example.com"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("well done 👍", "👍"),
        ("हिन्दी समाचार", "समाचार"),
        ("x" * 100, "x" * 100),
    ],
)
def test_words_are_found_as_people_type_them(written: str, typed: str) -> None:
    """Case, width, accents, points, a beginning, two signs of Chinese, and even one."""
    asked = search.query(typed)

    assert asked is not None
    assert fits(search.cut(written), asked)
    assert search.spans(written, asked)


@pytest.mark.parametrize("typed", ["", " ", "\"'()*", "---", "\ud800", "\0", "%_", "…", "\u200b"])
def test_signs_alone_look_for_nothing(typed: str) -> None:
    """Punctuation is no word; asking for it is no mistake."""
    assert search.query(typed) is None
    assert search.cut(typed) == []


def test_all_words_must_be_there() -> None:
    """One that is missing is one too many; all but the last are whole."""
    asked = search.query("harb monday")

    assert asked is not None
    assert not fits(search.cut("The harbour reopens on Monday"), asked)
    assert fits(search.cut("Harb on Mondays"), asked)


def test_marks_stand_where_the_words_do() -> None:
    """However a word was written, what is marked is what was written."""
    written = "Der Hafen (CAFÉ\u0301) öffnet, 港口开放"
    asked = search.query("cafe 港口 oeff öff")
    alone = search.query("öff")

    assert asked is not None
    assert alone is not None
    assert [written[a:b] for a, b in search.spans(written, asked)] == ["CAFÉ\u0301", "öff", "港口"]
    assert [written[a:b] for a, b in search.spans(written, alone)] == ["öff"]


def fits(words: list[str], asked: search.Query) -> bool:
    """Say in the plainest way whether a text is found."""
    return set(asked.words) <= set(words) and all(
        any(word.startswith(b) for word in words) for b in asked.beginnings
    )


class Both:
    """A database of each kind with one conversation, and a loop to ask them from."""

    def __init__(self, runner: asyncio.Runner, engines: list[AsyncEngine]) -> None:
        self.engines = engines
        self._runner = runner

    def find(self, texts: list[str], asked: list[search.Query]) -> list[list[set[int]]]:
        """Which of the texts each query finds, by what each database says."""
        return [self._runner.run(self._find(each, texts, asked)) for each in self.engines]

    async def _find(
        self, engine: AsyncEngine, texts: list[str], asked: list[search.Query]
    ) -> list[set[int]]:
        rows = [
            {"id": n, "conversation_id": "c", "seq": n, "words": search.cut(text)}
            for n, text in enumerate(texts)
        ]
        async with engine.connect() as c:
            await c.execute(insert(entry_words), rows)
            found: list[set[int]] = []
            for query in asked:
                newest = search.newest(entry_words, query, c.dialect.name, 100)
                ids = list((await c.execute(newest)).scalars())
                assert ids == sorted(ids, reverse=True)
                found.append(set(ids))
            await c.rollback()
        return found


async def furnish(url: URL) -> AsyncEngine:
    """Migrate a database, and give it a conversation."""
    await migrate(url)
    engine = create_async_engine(url)
    async with engine.begin() as c:
        await c.execute(insert(visitor).values(id="v", created_at=0))
        row = {"id": "c", "visitor_id": "v", "status": "waiting", "last_at": 0, "created_at": 0}
        await c.execute(insert(conversation).values(row))
    return engine


@pytest.fixture
def both(postgres: Postgres, tmp_path: Path) -> Iterator[Both]:
    """Both databases."""
    with asyncio.Runner() as runner:
        urls = [address(None, tmp_path), address(postgres.create(), tmp_path)]
        both = Both(runner, [runner.run(furnish(url)) for url in urls])
        yield both
        for engine in both.engines:
            runner.run(engine.dispose())


@given(data=st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_databases_find_the_same(both: Both, data: st.DataObject) -> None:
    """For any texts and whatever is typed: what its words say, and nothing raises."""
    texts = data.draw(st.lists(TEXTS, min_size=1, max_size=8))
    parts = st.one_of(TEXTS, st.sampled_from(texts).map(lambda text: text[: len(text) // 2]))
    typed = data.draw(st.lists(parts, min_size=1, max_size=6))
    asked = [query for each in typed if (query := search.query(each)) is not None]
    for text in texts:
        for query in asked:
            search.spans(text, query)

    plainly = [{n for n, t in enumerate(texts) if fits(search.cut(t), q)} for q in asked]
    assert both.find(texts, asked) == [plainly, plainly]


def test_a_text_that_never_ends_is_kept_as_far_as_an_index_goes(both: Both) -> None:
    """A tsvector holds a megabyte, and a place in it is a small number."""
    long = " ".join(f"{n:05}\u4e2d\u6587" * 3 for n in range(15_000))
    begins, later = search.query("00001"), search.query("00900")
    assert begins is not None
    assert later is not None

    assert both.find([long], [begins, later]) == [[{0}, {0}], [{0}, {0}]]
