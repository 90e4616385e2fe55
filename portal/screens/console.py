"""The staff console: one page that stays open all day.

It is rendered once and filled by the socket; what stands in it are its places and words, who is
signed in, and the newest articles with their numbers, so that the table is there before the line
is. What changes is never read here.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.identity import Agent, Role
from portal.news.article import Listed
from portal.news.slugs import article_path
from portal.news.store import listing
from portal.settings import Settings
from portal.staff.pages import sign_in_path
from portal.storage.database import Database
from portal.storage.tables.staff import staff
from portal.web.forms import FormTokens
from portal.web.templates import Templates

TEMPLATE: Final = "screens/console.html"
PATH: Final = "/staff/"
ARTICLES_MOST: Final = 100
"""As many as one socket may watch."""
HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
ROLE_WORDS: Final = {
    Role.ADMIN: "Administrator",
    Role.EDITOR: "Editor",
    Role.AGENT: "Agent",
}


class Clicks(Protocol):
    """What the console asks of the counts (`audience.ticker`)."""

    def total(self, article_id: int) -> int:
        """Return an article's clicks."""
        ...

    def change(self, article_id: int, minutes: int = 5) -> int:
        """Return how many of them came in the last minutes."""
        ...


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One row of the article table, as it stands before the first live number."""

    id: int
    title: str
    path: str
    clicks: int
    change: int
    """Clicks of the last five minutes."""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """`screens/console.html`."""

    site_name: str
    language: str
    agent_id: int
    agent_name: str
    agent_email: str
    """Stands in the sheet that signs in again."""
    role: str
    role_words: str
    token: str
    """For the form that signs out."""
    encrypted: bool
    """False: others on the line can read along; the page says so."""
    articles: tuple[ArticleRow, ...]
    """Most read first."""


class Console:
    """The page `/staff/`, with the parts it stands on."""

    def __init__(
        self,
        *,
        settings: Settings,
        templates: Templates,
        db: Database,
        clicks: Clicks,
        tokens: FormTokens,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._db = db
        self._clicks = clicks
        self._tokens = tokens

    async def page(self, request: Request) -> Response:
        """Show the console to whoever is signed in; anybody else is asked to sign in first."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        async with self._db.read() as connection:
            newest = await listing.latest(connection, ARTICLES_MOST)
            email = await connection.scalar(select(staff.c.email).where(staff.c.id == actor.id))
        page = ConsolePage(
            site_name=self._settings.site_name,
            language="en",  # the console's words are not translated yet
            agent_id=actor.id,
            agent_name=actor.name,
            agent_email=email or "",
            role=actor.role.value,
            role_words=ROLE_WORDS[actor.role],
            token=self._tokens.make(actor.session),
            encrypted=self._settings.secure or self._settings.loopback,
            articles=self._rows(newest),
        )
        return HTMLResponse(self._templates.render(TEMPLATE, page), headers=HEADERS)

    def _rows(self, newest: list[Listed]) -> tuple[ArticleRow, ...]:
        rows = (
            ArticleRow(
                id=each.id,
                title=each.title,
                path=article_path(each.path),
                clicks=self._clicks.total(each.id),
                change=self._clicks.change(each.id),
            )
            for each in newest
        )
        return tuple(sorted(rows, key=lambda row: -row.clicks))
