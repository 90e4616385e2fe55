"""How long finding takes in a large newsroom: what readers' pages ask of the database.

    python -m bench.finding [--articles 100000] [--database postgresql://…]

Fills an empty database (SQLite in a throw-away folder, unless one is named) with short articles
of made-up words in twenty categories over ten years, and asks each question several times. No
page cache: these are the costs of the first reader after a change.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY
from portal.news.article import PublishedArticle
from portal.news.store import archive, articles, beside, categories, finding, listing
from portal.news.store.categories import NewCategory
from portal.storage import search
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.storage.tables.news import article, article_tag, revision, tag
from portal.storage.tables.search import article_words

BATCH = 2_000
TIMES = 7
BEGAN = 1_450_000_000_000
CATEGORIES = 20
TAGS = 200
ZONE = ZoneInfo("Europe/Stockholm")
SYLLABLES = ["ka", "ne", "to", "ri", "mu", "sel", "dor", "vin", "hal", "pre", "sta", "gon"]


def words(dice: random.Random, number: int) -> str:
    """Return words of which few are frequent and most are rare, as in a language."""
    return " ".join(
        "".join(dice.choices(SYLLABLES, k=1 + min(5, int(dice.paretovariate(1.2)))))
        for _ in range(number)
    )


async def fill(connection: AsyncConnection, many: int) -> None:
    """Write categories, tags and articles, each with one revision."""
    dice = random.Random(1)
    rooms = [NewCategory(f"room-{n}", f"room-{n}", f"Room {n}") for n in range(CATEGORIES)]
    ids = list((await categories.save(connection, rooms)).values())
    tags = [{"id": n + 1, "slug": f"tag-{n}", "name": f"Tag {n}"} for n in range(TAGS)]
    await connection.execute(insert(tag), tags)
    for first in range(1, many + 1, BATCH):
        rows: dict[object, list[dict[str, object]]] = {
            table: [] for table in (article, revision, article_tag, article_words)
        }
        for each in range(first, min(first + BATCH, many + 1)):
            room = dice.randrange(CATEGORIES)
            title, summary, body = words(dice, 6), words(dice, 15), words(dice, 60)
            at = BEGAN + each * 3_650 * DAY // many
            rows[article].append(
                {"id": each, "category_id": ids[room], "slug": f"a-{each}", "status": "published"}
                | {"path": f"room-{room}/a-{each}", "published_revision": 1}
                | {"published_at": at, "created_at": at}
            )
            rows[revision].append(
                {"article_id": each, "number": 1, "title": title, "summary": summary}
                | {"body_markdown": body, "body_html": f"<p>{body}</p>", "digest": ""}
                | {"authors": [], "tags": [], "media": [], "words": 81, "created_at": at}
            )
            rows[article_words].append(
                {"article_id": each, "words": search.cut_article(title, summary, body)}
            )
            picked = dice.sample(range(1, TAGS + 1), 3)
            rows[article_tag] += [
                {"article_id": each, "tag_id": one, "position": at} for at, one in enumerate(picked)
            ]
        for table, values in rows.items():
            await connection.execute(insert(table), values)  # type: ignore[call-overload]


def questions(last: int) -> dict[str, Callable[[AsyncConnection], Awaitable[object]]]:
    """Return what is asked, by what it is."""

    def found(text: str) -> Callable[[AsyncConnection], Awaitable[object]]:
        query = search.query(text)
        assert query is not None

        async def ask(connection: AsyncConnection) -> None:
            await finding.how_many(connection, query)
            await finding.ranked(connection, query, 10)

        return ask

    async def beside_one(connection: AsyncConnection) -> None:
        ((_, path),) = (await articles.titles(connection, [last // 2])).values()
        shown = await articles.published(connection, path.lstrip("/"))
        assert isinstance(shown, PublishedArticle)
        query = search.query(f"{shown.title} {shown.summary}")
        await beside.beside(connection, shown, query, [], 4)

    return {
        "search, a rare word": found("stagonvin "),
        "search, the most frequent word": found("ka "),
        "search, two words and a beginning": found("neto rimu sel"),
        "a listing, page 1": lambda c: listing.in_categories(c, [1], 20),
        "a listing, page 50": lambda c: listing.in_categories(c, [1], 20, 980),
        "how long a listing is": lambda c: listing.count_in_categories(c, [1]),
        "the front page's sections": lambda c: listing.newest_of_each_category(c, 5),
        "the latest": lambda c: listing.latest(c, 10),
        "pages without a category": lambda c: listing.pages(c),
        "months of the archive": lambda c: archive.months(c, ZONE),
        "a month": lambda c: listing.some(c, archive.published_in(2020, 5, ZONE), 20),
        "beside an article, the related too": beside_one,
    }


async def measure(url: str, folder: Path, many: int) -> None:
    """Fill, ask, print a table."""
    where = address(url or None, folder)
    await migrate(where)
    database = Database(where)
    await database.open()
    began = time.perf_counter()
    await database.write(lambda c: fill(c, many))
    print(f"{many:,} articles written in {time.perf_counter() - began:.0f} s\n")
    print("| milliseconds | median | slowest |\n|---|---|---|")
    for what, ask in questions(many).items():
        took = []
        for _ in range(TIMES):
            async with database.read() as connection:
                began = time.perf_counter()
                await ask(connection)
                took.append((time.perf_counter() - began) * 1000)
        print(f"| {what} | {statistics.median(took):.1f} | {max(took):.1f} |", flush=True)
    await database.close()


def main() -> None:
    """Measure once."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--articles", type=int, default=100_000)
    asked.add_argument("--database", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(given.database, Path(folder), given.articles))


if __name__ == "__main__":
    main()
