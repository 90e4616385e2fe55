"""What readers find, and how it is shown: the same on both databases."""

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Route

from portal.clock import HOUR
from portal.errors import Unavailable
from portal.news.store.breaking import Breakings
from portal.packed import build
from portal.screens.pace import AT_ONCE, NETWORKS_MOST, Pace
from portal.screens.search import EACH_PAGE, Search
from portal.storage import search
from portal.storage.tables.news import article
from portal.storage.tables.search import article_words
from portal.web.templates import Templates
from tests.screens.conftest import SETTINGS, Newsroom


@pytest.fixture
async def reader(newsroom: Newsroom, templates: Templates) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who looks for something."""
    page = Search(
        db=newsroom.db,
        templates=templates,
        settings=SETTINGS,
        clicks=newsroom.clicks,
        clock=newsroom.clock,
        breaking=newsroom.breaking,
        otherwise=newsroom.pages.page,
        refuse=newsroom.pages.refusal,
    )
    app = Starlette(routes=[Route("/search", page.page)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://portal.example"
    ) as client:
        yield client


async def asks(reader: httpx.AsyncClient, text: str, **more: str) -> str:
    answer = await reader.get("/search", params={"q": text, **more})

    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    return answer.text


async def test_the_form_stands_there_before_anything_is_asked(reader: httpx.AsyncClient) -> None:
    """Found by no robot and kept by no proxy: what one looks for is one's own."""
    answer = await reader.get("/search")

    assert answer.status_code == 200
    assert 'role="search" method="get" action="/search"' in answer.text
    assert ("no-store", "noindex") == (
        answer.headers["cache-control"],
        answer.headers["x-robots-tag"],
    )
    assert "set-cookie" not in answer.headers


async def test_what_is_found_is_compressed(reader: httpx.AsyncClient) -> None:
    """It is sent once, and a third of the bytes."""
    gzipped, whole = [
        await reader.get("/search", headers={"Accept-Encoding": accepted})
        for accepted in ("gzip", "identity")
    ]

    assert gzipped.text == whole.text
    assert ("gzip", "Accept-Encoding") == (
        gzipped.headers["content-encoding"],
        gzipped.headers["vary"],
    )
    assert 2 * int(gzipped.headers["content-length"]) < int(whole.headers["content-length"])


async def test_what_is_found_is_marked(newsroom: Newsroom, reader: httpx.AsyncClient) -> None:
    """In the title, in the lead, in the body, in captions; as it is written there."""
    await newsroom.publish("title", title="Hafen im CAFÉ")
    await newsroom.publish("lead", summary="Somebody wrote about the Lighthouse.")
    await newsroom.publish(
        "body", body_html="<p>First.</p><p>Then the <em>breakwater</em> held.</p>"
    )
    await newsroom.publish(
        "caption", body_html="<figure><figcaption>A gannet at dusk.</figcaption></figure>"
    )
    await newsroom.publish("picture", lead_caption="The ferry Aurora, moored.")

    assert "<mark>CAFÉ</mark>" in await asks(reader, "cafe")
    assert "about the <mark>Lighthouse</mark>." in await asks(reader, "lighthouse")
    assert "Then the <mark>breakwater</mark> held." in await asks(reader, "BREAKWATER")
    assert "A <mark>gannet</mark> at dusk." in await asks(reader, "gannet")
    assert "ferry <mark>Aurora</mark>, moored." in await asks(reader, "aurora")


async def test_the_best_come_first(newsroom: Newsroom, reader: httpx.AsyncClient) -> None:
    """A word of the title counts more than one of the text, however new the text is."""
    await newsroom.publish("b", title="Harbour reopens")
    await newsroom.publish("a", body_html="<p>The harbour, in passing. " + "Words. " * 40 + "</p>")
    html = await asks(reader, "harbour")

    assert "2 results" in html
    assert html.index('href="/news/b"') < html.index('href="/news/a"')


async def test_two_chinese_signs_find_the_body(
    newsroom: Newsroom, reader: httpx.AsyncClient
) -> None:
    """And mixed with other words; a single one finds too."""
    await newsroom.publish("zh", body_html="<p>我想问一下港口什么时候开放 in Türkiye</p>")

    assert "<mark>港口</mark>" in await asks(reader, "港口")
    assert "<mark>Türkiye</mark>" in await asks(reader, "港口 turkiye")
    assert "1 result " in await asks(reader, "放")
    assert "Nothing was found" in await asks(reader, "飞机")


async def test_what_holds_only_some_is_offered(
    newsroom: Newsroom, reader: httpx.AsyncClient
) -> None:
    """When nothing holds all of it."""
    await newsroom.publish("a", title="Harbour reopens")
    html = await asks(reader, "harbour zeppelin airport")

    assert "Nothing holds all of" in html
    assert "<mark>Harbour</mark> reopens" in html


async def test_results_are_turned_by_pages(newsroom: Newsroom, reader: httpx.AsyncClient) -> None:
    """Each page has its address; beyond the last there is none."""
    for number in range(EACH_PAGE + 1):
        await newsroom.publish(f"a{number}", title=f"Tea & harbour {number}")
    first, second = await asks(reader, "tea & h"), await asks(reader, "tea & h", page="2")

    assert "11 results" in first
    assert 'rel="next" href="/search?q=tea+%26+h&amp;page=2"' in first
    assert 'rel="prev" href="/search?q=tea+%26+h"' in second
    assert 'start="11"' in second
    for page in ["3", "0", "x"]:
        answer = await reader.get("/search", params={"q": "tea", "page": page})

        assert answer.status_code == 404


async def test_what_was_withdrawn_is_not_found(
    newsroom: Newsroom, reader: httpx.AsyncClient
) -> None:
    """At once; nor are drafts."""
    done = await newsroom.publish("a", title="Harbour reopens")
    await newsroom.publish("b", title="Harbour closes", status="draft")
    before = await asks(reader, "harbour")
    await newsroom.articles.withdraw(done.article_id)
    after = await asks(reader, "harbour")

    assert ("1 result " in before, "Nothing was found" in after) == (True, True)


HOSTILE = [
    *(
        '"',
        "'",
        "\\",
        "a OR b",
        "a* NEAR(b)",
        "{}",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "%",
        "_",
    ),
    *("\0", "a\0b", "\u202e", "💥", "' OR 1=1 --", "a" * 5_000, "a " * 2_000, "-a", "a:*", "!a"),
]


async def test_whatever_is_typed_breaks_nothing(
    newsroom: Newsroom, reader: httpx.AsyncClient
) -> None:
    """It is text, to the database and to the page."""
    await newsroom.publish("a", title="<script>alert(2)</script>")
    for typed in HOSTILE:
        html = await asks(reader, typed)

        assert "<script>alert" not in html
        assert "49" not in html.replace(build(), "")
    assert (await reader.get("/search?q=%ff%fe")).status_code == 200


async def test_words_are_looked_up_once(newsroom: Newsroom) -> None:
    """Not once for every article there is, as SQLite would if it might."""
    query = search.query("harbour")
    assert query is not None
    async with newsroom.db.read() as c:
        if c.dialect.name != "sqlite":
            return
        among = select(article.c.id).where(article.c.language == "")
        asked = search.how_many(article_words, query, "sqlite", among)
        text = asked.compile(dialect=c.dialect, compile_kwargs={"literal_binds": True})
        found = await c.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
        plan = [row.detail for row in found]

    assert ["SCAN article_words_fts VIRTUAL TABLE INDEX 0:M1"] == [
        each for each in plan if "VIRTUAL" in each
    ]


async def test_without_a_database_it_says_so(
    newsroom: Newsroom, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And when to come back."""

    def away() -> None:
        raise Unavailable("away")

    monkeypatch.setattr(newsroom.db, "read", away)
    answer = await reader.get("/search?q=a")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_what_is_breaking_stands_here_too(
    newsroom: Newsroom, reader: httpx.AsyncClient
) -> None:
    """On a page that nobody keeps it is as new as on the others."""
    done = await newsroom.publish("flood")
    await Breakings(newsroom.db, newsroom.clock).begin(done.article_id, HOUR)
    await newsroom.breaking.look()
    shown = await asks(reader, "storm")

    assert shown.count('<breaking-bar class="breaking"') == 1


async def test_who_asks_too_fast_is_asked_to_wait(
    newsroom: Newsroom, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In plain words, with how long; the form is always there, and others are not concerned."""
    now = [0.0]
    pace, wait = Pace(lambda: now[0]), Pace.wait
    monkeypatch.setattr(Pace, "wait", lambda _self, _network: wait(pace, "198.51.100.7"))
    answers = [await reader.get("/search?q=a") for _ in range(AT_ONCE + 1)]
    form = await reader.get("/search")
    now[0] += 1.0
    later = await reader.get("/search?q=a")

    assert [200] * AT_ONCE + [429] == [each.status_code for each in answers]
    assert "1" == answers[-1].headers["retry-after"]
    assert "Wait a few seconds, then try again." in answers[-1].text
    assert 'content="noindex"' in answers[-1].text
    assert "no-store" == answers[-1].headers["cache-control"]
    assert (200, 200) == (form.status_code, later.status_code)


def test_networks_are_paced_apart() -> None:
    """What stands for everybody is not paced; who is forgotten begins anew."""
    pace = Pace(lambda: 0.0)

    assert [0] * AT_ONCE + [1] == [pace.wait("198.51.100.7") for _ in range(AT_ONCE + 1)]
    assert 0 == pace.wait("2001:db8::/64")
    assert [0] * (AT_ONCE + 1) == [pace.wait("127.0.0.1") for _ in range(AT_ONCE + 1)]
    for number in range(NETWORKS_MOST):
        pace.wait(f"10.0.{number >> 8}.{number & 255}")

    assert (0, NETWORKS_MOST) == (pace.wait("198.51.100.7"), len(pace._buckets))


@pytest.mark.parametrize(
    ("title", "asked", "shown"),
    [
        ("港口今天开放", "港口", "<mark>港口</mark>今天开放"),
        ("東京タワーの夜", "タワー", "東京<mark>タワー</mark>の夜"),
        ("서울항구소식", "항구", "서울<mark>항구</mark>소식"),
        ("ميناءُ الإسكندرية", "ميناء", "<mark>ميناءُ</mark> الإسكندرية"),
        ("الكتـــاب الجديد", "الكتاب", "<mark>الكتـــاب</mark> الجديد"),
    ],
)
async def test_marks_stand_right_in_other_scripts(
    newsroom: Newsroom, reader: httpx.AsyncClient, title: str, asked: str, shown: str
) -> None:
    """Nothing more and nothing less than was asked; vowel signs and stretchers belong to words."""
    await newsroom.publish("a", title=title)

    assert shown in await asks(reader, asked)
