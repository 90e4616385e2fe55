"""Pages that say that there is no page: right HTML too, not for search engines, with a way on."""

import html5lib
import httpx2 as httpx
import pytest

from portal.errors import Unavailable
from tests.screens.conftest import Newsroom
from tests.support.markup import broken, elements, words


def judged(answer: httpx.Response) -> tuple[list[str], set[str], str]:
    """Return what is wrong with a page, where its links lead, and its title."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(answer.text)
    ways = {each.get("href", "") for each in elements(tree, "a")}
    (title,) = elements(tree, "h1")
    return [*map(str, parser.errors), *broken(tree)], ways, words(title)


async def test_what_is_not_there_and_what_was_withdrawn(newsroom: Newsroom) -> None:
    """404 and 410 keep to the rules of every page, and lead home, to the desk and to the newest."""
    done = await newsroom.publish("story")
    await newsroom.publish("other")
    await newsroom.publish("story", of=done.article_id, status="withdrawn")
    for path, status in {"/news/nothing": 404, "/news/story": 410}.items():
        answer = await newsroom.get(path)
        wrong, ways, title = judged(answer)

        assert status == answer.status_code
        assert [] == wrong
        assert {"/", "/chat/", "/news/other"} <= ways
        assert title
        assert "noindex" in answer.text + answer.headers.get("x-robots-tag", "")


async def test_when_the_database_is_away(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Barer, and right all the same."""

    def away() -> None:
        raise Unavailable("away")

    monkeypatch.setattr(newsroom.db, "read", away)
    answer = await newsroom.get("/news/story")
    wrong, ways, title = judged(answer)

    assert 503 == answer.status_code
    # "Try again" leads to the page itself, question and all: an address without words.
    assert [] == [each for each in wrong if "'Try again' href=''" not in each]
    assert "/" in ways
    assert title == "Back in a moment"
