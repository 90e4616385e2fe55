"""What translations were made from: the other file each of them names in `translates`."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from portal.news.importers.front_matter import Found


def find_originals(found: Sequence[Found], problems: list[str]) -> dict[str, str]:
    """Return the file each translation was made from, by its own.

    It is named by its file, below the folder or beside the translation, or by its slug, of which
    the one in the site's first language is meant. Whatever leads nowhere is one problem line; the
    article is published all the same, and its readers are not offered the other.
    """
    files = {each.file: each for each in found}
    slugs: dict[str, Found] = {}
    for each in sorted(found, key=lambda each: each.language):
        slugs.setdefault(each.slug, each)
    originals: dict[str, str] = {}
    for each in found:
        if not each.translates:
            continue
        beside = (PurePosixPath(each.file).parent / each.translates).as_posix()
        original = files.get(each.translates) or files.get(beside) or slugs.get(each.translates)
        if original is None:
            problems.append(f"{each.file}: translates: there is no {each.translates[:80]!r}")
        elif original.language == each.language:
            problems.append(f"{each.file}: translates: {original.file} is in the same language")
        else:
            originals[each.file] = original.file
    return {file: _first(file, originals) for file in originals}


def _first(file: str, originals: dict[str, str]) -> str:
    """Follow from a translation to what was written first; two that name each other end it."""
    seen = {file}
    while originals.get(file, file) not in seen:
        file = originals[file]
        seen.add(file)
    return file
