"""The pages `/staff/desk/{section}`: who may see them, and what a sent form comes to.

Every page is whole without JavaScript. A refused form is shown again with all that was typed and
the reason above it; an accepted one leads back, so that a reload sends nothing twice.
"""

from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.errors import Refused
from portal.identity import Agent, Role
from portal.screens.setup.sections import Section, Sections
from portal.settings import Settings
from portal.staff.pages import sign_in_path
from portal.web.forms import FormTokens, fields
from portal.web.templates import Templates

PATH: Final = "/staff/desk/"
HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
FIELD_LONGEST: Final = 8_000
STATUS: Final = {"not_allowed": 403, "not_found": 404, "conflict": 409}


@dataclass(frozen=True, slots=True)
class SetupPage:
    """`staff/desk-{section}.html`, which stands in `staff/_inside.html`."""

    site_name: str
    language: str
    token: str
    section: str
    title: str
    is_admin: bool
    problem: str
    done: bool
    typed: dict[str, str]
    """What was sent and refused, by field; `which` names the form. Empty: nothing was."""
    content: dict[str, Any]


class SetupPages:
    """All pages of the set-up."""

    def __init__(
        self, *, settings: Settings, templates: Templates, tokens: FormTokens, sections: Sections
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._tokens = tokens
        self._sections = {section.name: section for section in sections.all()}

    async def front(self, request: Request) -> Response:
        """Lead to the first section."""
        return RedirectResponse(f"{PATH}{next(iter(self._sections))}", 303, headers=HEADERS)

    async def page(self, request: Request) -> Response:
        """Show a section."""
        actor, section = self._who(request), self._section(request)
        if actor is None:
            return RedirectResponse(sign_in_path(PATH + section.name), 303, headers=HEADERS)
        return await self._show(actor, section, done="done" in request.query_params)

    async def act(self, request: Request) -> Response:
        """Do what a form asks."""
        actor, section = self._who(request), self._section(request)
        if actor is None:
            return RedirectResponse(sign_in_path(PATH + section.name), 303, headers=HEADERS)
        form = await self._form(request, section)
        act = section.acts.get(form["act"])
        if act is None:
            raise HTTPException(400, "This form asks for nothing we know.")
        try:
            self._tokens.check(form["token"], actor.session)
            await act(actor, form)
        except Refused as refused:
            return await self._show(actor, section, refused=refused, typed=form)
        return RedirectResponse(f"{PATH}{section.name}?done", 303, headers=HEADERS)

    def _who(self, request: Request) -> Agent | None:
        actor = request.scope.get("actor")
        if isinstance(actor, Agent) and actor.role is not Role.ADMIN:
            raise HTTPException(403, "Only administrators may see this.")
        return actor if isinstance(actor, Agent) else None

    def _section(self, request: Request) -> Section:
        section = self._sections.get(request.path_params["section"])
        if section is None:
            raise HTTPException(404)
        return section

    async def _form(self, request: Request, section: Section) -> dict[str, str]:
        plain = [name for name in section.fields if name != "members"]
        # A box for each who works here, of which only those that are ticked are sent; read first,
        # for a form is read once.
        sent = await request.form(max_files=0, max_fields=1000)
        form = await fields(request, "token", "act", "which", *plain, longest=FIELD_LONGEST)
        if "members" in section.fields:
            form["members"] = " ".join(str(each) for each in sent.getlist("members"))
        return form

    async def _show(
        self,
        actor: Agent,
        section: Section,
        *,
        refused: Refused | None = None,
        typed: dict[str, str] | None = None,
        done: bool = False,
    ) -> Response:
        page = SetupPage(
            site_name=self._settings.site_name,
            language="en",  # as the console
            token=self._tokens.make(actor.session),
            section=section.name,
            title=section.title,
            is_admin=True,
            problem=refused.message if refused else "",
            done=done,
            typed=typed or {},
            content=await section.show(),
        )
        text = self._templates.render(f"staff/desk-{section.name}.html", page)
        status = STATUS.get(refused.code, 400) if refused else 200
        return HTMLResponse(text, status, headers=HEADERS)
