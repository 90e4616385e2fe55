"""What lists articles otherwise than by category: tags, authors, months."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from portal.clock import milliseconds
from portal.news.store import authors
from portal.news.store.authors import NewAuthor
from portal.screens.turned import EACH_PAGE
from portal.storage.tables.news import author
from tests.screens.conftest import Newsroom


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> int:
    """Return a moment, UTC."""
    return milliseconds(datetime(year, month, day, hour, minute, tzinfo=UTC))


@pytest.fixture
async def ana(newsroom: Newsroom) -> int:
    """Somebody who writes."""
    new = NewAuthor("ana-díaz", "Ana Díaz", "Reporter", "Writes about <harbours>.")
    return await newsroom.db.write(lambda c: authors.save(c, new))


async def test_a_tag_lists_its_articles(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """Newest first; the article leads to it, and it to all tags."""
    await newsroom.publish("a", tags=(labels["Harbour"],))
    await newsroom.publish("b", "news/company-news", tags=(labels["Harbour"], labels["Sensors"]))
    await newsroom.publish("c")
    html = (await newsroom.get("/tags/harbour/")).text
    story = (await newsroom.get("/news/a")).text

    assert html.count("<h1") == 1
    assert html.index("About b<") < html.index("About a<")
    assert "About c<" not in html
    assert "2 articles" in html
    assert html.index(">Home<") < html.index('href="/tags/">Tags<')
    assert '<link rel="canonical" href="https://portal.example/tags/harbour/">' in html
    assert 'href="/tags/harbour/" rel="tag">Harbour</a>' in story


async def test_a_tag_without_articles_is_no_page(
    newsroom: Newsroom, labels: dict[str, int]
) -> None:
    """Nor is one that nobody made; the list names only those one finds something under."""
    done = await newsroom.publish("a", tags=(labels["Sensors"],))
    listed = (await newsroom.get("/tags/")).text
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"{}")

    assert 'href="/tags/sensors/"' in listed
    assert 'href="/tags/harbour/"' not in listed
    for path in ["/tags/harbour/", "/tags/sensors/", "/tags/none/", "/tags/harbour/more/"]:
        assert (await newsroom.get(path)).status_code == 404


async def test_a_list_is_turned_by_pages(newsroom: Newsroom, labels: dict[str, int]) -> None:
    """Each has its address and says which comes before and after it."""
    for number in range(2 * EACH_PAGE + 1):
        await newsroom.publish(f"a{number}", tags=(labels["Harbour"],))
    first = (await newsroom.get("/tags/harbour/")).text
    second = (await newsroom.get("/tags/harbour/?page=2")).text

    assert '<link rel="next" href="https://portal.example/tags/harbour/?page=2">' in first
    assert '<link rel="prev"' not in first
    assert '<link rel="prev" href="https://portal.example/tags/harbour/">' in second
    assert '<link rel="next" href="https://portal.example/tags/harbour/?page=3">' in second
    assert 'rel="canonical" href="https://portal.example/tags/harbour/?page=2"' in second
    assert f"About a{EACH_PAGE}<" in second
    assert (await newsroom.get("/tags/harbour/?page=3")).status_code == 200
    assert (await newsroom.get("/tags/harbour/?page=4")).status_code == 404
    assert (await newsroom.get("/tags/?page=2")).status_code == 404


async def test_a_category_says_what_comes_before_and_after(newsroom: Newsroom) -> None:
    """To machines, too."""
    for number in range(13):
        await newsroom.publish(f"a{number}", "news/company-news/people")
    html = (await newsroom.get("/news/company-news/")).text

    assert '<link rel="next" href="https://portal.example/news/company-news/?page=2">' in html


async def test_an_author_has_a_page(newsroom: Newsroom, ana: int) -> None:
    """Who it is, and what he wrote; articles lead there."""
    await newsroom.publish("a", authors=(ana,))
    await newsroom.publish("b")
    html = (await newsroom.get("/authors/ana-d%C3%ADaz/")).text
    story = (await newsroom.get("/news/a")).text
    everybody = (await newsroom.get("/authors/")).text

    assert "Ana Díaz</h1>" in html
    assert "Reporter" in html
    assert "Writes about &lt;harbours&gt;." in html
    assert "About a<" in html
    assert "About b<" not in html
    assert 'href="/authors/ana-d%C3%ADaz/" rel="author">Ana Díaz</a>' in story
    assert 'href="/authors/ana-d%C3%ADaz/"' in everybody


async def test_an_author_without_articles_is_told_of_but_not_listed(
    newsroom: Newsroom, ana: int
) -> None:
    """What he wrote may be withdrawn just now."""
    await newsroom.db.write(lambda c: c.execute(update(author).values(bio="")))

    assert "Nothing is published here yet" in (await newsroom.get("/authors/ana-díaz/")).text
    assert "Ana" not in (await newsroom.get("/authors/")).text
    assert (await newsroom.get("/authors/nobody/")).status_code == 404


async def test_the_archive_goes_by_the_site_s_months(newsroom: Newsroom) -> None:
    """A month begins where the site is: an hour earlier or later than in Greenwich."""
    for slug, when in [
        ("may", at(2026, 5, 31, 12)),
        ("june", at(2026, 6, 1, 12)),
        ("old", at(2024, 2, 29, 12)),
    ]:
        await newsroom.publish(slug, published_at=when)
    months = (await newsroom.get("/archive/")).text
    may = (await newsroom.get("/archive/2026/05/")).text
    year = (await newsroom.get("/archive/2026/")).text

    assert months.index('href="/archive/2026/05/"') < months.index('href="/archive/2024/02/"')
    assert "May 2026</h1>" in may
    assert "About may<" in may
    assert "About june<" not in may
    assert 'href="/archive/2024/02/">February 2024</a>' in may
    assert 'beside__link--later" href="/archive/2026/06/">June 2026</a>' in may
    assert year.index("About june<") < year.index("About may<")
    assert "About old<" not in year


async def test_months_that_are_none_are_not_found(newsroom: Newsroom) -> None:
    """Neither those without articles, nor what no calendar has."""
    await newsroom.publish("a")
    for path in ["2026/13", "2026/00", "2026/5", "26", "2026/05/28", "0000", "9999", "٢٠٢٦", "x"]:
        assert (await newsroom.get(f"/archive/{path}/")).status_code == 404, path
    assert (await newsroom.get("/archive/2026/04/")).status_code == 404
    assert (await newsroom.get("/archive/2026/05/")).status_code == 200


async def test_lists_written_otherwise_lead_to_the_right_address(
    newsroom: Newsroom, labels: dict[str, int]
) -> None:
    """In one hop."""
    await newsroom.publish("a", tags=(labels["Harbour"],))
    for asked, right in [
        ("/tags", "/tags/"),
        ("/Tags/Harbour", "/tags/harbour/"),
        ("/tags/harbour/?page=1", "/tags/harbour/"),
        ("/archive/2026/05", "/archive/2026/05/"),
    ]:
        answer = await newsroom.get(asked)

        assert (308, right) == (answer.status_code, answer.headers["location"])


async def test_trail_and_address_agree_three_levels_deep(newsroom: Newsroom) -> None:
    """Each step of "Your position" is the address above, to the article and to its category."""
    await newsroom.publish("story", "news/company-news/people")
    story = (await newsroom.get("/news/company-news/people/story")).text
    listing = (await newsroom.get("/news/company-news/people/")).text
    step = 'class="position__link" href="([^"]+)"'
    above = ["/", "/news/", "/news/company-news/"]

    assert [*above, "/news/company-news/people/"] == re.findall(step, story)
    assert above == re.findall(step, listing)
    for path in above:
        assert (await newsroom.get(path)).status_code == 200


async def test_the_neighbours_are_of_the_same_category(newsroom: Newsroom) -> None:
    """In time; whatever was published elsewhere in between."""
    await newsroom.publish("first", "news/company-news")
    await newsroom.publish("elsewhere")
    await newsroom.publish("shown", "news/company-news")
    await newsroom.publish("below", "news/company-news/people")
    await newsroom.publish("last", "news/company-news")
    html = (await newsroom.get("/news/company-news/shown")).text

    assert ["first"] == re.findall(r'href="/news/company-news/(\w+)" rel="prev"', html)
    assert ["last"] == re.findall(r'href="/news/company-news/(\w+)" rel="next"', html)


async def test_the_front_page_has_its_parts(newsroom: Newsroom) -> None:
    """A story of the day, the latest, the sections, and the most read with moving numbers."""
    done = [
        await newsroom.publish(f"a{number}", room)
        for number in range(14)
        for room in ("news/company-news", "news")
    ]
    newsroom.clicks.totals = {done[0].article_id: 7}
    newsroom.pages.receive(b"{}")
    html = (await newsroom.get("/")).text

    assert html.index("teaser--lead") < html.index(">Latest<") < html.index("front__section")
    assert 'href="/news/company-news/">Company News</a></h2>' in html
    assert f'article="{done[0].article_id}" clicks="7">7</live-count>' in html
