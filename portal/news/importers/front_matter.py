"""One Markdown file with front matter, read into types or refused with a reason.

Whatever a stranger's file holds is checked here; the importer behind trusts it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from portal.news import aliases, focus
from portal.news.article import Kind, Status
from portal.news.focus import Focus
from portal.news.markup import clean_line
from portal.news.slugs import LONGEST, is_reserved, is_slug, slugify, spoken_in

MOST_BYTES = 2 * 2**20
"""Of one file."""
MOST_FRONT_BYTES = 64 * 2**10
MOST_DEPTH = 10
MOST_TAGS = 20
MOST_AUTHORS = 10
MOST_CLICKS = 10**9
MOST_ALIASES = 50
ALIASES = ("aliases", "redirect_from", "url", "permalink")
"""What Hugo, Jekyll and we call the addresses something had."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both know plain values only; libyaml's takes a tenth of the time."""

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?(.*)\Z", re.DOTALL | re.MULTILINE)


class Unspoken(ValueError):
    """An article is in a language the site does not speak."""

    def __init__(self, language: str) -> None:
        """Keep which."""
        self.language = language

    def __str__(self) -> str:
        """Return one sentence."""
        return f"language: the site does not speak {self.language!r}"


@dataclass(frozen=True, slots=True)
class Name:
    """A category, author or tag: as it is written, and as it stands in an address."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Found:
    """One article as its file says it.

    Attributes:
        file: its path below the folder, with forward slashes.
        date: as written; None: when it is first imported.
        category: names from the top down; empty for a page.
        lead: the lead picture's file as written.
        lead_decorative: its description was left empty on purpose.
        clicks: how many it begins with.
        language: its tag as the site writes it; "" is the site's first.
        translates: the file or the slug of what it was translated from.
        aliases: its addresses at another site, as they are kept.
        breaking: whether it is; None: nothing is said.
        breaking_until: as written; None: as long as usual.
    """

    file: str
    kind: Kind
    title: str
    slug: str
    date: object
    category: tuple[Name, ...]
    authors: tuple[Name, ...]
    summary: str
    tags: tuple[Name, ...]
    status: Status
    lead: str | None
    lead_alt: str
    lead_caption: str
    lead_credit: str
    lead_focus: Focus
    lead_decorative: bool
    clicks: int
    body: str
    language: str = ""
    translates: str = ""
    aliases: tuple[str, ...] = ()
    breaking: bool | None = None
    breaking_until: object = None

    @property
    def category_path(self) -> str:
        """The category's path, "news/company-news"; empty for a page."""
        return "/".join(step.slug for step in self.category)

    @property
    def path(self) -> str:
        """The article's whole path."""
        return "/".join(filter(None, (self.language.lower(), self.category_path, self.slug)))


def read(file: str, content: bytes, languages: tuple[str, ...]) -> Found:
    """Read one file.

    Raises:
        Unspoken: its language is none of `languages`.
        ValueError: it is not what it should be; the reason is for a person.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MB")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    fenced = _FENCED.match(text)
    if fenced is None:
        raise ValueError("it has no front matter between two lines of ---")
    return _found(file, _front(fenced[1]), fenced[2].strip("\n"), languages)


def _check_shape(text: str) -> None:
    """Refuse aliases, a few lines of which unfold to gigabytes, and depths that exhaust a stack."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("front matter may not use YAML aliases (*name)")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise ValueError("its front matter is nested too deep")


def _front(text: str) -> Mapping[str, Any]:
    if len(text) > MOST_FRONT_BYTES:
        raise ValueError(f"its front matter is larger than {MOST_FRONT_BYTES // 2**10} KB")
    try:
        _check_shape(text)
        front = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise ValueError(f"front matter{line}: {error.problem}") from None
    except (yaml.YAMLError, RecursionError):
        raise ValueError("its front matter is not YAML") from None
    if not isinstance(front, dict):
        raise ValueError("its front matter is not a list of `name: value` lines")
    return front


def _found(file: str, front: Mapping[str, Any], body: str, languages: tuple[str, ...]) -> Found:
    title = _line(front, "title", 300)
    if not title:
        raise ValueError("title: missing")
    kind = _one_of(front, "kind", ("article", "page"), "")
    category = () if kind == "page" else _category(front.get("category"))
    slug = _slug(front.get("slug"), file)
    first = category[0].slug if category else slug
    if is_reserved(first, languages):
        raise ValueError(f"the address /{first} is the portal's own; choose another")
    return Found(
        file=file,
        kind="article" if category else "page",
        title=title,
        slug=slug,
        date=front.get("date"),
        category=category,
        authors=_names(front, "author", MOST_AUTHORS),
        summary=_line(front, "summary", 1_000),
        tags=_names(front, "tags", MOST_TAGS),
        status=_one_of(front, "status", ("published", "draft", "withdrawn"), "published"),
        lead=_line(front, "lead", 300) or None,
        lead_alt=_line(front, "lead_alt", 1_000),
        lead_caption=_line(front, "lead_caption", 1_000),
        lead_credit=_line(front, "lead_credit", 300),
        lead_focus=_focus(front),
        lead_decorative=front.get("lead_alt") == "",
        clicks=_clicks(front.get("clicks")),
        body=body,
        language=_language(front.get("language"), languages),
        translates=_line(front, "translates", 300),
        aliases=_aliases(front),
        breaking=_breaking(front.get("breaking")),
        breaking_until=front.get("breaking_until"),
    )


def _breaking(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(f"breaking: expected true or false, got {str(value)[:40]!r}")


def _line(front: Mapping[str, Any], key: str, longest: int) -> str:
    value = front.get(key)
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise ValueError(f"{key}: expected one line of text")
    line = clean_line(str(value))
    if len(line) > longest:
        raise ValueError(f"{key}: it has {len(line):,} characters; at most {longest:,} are kept")
    return line


def _focus(front: Mapping[str, Any]) -> Focus:
    try:
        return focus.read(_line(front, "lead_focus", 40))
    except ValueError as error:
        raise ValueError(f"lead_focus: {error}") from None


def _one_of(front: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> Any:
    value = front.get(key)
    if value is None:
        return default
    if str(value).lower() not in allowed:
        raise ValueError(f"{key}: expected {' or '.join(allowed)}, got {str(value)[:40]!r}")
    return str(value).lower()


def _category(value: object) -> tuple[Name, ...]:
    if value is None:
        return ()
    if not isinstance(value, str):
        raise ValueError("category: expected a path of names like News/Company News")
    return category_names(value)


def category_names(path: str) -> tuple[Name, ...]:
    """Read a path of category names, "News/Company News".

    Raises:
        ValueError: a name leaves nothing for an address.
    """
    names = tuple(_name("category", part) for part in path.strip("/").split("/"))
    if len(names) > 6:
        raise ValueError("category: more than six levels")
    return names


def _name(key: str, written: object) -> Name:
    name = clean_line(str(written))
    slug = slugify(name)
    if not slug:
        raise ValueError(f"{key}: {name[:40]!r} has no letter or digit an address could be made of")
    if len(name) > 120:
        raise ValueError(f"{key}: {name[:40]!r}… has more than 120 characters")
    return Name(name, slug)


def _names(front: Mapping[str, Any], key: str, most: int) -> tuple[Name, ...]:
    value = front.get(key)
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    if any(isinstance(each, (dict, list)) or each is None for each in listed):
        raise ValueError(f"{key}: expected a name or a list of names")
    if len(listed) > most:
        raise ValueError(f"{key}: more than {most}")
    return tuple({each.slug: each for each in (_name(key, one) for one in listed)}.values())


def _slug(value: object, file: str) -> str:
    if value is None:
        slug = slugify(PurePosixPath(file).stem)
        if not slug:
            raise ValueError("slug: missing, and the file's name gives none")
        return slug
    slug = unicodedata.normalize("NFC", str(value).strip().lower())
    if not is_slug(slug):
        raise ValueError(
            f"slug: {str(value)[:40]!r} may hold only letters, digits and '-', "
            f"at most {LONGEST} characters"
        )
    return slug


def _aliases(front: Mapping[str, Any]) -> tuple[str, ...]:
    written: list[str] = []
    for key in ALIASES:
        value = front.get(key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(each, str) and each for each in listed):
            raise ValueError(f"{key}: expected an address or a list of addresses")
        # Jekyll's permalink may be a pattern: what it came to, nobody can tell.
        written += [each for each in listed if key != "permalink" or ":" not in each]
    if len(written) > MOST_ALIASES:
        raise ValueError(f"aliases: more than {MOST_ALIASES}")
    try:
        return tuple(dict.fromkeys(aliases.read(each) for each in written))
    except ValueError as error:
        raise ValueError(f"aliases: {error}") from None


def _language(value: object, languages: tuple[str, ...]) -> str:
    if value is None:
        return ""
    spoken = spoken_in(str(value).strip().lower(), languages)
    if spoken is None:
        raise Unspoken(str(value)[:40])
    return spoken


def _clicks(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CLICKS:
        raise ValueError("clicks: expected a whole number, not below 0")
    return value
