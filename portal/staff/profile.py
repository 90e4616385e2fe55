"""The page `/staff/me`: what colleagues and visitors see of a member of staff.

A picture is a stranger's file, whoever sends it: it is made anew by a process of its own, and only
the small square that comes of it is kept.
"""

import asyncio
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.errors import Refused
from portal.identity import Agent, Role, StaffId
from portal.pictures.darkroom import Darkroom, Unfit, is_picture
from portal.settings import Settings
from portal.staff.account import person_name
from portal.staff.pages import sign_in_path
from portal.storage.database import Database
from portal.storage.media import Media
from portal.storage.tables.staff import staff
from portal.web.forms import FormTokens
from portal.web.templates import Templates

PATH: Final = "/staff/me"
TITLE_LONGEST: Final = 120
PICTURE_BYTES: Final = 10 * 1024 * 1024
FORM_BYTES: Final = PICTURE_BYTES + 64 * 1024
HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """`staff/me.html`."""

    site_name: str
    language: str
    token: str
    section: str
    is_admin: bool
    email: str
    name: str
    title: str
    picture: str
    """Below /media/; "" for none."""
    problem: str
    done: bool


@dataclass(frozen=True, slots=True)
class _Given:
    """What the form brought."""

    token: str
    name: str
    title: str
    drop: bool
    picture: bytes


class Profile:
    """The page, with the parts it stands on."""

    def __init__(
        self,
        *,
        settings: Settings,
        templates: Templates,
        db: Database,
        media: Media,
        tokens: FormTokens,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._db = db
        self._media = media
        self._tokens = tokens
        self._darkroom = Darkroom()

    async def page(self, request: Request) -> Response:
        """Show the form."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        return await self._show(actor, done="done" in request.query_params)

    async def save(self, request: Request) -> Response:
        """Take what was filled in."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return RedirectResponse(sign_in_path(PATH), 303, headers=HEADERS)
        given = await _read(request)
        try:
            self._tokens.check(given.token, actor.session)
            name, title = person_name(given.name), _title(given.title)
            picture = await self._develop(given.picture) if given.picture else None
        except Refused as refused:
            status = 403 if refused.code == "not_allowed" else 400
            return await self._show(actor, given, problem=refused.message, status=status)
        if picture is None and given.drop:
            picture = ""
        await self._write(actor.id, name, title, picture)
        await request.state["ring_staff"]()
        return RedirectResponse(f"{PATH}?done", 303, headers=HEADERS)

    async def _develop(self, content: bytes) -> str:
        if not is_picture(content[:12]):
            raise Refused("bad_field", "The picture is no JPEG, PNG, WebP or GIF.")
        room = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="portal-face-")
        try:
            folder = Path(room.name)
            source = folder / "came"
            await asyncio.to_thread(source.write_bytes, content)
            made = await self._darkroom.develop(source, folder, secrets.token_hex(8), "portrait")
            face = await asyncio.to_thread(made[0].path.read_bytes)
        except Unfit as unfit:
            raise Refused("bad_field", f"The picture cannot be opened: {unfit}.") from unfit
        finally:
            await asyncio.to_thread(room.cleanup)
        name = made[0].path.name
        await asyncio.to_thread(self._media.put, name, face)
        return name

    async def _write(self, who: StaffId, name: str, title: str, picture: str | None) -> None:
        async def work(c: AsyncConnection) -> str:
            query = select(staff.c.picture).where(staff.c.id == who)
            before: str = (await c.execute(query)).scalar_one()
            values = {"name": name, "title": title}
            if picture is not None:
                values["picture"] = picture
            await c.execute(update(staff).where(staff.c.id == who).values(**values))
            return before

        before = await self._db.write(work)
        if picture is not None and before and before != picture:
            await asyncio.to_thread(self._media.remove, before)

    async def _show(
        self,
        actor: Agent,
        given: _Given | None = None,
        *,
        problem: str = "",
        status: int = 200,
        done: bool = False,
    ) -> Response:
        async with self._db.read() as c:
            row = (await c.execute(select(staff).where(staff.c.id == actor.id))).one()
        page = ProfilePage(
            site_name=self._settings.site_name,
            language="en",  # as the console
            token=self._tokens.make(actor.session),
            section="me",
            is_admin=actor.role is Role.ADMIN,
            email=row.email,
            name=given.name if given else row.name,
            title=given.title if given else row.title,
            picture=row.picture,
            problem=problem,
            done=done,
        )
        return HTMLResponse(self._templates.render("staff/me.html", page), status, HEADERS)


async def _read(request: Request) -> _Given:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415, "Expected a form.")
    async with request.form(max_files=1, max_fields=10) as form:
        picture = form.get("picture")
        content = await picture.read(PICTURE_BYTES + 1) if isinstance(picture, UploadFile) else b""
        if len(content) > PICTURE_BYTES:
            raise HTTPException(413, "This picture is too large.")
        texts = {
            name: value if isinstance(value := form.get(name), str) else ""
            for name in ("token", "name", "title", "drop")
        }
        return _Given(
            token=texts["token"][:200],
            name=texts["name"][:500],
            title=texts["title"][:500],
            drop=texts["drop"] == "on",
            picture=content,
        )


def _title(text: str) -> str:
    title = " ".join(text.split())
    if len(title) > TITLE_LONGEST or not title.isprintable():
        raise Refused("bad_field", f"A title has at most {TITLE_LONGEST} visible characters.")
    return title
