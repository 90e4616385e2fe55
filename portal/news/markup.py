"""Article text: Markdown in, safe HTML out, every block with an address of its own.

The way: markdown-it (CommonMark, tables, strikethrough, quotes as a printer sets them; raw HTML is
text) → our blocks (figures, scrollable tables, heading levels, ids) → nh3, which lets through only
what is listed here. The result is kept in the revision; a page request never comes by.

A block's id is `p-` and a hash of its text, a heading's `p-` and its words: an edit elsewhere does
not move them, so an agent can point a reader to a paragraph of the page he has open.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from portal.news import figures
from portal.news.caption import Named
from portal.news.figures import Finders, FindFilm, FindPicture
from portal.news.film import Film
from portal.news.sanitiser import ALLOWED_SCHEMES, BLOCKS, sanitise
from portal.news.slugs import slugify

RECIPE = 4
"""Raised when the same Markdown should come out otherwise, so that importers render it anew."""
LONGEST = 500_000
"""Characters of one article. A novel has as many; a table bomb has more."""
MAX_NESTING = 20
"""Quotes in quotes in lists. Deeper is an attack on the parser, not an article."""

_SCHEME = re.compile(r"([^/?#]*):")
_ELSEWHERE = re.compile(r"(https?:)?//", re.IGNORECASE)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "]"
)
"""Controls, halves of pairs, the mark of byte order, and what is no character at all."""
_WIDE = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f\uac00-\ud7af]"
)
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text, ready to be kept.

    Attributes:
        html: sanitised.
        words: two Chinese, Japanese or Korean characters count as one.
        missing: files of pictures that were named and not found.
    """

    html: str
    words: int
    missing: tuple[str, ...]


def _no_film(_named: Named) -> Film | None:
    return None


def render(text: str, find_picture: FindPicture, find_film: FindFilm = _no_film) -> Body:
    """Turn an article's Markdown into HTML.

    Raises:
        ValueError: the text is longer than LONGEST.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the text has {len(text):,} characters; at most {LONGEST:,} are read")
    parser = _parser()
    tokens = parser.parse(clean(text))
    _lift_headings(tokens)
    missing: list[str] = []
    find = Finders(find_picture, find_film, clean_line)
    tokens = figures.set_figures(tokens, find, missing)
    _name_speakers(tokens)
    _give_ids(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return Body(sanitise(html), count_words(tokens), tuple(missing))


def pictures_in(text: str) -> list[Named]:
    """Return the pictures and films a text names, in order."""
    if "![" not in text:
        return []
    return [
        figures.named(child, clean_line)
        for token in _parser().parse(clean(text[:LONGEST]))
        for child in token.children or ()
        if child.type == "image"
    ]


def clean(text: str) -> str:
    """Drop what no article means: control characters, non-characters, marks of byte order."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _UNPRINTABLE.sub("", text)


def clean_line(text: str) -> str:
    """Make one line of a title, a name or a caption; direction overrides go as well."""
    kept = "".join(c for c in clean(text) if unicodedata.bidirectional(c) not in _OVERRIDES)
    return " ".join(kept.split())


_OVERRIDES = {"LRE", "RLE", "LRO", "RLO", "PDF"}
"""They can make a line read as another; isolates and marks, which Arabic needs, stay."""


@cache
def _parser() -> MarkdownIt:
    """Return the parser; it keeps nothing of what it parsed, and setting it up takes a while."""
    settings = {"html": False, "maxNesting": MAX_NESTING, "typographer": True}
    parser = _Parser("commonmark", settings, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough", "replacements", "smartquotes"])
    return parser


class _Parser(MarkdownIt):
    """Lets a link lead within the site or by a scheme we know; else it stays text."""

    def validateLink(self, url: str) -> bool:
        scheme = _SCHEME.match(url.strip())
        return scheme is None or scheme[1].lower() in ALLOWED_SCHEMES


def _lift_headings(tokens: Sequence[Token]) -> None:
    """Make the highest heading of the text an h2: the page's title is its only h1."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = 2 - min(levels, default=2)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"


def _name_speakers(tokens: Sequence[Token]) -> None:
    """Make a footer of a quote's last paragraph where it begins with a dash: who said it."""
    for at, token in enumerate(tokens[:-3]):
        opening, words, closing, end = tokens[at : at + 4]
        if (
            token.type == "paragraph_open"
            and words.content.startswith(("\u2014", "\u2013 "))
            and end.type == "blockquote_close"
            and tokens[at - 1].type == "paragraph_close"
        ):
            opening.tag = closing.tag = "footer"


def _give_ids(tokens: Sequence[Token]) -> None:
    """Give every block an id that its own words decide."""
    taken: set[str] = set()
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            name = slugify(_text_of([tokens[at + 1]]))[:60].rstrip("-")
            token.attrSet("id", _unique(f"p-{name or 'part'}", taken))
        elif token.type == "figure":
            token.attrSet("id", _unique(f"p-{_hash(figures.known_by(token))}", taken))
        elif token.type in ("fence", "code_block"):
            token.attrSet("id", _unique(f"p-{_hash(token.content)}", taken))
        elif token.tag in BLOCKS and token.nesting >= 0 and token.block and not token.hidden:
            token.attrSet("id", _unique(f"p-{_hash(_text_of(_inside(tokens, at)))}", taken))


def _inside(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    opening = tokens[at]
    closing = opening.type.replace("_open", "_close")
    for end in range(at + 1, len(tokens)):
        if tokens[end].type == closing and tokens[end].level == opening.level:
            return tokens[at:end]
    return tokens[at:]


def _text_of(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.children:
            parts += [child.content for child in token.children if child.content]
        elif token.content and token.type not in ("inline",):
            parts.append(token.content)
    return " ".join(" ".join(parts).split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _unique(name: str, taken: set[str]) -> str:
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    taken.add(unique)
    return unique


def count_words(tokens: Sequence[Token]) -> int:
    """Count the words of a parsed text; two wide characters are one."""
    text = _text_of(tokens)
    wide = len(_WIDE.findall(text))
    return len(_WORD.findall(_WIDE.sub(" ", text))) + wide // 2


class _Renderer(RendererHTML):
    """Writes what markdown-it does not: figures, tables that scroll, links that lead out."""

    def figure(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return figures.figure_html(tokens[idx])

    def gallery_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<div class="gallery">\n'

    def gallery_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</div>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        picture = tokens[idx].meta.get("picture")
        # What is not there is told in the words that stand for it.
        return figures.picture_html(picture) if picture else escape(tokens[idx].content)

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        if _ELSEWHERE.match(str(tokens[idx].attrGet("href"))):
            tokens[idx].attrSet("rel", "noopener")
        return self.renderToken(tokens, idx, options, env)

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        inside = _inside(tokens, idx)
        heads = [inside[at + 1] for at, token in enumerate(inside) if token.type == "th_open"]
        label = ", ".join(filter(None, (_text_of([head]) for head in heads[:4]))) or "Table"
        return (
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
            f'<table id="{escape(str(tokens[idx].attrGet("id")))}">\n'
        )

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if not tokens[idx + 1].content:
            # Over the column that names the rows there is nothing to say; an empty head says it.
            tokens[idx].tag = tokens[idx + 2].tag = "td"
            return f"<td{_alignment(tokens[idx])}>"
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_alignment(tokens[idx])}>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = escape(str(tokens[idx].attrGet("id")))
        return f'<pre id="{name}"><code>{escape(tokens[idx].content)}</code></pre>\n'

    code_block = fence


def _alignment(token: Token) -> str:
    """Say by a class what markdown-it says by a style attribute, which our CSP forbids."""
    style = str(token.attrGet("style") or "")
    side: Any = style.removeprefix("text-align:")
    return f' class="align-{side}"' if side in ("center", "right") else ""
