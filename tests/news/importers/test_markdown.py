"""Importing a folder of Markdown."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from portal.clock import DAY
from portal.demo import LANGUAGES
from portal.news.article import Moved, PublishedArticle, Withdrawn
from portal.news.importers.folder import Folder
from portal.news.importers.markdown import Report, _read_all, import_folder
from portal.news.store import categories, listing
from portal.news.store.articles import Articles
from portal.news.store.details import details
from portal.packed import folder as packed_folder
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.media import Media
from tests.conftest import HeldClock

SETTINGS = Settings()
Write = Callable[..., Path]
Draw = Callable[..., Path]


class Importer:
    """Imports the test's folder again and again."""

    def __init__(self, db: Database, media: Media, folder: Path, clock: HeldClock) -> None:
        self.db, self.media, self.folder, self.clock = db, media, folder, clock
        self.articles = Articles(db, clock)

    async def __call__(self) -> Report:
        return await import_folder(self.db, self.media, self.folder, self.clock, SETTINGS)


@pytest.fixture
def run(database: Database, media: Media, tmp_path: Path, clock: HeldClock) -> Importer:
    """Import `tmp_path / "source"` into an empty database."""
    (tmp_path / "source").mkdir()
    return Importer(database, media, tmp_path / "source", clock)


def summed(report: Report) -> tuple[int, int, int, int, list[str]]:
    """Return all an import says."""
    return (
        report.added, report.updated, report.unchanged, report.withdrawn, report.problems
    )  # fmt: skip


async def test_an_article_comes_in_with_all_it_says(
    run: Importer, write: Write, draw: Draw, database: Database
) -> None:
    """Category path, authors, tags, pictures with captions, date, clicks."""
    write(
        "deep/story.md",
        'First.\n\n![Boats](boats.png "At dawn")',
        title='"Boats: a story"',
        slug="boats",
        category="News/Company News",
        author="[Élise Marchand, Daniel Okafor]",
        tags="[Harbour, Sea freight]",
        summary="About boats.",
        lead="lead.png",
        lead_alt="A lead",
        lead_caption="The caption",
        clicks=119,
    )
    draw(run.folder / "deep" / "boats.png", 600, 400)
    draw(run.folder / "lead.png", 500, 700, "navy")
    report = await run()
    found = await run.articles.published("news/company-news/boats")

    assert summed(report) == (1, 0, 0, 0, [])
    assert isinstance(found, PublishedArticle)
    assert [(found.id, 119)] == report.initial_clicks
    assert (found.title, found.summary) == ("Boats: a story", "About boats.")
    assert "<figcaption>At dawn</figcaption>" in found.body_html
    assert (found.lead_alt, found.lead_caption) == ("A lead", "The caption")
    async with database.read() as connection:
        tree = await categories.tree(connection)

        assert [s.name for s in tree.trail(found.category_id)] == ["News", "Company News"]
        known = await details(connection, (), [found.lead_media_id, *found.media], found)
        pictures = known.pictures

        assert [each.slug for each in known.authors] == ["élise-marchand", "daniel-okafor"]
        assert known.tags == (("Harbour", "harbour"), ("Sea freight", "sea-freight"))
        assert len(pictures) == 2
        assert all(
            (run.media.folder / made.path).is_file()
            for each in pictures.values()
            for made in each.rendered
        )


async def test_repeating_it_adds_nothing(run: Importer, write: Write, draw: Draw) -> None:
    """Not a revision, not a click, and nobody is told."""
    write("a.md", "![x](a.png)", date="3 days ago, 09:40", clicks=5)
    draw(run.folder / "a.png")
    await run()
    run.clock.forward(DAY)
    report = await run()

    assert summed(report) == (0, 0, 1, 0, [])
    assert report.changed == []
    assert report.initial_clicks == []


async def test_what_changed_is_updated_and_told(run: Importer, write: Write) -> None:
    """A date that is counted back stays what it first came to; clicks are not booked again."""
    write("a.md", date="3 days ago, 09:40", clicks=5)
    await run()
    before = await run.articles.published("news/a")
    run.clock.forward(DAY)
    write("a.md", "Other words.", date="3 days ago, 09:40", clicks=5)
    report = await run()
    after = await run.articles.published("news/a")

    assert summed(report) == (0, 1, 0, 0, [])
    assert isinstance(before, PublishedArticle)
    assert isinstance(after, PublishedArticle)
    assert [(after.id, 2, "updated")] == [
        (each.article_id, each.revision, each.change) for each in report.changed
    ]
    assert (before.published_at, run.clock.at) == (after.published_at, after.updated_at)
    assert report.initial_clicks == []


async def test_another_picture_under_the_same_name_is_a_change(
    run: Importer, write: Write, draw: Draw
) -> None:
    """What counts is what is in it."""
    write("a.md", "![x](a.png)")
    draw(run.folder / "a.png", colour="teal")
    await run()
    draw(run.folder / "a.png", colour="navy")

    assert summed(await run()) == (0, 1, 0, 0, [])


async def test_a_new_slug_leaves_a_redirect(run: Importer, write: Write) -> None:
    """From every address it had, in one hop."""
    for slug in ("first", "second", "third"):
        write("a.md", slug=slug)
        await run()

    assert Moved("news/third") == await run.articles.published("news/first")
    assert Moved("news/third") == await run.articles.published("news/second")


async def test_a_status_withdraws_hides_and_shows(run: Importer, write: Write) -> None:
    """Published, taken back, published again; and a draft nobody sees."""
    write("a.md")
    write("draft.md", status="draft")
    await run()
    write("a.md", status="withdrawn")
    report = await run()

    assert report.withdrawn == 1
    assert [each.change for each in report.changed] == ["withdrawn"]
    assert isinstance(await run.articles.published("news/a"), Withdrawn)
    assert await run.articles.published("news/draft") is None

    write("a.md")
    await run()

    assert isinstance(await run.articles.published("news/a"), PublishedArticle)


async def test_what_is_dated_ahead_waits(run: Importer, write: Write) -> None:
    """And is shown by the first import after its time."""
    write("a.md", date="2026-06-01")
    await run()

    assert await run.articles.published("news/a") is None

    run.clock.forward(10 * DAY)
    await run()

    assert isinstance(await run.articles.published("news/a"), PublishedArticle)


async def test_a_page_has_no_category(run: Importer, write: Write, database: Database) -> None:
    """And stands at the top."""
    write("about.md", title="About us", category=None, kind="page", date=None)
    report = await run()
    found = await run.articles.published("about")

    assert (report.added, report.problems) == (1, [])
    assert isinstance(found, PublishedArticle)
    assert found.kind == "page"
    async with database.read() as connection:
        assert await listing.latest(connection, 5) == []


async def test_the_newsroom_file_says_more(
    run: Importer, write: Write, draw: Draw, database: Database
) -> None:
    """Order and words of categories, roles and faces of authors; a bad entry is one line."""
    (run.folder / "newsroom.toml").write_text(
        '[[category]]\npath = "World"\ndescription = "Far away."\nposition = 2\n'
        '[[category]]\npath = "News"\nposition = 1\n'
        '[[category]]\npath = "!"\n'
        '[[author]]\nname = "Ada Hale"\nslug = "ada"\nrole = "Editor"\nbio = "Writes."\n'
    )
    draw(run.folder / "authors" / "ada.jpg")
    write("a.md", author="Ada Hale")
    report = await run()
    found = await run.articles.published("news/a")

    assert len(report.problems) == 1
    assert report.problems[0].startswith("newsroom.toml: [[category]] 3: ")
    assert isinstance(found, PublishedArticle)
    async with database.read() as connection:
        tree = await categories.tree(connection)
        (ada,) = (await details(connection, (), (), found)).authors

        assert [each.name for each in tree.children(None)] == ["News", "World"]
        assert tree.by_path["world"].description == "Far away."
        assert (ada.slug, ada.role) == ("ada", "Editor")
        assert ada.portrait_id is not None


async def test_two_spellings_of_one_slug_clash(run: Importer, write: Write) -> None:
    """The first file has the address, the second gets a line that names both."""
    write("1.md", slug="caf\u00e9")
    write("2.md", slug="cafe\u0301")
    write("3.md", slug="CAF\u00c9")
    report = await run()

    assert report.added == 1
    assert report.problems == [
        "2.md: the address /news/café is 1.md's",
        "3.md: the address /news/café is 1.md's",
    ]
    assert report.problems == (await run()).problems


async def test_an_article_cannot_stand_where_a_category_does(run: Importer, write: Write) -> None:
    """Nor a page."""
    write("a.md", category="News/World")
    write("b.md", category="News", slug="world")
    report = await run()

    assert report.problems == ["b.md: the address /news/world is a category's"]


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ({"slug": "../../x"}, "slug: '../../x' may hold only"),
        ({"slug": "a" * 81}, "slug: "),
        ({"slug": "con.txt"}, "slug: "),
        ({"title": None}, "title: missing"),
        ({"title": "[a, b]"}, "title: expected one line"),
        ({"title": "x" * 301}, "title: it has 301 characters"),
        ({"date": "soon"}, "date: expected a date"),
        ({"date": "0001-01-01"}, "date: the year 1"),
        ({"date": "!!python/object/apply:os.system [id]"}, "front matter"),
        ({"category": "staff/x"}, "the address /staff is the portal's own"),
        ({"category": "en"}, "the address /en is the portal's own"),
        ({"category": "///"}, "category: "),
        ({"category": "[a]"}, "category: "),
        ({"status": "maybe"}, "status: expected published or draft"),
        ({"clicks": "-1"}, "clicks: "),
        ({"clicks": "many"}, "clicks: "),
        ({"tags": "{a: b}"}, "tags: "),
        ({"tags": "[" + ", ".join("abcdefghijklmnopqrstuvwxyz") + "]"}, "tags: more than 20"),
        ({"author": "'!!!'"}, "author: "),
        ({"summary": "&a [*a, *a]"}, "front matter may not use YAML aliases"),
        ({"summary": "[" * 5_000}, "front matter"),
        ({"summary": "a: b: c"}, "front matter"),
    ],
)
def test_a_bad_file_is_one_line(
    front: dict[str, object], reason: str, write: Write, tmp_path: Path
) -> None:
    """It names the file and what is wrong."""
    write("bad.md", **front)
    write("good.md")
    problems: list[str] = []
    reads, _ = _read_all(Folder(tmp_path / "source"), 0, SETTINGS, problems)

    assert len(problems) == 1, problems
    assert problems[0].startswith("bad.md: "), problems
    assert reason in problems[0]
    assert "\n" not in problems[0]
    assert [each.found.file for each in reads] == ["good.md"]


async def test_files_that_are_no_articles_are_told(run: Importer, write: Write) -> None:
    """Links, other encodings, no front matter; the rest comes in."""
    outside = run.folder.parent / "secret.md"
    outside.write_text("---\ntitle: Secret\n---\n")
    (run.folder / "link.md").symlink_to(outside)
    (run.folder / "away").symlink_to(run.folder.parent)
    (run.folder / "latin.md").write_bytes("---\ntitle: \xe9\n---\n".encode("latin-1"))
    (run.folder / "plain.md").write_text("Just words.")
    (run.folder / "README.md").write_text("About this folder.")
    write("good.md")
    report = await run()

    assert report.added == 1
    assert [line.partition(":")[0] for line in report.problems] == [
        "latin.md",
        "link.md",
        "plain.md",
    ]


async def test_a_picture_from_elsewhere_is_not_taken(
    run: Importer, write: Write, draw: Draw
) -> None:
    """The article comes in without it, and one line for each says so."""
    draw(run.folder.parent / "secret.png")
    (run.folder / "link.png").symlink_to(run.folder.parent / "secret.png")
    (run.folder / "away").symlink_to(run.folder.parent)
    (run.folder / "page.png").write_text("<script>")
    named = [
        *("../secret.png", "/etc/passwd", "link.png", "http://127.0.0.1/x.png", "gone.png"),
        *("a/../../x", "away/secret.png", "page.png"),
    ]
    write("a.md", "\n\n".join(f"![A map]({each})" for each in named))
    report = await run()
    found = await run.articles.published("news/a")

    assert len(named) == len(report.problems), report.problems
    assert all("imported without it" in line for line in report.problems)
    assert isinstance(found, PublishedArticle)
    assert "<img" not in found.body_html
    assert [f"{found.card}"] == [each.name for each in run.media.folder.iterdir()]


def test_the_sample_newsroom_is_read_without_a_word() -> None:
    """The folder we ship is one we can read, every picture and category of it."""
    problems: list[str] = []
    folder = Folder(packed_folder("sample") / "newsroom")
    speaking = replace(SETTINGS, languages=LANGUAGES)
    reads, _ = _read_all(folder, 1_780_000_000_000, speaking, problems)

    assert problems == []
    assert len(reads) >= 24
