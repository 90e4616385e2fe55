"""The commands of `portal news`: what they change, what they say, and what they refuse."""

from dataclasses import dataclass, field

import pytest

from portal import newsdesk
from portal.clock import HOUR, system_clock
from portal.errors import Refused
from portal.identity import ArticleId
from portal.news.article import Draft, Moved, Withdrawn
from portal.news.socket import BELL
from portal.news.store import categories
from portal.news.store.articles import Articles
from portal.news.store.breaking import Breakings
from portal.news.store.categories import NewCategory
from portal.office import Office
from portal.settings import Settings
from portal.staff.store import Accounts
from portal.storage.database import Database

SETTINGS = Settings(base_url="https://portal.example", languages=("en", "ar"))


@dataclass
class Desk:
    """An office, and every bell it rang."""

    office: Office
    rung: list[tuple[str, bytes]] = field(default_factory=list)
    ids: dict[str, ArticleId] = field(default_factory=dict)

    @property
    def articles(self) -> Articles:
        return Articles(self.office.db, system_clock)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Three categories and two articles in the innermost."""
    rung: list[tuple[str, bytes]] = []

    async def ring(topic: str, payload: bytes) -> None:
        rung.append((topic, payload))

    found = Desk(Office(SETTINGS, database, Accounts(database, system_clock), ring), rung)
    names = ["news", "news/house", "sport"]
    rooms = await database.write(
        lambda c: categories.save(
            c, [NewCategory(path, path.rpartition("/")[2], path.title()) for path in names]
        )
    )
    for slug in ("flood", "storm"):
        draft = Draft(
            kind="article",
            slug=slug,
            path=f"news/house/{slug}",
            category_id=rooms["news/house"],
            status="published",
            title=f"About {slug}",
            summary="",
            body_markdown="",
            body_html="",
            words=1,
            digest=slug,
        )
        found.ids[slug] = (await found.articles.publish(draft)).article_id
    return found


async def until(desk: Desk) -> int:
    """How long the story is breaking from now on, in hours; 0: nothing is."""
    _, story = await Breakings(desk.office.db, system_clock).at_hand()
    left = story.until - system_clock() if story and story.until else 0
    return round(left / HOUR)


@pytest.mark.parametrize(
    "written",
    ["/news/house/flood", "news/house/flood", "https://portal.example/news/house/flood?x=1#p-2"],
)
async def test_an_article_is_made_breaking(desk: Desk, written: str) -> None:
    """By its path or by what stands in the browser's bar; six hours, or as long as is said."""
    said = await newsdesk.begin_breaking(desk.office, written, None)
    usual = await until(desk)
    await newsdesk.begin_breaking(desk.office, written, "2h")

    assert said.startswith("/news/house/flood is breaking until 20")
    assert (usual, await until(desk)) == (6, 2)
    assert desk.rung == [("news", BELL)] * 2


async def test_it_is_ended(desk: Desk) -> None:
    """Once; then there is nothing to end."""
    await newsdesk.begin_breaking(desk.office, "/news/house/flood", "1d")
    said = await newsdesk.end_breaking(desk.office, "/news/house/flood")
    with pytest.raises(Refused, match="not breaking"):
        await newsdesk.end_breaking(desk.office, "/news/house/flood")

    assert said == "/news/house/flood is not breaking any more."
    assert await until(desk) == 0
    assert len(desk.rung) == 2


@pytest.mark.parametrize("long", ["", "0h", "2", "2 weeks", "-1h", "8d", "999999h", "2h 30m"])
async def test_what_is_no_time_is_refused(desk: Desk, long: str) -> None:
    """With what would be one; nobody is told anything."""
    with pytest.raises(Refused, match="45m, 2h or 1d"):
        await newsdesk.begin_breaking(desk.office, "/news/house/flood", long)

    assert await until(desk) == 0
    assert desk.rung == []


async def test_an_article_is_withdrawn(desk: Desk) -> None:
    """Open pages are told; a second time there is nothing to withdraw, nor to make breaking."""
    said = await newsdesk.withdraw(desk.office, "/news/house/flood")
    for again in (newsdesk.withdraw, newsdesk.end_breaking):
        with pytest.raises(Refused, match="was withdrawn"):
            await again(desk.office, "/news/house/flood")

    assert said == "/news/house/flood is withdrawn; its address answers 410."
    assert isinstance(await desk.articles.published("news/house/flood"), Withdrawn)
    (topic, bell) = desk.rung[0]
    assert topic == "news"
    assert bell == b'{"article":%d,"revision":1,"kind":"withdrawn"}' % desk.ids["flood"]


async def test_a_category_moves_with_all_below_it(desk: Desk) -> None:
    """It says how many addresses lead on, and what is there already is not moved."""
    said = await newsdesk.move_category(desk.office, "/news/", "/sport/news/")
    stays = await newsdesk.move_category(desk.office, "sport/news", "/sport/news/")

    assert said == "/news/ is /sport/news/ now; 4 addresses lead on."
    assert stays == "/sport/news/ stands there already."
    assert await desk.articles.published("news/house/flood") == Moved("sport/news/house/flood")
    assert desk.rung == [("news", BELL)]
    assert (await newsdesk.begin_breaking(desk.office, "/news/house/flood", None)).startswith(
        "/sport/news/house/flood"
    )


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("/nowhere/", "/there/", "no category /nowhere/"),
        ("/news/", "/nowhere/news/", "no category /nowhere/"),
        ("/news/", "/tags/", "cannot stand"),
        ("/news/", "/ar/", "cannot stand"),
        ("/news/", "/sport/", "another category"),
        ("/news/house/", "/news/house/house/", "under itself"),
        ("/sport/", "/news/house/flood/", "an article stands there"),
        ("/", "/sport/", "front page"),
        ("/news/", "/new.s/", "no address"),
    ],
)
async def test_a_move_that_cannot_be_is_refused(
    desk: Desk, before: str, after: str, why: str
) -> None:
    """In a sentence; nothing has moved, and nobody is told."""
    with pytest.raises(Refused, match=why):
        await newsdesk.move_category(desk.office, before, after)

    assert not isinstance(await desk.articles.published("news/house/flood"), Moved | None)
    assert desk.rung == []


@pytest.mark.parametrize(
    ("written", "why"),
    [("/news/house/drought", "No article"), ("/news/", "No article"), ("a b%2Fc.d", "no address")],
)
async def test_what_is_no_article_is_named(desk: Desk, written: str, why: str) -> None:
    """Also where a category stands, or nothing can."""
    for act in (newsdesk.withdraw, newsdesk.end_breaking):
        with pytest.raises(Refused, match=why):
            await act(desk.office, written)

    assert desk.rung == []
