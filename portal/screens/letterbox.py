"""The letterbox, `/chat/`: a message to the desk by a plain form, for browsers without script.

A GET shows the form, a POST takes it and sends the browser on to the thanks, so reloading those
sends nothing again. What cannot be taken comes back with everything that was typed and with words
at the field. A field no person sees catches machines that fill in all they find: they are thanked.
"""

import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.chat.outreach.form import Form, Given
from portal.chat.requests import EMAIL_LONGEST, NAME_LONGEST, TEXT_LONGEST, TOPIC_LONGEST
from portal.clock import Clock
from portal.errors import Refused, Unavailable
from portal.news.slugs import spoken_in
from portal.screens.contexts import Frame
from portal.screens.frame import Breaking, Clicks, Site, crumbs, dress, frame, surroundings
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.forms import FormTokens, fields
from portal.web.languages import Language, to_translate
from portal.web.templates import Templates

TEMPLATE: Final = "screens/letterbox.html"
PATH: Final = "/chat/"
BOUND_TO: Final = "letterbox"
"""What the form's token is bound to: there is no session."""
NUMBER: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
ARTICLE: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
LONGEST: Final = 20_000
"""Characters of a field that are read at all: what is too long comes back, not to be lost."""
NAMES: Final = (
    *("name", "email", "topic", "message", "consent"),
    *("article", "number", "token", "website", "language"),
)
STATUS: Final = {"limited": 429, "not_allowed": 403}
HEADERS: Final = {"Cache-Control": "no-store"}
SAID: Final = {
    "This form has grown old. Please send it again.": to_translate(
        "This form has grown old. Please send it again."
    ),
    "you cannot write here; staff have blocked this chat": to_translate(
        "You cannot write here; staff have blocked this chat."
    ),
}
"""What a refusal says, in words that catalogues know."""
BUSY: Final = to_translate(
    "We cannot take your message just now. Please send it again in a moment."
)


@dataclass(frozen=True, slots=True)
class LetterboxPage:
    """`screens/letterbox.html`.

    Attributes:
        sent: the form was taken; nothing of it is shown again.
        article: what one asks about.
        problems: by field; "" for what is about all of it.
    """

    frame: Frame
    sent: bool
    token: str
    number: str
    name: str
    email: str
    message: str
    article_id: int | None
    article_title: str
    article_path: str
    name_longest: int = NAME_LONGEST
    email_longest: int = EMAIL_LONGEST
    text_longest: int = TEXT_LONGEST
    asked: tuple[str, ...] = ()
    """Of `name` and `topic` what this site asks for, as in the setting: `topic*` is a must."""
    topic: str = ""
    topic_longest: int = TOPIC_LONGEST
    consent_text: str = ""
    """What one must agree to; "": to nothing."""
    consented: bool = False
    problems: dict[str, str] = field(default_factory=dict)


class Letterbox:
    """The page, with the parts it stands on."""

    def __init__(
        self,
        *,
        db: Database,
        form: Form,
        tokens: FormTokens,
        templates: Templates,
        settings: Settings,
        clicks: Clicks,
        clock: Clock,
        breaking: Breaking,
    ) -> None:
        self._db = db
        self._form = form
        self._tokens = tokens
        self._templates = templates
        self._site = Site(settings, clicks, clock, breaking=breaking)

    async def show(self, request: Request) -> Response:
        """Show the form, or the thanks."""
        asked = request.query_params
        site = self._in(asked.get("language", ""))
        if "sent" in asked:
            return await self._page(site, _empty(), sent=True)
        return await self._page(site, _empty(asked.get("article", "")))

    async def send(self, request: Request) -> Response:
        """Take the form."""
        typed = await fields(request, *NAMES, longest=LONGEST)
        given = _read(typed, request)
        site = self._in(typed["language"])
        if typed["website"]:
            return _thanks(site)
        words = site.words
        problems = self._form.problems(given, words.gettext)
        if problems:
            return await self._page(site, given, problems, status=422)
        try:
            self._tokens.check(typed["token"], BOUND_TO)
            await self._form.take(given, request.scope.get("network", ""))
        except Refused as refused:
            wait_ms = refused.retry_ms
            status = STATUS.get(refused.code, 400)
            said = {"": _sentence(words, refused)}
            return await self._page(site, given, said, status=status, wait_ms=wait_ms)
        except Unavailable:
            return await self._page(
                site, given, {"": words.gettext(BUSY)}, status=503, wait_ms=5_000
            )
        return _thanks(site)

    def _in(self, tag: str) -> Site:
        """Return the site in a language it speaks; in its first where it does not speak that."""
        spoken = spoken_in(tag.lower(), self._site.settings.languages)
        return replace(self._site, spoken=spoken or "")

    async def _page(
        self,
        site: Site,
        given: Given,
        problems: dict[str, str] | None = None,
        *,
        sent: bool = False,
        status: int = 200,
        wait_ms: int | None = None,
    ) -> Response:
        known = await self._form.article(given.article) if given.article is not None else None
        shown = LetterboxPage(
            frame=await self._frame(site),
            sent=sent,
            token=self._tokens.make(BOUND_TO),
            number=given.number,
            name=given.name,
            email=given.email,
            message=given.message,
            article_id=given.article if known else None,
            article_title=known[0] if known else "",
            article_path=known[1] if known else "",
            asked=self._site.settings.chat_fields,
            topic=given.topic,
            consent_text=self._site.settings.chat_consent,
            consented=given.consent,
            problems=problems or {},
        )
        headers = dict(HEADERS)
        if wait_ms is not None:
            headers["Retry-After"] = str(-(-wait_ms // 1000))
        return HTMLResponse(self._templates.render(TEMPLATE, shown), status, headers)

    async def _frame(self, site: Site) -> Frame:
        async with self._db.read() as connection:
            around = await surroundings(connection, site)
            dressed = await dress(connection, site, around.most_read)
        title = site.words.gettext("Write to us")
        way = crumbs(site, (), title)
        return frame(site, around, dressed, title=title, canonical=PATH, crumbs=way)


def _empty(article: str = "") -> Given:
    return Given(secrets.token_urlsafe(16), "", "", "", _article(article))


def _read(typed: dict[str, str], request: Request) -> Given:
    # A number that is none of ours begins a form of its own.
    number = typed["number"] if NUMBER.fullmatch(typed["number"]) else secrets.token_urlsafe(16)
    return Given(
        number=number,
        name=typed["name"].strip(),
        email=typed["email"].strip(),
        # A form's lines end in CR LF, whatever was typed.
        message=typed["message"].replace("\r\n", "\n").strip(),
        article=_article(typed["article"]),
        language=re.split("[,;]", request.headers.get("accept-language", ""))[0].strip()[:35],
        browser=request.headers.get("user-agent", ""),
        consent=bool(typed["consent"]),
        topic=typed["topic"].strip(),
    )


def _article(text: str) -> int | None:
    return int(text) if ARTICLE.fullmatch(text) else None


def _sentence(words: Language, refused: Refused) -> str:
    if refused.code == "limited":
        minutes = max(1, round((refused.retry_ms or 0) / 60_000))
        said = words.gettext(
            "That was a lot of messages at once. Please send it again in %(minutes)s min."
        )
        return said % {"minutes": words.number(minutes)}
    return words.gettext(SAID.get(refused.message, refused.message))


def _thanks(site: Site) -> Response:
    spoken = f"&language={site.spoken}" if site.spoken else ""
    return RedirectResponse(f"{PATH}?sent=1{spoken}", 303, headers=HEADERS)
