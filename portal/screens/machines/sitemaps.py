"""Sitemaps: an index, the articles by groups of ids, everything else, and the news of two days.

An article stays in its group for ever, so a crawler that comes back reads only the groups that
were changed. Of the news, the first thousand stand at `/sitemap-news.xml`, whatever comes; more
than that at `/sitemap/news-2.xml` and on.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import HOUR
from portal.news.slugs import article_path
from portal.news.store import authors, categories, syndicated, tags, translations
from portal.screens.machines.addresses import fit_for_xml
from portal.screens.machines.contexts import Fresh, News, Place, Sitemap
from portal.screens.machines.shelf import Paper
from portal.settings import Settings
from portal.web.templates import Templates

GROUP: Final = 10_000
"""Ids a file; 50,000 addresses are the most a file may hold."""
NEWS_MOST: Final = 1_000
NEWS_FOR: Final = 48 * HOUR
MEDIA_TYPE: Final = "application/xml; charset=utf-8"
_PART: Final = re.compile(r"(articles|news)-([1-9][0-9]{0,6})|(pages)", re.ASCII)


async def index(connection: AsyncConnection, templates: Templates, now: int) -> Paper:
    """Make `/sitemap.xml`, in two statements."""
    groups = await syndicated.groups(connection, GROUP)
    news = await syndicated.count_since(connection, now - NEWS_FOR)
    places = [Place("/sitemap/pages.xml")]
    places += [Place(f"/sitemap/articles-{n + 1}.xml", changed) for n, changed in groups.items()]
    places += [Place("/sitemap-news.xml")]
    places += [Place(f"/sitemap/news-{n}.xml") for n in range(2, 1 - (-news // NEWS_MOST))]
    return _paper(templates.render("machines/sitemap-index.xml", Sitemap(tuple(places))))


async def part(
    connection: AsyncConnection, settings: Settings, templates: Templates, name: str, now: int
) -> Paper | None:
    """Make `/sitemap/{name}.xml`; None: there is no such file."""
    found = _PART.fullmatch(name)
    if found is None:
        return None
    if found[3]:
        places = await _pages(connection, settings)
    elif found[1] == "news":
        return await news(connection, settings, templates, now, int(found[2]))
    else:
        first = (int(found[2]) - 1) * GROUP
        placed = await syndicated.placed(connection, first, first + GROUP)
        among = await _alternates(connection, settings, first, first + GROUP)
        places = [
            Place(article_path(each.path), each.changed_at, among.get(each.id, ()))
            for each in placed
            if _spoken(each.language, settings)
        ]
    if not places:
        return None
    return _paper(templates.render("machines/sitemap.xml", Sitemap(tuple(places))))


async def news(
    connection: AsyncConnection, settings: Settings, templates: Templates, now: int, number: int = 1
) -> Paper | None:
    """Make a news sitemap, in one statement; the first is there even when it is empty."""
    fresh = await syndicated.since(connection, now - NEWS_FOR, NEWS_MOST, (number - 1) * NEWS_MOST)
    if not fresh and number > 1:
        return None
    shown = News(
        settings.site_name,
        tuple(
            Fresh(
                article_path(each.path),
                each.title,
                each.published_at,
                news_language(each.language or settings.languages[0]),
            )
            for each in fresh
            if _spoken(each.language, settings)
        ),
    )
    return _paper(templates.render("machines/sitemap-news.xml", shown))


def news_language(tag: str) -> str:
    """Return a language as news sitemaps write it: two or three letters, Chinese by its script."""
    language, _, rest = tag.lower().partition("-")
    if language == "zh":
        return "zh-tw" if rest.startswith(("tw", "hk", "mo", "hant")) else "zh-cn"
    return language


async def _pages(connection: AsyncConnection, settings: Settings) -> list[Place]:
    """Return all that is no article; when a listing changed is not told."""
    tree = await categories.tree(connection)
    spread = await translations.spread(connection)
    first, *others = settings.languages
    spoken = ["", *(tag for tag in others if tag in spread)]
    homes = {tag: f"/{tag.lower()}/" if tag else "/" for tag in spoken}
    having = {
        tag: tree.only(spread.get(tag, ())).by_path if tag else tree.by_path for tag in spoken
    }

    def everywhere(below: str, among: Iterable[str] = spoken) -> list[Place]:
        paths = {tag: homes[tag] + below for tag in among}
        told = _told(paths, first)
        return [Place(path, None, told) for path in paths.values()]

    listings = [
        place
        for each in tree.by_id.values()
        for place in everywhere(f"{each.path}/", [t for t in spoken if each.path in having[t]])
    ]
    alone = []
    for tag in spoken:
        used = await tags.used(connection, language=tag)
        writers = await authors.profiles(connection, language=tag)
        alone += [Place(f"{homes[tag]}tags/{each.slug}/") for each in used]
        alone += [Place(f"{homes[tag]}authors/{each.slug}/") for each in writers if each.articles]
    pages = await syndicated.placed(connection, 0, 2**62, kind="page")
    among = await _alternates(connection, settings, 0, 2**62, kind="page")
    return [
        *everywhere(""),
        *listings,
        *alone,
        *(
            Place(article_path(each.path), each.changed_at, among.get(each.id, ()))
            for each in pages
            if _spoken(each.language, settings)
        ),
    ]


async def _alternates(
    connection: AsyncConnection, settings: Settings, first: int, below: int, kind: str = "article"
) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return what is told of articles that stand in several languages, by article."""
    if len(settings.languages) < 2:
        return {}
    groups = await translations.of_groups(connection, first, below, kind)
    return {
        each: _told(
            {tag: article_path(path) for tag, path in paths.items() if _spoken(tag, settings)},
            settings.languages[0],
        )
        for each, paths in groups.items()
    }


def _spoken(language: str, settings: Settings) -> bool:
    """Tell whether readers find what is in a language: the site may have spoken it once."""
    return language in ("", *settings.languages)


def _told(paths: Mapping[str, str], first: str) -> tuple[tuple[str, str], ...]:
    """Return the languages of a page as crawlers are told, and where those go who speak none."""
    if len(paths) < 2:
        return ()
    told = [(tag or first, path) for tag, path in sorted(paths.items())]
    return (*told, *([("x-default", paths[""])] if "" in paths else []))


def _paper(text: str) -> Paper:
    return Paper(fit_for_xml(text), MEDIA_TYPE)
