"""Old addresses never break: where readers are sent on, and that it is once."""

import pytest

from portal.news.store.moves import NoPlace
from tests.screens.conftest import Newsroom


async def led(newsroom: Newsroom, path: str) -> tuple[int, str | None]:
    """Return what a path answers, and where it leads."""
    answer = await newsroom.get(path)
    return answer.status_code, answer.headers.get("location")


async def move(newsroom: Newsroom, room: str, slug: str, under: str | None = None) -> str:
    """Move a category by its first path; the bell rings."""
    parent = newsroom.rooms[under] if under else None
    path = await newsroom.articles.move_category(newsroom.rooms[room], slug=slug, parent_id=parent)
    newsroom.pages.receive(b"{}")
    return path


async def test_a_moved_category_takes_all_below_along(newsroom: Newsroom) -> None:
    """Every old address of the subtree leads to the newest in one hop, after two moves as well."""
    await newsroom.publish("a", room="news/company-news/people")
    await newsroom.publish("b", room="news")
    await move(newsroom, "news", "world")
    await move(newsroom, "news", "planet")

    for old in ("news", "world"):
        for rest in ("/", "/company-news/", "/company-news/people/", "/b"):
            assert (301, f"/planet{rest}") == await led(newsroom, f"/{old}{rest}")
        assert (301, "/planet/company-news/people/a") == await led(
            newsroom, f"/{old}/company-news/people/a"
        )
    for path in ("/planet/", "/planet/company-news/people/", "/planet/company-news/people/a"):
        assert (200, None) == await led(newsroom, path)


async def test_a_category_under_another_parent_leaves_its_addresses(newsroom: Newsroom) -> None:
    """Its listing keeps the page that was asked for."""
    await newsroom.publish("a", room="news/company-news/people")
    path = await move(newsroom, "news/company-news/people", "people")

    assert "people" == path
    assert (301, "/people/a") == await led(newsroom, "/news/company-news/people/a")
    assert (301, "/people/?page=3") == await led(newsroom, "/news/company-news/people/?page=3")
    assert (301, "/people/") == await led(newsroom, "/news/company-news/people")


async def test_moved_back_there_is_no_loop(newsroom: Newsroom) -> None:
    """What stands at its first address again is shown there, and the second leads to it."""
    await newsroom.publish("a", room="news/company-news")
    await move(newsroom, "news", "world")
    await move(newsroom, "news", "news")

    assert (200, None) == await led(newsroom, "/news/company-news/a")
    assert (200, None) == await led(newsroom, "/news/company-news/")
    assert (301, "/news/company-news/a") == await led(newsroom, "/world/company-news/a")
    assert (301, "/news/company-news/") == await led(newsroom, "/world/company-news/")


async def test_a_slug_and_a_category_changed_are_one_hop(newsroom: Newsroom) -> None:
    """Of all addresses an article had."""
    done = await newsroom.publish("a", room="news")
    await newsroom.publish("b", room="news", of=done.article_id)
    await move(newsroom, "news", "world")

    assert (301, "/world/b") == await led(newsroom, "/news/a")
    assert (301, "/world/b") == await led(newsroom, "/news/b")


async def test_withdrawn_is_gone_at_every_address_it_had(newsroom: Newsroom) -> None:
    """410, not a hop to a 410."""
    done = await newsroom.publish("a", room="news")
    await move(newsroom, "news", "world")
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"{}")

    assert (410, None) == await led(newsroom, "/news/a")
    assert (410, None) == await led(newsroom, "/world/a")


async def test_a_category_moves_nowhere_it_cannot_stand(newsroom: Newsroom) -> None:
    """Not under itself, on another's address, on the portal's own; and nothing has changed."""
    await newsroom.publish("a", room="news")
    for slug, under in [
        ("x", "news/company-news"),
        ("No Slug", None),
        ("search", None),
        ("about", None),
    ]:
        if slug == "about":
            await newsroom.publish("about", room="")
        with pytest.raises(NoPlace):
            await move(newsroom, "news", slug, under)

    with pytest.raises(NoPlace):
        await move(newsroom, "news/company-news", "a", "news")
    assert (200, None) == await led(newsroom, "/news/a")


async def test_errors_and_refusals_stay_out_of_search_engines(newsroom: Newsroom) -> None:
    """What is not there, or no longer, is no page to find."""
    done = await newsroom.publish("a")
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"{}")

    for path in ("/news/a", "/nothing"):
        assert 'content="noindex' in (await newsroom.get(path)).text
