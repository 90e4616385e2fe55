"""What a page says of itself to machines: JSON-LD, the card of a link, the feeds beside it.

All of it is made of the page's own context, so that it says what the page shows: the position it
shows is the BreadcrumbList, its times and its number of clicks are the article's.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from markupsafe import Markup

from portal.screens.contexts import ArticlePage, Card, FeedLink, Frame, FrontPage
from portal.settings import Settings
from portal.web.templates import iso, static, url

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Shown = TypeVar("Shown", bound="DataclassInstance")
CARD: Final = (1200, 630)
"""Of `img/share.png`, for what has no picture of its own."""
LOGO: Final = 512
HEADLINE_MOST: Final = 110
"""What is longer is cut by those who show it, in the middle of a word."""
LISTED_ALONE: Final = frozenset({"", "tags/", "authors/", "archive/"})
"""Below the front page; they have no feed of their own."""
_SCRIPT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def with_facts(shown: Shown, settings: Settings) -> Shown:
    """Return a page's context with what its frame says to machines."""
    frame = getattr(shown, "frame", None)
    if not isinstance(frame, Frame) or not frame.canonical:
        return shown
    site = settings.site_url
    card = getattr(shown, "card", None) or Card(static("img/share.png"), *CARD, frame.site_name)
    said = [fact for fact in (_main(shown, frame, card, site), _position(frame, site)) if fact]
    graph = {"@context": "https://schema.org", "@graph": said}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_SCRIPT)
    dressed = replace(
        frame,
        facts=Markup(text if said else ""),  # noqa: S704 - no "<" is left in it
        feeds=_feeds(frame),
        card=card,
    )
    return replace(shown, frame=dressed)


def _feeds(frame: Frame) -> tuple[FeedLink, ...]:
    """Return the site's feeds, and before them the listing's own."""
    own = frame.canonical.partition("?")[0]
    below = own.removeprefix(frame.home)
    listing = own.endswith("/") and below not in LISTED_ALONE and not below.startswith("archive/")
    name = frame.crumbs[-1].name if frame.crumbs else ""
    places = [
        *([(f"{name} – {frame.site_name}", own)] if listing else []),
        (frame.site_name, frame.home),
    ]
    return tuple(FeedLink(title, path) for title, path in places)


def _main(shown: "DataclassInstance", frame: Frame, card: Card, site: str) -> dict[str, Any] | None:
    if isinstance(shown, ArticlePage):
        return _article(shown, frame, card, site)
    if isinstance(shown, FrontPage):
        return {
            "@type": "WebSite",
            "name": frame.site_name,
            "url": site + frame.home,
            "inLanguage": frame.language,
            "publisher": organization(frame.site_name, site),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{site}{frame.home}search?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }
    return None


def _article(shown: ArticlePage, frame: Frame, card: Card, site: str) -> dict[str, Any]:
    address = site + url(frame.canonical)
    images = [each.path for each in shown.images]
    images = images or [card.path, *([shown.lead.src] if shown.lead else [])]
    section = frame.crumbs[-2].name if len(frame.crumbs) > 2 else ""
    facts: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": address,
        "mainEntityOfPage": {"@type": "WebPage", "@id": address},
        "url": address,
        "headline": _headline(shown.title),
        "description": shown.summary,
        "image": [site + url(each) for each in images],
        "datePublished": iso(shown.published_at),
        "dateModified": iso(shown.updated_at or shown.published_at),
        "author": [
            {
                "@type": "Person",
                "name": each.name,
                "url": site + url(f"{frame.home}authors/{each.slug}/"),
            }
            for each in shown.authors
        ]
        or [organization(frame.site_name, site)],
        "publisher": organization(frame.site_name, site),
        "articleSection": section,
        "keywords": [tag.name for tag in shown.tags],
        "inLanguage": frame.language,
        "isAccessibleForFree": True,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": {"@type": "ReadAction"},
            "userInteractionCount": shown.clicks,
        },
    }
    return {name: value for name, value in facts.items() if value not in ("", [])}


def organization(name: str, site: str) -> dict[str, Any]:
    """Return who publishes all of it."""
    return {
        "@type": "Organization",
        "@id": f"{site}/#organization",
        "name": name,
        "url": f"{site}/",
        "logo": {
            "@type": "ImageObject",
            "url": site + static("img/icon-512.png"),
            "width": LOGO,
            "height": LOGO,
        },
    }


def _position(frame: Frame, site: str) -> dict[str, Any] | None:
    """Return "Your position", step by step; the page one is on has its own address."""
    if len(frame.crumbs) < 2:
        return None
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": number,
                "name": crumb.name,
                "item": site + url(crumb.path or frame.canonical),
            }
            for number, crumb in enumerate(frame.crumbs, 1)
        ],
    }


def _headline(title: str) -> str:
    if len(title) <= HEADLINE_MOST:
        return title
    return title[: HEADLINE_MOST - 1].rpartition(" ")[0].rstrip() + "…"
