"""Templates: a page context goes in, a page's text comes out.

Every page has a dataclass; its fields are the template's names and an unknown name is an error.
Links are made here and never by Starlette, whose `url_for` believes the Host header.

A template is compiled once for all languages: words, numbers and dates look at the language of the
page that is being rendered. That is its frame's; what has no frame is said in English.
"""

from contextvars import ContextVar
from dataclasses import fields
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.clock import moment
from portal.packed import build, folder
from portal.web.languages import SOURCE, Language, language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Templates:
    """The templates of the portal, compiled once a process, before anybody is served."""

    def __init__(self, *, site_url: str, zone: ZoneInfo, languages: tuple[str, ...] = ()) -> None:
        """Set up what templates may use; none is read yet.

        Args:
            languages: tags of those whose words are read with the templates.
        """
        self._environment = Environment(
            loader=FileSystemLoader(folder("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
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
        )
        self._environment.filters.update(
            number=lambda value: spoken().number(value),
            day=lambda at: spoken().day(at),
            short_day=lambda at: spoken().short_day(at),
            daytime=lambda at: spoken().daytime(at),
            iso=iso,
            rfc822=rfc822,
        )

    def load(self) -> None:
        """Read and compile all templates; run in a thread, before anybody is served.

        No reader waits for the disk then, nor anybody else on the loop, and a slip in a rare page
        is found at the start.
        """
        for tag in self._languages:
            language(tag, self._zone).day(0)  # and what CLDR knows of it
        for name in self._environment.list_templates(extensions=["html", "xml"]):
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
