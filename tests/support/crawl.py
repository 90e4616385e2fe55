"""A crawl of a site: every address its pages, feeds, maps, styles and scripts name, asked once.

What is read for links is what was answered, by its media type; a link is kept with where it stood,
so that whatever goes wrong can be found. Redirects are not followed: a link needs none.
"""

import asyncio
import json
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import html5lib
import httpx2 as httpx

HANDS = 6
"""So many requests are under way at once: as a browser does."""
FOLLOWED = {"a", "area", "form"}
"""Elements whose address is asked for only when a person wants it; all others load theirs."""
LOADED_RELATIONS = {
    *("stylesheet", "icon", "apple-touch-icon", "manifest", "modulepreload", "preload"),
    *("prefetch", "preconnect", "dns-prefetch", "mask-icon"),
}
ADDRESS_ATTRIBUTES = ("href", "src", "action", "poster", "data", "formaction", "cite")
CSS_ADDRESS = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)["']?""")
JS_ADDRESS = re.compile(r"""(?:\bfrom|\bimport|\bimport\()\s*["'](\.{1,2}/[^"']+)["']""")
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
MARKDOWN_ADDRESS = re.compile(r"\]\(<?([^)\s>]+)")
SITEMAP = re.compile(r"^Sitemap:\s*(\S+)", re.MULTILINE)
META_ADDRESSES = {"og:url", "og:image", "og:image:secure_url", "twitter:image", "og:video"}


@dataclass(frozen=True)
class Link:
    """One address where it stands."""

    page: str
    """The path of what names it."""
    url: str
    """Absolute, with its fragment."""
    what: str
    """The element or file kind that names it: "a", "img", "css"."""
    loaded: bool
    """Whether a browser asks for it by itself."""


@dataclass
class Answer:
    """What one address answered."""

    path: str
    status: int
    headers: httpx.Headers
    content: bytes
    tree: ElementTree.Element | None = None
    """A page's elements, without namespaces."""
    errors: list[str] = field(default_factory=list)
    """What a strict parser would have refused."""

    @property
    def kind(self) -> str:
        """Its media type alone."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        """What it says."""
        return self.content.decode("utf-8")

    def fragments(self) -> set[str]:
        """Return what a link may point at inside it."""
        assert self.tree is not None
        return {value for each in self.tree.iter() for value in (each.get("id"),) if value}


@dataclass
class Crawl:
    """A site, as somebody found it who follows every link."""

    origin: str
    answers: dict[str, Answer] = field(default_factory=dict)
    """By path, with the query."""
    links: list[Link] = field(default_factory=list)

    @property
    def pages(self) -> list[Answer]:
        """All that is HTML, and answered."""
        return [each for each in self.answers.values() if each.tree is not None]

    def inside(self, url: str) -> str | None:
        """Return the path of an address of this site, without its fragment; None: another's."""
        bare = urldefrag(url).url
        if not bare.startswith(f"{self.origin}/"):
            return None
        return bare.removeprefix(self.origin)

    def named_by(self, path: str) -> list[str]:
        """Return where an address stands, for whoever mends it."""
        places = defaultdict(set)
        for link in self.links:
            places[self.inside(link.url)].add(f"{link.page} ({link.what})")
        return sorted(places[path])[:3]


async def crawl(origin: str, *seeds: str) -> Crawl:
    """Ask for these paths, and for whatever they name, until nothing new is named."""
    found = Crawl(origin)
    waiting = list(dict.fromkeys(seeds))
    limits = httpx.Limits(max_connections=HANDS)
    async with httpx.AsyncClient(base_url=origin, limits=limits, timeout=30) as client:
        while waiting:
            batch, waiting = waiting, []
            for answer in await _ask(client, batch):
                found.answers[answer.path] = answer
                for link in _links(answer, origin):
                    found.links.append(link)
                    path = found.inside(link.url)
                    if path and path not in found.answers and path not in batch + waiting:
                        waiting.append(path)
    return found


async def _ask(client: httpx.AsyncClient, paths: list[str]) -> list[Answer]:
    gate = asyncio.Semaphore(HANDS)

    async def one(path: str) -> Answer:
        async with gate:
            got = await client.get(path)
        return Answer(path, got.status_code, got.headers, got.content)

    return list(await asyncio.gather(*(one(path) for path in paths)))


def _links(answer: Answer, origin: str) -> Iterator[Link]:
    """Return what an answer names, absolute."""
    here = f"{origin}{answer.path}"
    if answer.status != 200:
        return
    for url, what, loaded in _named(answer):
        url = url.strip()
        if url and not url.startswith(("data:", "mailto:", "tel:", "blob:")):
            yield Link(answer.path, urljoin(here, url), what, loaded)


def _named(answer: Answer) -> Iterator[tuple[str, str, bool]]:
    kind = answer.kind
    if kind == "text/html":
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        answer.tree = parser.parse(answer.content, transport_encoding="utf-8")
        answer.errors = [f"{place}: {code} {said}" for place, code, said in parser.errors]
        yield from of_html(answer.tree)
    elif kind == "text/css":
        yield from ((url, "css", True) for url in CSS_ADDRESS.findall(answer.text))
    elif kind == "text/javascript":
        bare = JS_COMMENT.sub("", answer.text)
        yield from ((url, "js", True) for url in JS_ADDRESS.findall(bare))
    elif kind.endswith("json"):
        yield from of_json(json.loads(answer.text), kind)
    elif kind.endswith("xml") and kind != "image/svg+xml":
        yield from of_xml(ElementTree.fromstring(answer.content))
    elif kind == "text/markdown" or answer.path == "/llms.txt":
        yield from ((url, "markdown", False) for url in MARKDOWN_ADDRESS.findall(answer.text))
    elif answer.path == "/robots.txt":
        yield from ((url, "robots", False) for url in SITEMAP.findall(answer.text))


def of_html(tree: ElementTree.Element) -> Iterator[tuple[str, str, bool]]:
    """Return what a page, or a piece of one, names."""
    for each in tree.iter():
        if not isinstance(each.tag, str):
            continue
        loaded = each.tag not in FOLLOWED
        if each.tag == "link":
            loaded = bool(set(each.get("rel", "").split()) & LOADED_RELATIONS)
        for name in ADDRESS_ATTRIBUTES:
            if (url := each.get(name)) and (each.tag, name) != ("object", "data"):
                yield url, each.tag, loaded
        for name in ("srcset", "imagesrcset"):
            for part in each.get(name, "").split(","):
                if part.strip():
                    yield part.split()[0], each.tag, True
        if each.tag == "meta" and (each.get("property") or each.get("name")) in META_ADDRESSES:
            yield each.get("content", ""), "meta", False
        if each.tag == "script" and each.get("type") == "application/ld+json":
            yield from of_json(json.loads(each.text or ""), "ld+json")


def of_json(value: object, what: str) -> Iterator[tuple[str, str, bool]]:
    """Return every string that is an address, and what stands in the HTML of a feed."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"@context", "sameAs"}:
                continue
            if name == "content_html":
                yield from of_html(html5lib.parseFragment(inner, namespaceHTMLElements=False))
            elif name in {"src", "start_url", "url", "home_page_url", "feed_url", "image"} or (
                isinstance(inner, str) and inner.startswith("http") and " " not in inner
            ):
                yield from _strings(inner, what)
                yield from of_json(inner, what) if not isinstance(inner, str) else ()
            else:
                yield from of_json(inner, what)
    elif isinstance(value, list):
        for inner in value:
            yield from of_json(inner, what)


def _strings(value: object, what: str) -> Iterator[tuple[str, str, bool]]:
    if isinstance(value, str):
        yield value, what, False


def of_xml(tree: ElementTree.Element) -> Iterator[tuple[str, str, bool]]:
    """Return what a feed or a map names, and what its articles do."""
    for each in tree.iter():
        tag = each.tag.rpartition("}")[2]
        said = (each.text or "").strip()
        for name in ("href", "url"):
            if url := each.get(name):
                yield url, tag, False
        if tag in {"loc", "link", "guid", "id", "comments", "url", "logo", "icon"}:
            if said.startswith("http"):
                yield said, tag, False
        elif tag == "encoded" or (tag == "content" and each.get("type") == "html"):
            yield from of_html(html5lib.parseFragment(said, namespaceHTMLElements=False))


def fragment_of(url: str) -> str:
    """Return what an address points at inside its page."""
    return unquote(urlsplit(url).fragment)
