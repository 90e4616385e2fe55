"""Writing an import: articles that go where others of the same import stand."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Draft, Moved, PublishedArticle, Withdrawn
from portal.news.store import publishing
from portal.news.store.articles import Articles
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.news.importers.test_leading import Importer, Write, run

__all__ = ["run"]


async def stands(run: Importer) -> dict[str, str]:
    """Return what readers find at each address: a title, or where they are led."""
    articles = Articles(run.db, run.clock)
    found: dict[str, str] = {}
    for path in ("news/a", "news/b", "news/c", "news/d"):
        there = await articles.published(path)
        if isinstance(there, PublishedArticle):
            found[path] = there.title
        elif isinstance(there, Moved):
            found[path] = f"→ {there.path}"
    return found


async def test_two_articles_change_places(run: Importer, write: Write) -> None:
    """Nothing leads astray: each is at the other's address, and back again."""
    write("1.md", title="First", slug="a")
    write("2.md", title="Second", slug="b")
    await run()
    write("1.md", title="First", slug="b")
    write("2.md", title="Second", slug="a")
    swapped = await run()
    there = await stands(run)
    write("1.md", title="First", slug="a")
    write("2.md", title="Second", slug="b")
    back = await run()

    assert ([], 2) == (swapped.problems, swapped.updated)
    assert {"news/a": "Second", "news/b": "First"} == there
    assert ([], 2) == (back.problems, back.updated)
    assert {"news/a": "First", "news/b": "Second"} == await stands(run)


async def test_each_goes_where_the_next_one_stood(run: Importer, write: Write) -> None:
    """In a row; who left his place to nobody is found there by those who knew it."""
    for number, slug in enumerate("abc"):
        write(f"{number}.md", title=f"Article {number}", slug=slug)
    await run()
    for number, slug in enumerate("bcd"):
        write(f"{number}.md", title=f"Article {number}", slug=slug)
    report = await run()

    assert ([], 3) == (report.problems, report.updated)
    assert {
        "news/a": "→ news/b",
        "news/b": "Article 0",
        "news/c": "Article 1",
        "news/d": "Article 2",
    } == await stands(run)


@pytest.mark.parametrize("taken", [False, True])
async def test_who_stepped_aside_comes_back(
    database: Database, clock: HeldClock, taken: bool
) -> None:
    """Where he was; or, if that is another's by now, he is gone."""
    articles = Articles(database, clock)
    draft = Draft(
        kind="article", slug="a", path="news/a", category_id=None, status="published", title="A",
        summary="", body_markdown="", body_html="<p>x</p>", words=1, digest="",
    )  # fmt: skip
    done = await articles.publish(draft)

    async def aside_and_back(connection: AsyncConnection) -> None:
        await publishing.step_aside(connection, done.article_id, 0)
        if taken:
            await publishing.publish(connection, draft, 0)
        await publishing.step_back(connection, done.article_id, "news/a")

    await database.write(aside_and_back)
    found = await articles.published("news/a")
    own = await articles.standing([done.article_id])

    assert isinstance(found, PublishedArticle)
    assert (found.id != done.article_id) == taken
    assert own[done.article_id].published != taken


async def test_a_draft_takes_no_address_from_readers(run: Importer, write: Write) -> None:
    """Until it is published: what stood there before is found as long."""
    write("1.md", title="First", slug="a")
    await run()
    write("1.md", title="First", slug="b")
    write("2.md", title="Second", slug="a", status="draft")
    await run()
    before = await stands(run)
    write("2.md", title="Second", slug="a")
    await run()

    assert {"news/a": "→ news/b", "news/b": "First"} == before
    assert {"news/a": "Second", "news/b": "First"} == await stands(run)
    write("2.md", title="Second", slug="a", status="withdrawn")
    await run()

    assert isinstance(await Articles(run.db, run.clock).published("news/a"), Withdrawn)
