"""Templates: a page context goes in, a page's text comes out.

Every page has a dataclass; its fields are the template's names and an unknown name is an error.
Links are made here and never by Starlette, whose `url_for` believes the Host header.
"""

from dataclasses import fields
from datetime import datetime
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.clock import moment
from portal.packed import build, folder

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Templates:
    """The templates of the portal, compiled once a process, before anybody is served."""

    def __init__(self, *, site_url: str, zone: ZoneInfo) -> None:
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
        self._environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals.update(
            static=static,
            url=url,
            absolute=lambda path: site_url + url(path),
            build=build(),
        )
        self._environment.filters.update(
            number=number,
            iso=iso,
            rfc822=rfc822,
            day=partial(day, zone=zone),
            short_day=partial(short_day, zone=zone),
            daytime=partial(daytime, zone=zone),
        )

    def load(self) -> None:
        """Read and compile all templates; run in a thread, before anybody is served.

        No reader waits for the disk then, nor anybody else on the loop, and a slip in a rare page
        is found at the start.
        """
        for name in self._environment.list_templates(extensions=["html", "xml"]):
            self._environment.get_template(name)

    def render(self, name: str, context: "DataclassInstance") -> str:
        """Return the text of the template `name` with the fields of `context`.

        Raises:
            jinja2.TemplateError: the template asks for what the context does not have.
        """
        values: dict[str, Any] = {f.name: getattr(context, f.name) for f in fields(context)}
        return self._environment.get_template(name).render(values)


def static(path: str) -> str:
    """Return the address of a file under `static/`, which changes when any of them does."""
    return f"/static/{build()}/{path}"


def url(path: str) -> str:
    """Return `path` as it is written in a link: one leading slash, other letters escaped."""
    return "/" + quote(path.lstrip("/"), safe="/-._~?=&#@:")


def number(value: int) -> str:
    """Write 1234567 as 1,234,567."""
    return f"{value:,}"


def iso(at: int) -> str:
    """Write milliseconds UTC as 2024-06-07T00:00:00Z."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc822(at: int) -> str:
    """Write milliseconds UTC as Fri, 07 Jun 2024 00:00:00 GMT."""
    return formatdate(at / 1000, usegmt=True)


def day(at: int, zone: ZoneInfo) -> str:
    """Write milliseconds UTC as 7 June 2024 in `zone`."""
    local = moment(at).astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def short_day(at: int, zone: ZoneInfo) -> str:
    """Write milliseconds UTC as 7 Jun 2024 in `zone`."""
    local = moment(at).astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


def daytime(at: int, zone: ZoneInfo) -> str:
    """Write milliseconds UTC as 7 June 2024, 09:30 in `zone`; without the hour at midnight."""
    local: datetime = moment(at).astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return day(at, zone)
    return f"{day(at, zone)}, {local:%H:%M}"
