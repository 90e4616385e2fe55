"""What an import makes of the pictures and films an article names."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from portal.news import pictures
from portal.news.article import PublishedArticle
from portal.news.focus import Focus
from portal.news.store import media
from portal.storage.tables.news import media as media_table
from portal.storage.tables.news import rendition, revision
from tests.news.importers.test_markdown import Importer
from tests.news.importers.test_markdown import run as run  # a fixture

Write = Callable[..., Path]
Draw = Callable[..., Path]
WEBM = b"\x1a\x45\xdf\xa3" + b"0" * 100


async def story(run: Importer) -> PublishedArticle:
    """Return the article as it is published."""
    found = await run.articles.published("news/a")
    assert isinstance(found, PublishedArticle)
    return found


async def test_a_lead_keeps_its_credit_and_its_point(
    run: Importer, write: Write, draw: Draw
) -> None:
    """From front matter, or from the title of the first picture of the text."""
    draw(run.folder / "a.png", 700, 500)
    words = {"lead_alt": "Boats", "lead_credit": "Ada", "lead_focus": "62% 30%"}
    write("a.md", lead="a.png", **words)
    await run()
    named = await story(run)
    write("a.md", '![Boats](a.png "At dawn | Credit: Wei | focus 10% 90%")')
    await run()
    first = await story(run)

    assert ("Ada", Focus(62, 30)) == (named.lead_credit, named.lead_focus)
    assert ("At dawn", "Wei", Focus(10, 90)) == (
        first.lead_caption,
        first.lead_credit,
        first.lead_focus,
    )
    async with run.db.read() as connection:
        made = await media.renditions(connection, [first.lead_media_id])
    (renditions,) = made.values()

    for point in (named.lead_focus, first.lead_focus):
        shared = renditions.shared(point)
        assert shared is not None
        assert shared.path.endswith(f"-share{point.mark}.jpg")
        assert (run.media.folder / shared.path).is_file()


async def test_an_import_says_what_a_picture_lacks(run: Importer, write: Write, draw: Draw) -> None:
    """No description, or the file's name as one; what is decorative lacks nothing."""
    for name in ("a.png", "IMG_1234.png", "line.png", "lead.png"):
        draw(run.folder / name)
    text = '![](a.png)\n\n![img 1234](IMG_1234.png)\n\n![](line.png "decorative")\n\n![Quay](a.png)'
    write("a.md", text, lead="lead.png", lead_alt='""')
    write("b.md", slug="b", lead="lead.png")
    report = await run()

    assert report.problems == []
    assert report.advice == [
        "a.md: picture 'a.png': nothing describes it, nor is it called decorative",
        "a.md: picture 'IMG_1234.png': its description is the name of its file",
        "b.md: picture 'lead.png': nothing describes it, nor is it called decorative",
    ]


async def test_a_point_that_is_none_is_one_line(run: Importer, write: Write) -> None:
    """The file is left out; the line names what is expected."""
    write("a.md", lead_focus="left")
    report = await run()

    assert report.added == 0
    assert report.problems == [
        "a.md: lead_focus: expected two percentages like 62% 30%, got 'left'"
    ]


async def test_a_new_recipe_adds_renditions_and_no_revision(
    run: Importer, write: Write, draw: Draw
) -> None:
    """The words did not change: nobody is told, and nothing is said to be updated."""
    draw(run.folder / "a.png", 900, 600)
    write("a.md", "![Boats](a.png)")
    await run()
    async with run.db.read() as connection:
        before = set(await connection.scalars(select(rendition.c.path)))
    await run.db.write(lambda c: c.execute(update(media_table).values(recipe=0)))
    await run.db.write(lambda c: c.execute(rendition.delete().where(rendition.c.width == 320)))
    report = await run()
    async with run.db.read() as connection:
        after = set(await connection.scalars(select(rendition.c.path)))
        revisions = await connection.scalar(select(func.count()).select_from(revision))
        current = await media.up_to_date(connection, pictures.RECIPE)

    assert (0, 0, 1, []) == (report.added, report.updated, report.unchanged, report.changed)
    assert before == after
    assert revisions == 1
    assert len(current) == 1


async def test_a_film_comes_in_with_the_words_to_it(
    run: Importer, write: Write, draw: Draw
) -> None:
    """By its first bytes, with its poster; another film under the same name is a change."""
    film = run.folder / "relay.webm"
    film.write_bytes(WEBM)
    (run.folder / "relay.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nClick.\n")
    (run.folder / "relay.ar.vtt").write_text("WEBVTT\n")
    (run.folder / "other.vtt").write_text("WEBVTT\n")
    (run.folder / "relay.zh.vtt").write_text("<script>")
    (run.folder / "relay.draft.vtt").write_text("WEBVTT\n")
    draw(run.folder / "still.png", 900, 600)
    write("a.md", '![A relay](relay.webm "poster still.png")')
    report = await run()
    body = (await story(run)).body_html

    assert report.problems == []
    assert '<source src="/media/' in body
    assert 'type="video/webm"' in body
    assert ' poster="/media/' in body
    assert 'label="العربية"' in body
    assert ['srclang="ar"', 'srclang="en"'] == sorted(
        each for each in body.split() if each.startswith("srclang")
    )
    assert len(list(run.media.folder.glob("*.webm"))) == 1

    film.write_bytes(WEBM + b"1")

    assert (await run()).updated == 1


@pytest.mark.parametrize("name", ["page.mp4", "gone.mp4", "../secret.mp4", "link.mp4"])
async def test_what_is_no_film_of_the_folder_is_not_taken(
    run: Importer, write: Write, name: str
) -> None:
    """A page, nothing, one outside and one behind a link each get their line."""
    (run.folder / "page.mp4").write_text("<script>alert(1)</script>")
    (run.folder.parent / "secret.mp4").write_bytes(b"0000ftyp0000")
    (run.folder / "link.mp4").symlink_to(run.folder.parent / "secret.mp4")
    write("a.md", f"![A film]({name})")
    report = await run()

    assert len(report.problems) == 1
    assert report.problems[0].startswith(f"a.md: film {name!r}: ")
    assert "<video" not in (await story(run)).body_html
    assert not list(run.media.folder.glob("*.mp4"))
