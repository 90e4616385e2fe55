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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import Clock
from portal.identity import ArticleId
from portal.news import markup, pictures
from portal.news.article import Draft, Publication, Status
from portal.news.importers import newsroom
from portal.news.importers.dates import When, read_date
from portal.news.importers.folder import Folder
from portal.news.importers.front_matter import Found
from portal.news.importers.newsroom import Newsroom
from portal.news.picture import BODY_SIZES, Picture, picture_of
from portal.news.pictures import Made, Original, Renditions
from portal.news.store import authors, categories, media, publishing, tags
from portal.news.store.version import raise_version
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.media import Media
from portal.storage.tables.news import article, category, revision

SOURCE = "markdown:"
"""Before the file's path in `article.source`."""


@dataclass
class Report:
    """What an import did.

    Attributes:
        problems: one line each, `file: reason`.
        changed: what readers with open pages should be told (`news.socket.announcement`).
        initial_clicks: article and clicks it begins with, for the ledger to book; new ones only.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    problems: list[str] = field(default_factory=list)
    changed: list[Publication] = field(default_factory=list)
    initial_clicks: list[tuple[ArticleId, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """An article of an earlier import."""

    id: int
    path: str
    digest: str | None
    status: str
    seen: bool
    """Whether readers ever saw it."""


@dataclass(frozen=True)
class _Read:
    """A file that was read, with the pictures it names."""

    found: Found
    when: When | None
    pictures: dict[str, Original]
    digest: str


@dataclass(frozen=True)
class _Ready:
    """An article whose pictures and text are rendered."""

    read: _Read
    html: str
    words: int
    lead: str | None
    """SHA-256 of its lead picture."""
    lead_words: tuple[str, str]
    media: tuple[str, ...]
    known: _Known | None


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
    todo = [each for each in reads if not _unchanged(each, known, now, report)]
    todo = _with_own_address(todo, known, taken, report.problems)
    cache = await asyncio.to_thread(pictures.cache_folder)
    made, portraits, ready = await asyncio.to_thread(
        _render_all, source, Renditions(media_folder, cache), room, todo, known, report.problems
    )
    if not ready and not room.authors and not room.categories:
        return report
    done = await db.write(lambda c: _write(c, room, portraits, made, ready, now))
    _sum_up(done, report)
    return report


def _read_all(
    source: Folder, now: int, settings: Settings, problems: list[str]
) -> tuple[list[_Read], Newsroom]:
    reads = []
    for found in source.articles(settings.languages, problems):
        try:
            when = read_date(found.date, now, settings.timezone) if found.date else None
        except ValueError as error:
            problems.append(f"{found.file}: date: {error}")
            continue
        reads.append(_with_pictures(source, found, when, problems))
    return reads, newsroom.read(source.root, problems)


def _with_pictures(source: Folder, found: Found, when: When | None, problems: list[str]) -> _Read:
    named = [*([found.lead] if found.lead else []), *markup.pictures_in(found.body)]
    originals: dict[str, Original] = {}
    for name in dict.fromkeys(named):
        try:
            originals[name] = source.picture(name, found.file)
        except ValueError as error:
            problems.append(f"{found.file}: picture {name[:80]!r}: {error}; imported without it")
    return _Read(found, when, originals, _digest(found, originals))


def _digest(found: Found, originals: dict[str, Original]) -> str:
    """Fingerprint all this importer can change, and how it would be rendered."""
    said = [
        markup.RECIPE,
        pictures.RECIPE,
        *(found.kind, found.path, found.title, str(found.date), found.summary, found.status),
        [[step.name for step in names] for names in (found.category, found.authors, found.tags)],
        *(found.lead, found.lead_alt, found.lead_caption),
        sorted((name, original.sha256) for name, original in originals.items()),
        found.body,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


async def _known(connection: AsyncConnection) -> dict[str, _Known]:
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
        row.source: _Known(
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


def _unchanged(read: _Read, known: dict[str, _Known], now: int, report: Report) -> bool:
    before = known.get(SOURCE + read.found.file)
    if before is None or before.digest != read.digest:
        return False
    if before.status == "scheduled" and read.when is not None and read.when.at <= now:
        return False
    report.unchanged += 1
    return True


def _with_own_address(
    todo: Iterable[_Read], known: dict[str, _Known], taken: dict[str, str], problems: list[str]
) -> list[_Read]:
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


def _render_all(
    source: Folder,
    renditions: Renditions,
    room: Newsroom,
    todo: Sequence[_Read],
    known: dict[str, _Known],
    problems: list[str],
) -> tuple[Made, dict[str, str], list[_Ready]]:
    portraits: dict[str, Original] = {}
    for author in room.authors:
        try:
            portraits[author.slug] = source.picture(f"authors/{author.slug}.jpg", newsroom.FILE)
        except ValueError:
            continue  # most authors have none
    wanted = [*portraits.values()]
    for each in todo:
        wanted += each.pictures.values()
    made = renditions.make(wanted)
    ready = [_render(each, made, known, problems) for each in todo]
    faces = {slug: each.sha256 for slug, each in portraits.items() if each.sha256 in made.pictures}
    return made, faces, [each for each in ready if each is not None]


def _render(
    read: _Read, made: Made, known: dict[str, _Known], problems: list[str]
) -> _Ready | None:
    found = read.found
    for name, original in read.pictures.items():
        if original.sha256 in made.problems:
            reason = made.problems[original.sha256]
            problems.append(f"{found.file}: picture {name[:80]!r}: {reason}; imported without it")
    shown: list[tuple[str, str, str]] = []

    def find_picture(name: str, alt: str, caption: str) -> Picture | None:
        original = read.pictures.get(name)
        picture = made.pictures.get(original.sha256) if original else None
        if picture is None:
            return None
        shown.append((picture.sha256, alt, caption))
        return picture_of(picture.renditions, alt=alt, caption=caption, sizes=BODY_SIZES)

    try:
        body = markup.render(found.body, find_picture)
    except ValueError as error:
        problems.append(f"{found.file}: {error}")
        return None
    lead = read.pictures.get(found.lead or "")
    if lead is not None and lead.sha256 in made.pictures:
        chosen = (lead.sha256, found.lead_alt, found.lead_caption)
    else:
        chosen = shown[0] if shown else ("", "", "")
    return _Ready(
        read=read,
        html=body.html,
        words=body.words,
        lead=chosen[0] or None,
        lead_words=chosen[1:],
        media=tuple(dict.fromkeys(sha256 for sha256, _, _ in shown)),
        known=known.get(SOURCE + found.file),
    )


@dataclass
class _Done:
    """What one transaction wrote; made anew when it is repeated."""

    publications: list[tuple[Publication, Status, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


async def _write(
    connection: AsyncConnection,
    room: Newsroom,
    portraits: dict[str, str],
    made: Made,
    ready: Sequence[_Ready],
    now: int,
) -> _Done:
    media_ids = await media.save(connection, made.pictures.values(), now)
    category_ids = await categories.save(connection, _categories(room, ready))
    author_ids = await _save_authors(connection, room, portraits, media_ids, ready)
    named = {tag.slug: tag.name for one in ready for tag in one.read.found.tags}
    tag_ids = await tags.save(connection, named)
    done = _Done()
    for one in ready:
        draft = _draft(one, category_ids, author_ids, tag_ids, media_ids, now)
        try:
            async with connection.begin_nested():
                published = await publishing.publish(
                    connection, draft, now, one.known.id if one.known else None
                )
        except IntegrityError:
            done.problems.append(f"{one.read.found.file}: the address /{draft.path} is taken")
            continue
        done.publications.append((published, draft.status, one.read.found.clicks))
    await raise_version(connection)
    return done


def _categories(room: Newsroom, ready: Sequence[_Ready]) -> list[categories.NewCategory]:
    """Gather all categories named anywhere, parents before children."""
    said = {tuple(step.slug for step in each.steps): each for each in room.categories}
    named: dict[str, categories.NewCategory] = {}
    trails = [*(each.steps for each in room.categories), *(r.read.found.category for r in ready)]
    for trail in trails:
        for depth in range(1, len(trail) + 1):
            slugs = tuple(step.slug for step in trail[:depth])
            about = said.get(slugs)
            last = (about.steps if about else trail)[depth - 1]
            path = "/".join(slugs)
            named.setdefault(
                path,
                categories.NewCategory(
                    path=path,
                    slug=last.slug,
                    name=last.name,
                    description=about.description if about else None,
                    position=about.position if about else None,
                ),
            )
    return list(named.values())


async def _save_authors(
    connection: AsyncConnection,
    room: Newsroom,
    portraits: dict[str, str],
    media_ids: dict[str, int],
    ready: Sequence[_Ready],
) -> dict[str, int]:
    """Save the newsroom's authors and those only articles name; return ids by slug and by name."""
    new = {
        each.slug: authors.NewAuthor(
            slug=each.slug,
            name=each.name,
            role=each.role,
            bio=each.bio,
            portrait_id=media_ids.get(portraits.get(each.slug, "")),
        )
        for each in room.authors
    }
    by_name = {each.name: each.slug for each in room.authors}
    for one in ready:
        for author in one.read.found.authors:
            slug = by_name.setdefault(author.name, author.slug)
            new.setdefault(slug, authors.NewAuthor(slug=slug, name=author.name))
    ids = {slug: await authors.save(connection, each) for slug, each in new.items()}
    return {name: ids[slug] for name, slug in by_name.items()}


def _draft(
    one: _Ready,
    category_ids: dict[str, int],
    author_ids: dict[str, int],
    tag_ids: dict[str, int],
    media_ids: dict[str, int],
    now: int,
) -> Draft:
    found, when = one.read.found, one.read.when
    # A date counted back is true once: later imports keep what it came to.
    keeps = one.known is not None and one.known.seen and when is not None and when.relative
    at = None if when is None or keeps else when.at
    status = found.status
    if status == "published" and at is not None and at > now:
        status = "scheduled"
    return Draft(
        kind=found.kind,
        slug=found.slug,
        path=found.path,
        category_id=category_ids.get(found.category_path),
        status=status,
        title=found.title,
        summary=found.summary,
        body_markdown=found.body,
        body_html=one.html,
        words=one.words,
        digest=one.read.digest,
        published_at=at,
        lead_media_id=media_ids[one.lead] if one.lead else None,
        lead_alt=one.lead_words[0],
        lead_caption=one.lead_words[1],
        authors=tuple(author_ids[author.name] for author in found.authors),
        tags=tuple(tag_ids[tag.slug] for tag in found.tags),
        media=tuple(media_ids[sha256] for sha256 in one.media),
        source=SOURCE + found.file,
    )


def _sum_up(done: _Done, report: Report) -> None:
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
