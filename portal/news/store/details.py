"""What articles are shown with: authors, tags, pictures and translations, in one statement.

They have little in common, so each row says what it is and puts its own into columns all of them
share. A page asks once, however many articles it shows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import PublishedArticle
from portal.news.picture import Rendered
from portal.news.store.authors import Author
from portal.news.store.media import Renditions
from portal.storage.tables.news import (
    article,
    article_author,
    article_tag,
    author,
    media,
    rendition,
    tag,
)

_AUTHOR, _TAG, _RENDITION, _PATH = range(4)
_NOTHING = cast(null(), BigInteger)
_SILENT = cast(null(), String)


@dataclass(frozen=True, slots=True)
class Details:
    """What was found.

    Attributes:
        names: authors' names by article, in byline order.
        authors, tags: of the one article a page is about; tags as name and slug.
        pictures: by media id.
        paths: where the one article is found, by language.
    """

    names: Mapping[int, list[str]]
    pictures: Mapping[int, Renditions]
    authors: tuple[Author, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)


async def details(
    connection: AsyncConnection,
    articles: Iterable[int],
    pictures: Iterable[int | None],
    about: PublishedArticle | None = None,
    *,
    translated: bool = False,
) -> Details:
    """Return what a page's articles are shown with.

    Args:
        about: the one article a page is about: with its tags, and its authors' faces.
        translated: whether there may be others of its group.
    """
    listed = {*articles, *([about.id] if about else [])}
    shown = {each for each in pictures if each is not None}
    parts = [_authors(listed), _renditions(shown, about)] if listed or shown else []
    if about is not None:
        parts.append(_tags(about))
    if about is not None and translated:
        parts.append(_translations(about))
    if not parts:
        return Details({}, {})
    found = await connection.execute(union_all(*parts))
    return _gathered(sorted(found, key=lambda row: (row.kind, row.of, row.place)), about)


def _gathered(rows: Iterable[Any], about: PublishedArticle | None) -> Details:
    names: dict[int, list[str]] = {}
    authors: list[Author] = []
    tags: list[tuple[str, str]] = []
    made: dict[int, list[Rendered]] = {}
    paths: dict[str, str] = {}
    for row in rows:
        if row.kind == _AUTHOR:
            names.setdefault(row.of, []).append(row.name)
            if about is not None and row.of == about.id:
                authors.append(Author(row.slug, row.name, row.role, row.one))
        elif row.kind == _TAG:
            tags.append((row.name, row.slug))
        elif row.kind == _RENDITION:
            rendered = Rendered(row.slug, row.place, row.one, row.name, row.two)
            made.setdefault(row.of, []).append(rendered)
        else:
            paths[row.slug] = row.name
    pictures = {media_id: Renditions(tuple(each)) for media_id, each in made.items()}
    return Details(names, pictures, tuple(authors), tuple(tags), paths)


def _row(kind: int, of: Any, place: Any, **columns: Any) -> Select[Any]:
    given = {"name": _SILENT, "slug": _SILENT, "role": _SILENT, "one": _NOTHING, "two": _NOTHING}
    shared = {**given, **columns}
    return select(
        literal_column(str(kind)).label("kind"),
        of.label("of"),
        place.label("place"),
        *(column.label(name) for name, column in shared.items()),
    )


def _authors(articles: Collection[int]) -> Select[Any]:
    return (
        _row(
            _AUTHOR,
            article_author.c.article_id,
            article_author.c.position,
            name=author.c.name,
            slug=author.c.slug,
            role=author.c.role,
            one=author.c.portrait_id,
        )
        .join_from(article_author, author, article_author.c.author_id == author.c.id)
        .where(article_author.c.article_id.in_(articles))
    )


def _tags(about: PublishedArticle) -> Select[Any]:
    return (
        _row(
            _TAG, article_tag.c.article_id, article_tag.c.position, name=tag.c.name, slug=tag.c.slug
        )
        .join_from(article_tag, tag, article_tag.c.tag_id == tag.c.id)
        .where(article_tag.c.article_id == about.id)
    )


def _renditions(shown: Collection[int], about: PublishedArticle | None) -> Select[Any]:
    wanted: ColumnElement[bool] = media.c.id.in_(shown)
    if about is not None:
        faces = (
            select(author.c.portrait_id)
            .join(article_author, article_author.c.author_id == author.c.id)
            .where(article_author.c.article_id == about.id, author.c.portrait_id.is_not(None))
        )
        wanted |= media.c.id.in_(faces)
    return (
        _row(
            _RENDITION,
            rendition.c.media_id,
            rendition.c.width,
            name=rendition.c.path,
            slug=rendition.c.format,
            one=rendition.c.height,
            two=rendition.c.size_bytes,
        )
        .join_from(rendition, media, rendition.c.media_id == media.c.id)
        .where(wanted)
    )


def _translations(about: PublishedArticle) -> Select[Any]:
    group = about.original_id or about.id
    return _row(
        _PATH, article.c.id, literal_column("0"), name=article.c.path, slug=article.c.language
    ).where(
        (article.c.id == group) | (article.c.original_id == group),
        article.c.status == "published",
    )
