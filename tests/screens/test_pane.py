"""The reading pane: the very revision a visitor was served, for staff alone."""

import httpx2 as httpx
import pytest

from portal.clock import system_clock
from portal.news.article import Draft
from portal.news.store.articles import Articles
from portal.storage.database import Database, address
from tests.staff.test_pages import hire, sign_in
from tests.support.inside import Inside


def draft(title: str, body: str) -> Draft:
    return Draft(
        kind="page",
        slug="a",
        path="a",
        category_id=None,
        status="published",
        title=title,
        summary="In <short>",
        body_markdown="",
        body_html=body,
        words=1,
        digest=title,
    )


@pytest.fixture
async def article(site: Inside) -> int:
    """An article that was changed once."""
    database = Database(address(None, site.settings.data))
    await database.open()
    articles = Articles(database, system_clock)
    done = await articles.publish(draft("First & <b>", '<p id="p-1">Old words.</p>'))
    await articles.publish(draft("Second", '<p id="p-2">New words.</p>'), done.article_id)
    await database.close()
    return int(done.article_id)


@pytest.fixture
async def console(site: Inside) -> httpx.AsyncClient:
    """A browser of somebody who is signed in."""
    await hire(site)
    browser = site.client()
    await sign_in(browser)
    return browser


async def test_the_newest_is_what_readers_are_served(
    console: httpx.AsyncClient, article: int
) -> None:
    """Number 0 is whichever is published now; nobody keeps it, for it will be another one."""
    newest = await console.get(f"/staff/articles/{article}/revisions/0")

    assert newest.status_code == 200
    assert f'data-article="{article}" data-revision="2"' in newest.text
    assert newest.headers["cache-control"] == "no-store"


async def test_each_revision_reads_as_it_did(console: httpx.AsyncClient, article: int) -> None:
    """With the ids of its paragraphs; a fragment, kept and found by nobody."""
    first = await console.get(f"/staff/articles/{article}/revisions/1")
    second = await console.get(f"/staff/articles/{article}/revisions/2")

    assert (first.status_code, second.status_code) == (200, 200)
    assert '<p id="p-1">Old words.</p>' in first.text
    assert "First &amp; &lt;b&gt;" in first.text
    assert "In &lt;short&gt;" in first.text
    assert f'data-article="{article}" data-revision="1"' in first.text
    assert '<p id="p-2">New words.</p>' in second.text
    assert "<html" not in first.text
    assert ("no-store", "noindex") == (
        first.headers["cache-control"],
        first.headers["x-robots-tag"],
    )
    assert "script-src" in first.headers["content-security-policy"]


async def test_nobody_else_is_shown_it(site: Inside, article: int) -> None:
    """Whoever is not signed in learns nothing, not even whether there is one."""
    reader = site.client()

    for number in (1, 9):
        answer = await reader.get(f"/staff/articles/{article}/revisions/{number}")
        assert (answer.status_code, answer.content) == (401, b"")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/0/revisions/1", "/{id}/revisions/3", "/0/revisions/0", f"/{2**70}/revisions/1"]
)
async def test_what_there_is_not_is_not_found(
    console: httpx.AsyncClient, article: int, path: str
) -> None:
    """Nor do numbers no database can hold break anything."""
    for number in (path, path + "9" * 30):
        answer = await console.get("/staff/articles" + number.format(id=article))
        assert answer.status_code == 404
