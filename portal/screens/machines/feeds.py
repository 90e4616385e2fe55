"""Feeds: the newest articles whole, as RSS 2.0, Atom and JSON Feed 1.1.

A feed stands below what it is of: `/feed.xml`, `/news/company-news/feed.atom`,
`/tags/harbour/feed.json`. An entry's id is made of the article's, never of its address, so that a
changed slug makes nothing new in anybody's reader.
"""

import json
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.slugs import article_path, category_path, read_address, spoken_in
from portal.news.store import categories, labels, media, syndicated
from portal.news.store.syndicated import Whole
from portal.screens.machines.addresses import absolute, fit_for_xml
from portal.screens.machines.contexts import Enclosed, Entry, Feed, Writer
from portal.screens.machines.shelf import Paper
from portal.settings import Settings
from portal.web.languages import language
from portal.web.templates import Templates, iso, static, url

ENTRIES: Final = 30
XML: Final = {
    "xml": ("machines/rss.xml", "application/rss+xml; charset=utf-8"),
    "atom": ("machines/atom.xml", "application/atom+xml; charset=utf-8"),
}
JSON_TYPE: Final = "application/feed+json; charset=utf-8"
KINDS: Final = (*XML, "json")
"""What may stand after `feed.`."""


async def make(
    connection: AsyncConnection, settings: Settings, templates: Templates, where: str, kind: str
) -> Paper | None:
    """Make the feed of a listing, in six statements.

    Args:
        where: the listing's path: "/", "/news/", "/tags/harbour/".
        kind: one of KINDS.

    Returns:
        None: there is no such listing.
    """
    feed = await _feed(connection, settings, where, kind)
    if feed is None:
        return None
    if kind == "json":
        return Paper(json.dumps(_as_json(feed), ensure_ascii=False), JSON_TYPE, feed.changed_at)
    template, media_type = XML[kind]
    return Paper(fit_for_xml(templates.render(template, feed)), media_type, feed.changed_at)


async def _feed(
    connection: AsyncConnection, settings: Settings, where: str, kind: str
) -> Feed | None:
    site = settings.site_url
    address = read_address(where)
    if address is None:
        return None
    spoken = spoken_in(address.key.partition("/")[0], settings.languages) or ""
    home = f"/{spoken.lower()}/" if spoken else "/"
    below = address.key.partition("/")[2] if spoken else address.key
    found = await _listing(connection, below, spoken, home)
    if found is None:
        return None
    name, words, path, articles = found
    ids = [each.id for each in articles]
    writers = await labels.authors_of(connection, ids)
    tags = await labels.tags_of(connection, ids)
    pictures = await media.renditions(connection, [each.lead_media_id for each in articles])

    def entry(each: Whole) -> Entry:
        whole = site + url(article_path(each.path))
        picture = pictures.get(each.lead_media_id or 0)
        largest = picture.largest if picture else None
        labels = [label for label, _ in tags.get(each.id, ())]
        return Entry(
            id=tagged(settings, f"article:{each.id}"),
            address=whole,
            title=each.title,
            summary=each.summary,
            html=_with_lead(each, pictures, site) + absolute(each.body_html, whole),
            published_at=each.published_at,
            changed_at=each.changed_at,
            authors=tuple(
                Writer(writer, site + url(f"{home}authors/{slug}/"))
                for writer, slug in writers.get(each.id, ())
            ),
            categories=tuple(dict.fromkeys(filter(None, [each.category_name, *labels]))),
            picture=Enclosed(f"{site}/media/{largest.path}", largest.size_bytes)
            if largest
            else None,
        )

    return Feed(
        id=tagged(settings, f"feed:{path.strip('/')}"),
        title=f"{name} – {settings.site_name}" if name else settings.site_name,
        description=words or _welcome(settings, spoken),
        language=spoken or settings.languages[0],
        site_name=settings.site_name,
        site=site + home,
        home=site + url(path),
        itself=site + url(f"{path}feed.{kind}"),
        icon=site + static("img/icon-192.png"),
        changed_at=await syndicated.changed_at(connection),
        entries=tuple(entry(each) for each in articles),
    )


def _welcome(settings: Settings, spoken: str) -> str:
    said = language(spoken or settings.languages[0], settings.timezone)
    name = {"site": settings.site_name}
    return settings.welcome or said.gettext("Welcome to %(site)s!") % name


async def _listing(
    connection: AsyncConnection, key: str, spoken: str, home: str
) -> tuple[str, str, str, list[Whole]] | None:
    """Return name, description, path and newest articles of a listing."""
    first, _, rest = key.partition("/")
    if not key:
        return "", "", home, await syndicated.newest(connection, ENTRIES, language=spoken)
    if first == "tags":
        tag = await labels.tag_called(connection, rest)
        if tag is None:
            return None
        found = await syndicated.newest(connection, ENTRIES, tag_id=tag.id, language=spoken)
        return tag.name, "", f"{home}tags/{tag.slug}/", found
    if first == "authors":
        author = await labels.author_called(connection, rest)
        if author is None:
            return None
        found = await syndicated.newest(connection, ENTRIES, author_id=author.id, language=spoken)
        return author.name, author.words, f"{home}authors/{author.slug}/", found
    tree = await categories.tree(connection, spoken)
    category = tree.by_path.get(key)
    if category is None:
        return None
    found = await syndicated.newest(
        connection, ENTRIES, categories=tree.subtree(category.id), language=spoken
    )
    return category.name, category.description, category_path(category.path, home), found


def tagged(settings: Settings, what: str) -> str:
    """Return an id that is this site's for ever (RFC 4151)."""
    return f"tag:{urlsplit(settings.site_url).hostname or 'localhost'},2026:{what}"


def _with_lead(each: Whole, pictures: dict[int, media.Renditions], site: str) -> str:
    """Return the lead picture as the text begins with it, unless the text shows it itself."""
    lead = pictures.get(each.lead_media_id or 0)
    if lead is None or each.lead_media_id in each.media:
        return ""
    picture = lead.picture(alt=each.lead_alt, sizes="100vw")
    alt = each.lead_alt.translate({ord("&"): "&amp;", ord('"'): "&quot;", ord("<"): "&lt;"})
    return (
        f'<p><img src="{site}{picture.src}" width="{picture.width}" height="{picture.height}"'
        f' alt="{alt}"></p>\n'
    )


def _as_json(feed: Feed) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.itself,
        "description": feed.description,
        "icon": feed.icon,
        "language": feed.language,
        "authors": [{"name": feed.site_name, "url": feed.site}],
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "date_published": iso(entry.published_at),
        "date_modified": iso(entry.changed_at),
        "authors": [{"name": each.name, "url": each.address} for each in entry.authors],
        "tags": list(entry.categories),
    }
    if entry.picture is not None:
        item["image"] = entry.picture.address
    return {name: value for name, value in item.items() if value not in ("", [])}
