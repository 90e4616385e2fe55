"""Addresses at random: whatever is published, renamed, moved and withdrawn, none ever breaks."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal.news.store.moves import NoPlace
from portal.packed import build
from portal.storage.database import Database, address
from portal.storage.migrate import migrate
from portal.web.templates import Templates
from tests.conftest import HeldClock
from tests.screens.conftest import SETTINGS, Newsroom, furnished

ROOMS = ["news", "news/company-news", "news/company-news/people"]
rooms = st.sampled_from(ROOMS)
slugs = st.sampled_from(["a", "b", "people"])
statuses = st.sampled_from(["published", "published", "published", "draft"])
places = st.sampled_from([None, *ROOMS])

_migrated: dict[str, bytes] = {}
"""The files of an empty database: made once, copied for each newsroom."""


@cache
def _templates() -> Templates:
    """Read them before any loop runs."""
    made = Templates(site_url=SETTINGS.site_url, zone=SETTINGS.timezone)
    made.load()
    build()
    return made


class Addresses(RuleBasedStateMachine):
    """A newsroom whose editors never leave anything where it is, and its readers' bookmarks."""

    def __init__(self) -> None:
        super().__init__()
        self.templates = _templates()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.shown: set[str] = set()
        self.articles: list[int] = []

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        if not _migrated:
            await migrate(address(None, folder))
            _migrated.update({each.name: each.read_bytes() for each in folder.iterdir()})
        for name, content in _migrated.items():
            Path(folder, name).write_bytes(content)
        self.db = Database(address(None, folder))
        await self.db.open()
        self.stack.push_async_callback(self.db.close)
        self.newsroom: Newsroom = await self.stack.enter_async_context(
            furnished(self.db, HeldClock(), self.templates)
        )
        await self._look()

    async def _paths(self) -> list[str]:
        """Return where everything stands that readers see."""
        tables = ("SELECT path || '/' FROM category", _ARTICLES)
        async with self.db.read() as c:
            return [path for query in tables for (path,) in (await c.exec_driver_sql(query)).all()]

    async def _look(self) -> None:
        """A reader marks every page there is."""
        self.newsroom.pages.receive(b"{}")
        self.shown |= {f"/{path}" for path in await self._paths()}

    async def _publish(self, room: str, slug: str, status: str, of: int | None) -> None:
        async with self.db.read() as c:
            row = await c.exec_driver_sql(
                "SELECT path FROM category WHERE id = ?", (self.newsroom.rooms[room],)
            )
            path = f"{row.scalar_one()}/{slug}"
            here = await c.exec_driver_sql("SELECT id FROM article WHERE path = ?", (path,))
            taken = here.scalar_one_or_none() not in (None, of)
            tree = await c.exec_driver_sql("SELECT 1 FROM category WHERE path = ?", (path,))
        if taken or tree.first():
            return  # every door refuses it
        done = await self.newsroom.publish(slug, room, of, status=status, path=path)
        self.articles.append(done.article_id)
        await self._look()

    @rule(room=rooms, slug=slugs, status=statuses)
    def a_new_one_is_written(self, room: str, slug: str, status: str) -> None:
        self.run(self._publish(room, slug, status, None))

    @rule(which=st.integers(0, 99), room=rooms, slug=slugs, status=statuses)
    def one_is_changed(self, which: int, room: str, slug: str, status: str) -> None:
        if self.articles:
            of = self.articles[which % len(self.articles)]
            self.run(self._publish(room, slug, status, of))

    @rule(which=st.integers(0, 99))
    def one_is_withdrawn(self, which: int) -> None:
        if self.articles:
            of = self.articles[which % len(self.articles)]
            self.run(self.newsroom.articles.withdraw(of))
            self.run(self._look())

    @rule(room=rooms, slug=slugs, under=places)
    def a_category_moves(self, room: str, slug: str, under: str | None) -> None:
        parent = self.newsroom.rooms[under] if under else None
        articles = self.newsroom.articles
        try:
            self.run(articles.move_category(self.newsroom.rooms[room], slug=slug, parent_id=parent))
        except NoPlace:
            return
        self.run(self._look())

    @rule()
    def readers_come_back(self) -> None:
        self.run(self._follow())

    async def _follow(self) -> None:
        """Every mark is a page, leads to one at once, or says that it is gone."""
        answers = {path: await self.newsroom.get(path) for path in sorted(self.shown)}
        for path, answer in answers.items():
            if answer.status_code in (301, 308):  # 308: a category stands there now
                answer = await self.newsroom.get(answer.headers["location"])
                assert answer.status_code == 200, f"{path} leads to {answer.url}"
            assert answer.status_code in (200, 410), f"{path}: {answer.status_code}"
        for path in await self._paths():
            assert answers[f"/{path}"].status_code == 200, path

    def teardown(self) -> None:
        try:
            if hasattr(self, "newsroom"):
                self.run(self._follow())
        finally:
            self.run(self.stack.aclose())
            self.loop.close()


_ARTICLES = "SELECT path FROM article WHERE status = 'published'"

TestAddresses = Addresses.TestCase
TestAddresses.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
