"""`newsroom.toml` at the top of an imported folder: what articles alone do not say.

    [[category]]
    path = "News/Company News"
    description = "What happens at our own house."
    position = 1
    names = { zh-CN = "公司新闻" }     # as other languages of the site call it
    descriptions = { zh-CN = "…" }

    [[author]]
    name = "Élise Marchand"          # slug = "elise-marchand", if another than the name gives
    role = "Correspondent"
    bio = "…"                        # the portrait is authors/<slug>.jpg

All of it is optional, the file itself too.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.news.importers.front_matter import Name, category_names
from portal.news.markup import clean_line
from portal.news.slugs import is_slug, slugify

FILE = "newsroom.toml"


@dataclass(frozen=True, slots=True)
class NamedCategory:
    """A category with what is said about it."""

    steps: tuple[Name, ...]
    description: str
    position: int
    elsewhere: tuple[tuple[str, str, str], ...] = ()
    """Language, name and description in it, of all that are said."""


@dataclass(frozen=True, slots=True)
class NamedAuthor:
    """An author with what is said about him."""

    name: str
    slug: str
    role: str
    bio: str


@dataclass(frozen=True, slots=True)
class Newsroom:
    """All a folder says besides its articles."""

    categories: tuple[NamedCategory, ...] = ()
    authors: tuple[NamedAuthor, ...] = ()


def read(folder: Path, problems: list[str]) -> Newsroom:
    """Read the folder's `newsroom.toml`; every entry that cannot be meant is one problem line."""
    path = folder / FILE
    if path.is_symlink() or not path.is_file():
        return Newsroom()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        problems.append(f"{FILE}: {error}")
        return Newsroom()
    return Newsroom(
        tuple(_read_each(said, "category", _category, problems)),
        tuple(_read_each(said, "author", _author, problems)),
    )


def _read_each(said: Mapping[str, Any], key: str, reader: Any, problems: list[str]) -> list[Any]:
    entries = said.get(key, [])
    read: list[Any] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        try:
            if not isinstance(entry, dict):
                raise ValueError("expected a table")
            read.append(reader(entry, number))
        except ValueError as error:
            problems.append(f"{FILE}: [[{key}]] {number}: {error}")
    return read


def _category(entry: Mapping[str, Any], number: int) -> NamedCategory:
    position = entry.get("position", number)
    if not isinstance(position, int):
        raise ValueError("position: expected a whole number")
    steps = category_names(_text(entry, "path", 400) or "")
    if entry.get("name"):
        steps = (*steps[:-1], Name(_text(entry, "name", 120), steps[-1].slug))
    description = _text(entry, "description", 2_000)
    return NamedCategory(steps, description, position, _elsewhere(entry))


def _elsewhere(entry: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    names, descriptions = entry.get("names", {}), entry.get("descriptions", {})
    if not isinstance(names, dict) or not isinstance(descriptions, dict):
        raise ValueError('names: expected { language = "name" }')
    if missing := descriptions.keys() - names.keys():
        raise ValueError(f"descriptions: {min(missing)} has no name")
    return tuple(
        (language, _text(names, language, 120), _text(descriptions, language, 2_000))
        for language in names
    )


def _author(entry: Mapping[str, Any], _number: int) -> NamedAuthor:
    name = _text(entry, "name", 120)
    slug = _text(entry, "slug", 80) or slugify(name)
    if not name or not is_slug(slug):
        raise ValueError("an author needs a name, and a slug of letters, digits and '-'")
    return NamedAuthor(name, slug, _text(entry, "role", 120), _text(entry, "bio", 4_000))


def _text(entry: Mapping[str, Any], key: str, longest: int) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key}: expected text")
    text = clean_line(value)
    if len(text) > longest:
        raise ValueError(f"{key}: more than {longest} characters")
    return text
