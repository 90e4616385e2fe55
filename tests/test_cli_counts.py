"""`portal counts`: the books as a file, and adding them up again."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal import cli
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.audience import click_hour, click_total
from portal.storage.tables.news import article
from tests.test_cli import Run, is_one_line, run

__all__ = ["run"]


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A data folder with one article that was opened seven times."""
    data = tmp_path / "books"
    data.mkdir()
    asyncio.run(_furnish(data))
    return data


async def _furnish(data: Path) -> None:
    url = address(None, data)
    await migrate(url)
    database = Database(url)
    await database.open()

    async def work(connection: AsyncConnection) -> None:
        row = {"id": 42, "slug": "a", "path": "news/a", "created_at": 0}
        await connection.execute(insert(article).values(row))
        await connection.execute(insert(click_total).values(article_id=42, clicks=5, released=2))
        for hour, clicks, released in ((0, 3, 0), (3_600_000, 2, 0)):
            values = {"article_id": 42, "hour": hour, "clicks": clicks, "released": released}
            await connection.execute(insert(click_hour).values(values))

    await database.write(work)
    await database.close()


def test_an_export_is_recounted(run: Run, books: Path, tmp_path: Path) -> None:
    """The number that nothing explains is named, and the command fails; mended, all adds up."""
    file = tmp_path / "clicks.jsonl"
    made = run("counts", "export", str(file), PORTAL_DATA=str(books))
    wrong = run("counts", "recount", str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[0] = {**lines[0], "shown": 5, "released": 0}
    piped = run("counts", "recount", "-", input="\n".join(map(json.dumps, lines)))

    assert (made.code, made.err) == (0, "")
    assert (wrong.code, wrong.out) == (1, "")
    assert "article 42: shown 7, its hours come to 5" in wrong.err
    assert (piped.code, piped.out) == (0, "1 articles, 5 clicks shown: all of it adds up.\n")


def test_without_a_file_the_export_is_printed(run: Run, books: Path) -> None:
    """For whoever pipes it on."""
    said = run("counts", "export", PORTAL_DATA=str(books))

    assert [json.loads(line)["kind"] for line in said.out.splitlines()] == [
        "article",
        "hour",
        "hour",
    ]


def test_a_file_that_is_none_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    """With the line's number; and one that is not there."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir,\n")

    assert is_one_line(run("counts", "recount", str(file)), "line 1 cannot be read")
    assert is_one_line(run("counts", "recount", str(tmp_path / "gone")), "gone")


def test_the_verbs_say_what_they_do(run: Run) -> None:
    """In the help of the command line."""
    assert {"export", "recount"} <= set(cli.portal.commands["counts"].commands)  # type: ignore[attr-defined]
    assert "JSON lines" in run("counts", "export", "--help").out
