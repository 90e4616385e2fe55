"""Revisions: what an article said at a moment, and what nobody may be told."""

from dataclasses import replace
from hashlib import sha256

from portal.news.article import Draft
from portal.news.store.articles import Articles
from portal.storage.database import Database
from tests.conftest import HeldClock

DRAFT = Draft(
    kind="article",
    slug="harbour",
    path="harbour",
    category_id=None,
    status="published",
    title="Harbour closed",
    summary="",
    body_markdown="closed",
    body_html="<p>closed</p>",
    words=1,
    digest="1",
    published_at=1,
)


async def test_an_article_is_told_as_it_was(database: Database, clock: HeldClock) -> None:
    """By the minute of the question, however often it was changed since."""
    articles = Articles(database, clock)
    first = await articles.publish(DRAFT)
    clock.forward(60_000)
    asked = clock()
    clock.forward(60_000)
    later = replace(DRAFT, title="Harbour open", body_html="<p>open</p>", digest="2")
    await articles.publish(later, first.article_id)

    id = int(first.article_id)
    before, now = 1, clock()
    told = await articles.as_read([(id, asked), (id, now), (id, before), (id + 1, now)])

    assert told == {
        (id, asked): ("Harbour closed", "/harbour", 1, sha256(b"<p>closed</p>").hexdigest()),
        (id, now): ("Harbour open", "/harbour", 2, sha256(b"<p>open</p>").hexdigest()),
    }


async def test_what_was_withdrawn_is_still_known(database: Database, clock: HeldClock) -> None:
    """He read it then; that it is gone now changes nothing of that."""
    articles = Articles(database, clock)
    made = await articles.publish(DRAFT)
    asked = clock()
    await articles.withdraw(int(made.article_id))

    told = await articles.as_read([(int(made.article_id), asked)])

    assert [page[0] for page in told.values()] == ["Harbour closed"]


async def test_what_was_never_published_is_told_nobody(
    database: Database, clock: HeldClock
) -> None:
    """A visitor may name any number; a draft's title is not his to learn."""
    articles = Articles(database, clock)
    made = await articles.publish(replace(DRAFT, status="draft", published_at=None))

    assert await articles.as_read([(int(made.article_id), clock())]) == {}
    assert await articles.as_read([]) == {}
