"""Importing articles that had other addresses: what leads to them, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.news.article import Moved
from portal.news.importers.markdown import Report, import_folder
from portal.news.store import aliases
from portal.news.store.articles import Articles
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.media import Media
from tests.conftest import HeldClock

Write = Callable[..., Path]
SETTINGS = Settings()


class Importer:
    """Imports the test's folder again and again."""

    def __init__(self, db: Database, media: Media, folder: Path, clock: HeldClock) -> None:
        self.db, self.media, self.folder, self.clock = db, media, folder, clock

    async def __call__(self) -> Report:
        return await import_folder(self.db, self.media, self.folder, self.clock, SETTINGS)

    async def led(self) -> dict[str, str]:
        """Return where each alias leads."""
        async with self.db.read() as c:
            held = await aliases.held(c)
            found = {address: await aliases.led_from(c, [address]) for address in held}
        return {each: to.path for each, to in found.items() if isinstance(to, Moved)}


@pytest.fixture
def run(database: Database, media: Media, tmp_path: Path, clock: HeldClock) -> Importer:
    """Import `tmp_path / "source"` into an empty database."""
    (tmp_path / "source").mkdir()
    return Importer(database, media, tmp_path / "source", clock)


async def test_aliases_lead_to_the_article(run: Importer, write: Write) -> None:
    """By whichever name; an alias changed is no new revision, and one taken away is gone."""
    write("a.md", aliases="[/old/A.html, '/?p=12']", url="/2019/05/a/", permalink="/:year/:title")
    write("b.md", redirect_from="/b.php")
    first = await run()
    there = await run.led()
    write("a.md", aliases="/old/a2.html")
    again = await run()

    assert ([], 2) == (first.problems, first.added)
    assert {
        "old/a.html": "news/a",
        "?p=12": "news/a",
        "2019/05/a": "news/a",
        "b.php": "news/b",
    } == there
    assert (2, 0, []) == (again.unchanged, again.updated, again.problems)
    assert {"old/a2.html": "news/a", "b.php": "news/b"} == await run.led()


async def test_repeating_an_import_writes_nothing(
    run: Importer, write: Write, clock: HeldClock
) -> None:
    """Pages stay as they are: the newsroom's version is not raised."""
    write("a.md", aliases="[/old.html, /OLD.html, /news/a]")
    await run()
    before = await run.led()
    articles = Articles(run.db, clock)
    found = await articles.published("news/a")
    report = await run()

    assert {"old.html": "news/a"} == before == await run.led()
    assert (1, []) == (report.unchanged, report.problems)
    assert found == await articles.published("news/a")


async def test_what_is_anothers_is_refused_by_name(run: Importer, write: Write) -> None:
    """An article's, a category's, or what an earlier file named; the rest comes in all the same."""
    write("a.md")
    write("b.md", aliases="[/news/a, /news/, /news/a?p=1, /mine.html]")
    write("c.md", aliases="[/mine.html, /hers.html]")
    write("d.md", aliases="/search?q=x")
    report = await run()

    assert [
        "d.md: aliases: '/search?q=x' is the portal's own",
        "b.md: aliases: /news/a is a.md's",
        "b.md: aliases: /news is a category's",
        "b.md: aliases: /news/a?p=1 is a.md's",
        "c.md: aliases: /mine.html is b.md's",
    ] == report.problems
    assert {"mine.html": "news/b", "hers.html": "news/c"} == await run.led()


async def test_an_alias_follows_its_article(run: Importer, write: Write) -> None:
    """To its newest address; and to another article, once that one's file has it."""
    write("a.md", aliases="/old.html")
    write("b.md")
    await run()
    write("a.md", slug="renamed", category="World", aliases="/old.html")
    await run()
    moved = await run.led()
    write("a.md", slug="renamed", category="World")
    write("b.md", aliases="/old.html")
    report = await run()

    assert {"old.html": "world/renamed"} == moved
    assert ({"old.html": "news/b"}, []) == (await run.led(), report.problems)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ({"aliases": "[[a]]"}, "aliases: expected an address or a list of addresses"),
        ({"url": "[1]"}, "url: expected an address or a list of addresses"),
        ({"aliases": "[" + "x, " * 51 + "]"}, "aliases: more than 50"),
    ],
)
async def test_nonsense_is_one_line(
    run: Importer, write: Write, front: dict[str, str], said: str
) -> None:
    """And the article stays out until it is mended."""
    write("a.md", **front)

    assert [f"a.md: {said}"] == (await run()).problems
