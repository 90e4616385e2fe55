"""A portal with two agents and two articles, and whoever comes to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.console.people import AGENTS, ARTICLES, DESK, PASSWORD, Visitor
from tests.support.servers import Portal
from tests.support.staff import hire


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with two agents and two articles."""
    folder = tmp_path_factory.mktemp("console")
    for slug, title in ARTICLES.items():
        text = (
            f"---\ntitle: {title}\nslug: {slug}\ndate: 2026-01-05\ncategory: news\n---\n\nText.\n"
        )
        (folder / "articles").mkdir(exist_ok=True)
        (folder / "articles" / f"{slug}.md").write_text(text, encoding="utf-8")
    environ = {"PORTAL_DRAIN_SECONDS": "0"}
    server = Portal(folder / "data", environ, arguments=("--workers", "2"))
    server.start()
    try:
        for email, name in AGENTS.items():
            hire(server, email, name, password=PASSWORD)
        imported = server.run("import", "markdown", str(folder / "articles"))
        assert imported.returncode == 0, imported.stderr
        yield server
    finally:
        server.stop()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes people: each has a browser of his own; whatever goes wrong in one fails the test."""
    made: list[BrowserContext] = []
    wrong: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": DESK, **options})
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """The cookies of whoever has signed in: signing in again and again is refused, rightly."""
    return {}


@pytest.fixture
def desk(
    portal: Portal, contexts: Callable[..., BrowserContext], sessions: dict[str, Any]
) -> Callable[..., Page]:
    """Signs an agent in, unless he is, and gives his console."""

    def open_desk(email: str = "mei@example.org", **options: Any) -> Page:
        page = contexts(storage_state=sessions.get(email), **options).new_page()
        page.goto(f"{portal.url}/staff/")
        if email not in sessions:
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.keyboard.press("Enter")
        page.wait_for_selector("staff-console[data-line=open]")
        sessions[email] = page.context.storage_state()
        return page

    return open_desk


@pytest.fixture
def visitor(portal: Portal, contexts: Callable[..., BrowserContext]) -> Callable[..., Visitor]:
    """Brings somebody to an article and lets him ask for chat."""

    def come(name: str, article: str = "harbour") -> Visitor:
        page = contexts().new_page()
        page.goto(f"{portal.url}/news/{article}")
        return Visitor(page, name)

    return come
