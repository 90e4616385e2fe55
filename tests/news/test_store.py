"""The newsroom's queries, on both databases."""

from dataclasses import replace

import pytest

from portal.news.article import Draft, Listed, Moved, PublishedArticle, Withdrawn
from portal.news.store import authors, categories, listing, tags
from portal.news.store.articles import Articles
from portal.news.store.beside import beside
from portal.news.store.categories import NewCategory
from portal.news.store.details import details
from portal.news.store.version import version
from portal.storage.database import Database
from tests.conftest import HeldClock


@pytest.fixture
def articles(database: Database, clock: HeldClock) -> Articles:
    """A store over an empty database."""
    return Articles(database, clock)


def draft(slug: str = "a", category: str = "", **changes: object) -> Draft:
    """Return a small published draft."""
    made = Draft(
        kind="article" if category else "page",
        slug=slug,
        path=f"{category}/{slug}" if category else slug,
        category_id=None,
        status="published",
        title=f"Title {slug}",
        summary="",
        body_markdown="Words.",
        body_html="<p>Words.</p>",
        words=1,
        digest=slug,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def rooms(database: Database, *paths: str) -> dict[str, int]:
    """Add categories; return their ids by path."""
    new = [NewCategory(path, path.rpartition("/")[2], path.title()) for path in paths]
    return await database.write(lambda c: categories.save(c, new))


async def test_what_is_published_stands_at_its_path(articles: Articles, clock: HeldClock) -> None:
    """With its first revision, at the time of the clock."""
    done = await articles.publish(draft())
    found = await articles.published("a")

    assert isinstance(found, PublishedArticle)
    assert (done.article_id, 1, "Title a") == (found.id, found.revision, found.title)
    assert (clock.at, None) == (found.published_at, found.updated_at)


async def test_an_edit_is_a_new_revision(articles: Articles, clock: HeldClock) -> None:
    """Readers see the newest; when it was published first stays."""
    first = clock.at
    done = await articles.publish(draft())
    clock.forward(1000)
    await articles.publish(draft(title="Better"), done.article_id)
    found = await articles.published("a")

    assert isinstance(found, PublishedArticle)
    assert (found.revision, found.title) == (2, "Better")
    assert (first, clock.at) == (found.published_at, found.updated_at)


async def test_renamed_twice_every_old_address_leads_to_the_newest(articles: Articles) -> None:
    """In one hop."""
    done = await articles.publish(draft("a"))
    await articles.publish(draft("b"), done.article_id)
    await articles.publish(draft("c"), done.article_id)

    assert Moved("c") == await articles.published("a")
    assert Moved("c") == await articles.published("b")


async def test_renamed_back_there_is_no_loop(articles: Articles) -> None:
    """The old address is the article's again, the other one leads to it."""
    done = await articles.publish(draft("a"))
    await articles.publish(draft("b"), done.article_id)
    await articles.publish(draft("a"), done.article_id)

    assert isinstance(await articles.published("a"), PublishedArticle)
    assert Moved("a") == await articles.published("b")


async def test_an_address_given_up_may_be_anothers(articles: Articles) -> None:
    """Who stands there now is found, not who stood there."""
    old = await articles.publish(draft("a"))
    await articles.publish(draft("b"), old.article_id)
    new = await articles.publish(draft("a"))
    found = await articles.published("a")

    assert isinstance(found, PublishedArticle)
    assert new.article_id == found.id


async def test_what_was_taken_back_is_withdrawn_and_what_never_was_is_nothing(
    articles: Articles,
) -> None:
    """410 for what readers saw, 404 for drafts."""
    seen = await articles.publish(draft("seen"))
    moved = await articles.publish(draft("old"))
    await articles.publish(draft("moved"), moved.article_id)
    back = await articles.publish(draft("back"))
    await articles.publish(draft("hidden", status="draft"))
    await articles.withdraw(seen.article_id)
    await articles.withdraw(moved.article_id)
    await articles.publish(draft("back", status="draft"), back.article_id)

    assert Withdrawn(seen.article_id) == await articles.published("seen")
    assert Withdrawn(moved.article_id) == await articles.published("old")
    assert Withdrawn(back.article_id) == await articles.published("back")
    assert await articles.published("hidden") is None
    assert await articles.published("nowhere") is None
    assert await articles.withdraw(999) is None


async def test_who_may_be_clicked_is_known_at_once(articles: Articles) -> None:
    """Publishing and withdrawing forget what was remembered."""
    hidden = await articles.publish(draft("hidden", status="draft"))
    shown = await articles.publish(draft("shown"))

    assert [
        await articles.is_published(each) for each in (hidden.article_id, shown.article_id, 999)
    ] == [False, True, False]

    await articles.withdraw(shown.article_id)

    assert not await articles.is_published(shown.article_id)
    assert await articles.titles([shown.article_id, hidden.article_id]) == {}


async def test_the_desk_gets_titles_from_our_records(articles: Articles) -> None:
    """With the path as a page's link has it."""
    done = await articles.publish(draft("a"))

    assert {done.article_id: ("Title a", "/a")} == await articles.titles([done.article_id, 999])


async def test_every_change_raises_the_version(database: Database, articles: Articles) -> None:
    """So that caches of other nodes see it without a bell."""
    async with database.read() as connection:
        seen = [await version(connection)]
    done = await articles.publish(draft())
    async with database.read() as connection:
        seen.append(await version(connection))
    await articles.withdraw(done.article_id)
    async with database.read() as connection:
        seen.append(await version(connection))

    assert seen == [0, 1, 2]


def ids(listed: list[Listed]) -> list[str]:
    """Return the last segments of listed articles."""
    return [each.path.rpartition("/")[2] for each in listed]


async def test_lists_hold_what_they_should(database: Database, articles: Articles) -> None:
    """Newest first, with subcategories, without drafts and pages, and by shared tags."""
    by_path = await rooms(database, "news", "news/company", "world")
    labels = await database.write(
        lambda c: tags.save(c, {each: each for each in ("harbour", "sensors", "finance")})
    )
    for at, (slug, room, marked) in enumerate(
        [
            ("one", "news", ["harbour", "sensors"]),
            ("two", "news/company", ["harbour"]),
            ("three", "news/company", ["harbour", "sensors"]),
            ("four", "world", ["finance"]),
            ("five", "news/company", []),
        ]
    ):
        await articles.publish(
            draft(
                slug,
                room,
                category_id=by_path[room],
                published_at=1_000 + at,
                tags=tuple(labels[each] for each in marked),
            )
        )
    await articles.publish(draft("page"))
    await articles.publish(draft("draft", "news", category_id=by_path["news"], status="draft"))
    one = await articles.published("news/one")
    three = await articles.published("news/company/three")
    assert isinstance(one, PublishedArticle)
    assert isinstance(three, PublishedArticle)
    async with database.read() as connection:
        tree = await categories.tree(connection)
        news = tree.subtree(by_path["news"])

        assert ids(await listing.latest(connection, 2)) == ["five", "four"]
        assert ids(await listing.in_categories(connection, news, 2, 1)) == ["three", "two"]
        assert await listing.count_in_categories(connection, news) == 4
        assert ids(await listing.newest_of_each_category(connection, 1)) == ["five", "four", "one"]
        first = await beside(connection, one, None, (), 2)

        assert ids(list(first.related)) == ["three", "two"]
        assert list(await listing.pages(connection)) == [("Title page", "page")]
        third = await beside(connection, three, None, [one.id], 2)

        assert third.older is not None
        assert third.newer is not None
        assert ids([third.older, third.newer]) == ["two", "five"]
        assert ids(list(third.ranked.values())) == ["one"]
        assert (first.older, first.newer) == (None, None)
        assert [step.name for step in tree.trail(by_path["news/company"])] == [
            "News",
            "News/Company",
        ]


async def test_neighbours_of_the_same_moment_are_told_apart(
    database: Database, articles: Articles
) -> None:
    """By id; nobody is skipped and nobody comes twice."""
    by_path = await rooms(database, "news")
    for slug in ("a", "b", "c"):
        await articles.publish(draft(slug, "news", category_id=by_path["news"], published_at=5))
    middle = await articles.published("news/b")
    assert isinstance(middle, PublishedArticle)
    async with database.read() as connection:
        found = await beside(connection, middle, None, (), 2)

    assert found.older is not None
    assert found.newer is not None
    assert ids([found.older, found.newer]) == ["a", "c"]


async def test_authors_stand_in_byline_order(database: Database, articles: Articles) -> None:
    """And are asked for all articles at once."""

    async def two(connection: object) -> tuple[int, ...]:
        return tuple(
            [
                await authors.save(connection, authors.NewAuthor(slug, slug.title(), "Writer"))  # type: ignore[arg-type]
                for slug in ("zoe", "ada")
            ]
        )

    people = await database.write(two)
    first = await articles.publish(draft("a", authors=people))
    second = await articles.publish(draft("b", authors=people[::-1]))
    async with database.read() as connection:
        about = await articles.published("a")
        assert isinstance(about, PublishedArticle)
        found = await details(connection, [second.article_id], (), about)

    assert {first.article_id: ["Zoe", "Ada"], second.article_id: ["Ada", "Zoe"]} == found.names
    assert [each.name for each in found.authors] == ["Zoe", "Ada"]
