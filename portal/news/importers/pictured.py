"""What an imported article says of its pictures: which it names, which leads, what is missing."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from portal.news import markup
from portal.news.caption import Caption, Named
from portal.news.film import is_film
from portal.news.films import Reel
from portal.news.focus import Focus
from portal.news.importers.folder import Folder
from portal.news.importers.front_matter import Found
from portal.news.importers.writing import Read
from portal.news.pictures import Made, Original
from portal.news.slugs import slugify


def named_by(found: Found) -> tuple[Named, ...]:
    """Return all pictures an article names: its lead before those of its text."""
    in_text = tuple(markup.pictures_in(found.body))
    if found.lead is None:
        return in_text
    words = Caption(
        text=found.lead_caption,
        credit=found.lead_credit,
        focus=found.lead_focus,
        decorative=found.lead_decorative,
    )
    return (Named(found.lead, found.lead_alt, words), *in_text)


def gather(
    source: Folder, found: Found, named: Iterable[Named], problems: list[str]
) -> dict[str, Original]:
    """Find the files of all pictures an article names; each that is not there is a line."""
    files = [each.caption.poster if is_film(each.file) else each.file for each in named]
    originals: dict[str, Original] = {}
    for name in dict.fromkeys(filter(None, files)):
        try:
            originals[name] = source.picture(name, found.file)
        except ValueError as error:
            problems.append(f"{found.file}: picture {name[:80]!r}: {error}; imported without it")
    return originals


def gather_films(
    source: Folder, found: Found, named: Iterable[Named], language: str, problems: list[str]
) -> dict[str, Reel]:
    """Find the films an article names likewise."""
    reels: dict[str, Reel] = {}
    for name in dict.fromkeys(each.file for each in named if is_film(each.file)):
        try:
            reels[name] = source.film(name, found.file, language)
        except ValueError as error:
            problems.append(f"{found.file}: film {name[:80]!r}: {error}; imported without it")
    return reels


def lead_of(read: Read, made: Made) -> Named | None:
    """Return what leads: the one front matter names, or else the first of the text."""
    for each in read.named:
        original = read.pictures.get(each.file)
        if original is not None and original.sha256 in made.pictures:
            return each
    return None


def cuts(reads: Iterable[Read], made: Made) -> Iterator[tuple[Original, Focus]]:
    """Yield what is to be cut for other sites, and around which point."""
    for read in reads:
        lead = lead_of(read, made)
        if lead is not None:
            yield read.pictures[lead.file], lead.caption.focus


def advice(read: Read) -> Iterator[str]:
    """Yield what those who cannot see a picture would miss; a line each."""
    for each in read.named:
        kind = "film" if each.file in read.films else "picture"
        if each.file not in {**read.pictures, **read.films} or each.caption.decorative:
            continue
        where = f"{read.found.file}: {kind} {each.file[:80]!r}"
        if not each.alt:
            yield f"{where}: nothing describes it, nor is it called decorative"
        elif slugify(each.alt) in _names(each.file):
            yield f"{where}: its description is the name of its file"


def _names(file: str) -> set[str]:
    path = PurePosixPath(file)
    return {slugify(path.name), slugify(path.stem)}
