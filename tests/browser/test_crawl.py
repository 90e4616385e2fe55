"""The whole sample newsroom, every link of it followed once: what a site must be on each page.

No browser is needed for what pages say; `test_everybody.py` asks one how they look and behave.
"""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import pytest

from tests.browser.conftest import Demo
from tests.screens.machines import of_schema
from tests.support.crawl import Answer, Crawl, crawl, fragment_of
from tests.support.markup import broken, elements, shown, words

pytestmark = pytest.mark.slow

SEEDS = ("/", "/robots.txt", "/llms.txt", "/search?q=harbour", "/search?q=nobodywroteofthis")
"""What no link leads to: machines know these addresses, and readers fill in a form."""
PAGES = 150
"""The sample newsroom has more: a crawl that finds fewer has lost its way."""
NAMESPACES = ("https://schema.org", "https://jsonfeed.org/")
"""Addresses which are names."""


@pytest.fixture(scope="module")
def site(demo: Demo) -> Crawl:
    """The demo, crawled."""
    return asyncio.run(crawl(demo.url, *SEEDS))


def links(page: Answer, relation: str) -> list[Element]:
    """Return a page's `link` elements of one relation."""
    assert page.tree is not None
    every = elements(page.tree, "link")
    return [each for each in every if relation in each.get("rel", "").split()]


def kept_out(page: Answer) -> bool:
    """Tell whether a page asks search engines to leave it out."""
    assert page.tree is not None
    metas = elements(page.tree, "meta")
    told = [each.get("content", "") for each in metas if each.get("name") == "robots"]
    return any("noindex" in each for each in [*told, page.headers.get("x-robots-tag", "")])


def facts(page: Answer) -> dict[str, dict[str, Any]]:
    """Return a page's JSON-LD by type."""
    assert page.tree is not None
    found: dict[str, dict[str, Any]] = {}
    for each in elements(page.tree, "script"):
        if each.get("type") == "application/ld+json":
            found |= {one["@type"]: one for one in json.loads(each.text or "")["@graph"]}
    return found


def classed(page: Answer, name: str) -> Iterator[Element]:
    """Return a page's elements of one class."""
    assert page.tree is not None
    return (each for each in elements(page.tree) if name in each.get("class", "").split())


def test_every_link_answers(site: Crawl) -> None:
    """Each address that anything names is there, under just that name: no link is led on."""
    wrong = {
        path: (answer.status, answer.headers.get("location"), site.named_by(path))
        for path, answer in site.answers.items()
        if answer.status != 200
    }

    assert {} == wrong
    assert len(site.pages) > PAGES


def test_every_fragment_is_there(site: Crawl) -> None:
    """A link that leads into a page leads to something in it."""
    pages = {page.path: page.fragments() for page in site.pages}
    lost = {
        (link.page, link.url)
        for link in site.links
        if link.what == "a"
        and (wanted := fragment_of(link.url))
        and wanted not in pages.get(site.inside(link.url) or "", {wanted})
    }

    assert set() == lost


def test_no_page_needs_another_origin(site: Crawl) -> None:
    """Whatever a browser loads by itself is ours; others' pages are only ever linked to."""
    away = {
        (link.page, link.what, link.url)
        for link in site.links
        if site.inside(link.url) is None
        and link.what != "a"
        and not link.url.startswith(NAMESPACES)
    }

    assert set() == away


def test_every_page_keeps_to_html(site: Crawl) -> None:
    """No page has what a strict parser refuses, nor what the Nu checker would."""
    wrong: dict[str, list[str]] = defaultdict(list)
    for page in site.pages:
        assert page.tree is not None
        for problem in [*page.errors, *broken(page.tree)]:
            wrong[problem].append(page.path)

    assert {} == {problem: paths[:3] for problem, paths in wrong.items()}


def test_every_page_is_called_otherwise(site: Crawl) -> None:
    """A search engine shows titles: no two pages of one language have the same."""
    titles: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for page in site.pages:
        assert page.tree is not None
        own = [each.get("href") == f"{site.origin}{page.path}" for each in links(page, "canonical")]
        if not kept_out(page) and any(own):
            title = next(words(each) for each in elements(page.tree, "title"))
            titles[page.tree.get("lang"), title].append(page.path)

    assert {} == {title: paths for title, paths in titles.items() if len(paths) > 1}


def test_every_page_knows_its_address(site: Crawl) -> None:
    """Its canonical address is absolute, answers, and is its own but for a question in it."""
    wrong = {}
    for page in site.pages:
        named = [each.get("href", "") for each in links(page, "canonical")]
        if not named and kept_out(page):
            continue
        own = {f"{site.origin}{page.path}", f"{site.origin}{page.path.partition('?')[0]}"}
        path = site.inside(named[0]) if len(named) == 1 else None
        if path not in site.answers or named[0] not in own:
            wrong[page.path] = named
        if "?page=" in page.path and named[0].endswith("/"):
            wrong[page.path] = named

    assert {} == wrong


def test_translations_name_each_other(site: Crawl) -> None:
    """Whoever says that a page is his translation is named by it, too, and himself."""
    said = {
        page.path: {
            (each.get("hreflang", ""), each.get("href", ""))
            for each in links(page, "alternate")
            if each.get("hreflang")
        }
        for page in site.pages
        if "?" not in page.path
    }
    wrong, translated = [], False
    for path, all_named in said.items():
        urls = {url for _, url in all_named}
        translated = translated or bool(all_named)
        if all_named and f"{site.origin}{path}" not in urls:
            wrong.append((path, "does not name itself"))
        for tag, url in all_named:
            there = said.get(site.inside(url) or "")
            if there != all_named:
                wrong.append((path, f"{url} names others"))
            tree = site.answers[site.inside(url) or ""].tree
            if tag != "x-default" and (tree is None or tree.get("lang") != tag):
                wrong.append((path, f"{url} is not in {tag}"))

    assert translated
    assert [] == wrong


def test_every_article_is_reached_by_links(site: Crawl) -> None:
    """Whatever the sitemaps name, a reader finds from the front page by links alone."""
    ways: dict[str, set[str]] = defaultdict(set)
    for link in site.links:
        if link.what == "a" and (path := site.inside(link.url)):
            ways[link.page].add(path)
    reached, waiting = {"/"}, ["/"]
    while waiting:
        new = ways[waiting.pop()] - reached
        reached |= new
        waiting += new
    mapped = {
        site.inside(link.url)
        for link in site.links
        if link.what == "loc" and link.page.startswith("/sitemap") and ".xml" not in link.url
    } - {None}
    pages = {path for path in mapped if path and not path.startswith(("/media/", "/static/"))}

    assert len(pages) > 40
    assert set() == pages - reached


def test_trail_list_and_address_agree(site: Crawl) -> None:
    """The steps one sees, those machines read, and those in the address are the same."""
    deepest = 0
    for page in site.pages:
        if not (trail := next(classed(page, "position"), None)):
            continue
        seen = [urljoin(site.origin, each.get("href", "")) for each in elements(trail, "a")]
        listed = facts(page).get("BreadcrumbList")
        if listed is None:
            assert kept_out(page) or page.path.startswith("/chat/"), page.path
            continue
        of_schema("breadcrumb-list", listed)
        told = [each["item"] for each in listed["itemListElement"] if "item" in each]
        path = page.path.partition("?")[0]
        own = {f"{site.origin}{path}", f"{site.origin}{page.path}"}
        assert [one for one in told if one not in own] == seen, page.path
        if path.startswith("/news/"):
            steps = path.strip("/").split("/")
            above = [f"{site.origin}/{'/'.join(steps[:n])}/" for n in range(1, len(steps))]
            assert [f"{site.origin}/", *above] == seen, page.path
            deepest = max(deepest, len(steps))

    assert deepest >= 4


def test_every_picture_is_ready(site: Crawl) -> None:
    """A picture says what it shows, has three widths or more, and waits, save the first."""
    wrong = []
    for page in site.pages:
        assert page.tree is not None
        eager = [
            each
            for each in elements(page.tree, "img")
            if each.get("loading") != "lazy" and "/media/" in each.get("src", "")
        ]
        if len(eager) > 1:
            wrong.append((page.path, f"{len(eager)} pictures at once"))
        for each in elements(page.tree, "img"):
            if "/media/" not in each.get("src", ""):
                continue
            size = int(each.get("width", "0"))
            if each.get("srcset", "").count(",") < 2 and size > 700:
                wrong.append((page.path, f"one width of {shown(each)} {each.get('src')}"))
            name = each.get("src", "").rpartition("/")[2].partition(".")[0]
            if each.get("alt") and re.fullmatch(
                r"[\w-]+\.\w{3,4}|" + re.escape(name), each.get("alt", "")
            ):
                wrong.append((page.path, f"alt={each.get('alt')}"))

    assert [] == wrong


def test_every_page_is_sent_with_its_policy(site: Crawl) -> None:
    """Nothing from elsewhere and nothing inline may run on any page; none sets a cookie."""
    policies = Counter(page.headers.get("content-security-policy", "") for page in site.pages)
    (policy,) = policies

    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [] == [path for path, each in site.answers.items() if "set-cookie" in each.headers]
