"""The writing half of an import: what was read and rendered goes into SQL in one transaction.

Categories, authors, tags, media and revisions are saved in that order, because each names those
before it. An article whose address is taken is a problem line and undoes only itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Draft, Publication, Status
from portal.news.caption import Named
from portal.news.films import Reel
from portal.news.focus import MIDDLE
from portal.news.importers.dates import When
from portal.news.importers.front_matter import Found
from portal.news.importers.newsroom import Newsroom
from portal.news.pictures import Made, Original
from portal.news.store import authors, breaking, categories, media, publishing, tags, translations
from portal.news.store.breaking import Wish
from portal.news.store.version import raise_version

SOURCE = "markdown:"
"""Before the file's path in `article.source`."""


@dataclass(frozen=True)
class Known:
    """An article of an earlier import."""

    id: int
    path: str
    digest: str | None
    status: str
    seen: bool
    """Whether readers ever saw it."""


@dataclass(frozen=True)
class Read:
    """A file that was read, with the pictures it names."""

    found: Found
    when: When | None
    named: tuple[Named, ...]
    pictures: dict[str, Original]
    """By the names they have there; those that were found."""
    films: dict[str, Reel]
    digest: str
    wish: Wish | None = None
    """Whether it is breaking."""


@dataclass(frozen=True)
class Ready:
    """An article whose pictures and text are rendered."""

    read: Read
    html: str
    words: int
    lead: Named | None
    card: str
    """Of its title, if no picture leads it."""
    media: tuple[str, ...]
    known: Known | None


@dataclass
class Written:
    """What one transaction wrote; made anew when it is repeated."""

    publications: list[tuple[Publication, Status, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


async def write(
    connection: AsyncConnection,
    room: Newsroom,
    portraits: dict[str, str],
    made: Made,
    ready: Sequence[Ready],
    originals: Mapping[str, str],
    now: int,
) -> Written:
    """Write everything that is ready; may be run again if the transaction is.

    Args:
        originals: the file each translation was made from, by its own.
    """
    media_ids = await media.save(connection, made.pictures.values(), now)
    category_ids = await categories.save(connection, _categories(room, ready))
    author_ids = await _save_authors(connection, room, portraits, media_ids, ready)
    named = {tag.slug: tag.name for one in ready for tag in one.read.found.tags}
    tag_ids = await tags.save(connection, named)
    done = Written()
    await _make_room(connection, ready, now)
    for one in ready:
        draft = _draft(one, category_ids, author_ids, tag_ids, media_ids, now)
        try:
            async with connection.begin_nested():
                published = await publishing.publish(
                    connection, draft, now, one.known.id if one.known else None
                )
        except IntegrityError:
            done.problems.append(f"{one.read.found.file}: the address /{draft.path} is taken")
            if one.known is not None:
                await publishing.step_back(connection, one.known.id, one.known.path)
            continue
        if one.read.wish is not None and draft.status == "published":
            await breaking.wish(connection, published.article_id, one.read.wish, now)
        done.publications.append((published, draft.status, one.read.found.clicks))
    await _link(connection, [one.read.found for one in ready], originals)
    await raise_version(connection)
    return done


async def _make_room(connection: AsyncConnection, ready: Sequence[Ready], now: int) -> None:
    """Move aside what stands where another of these articles goes, as when two change places."""
    stands = {one.known.path: one.known.id for one in ready if one.known is not None}
    for one in ready:
        there = stands.get(one.read.found.path)
        if there is not None and (one.known is None or one.known.id != there):
            await publishing.step_aside(connection, there, now)


async def _link(
    connection: AsyncConnection, written: Sequence[Found], originals: Mapping[str, str]
) -> None:
    """Tie translations to what they were made from, once all of them are there."""
    files = {each.file for each in written}
    tied = {each for each, of in originals.items() if each in files or of in files}
    loose = {each.file for each in written if each.language and each.file not in originals}
    named = {*tied, *loose, *(originals[each] for each in tied)}
    ids = await translations.of_sources(connection, [SOURCE + each for each in named])
    for file in tied | loose:
        made = ids.get(SOURCE + file)
        if made is not None:
            await translations.link(connection, made, ids.get(SOURCE + originals.get(file, "")))


def _categories(room: Newsroom, ready: Sequence[Ready]) -> list[categories.NewCategory]:
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
                    elsewhere=about.elsewhere if about else (),
                ),
            )
    return list(named.values())


async def _save_authors(
    connection: AsyncConnection,
    room: Newsroom,
    portraits: dict[str, str],
    media_ids: dict[str, int],
    ready: Sequence[Ready],
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
    one: Ready,
    category_ids: dict[str, int],
    author_ids: dict[str, int],
    tag_ids: dict[str, int],
    media_ids: dict[str, int],
    now: int,
) -> Draft:
    found, when, lead = one.read.found, one.read.when, one.lead
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
        lead_media_id=media_ids[one.read.pictures[lead.file].sha256] if lead else None,
        lead_alt=lead.alt if lead else "",
        lead_caption=lead.caption.text if lead else "",
        lead_credit=lead.caption.credit if lead else "",
        lead_focus=lead.caption.focus if lead else MIDDLE,
        card=one.card,
        authors=tuple(author_ids[author.name] for author in found.authors),
        tags=tuple(tag_ids[tag.slug] for tag in found.tags),
        media=tuple(media_ids[sha256] for sha256 in one.media),
        source=SOURCE + found.file,
        language=found.language,
    )
