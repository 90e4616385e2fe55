"""What readers get at an address."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event

from portal.errors import Unavailable
from portal.screens.page_cache import CACHE_CONTROL
from tests.screens.conftest import Newsroom


async def test_an_article_page_says_all_of_it(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """Position, title, time, clicks, neighbours, related, most read, chat; without JavaScript."""
    older = await newsroom.publish("older", "news/company-news", tags=(labels["Harbour"],))
    done = await newsroom.publish(
        "story", "news/company-news", title="A <story>", tags=(labels["Harbour"],)
    )
    await newsroom.publish("newer", "news/company-news")
    newsroom.clicks.totals = {done.article_id: 1234, older.article_id: 5}
    newsroom.pages.cache.ring()
    answer = await newsroom.get("/news/company-news/story")
    html = answer.text

    assert answer.status_code == 200
    assert html.count("<h1") == 1
    assert "A &lt;story&gt;</h1>" in html
    assert "<title>A &lt;story&gt; – HiFred</title>" in html
    assert 'aria-label="Your position"' in html
    assert html.index(">Home<") < html.index(">News<") < html.index(">Company News<")
    assert f'article="{done.article_id}" clicks="1234">1,234</live-count>' in html
    assert '<time datetime="2026-05-28T20:26:42Z"' in html
    assert "<p>Words &amp; more.</p>" in html
    assert 'href="/news/company-news/older" rel="prev"' in html
    assert 'href="/news/company-news/newer" rel="next"' in html
    assert 'href="https://portal.example/news/company-news/story"' in html
    assert ">Live Chat</button>" in html
    assert f'<body data-article="{done.article_id}" data-revision="{done.revision}">' in html
    assert ">Harbour<" in html
    assert "set-cookie" not in answer.headers


async def test_the_front_page_shows_each_section(newsroom: Newsroom) -> None:
    """Whatever is newest leads; of a single top category the ones below are the sections."""
    for number in range(8):
        await newsroom.publish(f"a{number}", "news/company-news")
    await newsroom.publish("last", "news")
    html = (await newsroom.get("/")).text

    assert "About last" in html
    assert 'href="/news/company-news/"' in html
    assert html.index("About last") < html.index("About a7") < html.index("About a2")


async def test_the_most_read_do_not_stand_twice_where_there_are_others(newsroom: Newsroom) -> None:
    """A section prefers what the front page has not shown; it is filled up where it lacks them."""
    done = [await newsroom.publish(f"a{number}", "news/company-news") for number in range(14)]
    newsroom.clicks.totals = {done[5].article_id: 9}
    newsroom.pages.receive(b"{}")
    many = (await newsroom.get("/")).text
    newsroom.clicks.totals = {each.article_id: 9 for each in done[:6]}
    newsroom.pages.receive(b"{}")
    newsroom.forward(60)
    few = (await newsroom.get("/")).text

    assert 1 == many.count(">About a5<")
    assert 1 == many.count(">About a4<")
    assert 2 == few.count(">About a5<")


async def test_the_front_page_tells_the_day(newsroom: Newsroom) -> None:
    """And the next one once it has begun, though nothing else has changed."""
    before = (await newsroom.get("/")).text
    newsroom.clock.forward(86_400_000)
    await newsroom.pages.look()
    after = (await newsroom.get("/")).text

    assert "28 May 2026" in before
    assert "29 May 2026" in after


async def test_who_finds_nothing_is_offered_the_latest(newsroom: Newsroom) -> None:
    """With the sections; the message is the page's title, the number is small."""
    for number in range(4):
        await newsroom.publish(f"a{number}", "news/company-news")
    html = (await newsroom.get("/nothing")).text

    assert "There is nothing here</h1>" in html
    assert "Error 404" in html
    assert 'class="chips__chip" href="/news/company-news/"' in html
    assert html.index("About a3<") < html.index("About a1<")
    assert "About a0<" not in html


async def test_an_empty_portal_has_a_front_page(newsroom: Newsroom) -> None:
    """Nothing is published yet, and nothing breaks."""
    assert (await newsroom.get("/")).status_code == 200
    assert (await newsroom.get("/news/")).status_code == 200


async def test_a_category_lists_what_lies_below_it_too(newsroom: Newsroom) -> None:
    """A page at a time, newest first."""
    for number in range(13):
        await newsroom.publish(f"a{number}", "news/company-news/people")
    first, second = await newsroom.get("/news/"), await newsroom.get("/news/?page=2")

    assert "About a12" in first.text
    assert "About a0<" not in first.text
    assert "About a0<" in second.text
    assert "About a12<" not in second.text
    assert 'href="https://portal.example/news/?page=2"' in second.text


async def test_a_page_that_is_none_is_not_found(newsroom: Newsroom) -> None:
    """Whatever it says."""
    for page in ["-1", "0", "1e9", "NaN", "2", "01", "9" * 18, "", "١", "%00", "1;2"]:
        assert (await newsroom.get(f"/news/?page={page}")).status_code == 404


async def test_a_page_number_where_none_belongs_is_taken_off(newsroom: Newsroom) -> None:
    """Of articles, the front page, and a listing's first page."""
    await newsroom.publish("a")
    for asked, right in [
        ("/?page=3", "/"), ("/news/a?page=x", "/news/a"), ("/news/?page=1", "/news/")
    ]:  # fmt: skip
        answer = await newsroom.get(asked)

        assert (308, right) == (answer.status_code, answer.headers["location"])


WRITTEN_OTHERWISE = [
    ("/news", "/news/"),
    ("/news/a/", "/news/a"),
    ("/News/A", "/news/a"),
    ("https://portal.example//news//a", "/news/a"),
    ("/news//?page=2&x=%20", "/news/?page=2&x=%20"),
    ("/About/", "/about"),
    ("/NEWS/CAF%C3%89", "/news/caf%C3%A9"),
    ("/news/cafe%CC%81", "/news/caf%C3%A9"),
]


async def test_an_address_written_otherwise_leads_to_the_right_one(newsroom: Newsroom) -> None:
    """In one hop, with what was asked besides."""
    await newsroom.publish("a")
    await newsroom.publish("café")
    await newsroom.publish("about", "")
    for number in range(12):
        await newsroom.publish(f"b{number}")
    for asked, right in WRITTEN_OTHERWISE:
        answer = await newsroom.get(asked)

        assert (308, right) == (answer.status_code, answer.headers["location"])
        assert "set-cookie" not in answer.headers


async def test_moved_is_301_withdrawn_is_410_and_anything_else_404(newsroom: Newsroom) -> None:
    """Each with a page, none of them kept by proxies."""
    done = await newsroom.publish("first")
    await newsroom.publish("second", of=done.article_id)
    await newsroom.publish("third", of=done.article_id)
    moved = await newsroom.get("/news/first")
    nothing = await newsroom.get("/news/nothing")
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"{}")
    gone = await newsroom.get("/news/third")

    assert (moved.status_code, moved.headers["location"]) == (301, "/news/third")
    assert (nothing.status_code, nothing.headers["cache-control"]) == (404, "no-store")
    assert (gone.status_code, gone.headers["cache-control"]) == (410, "no-store")
    assert "withdrawn" in gone.text
    assert (await newsroom.get("/news/first")).status_code == 410


HOSTILE = [
    *("/static/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e/", "/..%2f..%2fetc"),
    *("/..%5c", "/..;/x", "/a%00b", "/%c0%ae%c0%ae/", "/%ff%fe", "/.", "/..", "/con", "/.env"),
    *("/%F0%9F%98%80", "/%E2%80%AEgpj.exe", "/news%2Fa", "/.git/config", "/server-status"),
    *("/wp-login.php", "/news/a.bak", "/a%0d%0aSet-Cookie:x=1", "/%5cevil.example"),
    *("/news/%7b%7b7*7%7d%7d", "/evil.example/%2f..", "/news/?page=2%0d%0aX:1"),
    *("/" + "a" * 10_000, "/news/a?" + "x=1&" * 10_000, "/?" + "a" * 60_000),
]


async def test_hostile_addresses_are_refused_quietly(newsroom: Newsroom) -> None:
    """Never a fault of ours, never a way out, never a header of theirs."""
    await newsroom.publish("a")
    for path in HOSTILE:
        answer = await newsroom.get(path)

        assert answer.status_code in (200, 308, 404), path
        assert answer.headers.get("location", "/").startswith("/"), path
        assert not answer.headers.get("location", "").startswith("//"), path
        assert "x" not in answer.headers
        assert "set-cookie" not in answer.headers


async def test_the_host_header_is_believed_nowhere(newsroom: Newsroom) -> None:
    """Neither in links nor in redirects."""
    for host in ["evil.example", "portal.example@evil.example", "", "a b"]:
        page = await newsroom.get("/", host=host)
        redirect = await newsroom.get("/news", host=host)

        assert "evil" not in page.text
        assert redirect.headers["location"] == "/news/"


async def test_what_was_published_meanwhile_is_seen_without_a_bell(newsroom: Newsroom) -> None:
    """The periodic look finds it."""
    done = await newsroom.publish("a", title="Before")
    await newsroom.get("/news/a")
    ring, newsroom.pages.receive = newsroom.pages.receive, lambda _payload: None  # type: ignore[method-assign]
    await newsroom.publish("a", of=done.article_id, title="After")
    newsroom.pages.receive = ring  # type: ignore[method-assign]
    before = await newsroom.get("/news/a")
    await newsroom.pages.look()
    after = await newsroom.get("/news/a")

    assert "Before" in before.text
    assert "After" in after.text


async def test_without_a_database_what_is_kept_is_served(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is not kept is 503, with a time to come back."""
    await newsroom.publish("a")
    await newsroom.publish("b")
    kept = await newsroom.get("/news/a")

    def away() -> None:
        raise Unavailable("away")

    monkeypatch.setattr(newsroom.db, "read", away)
    newsroom.pages.receive(b"{}")
    served = await newsroom.get("/news/a")
    refused = await newsroom.get("/news/b")
    newsroom.forward(60)
    later = await newsroom.get("/news/a")

    assert [(200, kept.text)] * 2 == [(each.status_code, each.text) for each in (served, later)]
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.headers["cache-control"] == "no-store"
    # Whether an article once stood there, at another site, nobody can tell just now.
    assert (await newsroom.get("/.env")).status_code == 503

    monkeypatch.undo()
    newsroom.forward(60)

    assert (await newsroom.get("/news/b")).status_code == 200


AROUND = 2
"""Statements for the categories and the pages without one: once a version, by who comes first."""
VERSION = 1
"""And after each bell, whether it rang for anything."""


@pytest.mark.parametrize(
    ("path", "most"),
    [("/news/company-news/a{}-1", 3), ("/", 5), ("/news/", 6)],
    ids=["article", "front", "category"],
)
async def test_a_page_asks_the_database_a_fixed_number_of_times(
    newsroom: Newsroom, path: str, most: int
) -> None:
    """However many articles it shows; once kept, not at all."""
    asked: list[str] = []
    engine = newsroom.db._readers.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def count(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    async def costs(path: str) -> int:
        asked.clear()
        answer = await newsroom.get(path)
        assert answer.status_code == 200
        return len(asked)

    first, fresh, kept = [], [], []
    for articles in (2, 14):
        for number in range(articles):
            done = await newsroom.publish(f"a{articles}-{number}", "news/company-news")
            newsroom.clicks.totals[done.article_id] = number
        newsroom.pages.receive(b"{}")
        await newsroom.get(f"/news/company-news/a{articles}-0")
        fresh.append(await costs(path.format(articles)))
        kept.append(await costs(path.format(articles)))
        await newsroom.publish(f"b{articles}", "news/company-news")
        newsroom.pages.receive(b"{}")
        first.append(await costs(path.format(articles)))

    assert kept == [0, 0]
    assert fresh[0] == fresh[1] <= most
    assert first[0] == first[1] <= most + AROUND + VERSION


async def test_the_first_view_after_a_change_costs_one_rendering(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node renders once, not once a reader."""
    await newsroom.publish("a")
    rendered: list[str] = []
    render = newsroom.pages._templates.render

    def count(name: str, *rest: Any, **more: Any) -> str:
        rendered.append(name)
        return render(name, *rest, **more)

    monkeypatch.setattr(newsroom.pages._templates, "render", count)
    answers = await asyncio.gather(*(newsroom.get("/news/a") for _ in range(50)))

    assert {each.status_code for each in answers} == {200}
    assert rendered == ["screens/article.html"]


async def test_a_page_may_be_kept_by_everybody(newsroom: Newsroom) -> None:
    """The same for all; HEAD says what GET would."""
    await newsroom.publish("a")
    got = await newsroom.get("/news/a", **{"accept-encoding": "identity"})
    head = await newsroom.client.head("/news/a", headers={"accept-encoding": "identity"})

    assert got.headers["cache-control"] == CACHE_CONTROL
    assert got.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in got.headers
    assert (got.headers["content-length"], b"") == (head.headers["content-length"], head.content)
    assert got.headers["etag"] == head.headers["etag"]


@pytest.mark.parametrize("path", ["/news/nothing/feed.json", "/nothing.json", "/api/v1/nothing"])
async def test_who_reads_json_is_refused_in_json(newsroom: Newsroom, path: str) -> None:
    """No program stumbles over a page; it is told a code and a sentence."""
    refused = await newsroom.get(path)

    assert (404, "application/json") == (refused.status_code, refused.headers["content-type"])
    assert {"code": "not_found", "message": "There is nothing here"} == refused.json()
