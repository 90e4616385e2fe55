"""Breaking by an article's file: it begins with the import, and once."""

import pytest

from portal.clock import HOUR
from portal.news.store.breaking import Breakings
from tests.news.importers.test_leading import Importer, Write, run

__all__ = ["run"]


async def at_hand(run: Importer) -> tuple[str, int] | None:
    """Return the title of what is breaking, and for how many hours more; 0: it is over."""
    _, story = await Breakings(run.db, run.clock).at_hand()
    if story is None:
        return None
    return story.title, round((story.until - run.clock()) / HOUR) if story.until else 0


async def test_a_file_says_that_it_is_breaking(run: Importer, write: Write) -> None:
    """For six hours from its import; corrected meanwhile, it does not begin anew."""
    write("flood.md", title="Flood", breaking="true")
    await run()
    begun = await at_hand(run)
    run.clock.forward(2 * HOUR)
    write("flood.md", title="Flood recedes", breaking="true")
    await run()
    corrected = await at_hand(run)
    write("flood.md", title="Flood recedes", breaking="false")
    await run()

    assert begun == ("Flood", 6)
    assert corrected == ("Flood recedes", 4)
    assert await at_hand(run) == ("Flood recedes", 0)


async def test_a_file_says_until_when(run: Importer, write: Write) -> None:
    """Later, if it is said so later; a draft waits until it is published."""
    write("flood.md", title="Flood", breaking_until="2026-05-28 22:26:40Z", status="draft")
    await run()
    draft = await at_hand(run)
    write("flood.md", title="Flood", breaking_until="2026-05-28 22:26:40Z")
    await run()
    begun = await at_hand(run)
    write("flood.md", title="Flood", breaking_until="2026-05-29 01:26:40Z")
    await run()

    assert draft is None
    assert begun == ("Flood", 2)
    assert await at_hand(run) == ("Flood", 5)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"breaking": "soon"}, "flood.md: breaking: expected true or false, got 'soon'"),
        ({"breaking_until": "soon"}, "flood.md: breaking_until: expected a date"),
    ],
)
async def test_what_cannot_be_meant_is_named(
    run: Importer, write: Write, said: dict[str, str], why: str
) -> None:
    """In the file's line of the report."""
    write("flood.md", title="Flood", **said)
    report = await run()

    assert len(report.problems) == 1
    assert report.problems[0].startswith(why)
    assert await at_hand(run) is None
