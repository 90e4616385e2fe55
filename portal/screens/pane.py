"""The reading pane: one revision of an article, for staff who read along with a visitor.

It is the very text he was served, with the ids its paragraphs have on his page, so that what he
has before him can be marked: whatever the article has become since. A fragment, not a page.
"""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal.identity import Agent
from portal.storage.database import Database
from portal.storage.tables.news import article as articles
from portal.storage.tables.news import revision
from portal.web.templates import Templates

TEMPLATE: Final = "screens/_pane.html"
HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""It may never have been published, or be so no more: kept by nobody, found by nobody."""
NEWEST: Final = 0
"""Instead of a number: what readers are served now. For a visitor whose page did not say which."""
ID_MOST: Final = 2**53 - 1
NUMBER_MOST: Final = 2**31 - 1
"""A database's INTEGER."""


@dataclass(frozen=True, slots=True)
class PanePart:
    """`screens/_pane.html`."""

    id: int
    revision: int
    title: str
    summary: str
    body: Markup


class Pane:
    """Shows revisions to staff (`request.state["pane"]`)."""

    def __init__(self, db: Database, templates: Templates) -> None:
        self._db = db
        self._templates = templates

    async def revision(self, request: Request) -> Response:
        """Answer with one revision's title and text; 401 to anybody who is not signed in."""
        if not isinstance(request.scope.get("actor"), Agent):
            return Response(status_code=401, headers=HEADERS)
        article, number = request.path_params["id"], request.path_params["number"]
        if not (article <= ID_MOST and number <= NUMBER_MOST):
            return Response(status_code=404, headers=HEADERS)
        row = revision.c
        query = select(row.number, row.title, row.summary, row.body_html).where(
            row.article_id == article
        )
        if number == NEWEST:
            query = query.join(
                articles,
                (articles.c.id == row.article_id) & (articles.c.published_revision == row.number),
            )
        else:
            query = query.where(row.number == number)
        async with self._db.read() as c:
            found = (await c.execute(query)).one_or_none()
        if found is None:
            return Response(status_code=404, headers=HEADERS)
        part = PanePart(
            id=article,
            revision=found.number,
            title=found.title,
            summary=found.summary,
            body=Markup(found.body_html),  # noqa: S704 - sanitised by news.markup before it was kept
        )
        return HTMLResponse(self._templates.render(TEMPLATE, part), headers=HEADERS)
