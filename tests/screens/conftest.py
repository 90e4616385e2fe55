"""Fixtures of the public pages: a small newsroom, counts one can move, a client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.errands import Errands
from portal.live.hub import Hub
from portal.news.article import Draft, Publication
from portal.news.breaking import BreakingNews
from portal.news.store import categories, tags
from portal.news.store.articles import Articles
from portal.news.store.breaking import Breakings
from portal.news.store.categories import NewCategory
from portal.packed import build
from portal.screens.machines.pages import Machines
from portal.screens.reading import Pages
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.templates import Templates
from tests.conftest import HeldClock

SETTINGS = Settings(site_name="HiFred", base_url="https://portal.example")


@dataclass
class HeldClicks:
    """Counts that move only when told to."""

    totals: dict[int, int] = field(default_factory=dict)

    def total(self, article_id: int) -> int:
        return self.totals.get(article_id, 0)

    def most_read(self, n: int) -> list[tuple[int, int]]:
        return sorted(self.totals.items(), key=lambda each: (-each[1], each[0]))[:n]


@dataclass
class Newsroom:
    """A portal's public side, with what moves it."""

    db: Database
    clock: HeldClock
    clicks: HeldClicks
    articles: Articles
    pages: Pages
    client: httpx.AsyncClient
    rooms: dict[str, int]
    elapsed: list[float]
    breaking: BreakingNews

    async def publish(
        self, slug: str, room: str = "news", of: int | None = None, **more: object
    ) -> Publication:
        """Publish an article and ring."""
        self.clock.forward(1000)
        draft = Draft(
            kind="article" if room else "page",
            slug=slug,
            path=str(more.pop("path", f"{room}/{slug}" if room else slug)),
            category_id=self.rooms.get(room),
            title=str(more.pop("title", f"About {slug}")),
            summary=str(more.pop("summary", "A summary.")),
            body_markdown=str(more.pop("body_markdown", "")),
            body_html=str(more.pop("body_html", "<p>Words &amp; more.</p>")),
            words=500,
            digest=slug,
            **{"status": "published", **more},  # type: ignore[arg-type]
        )
        done = await self.articles.publish(draft, of)
        self.pages.receive(b"{}")
        return done

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page; redirects are not followed."""
        return await self.client.get(path, headers=headers)

    def forward(self, seconds: float) -> None:
        """Let the process' own clock go on."""
        self.elapsed[0] += seconds


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The templates, read before any loop runs."""
    made = Templates(site_url=SETTINGS.site_url, zone=SETTINGS.timezone)
    made.load()
    build()
    return made


@pytest.fixture
async def newsroom(
    database: Database, clock: HeldClock, templates: Templates
) -> AsyncIterator[Newsroom]:
    """Categories three levels deep, one page, and no articles yet."""
    async with furnished(database, clock, templates) as made:
        yield made


@asynccontextmanager
async def furnished(
    database: Database, clock: HeldClock, templates: Templates
) -> AsyncIterator[Newsroom]:
    """Build the public side on a database."""
    articles = Articles(database, clock)
    clicks = HeldClicks()
    ledger, hub, errands = Breakings(database, clock), Hub(), Errands()
    breaking = BreakingNews(hub, ledger, ledger.at_hand, errands)
    pages = Pages(
        db=database,
        articles=articles,
        clicks=clicks,
        templates=templates,
        settings=SETTINGS,
        clock=clock,
        breaking=breaking,
    )
    elapsed = [1000.0]
    pages.cache._seconds = lambda: elapsed[0]
    names = {
        "news": "News",
        "news/company-news": "Company News",
        "news/company-news/people": "People",
    }
    rooms = await database.write(
        lambda c: categories.save(
            c, [NewCategory(path, path.rpartition("/")[2], name) for path, name in names.items()]
        )
    )

    machines = Machines(
        db=database,
        templates=templates,
        settings=SETTINGS,
        clock=clock,
        refusal=pages.refusal,
    )

    async def page(request: Request) -> Response:
        return await pages.page(request)

    app = Starlette(
        routes=[
            Route("/sitemap.xml", machines.sitemap),
            Route("/sitemap-news.xml", machines.sitemap_news),
            Route("/sitemap/{name}.xml", machines.sitemap_part),
            Route("/robots.txt", machines.robots),
            Route("/llms.txt", machines.llms),
            Route("/manifest.webmanifest", machines.manifest),
            Route("/favicon.ico", machines.icon),
            Route("/{where:path}feed.{kind}", machines.feed),
            Route("/{address:path}.md", machines.markdown),
            Route("/{path:path}", page),
        ]
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://portal.example"
    ) as client:
        yield Newsroom(database, clock, clicks, articles, pages, client, rooms, elapsed, breaking)
    await errands.close()


@pytest.fixture
async def labels(database: Database) -> dict[str, int]:
    """Two tags."""
    names = {"harbour": "Harbour", "sensors": "Sensors"}
    ids = await database.write(lambda c: tags.save(c, names))
    return {names[slug]: each for slug, each in ids.items()}
