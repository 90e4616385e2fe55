"""Templates: a page context goes in, a page's text comes out.

Every page has a dataclass; its fields are the template's names and an unknown name is an error.
Links are made here and never by Starlette, whose `url_for` believes the Host header.

A template is compiled once for all languages: words, numbers and dates look at the language of the
page that is being rendered. That is its frame's; what has no frame is said in English.
"""

from contextvars import ContextVar
from dataclasses import fields
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket

from portal.clock import moment
from portal.errors import Stopped
from portal.packed import build, folder
from portal.settings import Settings
from portal.web import theme
from portal.web.languages import SOURCE, Language, language
from portal.web.theme import Theme

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class _Compiled(BytecodeCache):
    """What templates were compiled to, by where they stand; made anew when one has changed."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._code.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
"""A worker finds here what the fork server has compiled before it."""
HOUSE = "portal"
"""Before a colon: the portal's own template, whatever stands in for it."""


class Templates:
    """The templates of the portal, compiled once a process, before anybody is served."""

    def __init__(
        self,
        *,
        site_url: str,
        zone: ZoneInfo,
        languages: tuple[str, ...] = (),
        look: Theme | None = None,
        instead: Path | None = None,
    ) -> None:
        """Set up what templates may use; none is read yet.

        Args:
            languages: tags of those whose words are read with the templates.
            look: the site's theme.
            instead: a folder whose templates stand in for those of the same name.
        """
        self.theme = look or Theme()
        self._instead = instead is not None
        house = FileSystemLoader(folder("templates"))
        own = [FileSystemLoader(instead)] if instead is not None else []
        self._environment = Environment(
            # One that stands in for another may begin with it: {% extends "portal:base.html" %}.
            loader=ChoiceLoader([*own, house, PrefixLoader({HOUSE: house}, ":")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_COMPILED,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._zone = zone
        self._languages = languages
        self._spoken: ContextVar[Language] = ContextVar("spoken")
        english = language(SOURCE, zone)

        def spoken() -> Language:
            return self._spoken.get(english)

        self._environment.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda words: spoken().gettext(words),
            ngettext=lambda one, many, n: spoken().ngettext(one, many, n),
            pgettext=lambda context, words: spoken().pgettext(context, words),
            npgettext=lambda context, one, many, n: spoken().npgettext(context, one, many, n),
            newstyle=True,
        )
        self._environment.globals.update(
            static=static,
            url=url,
            absolute=lambda path: site_url + url(path),
            build=build(),
            theme=self.theme,
            themed=lambda name: static(f"theme/{self.theme.digest}/{name}"),
        )
        self._environment.filters.update(
            number=lambda value: spoken().number(value),
            day=lambda at: spoken().day(at),
            short_day=lambda at: spoken().short_day(at),
            daytime=lambda at: spoken().daytime(at),
            iso=iso,
            rfc822=rfc822,
        )

    @classmethod
    def of(cls, settings: Settings) -> "Templates":
        """Return the templates of a site, in its theme.

        Raises:
            Stopped: the theme cannot be meant.
        """
        return cls(
            site_url=settings.site_url,
            zone=settings.timezone,
            languages=settings.languages,
            look=theme.load(settings.theme, settings.data),
            instead=settings.templates,
        )

    def load(self) -> None:
        """Read and compile all templates; run in a thread, before anybody is served.

        No reader waits for the disk then, nor anybody else on the loop, and a slip in a rare page
        is found at the start.
        """
        for tag in self._languages:
            language(tag, self._zone).day(0)  # and what CLDR knows of it
        for name in self._environment.list_templates(extensions=["html", "xml"]):
            # The portal's own by its other name is asked for by those that stand in only.
            if self._instead or not name.startswith(f"{HOUSE}:"):
                self._environment.get_template(name)

    def render(self, name: str, context: "DataclassInstance") -> str:
        """Return the text of the template `name` with the fields of `context`.

        Its frame, if it has one, says in which language.

        Raises:
            jinja2.TemplateError: the template asks for what the context does not have.
        """
        values: dict[str, Any] = {f.name: getattr(context, f.name) for f in fields(context)}
        tag = getattr(values.get("frame"), "language", SOURCE)
        before = self._spoken.set(language(tag, self._zone))
        try:
            return self._environment.get_template(name).render(values)
        finally:
            self._spoken.reset(before)


def check(instead: Path | None) -> None:
    """See that every template that stands in for another can be read.

    Raises:
        Stopped: one cannot, or none is there; says which, and its line.
    """
    if instead is None:
        return
    if not instead.is_dir():
        raise Stopped(f"PORTAL_TEMPLATES: there is no folder {instead}")
    try:
        Templates(site_url="", zone=ZoneInfo("UTC"), instead=instead).load()
    except TemplateSyntaxError as error:
        raise Stopped(f"{error.filename}, line {error.lineno}: {error.message}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Stopped(f"PORTAL_TEMPLATES: {instead} cannot be read ({error})") from None


def static(path: str) -> str:
    """Return the address of a file under `static/`, which changes when any of them does."""
    return f"/static/{build()}/{path}"


def url(path: str) -> str:
    """Return `path` as it is written in a link: one leading slash, other letters escaped."""
    return "/" + quote(path.lstrip("/"), safe="/-._~?=&#@:")


def iso(at: int) -> str:
    """Write milliseconds UTC as 2024-06-07T00:00:00Z."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc822(at: int) -> str:
    """Write milliseconds UTC as Fri, 07 Jun 2024 00:00:00 GMT."""
    return formatdate(at / 1000, usegmt=True)
