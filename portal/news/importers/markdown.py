"""`portal import markdown FOLDER`: Markdown files with front matter, and the pictures beside them.

Repeating it updates what changed and adds nothing twice: an article is known by its file's path
below the folder (`article.source`), and what it said last time by a digest. The way:

    read and check every file → leave out what is unchanged → render its pictures, one batch
    → render its text → write categories, authors, tags, media and revisions, in one transaction

Every bad file is one line, `file: reason`, and the others are imported all the same. Clicks an
article begins with are returned, not booked: the ledger is another room.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import Clock
from portal.identity import ArticleId
from portal.news import markup, pictures
from portal.news.article import Publication
from portal.news.films import Reel
from portal.news.importers import newsroom, pictured
from portal.news.importers.breaking import wish_of
from portal.news.importers.dates import When, read_date
from portal.news.importers.folder import Folder
from portal.news.importers.front_matter import Found
from portal.news.importers.leading import lead
from portal.news.importers.newsroom import Newsroom
from portal.news.importers.originals import find_originals
from portal.news.importers.rendering import Kitchen, render_all
from portal.news.importers.writing import SOURCE, Known, Read, Written, write
from portal.news.pictures import Original
from portal.news.store import media
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.media import Media
from portal.storage.tables.news import article, category, revision


@dataclass
class Report:
    """What an import did.

    Attributes:
        problems: one line each, `file: reason`.
        advice: the same of what came in, and could be better.
        changed: what readers with open pages should be told (`news.socket.announcement`).
        initial_clicks: article and clicks it begins with, for the ledger to book; new ones only.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    problems: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    changed: list[Publication] = field(default_factory=list)
    initial_clicks: list[tuple[ArticleId, int]] = field(default_factory=list)


async def import_folder(
    db: Database, media_folder: Media, folder: Path, clock: Clock, settings: Settings
) -> Report:
    """Import a folder.

    Raises:
        Unavailable: the database does not answer; nothing was written.
    """
    now = clock()
    report = Report()
    source = await asyncio.to_thread(Folder, folder)
    reads, room = await asyncio.to_thread(_read_all, source, now, settings, report.problems)
    async with db.read() as connection:
        known = await _known(connection)
        taken = await _taken(connection)
        current = await media.up_to_date(connection, pictures.RECIPE)
    report.advice += [
        f"{number} in {language}, which PORTAL_LANGUAGES does not name: left out"
        for language, number in sorted(source.unspoken.items())
    ]
    report.advice += [line for each in reads for line in pictured.advice(each)]
    todo = [each for each in reads if not _unchanged(each, known, now, report)]
    old = [each for each in reads if each not in todo and _behind(each, current)]
    todo = _with_own_address(todo, known, taken, report.problems)
    cache = await asyncio.to_thread(pictures.cache_folder)
    kitchen = Kitchen(media_folder, cache, settings.site_name)
    made, portraits, ready = await asyncio.to_thread(
        render_all, source, kitchen, room, todo, old, known, report.problems
    )
    if not made.pictures and not ready and not room.authors and not room.categories:
        await lead(db, [each.found for each in reads], now, report.problems)
        return report
    originals = find_originals([each.found for each in reads], report.problems)
    done = await db.write(lambda c: write(c, room, portraits, made, ready, originals, now))
    _sum_up(done, report)
    await lead(db, [each.found for each in reads], now, report.problems)
    return report


def _read_all(
    source: Folder, now: int, settings: Settings, problems: list[str]
) -> tuple[list[Read], Newsroom]:
    reads = []
    for found in source.articles(settings.languages, problems):
        try:
            when = read_date(found.date, now, settings.timezone) if found.date else None
        except ValueError as error:
            problems.append(f"{found.file}: date: {error}")
            continue
        try:
            wish = wish_of(found, now, settings.timezone)
        except ValueError as error:
            problems.append(f"{found.file}: {error}")
            continue
        spoken = found.language or settings.languages[0]
        reads.append(replace(_with_pictures(source, found, when, spoken, problems), wish=wish))
    return reads, newsroom.read(source.root, problems)


def _with_pictures(
    source: Folder, found: Found, when: When | None, language: str, problems: list[str]
) -> Read:
    named = pictured.named_by(found)
    originals = pictured.gather(source, found, named, problems)
    reels = pictured.gather_films(source, found, named, language, problems)
    return Read(found, when, named, originals, reels, _digest(found, originals, reels))


def _digest(found: Found, originals: dict[str, Original], reels: dict[str, Reel]) -> str:
    """Fingerprint all this importer can change; not how pictures are made: words stay words."""
    wished = (found.breaking, found.breaking_until) != (None, None)
    said = [
        markup.RECIPE,
        *(found.kind, found.path, found.title, str(found.date), found.summary, found.status),
        [[step.name for step in names] for names in (found.category, found.authors, found.tags)],
        *(found.lead, found.lead_alt, found.lead_caption, found.lead_credit, found.lead_focus),
        sorted((name, original.sha256) for name, original in originals.items()),
        sorted(
            (name, reel.sha256, *(sha for _, sha, _ in reel.tracks)) for name, reel in reels.items()
        ),
        found.body,
        *([found.language, found.translates] if found.language or found.translates else []),
        *(["breaking", found.breaking, str(found.breaking_until)] if wished else []),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


async def _known(connection: AsyncConnection) -> dict[str, Known]:
    """Return all articles of earlier imports by file, with their newest digest."""
    found = await connection.execute(
        select(
            article.c.id,
            article.c.source,
            article.c.path,
            article.c.status,
            article.c.published_revision,
            revision.c.digest,
        )
        .outerjoin_from(article, revision, revision.c.article_id == article.c.id)
        .where(article.c.source.startswith(SOURCE, autoescape=True))
        .order_by(revision.c.number)
    )
    return {
        row.source: Known(
            row.id, row.path, row.digest, row.status, row.published_revision is not None
        )
        for row in found
    }


async def _taken(connection: AsyncConnection) -> dict[str, str]:
    """Return every address in use, and by whom."""
    articles = await connection.execute(select(article.c.path, article.c.source))
    rooms = await connection.scalars(select(category.c.path))
    return {
        **dict.fromkeys(rooms, "a category"),
        **{row.path: row.source or "an article written here" for row in articles},
    }


def _unchanged(read: Read, known: dict[str, Known], now: int, report: Report) -> bool:
    before = known.get(SOURCE + read.found.file)
    if before is None or before.digest != read.digest:
        return False
    if before.status == "scheduled" and read.when is not None and read.when.at <= now:
        return False
    report.unchanged += 1
    return True


def _behind(read: Read, current: set[str]) -> bool:
    """Tell whether a picture of an article nobody changed was made by an older recipe."""
    return any(each.kind and each.sha256 not in current for each in read.pictures.values())


def _with_own_address(
    todo: Iterable[Read], known: dict[str, Known], taken: dict[str, str], problems: list[str]
) -> list[Read]:
    """Leave out articles whose address is another's; the first in the order of names has it."""
    todo = list(todo)
    moving = {SOURCE + each.found.file for each in todo}
    own = {path: by for path, by in taken.items() if by not in moving}
    for each in todo:
        for depth in range(len(each.found.category)):
            path = "/".join(step.slug for step in each.found.category[: depth + 1])
            own.setdefault(path, "a category")
    kept = []
    for each in todo:
        source = SOURCE + each.found.file
        holder = own.setdefault(each.found.path, source)
        if holder == source:
            kept.append(each)
        else:
            holder = holder.removeprefix(SOURCE)
            problems.append(f"{each.found.file}: the address /{each.found.path} is {holder}'s")
    return kept


def _sum_up(done: Written, report: Report) -> None:
    report.problems += done.problems
    for published, status, clicks in done.publications:
        if published.change == "added":
            report.added += 1
            if clicks and status == "published":
                report.initial_clicks.append((published.article_id, clicks))
        elif published.change == "withdrawn":
            report.withdrawn += 1
        else:
            report.updated += 1
        report.changed.append(published)
