"""The making half of an import: what was read becomes pictures, films, cards and safe HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.news import markup, title_cards
from portal.news.caption import Named
from portal.news.film import Film
from portal.news.importers import newsroom, pictured
from portal.news.importers.folder import Folder
from portal.news.importers.newsroom import Newsroom
from portal.news.importers.writing import SOURCE, Known, Read, Ready
from portal.news.picture import BODY_SIZES, Picture, picture_of
from portal.news.pictures import Made, Original, Renditions
from portal.storage.media import Media


@dataclass(frozen=True)
class Kitchen:
    """Where pictures are made, and for whom."""

    media: Media
    cache: Path | None
    site_name: str


def render_all(
    source: Folder,
    kitchen: Kitchen,
    room: Newsroom,
    todo: Sequence[Read],
    old: Sequence[Read],
    known: dict[str, Known],
    problems: list[str],
) -> tuple[Made, dict[str, str], list[Ready]]:
    """Make the pictures of all, and the HTML of those that changed; blocks.

    Args:
        todo: articles that are new or changed.
        old: others whose pictures are of an older recipe.

    Returns:
        What came of the pictures, the authors' faces by slug, and what can be written.
    """
    portraits: dict[str, Original] = {}
    for author in room.authors:
        try:
            portraits[author.slug] = source.picture(f"authors/{author.slug}.jpg", newsroom.FILE)
        except ValueError:
            continue  # most authors have none
    renditions = Renditions(kitchen.media, kitchen.cache)
    wanted = [each for read in (*todo, *old) for each in read.pictures.values()]
    made = renditions.make([*portraits.values(), *wanted])
    renditions.cut(pictured.cuts((*todo, *old), made), made)
    bare = [read.found.title for read in todo if pictured.lead_of(read, made) is None]
    cards = title_cards.make(bare, kitchen.site_name, kitchen.media, kitchen.cache)
    ready = [_render(each, made, cards, kitchen.media, known, problems) for each in todo]
    faces = {slug: each.sha256 for slug, each in portraits.items() if each.sha256 in made.pictures}
    return made, faces, [each for each in ready if each is not None]


def _render(
    read: Read,
    made: Made,
    cards: dict[str, str],
    media_folder: Media,
    known: dict[str, Known],
    problems: list[str],
) -> Ready | None:
    found = read.found
    for name, original in read.pictures.items():
        if original.sha256 in made.problems:
            reason = made.problems[original.sha256]
            problems.append(f"{found.file}: picture {name[:80]!r}: {reason}; imported without it")
    shown: list[str] = []

    def find_picture(name: str, alt: str, caption: str) -> Picture | None:
        original = read.pictures.get(name)
        picture = made.pictures.get(original.sha256) if original else None
        if picture is None:
            return None
        shown.append(picture.sha256)
        return picture_of(picture.renditions, alt=alt, caption=caption, sizes=BODY_SIZES)

    def find_film(named: Named) -> Film | None:
        reel, poster = read.films.get(named.file), named.caption.poster
        still = find_picture(poster, "", "") if poster else None
        return reel.show(media_folder, still) if reel else None

    try:
        body = markup.render(found.body, find_picture, find_film)
    except ValueError as error:
        problems.append(f"{found.file}: {error}")
        return None
    lead = pictured.lead_of(read, made)
    return Ready(
        read=read,
        html=body.html,
        words=body.words,
        lead=lead,
        card="" if lead else cards.get(found.title, ""),
        media=tuple(dict.fromkeys(shown)),
        known=known.get(SOURCE + found.file),
    )
