"""The house a letter comes from: its name, its address, its clock on the wall, its paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import TYPE_CHECKING, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from portal.chat.outreach.articles import AsRead, no_articles
from portal.chat.outreach.post import Post
from portal.settings import Settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Render = Callable[[str, "DataclassInstance"], str]


@dataclass(frozen=True)
class House:
    """What is decided outside.

    Attributes:
        site_url: without a slash at its end.
        zone: in which times are written.
        language: of the site, for whoever's own we do not know.
        sender: whom mail comes from.
        render: makes HTML of a template and what it shows.
        post: the way to the mail server; None: letters wait.
        as_read: what an article said at a moment.
    """

    site_name: str
    site_url: str
    zone: ZoneInfo
    language: str
    sender: Address
    render: Render
    post: Post | None = None
    as_read: AsRead = field(default=no_articles)

    @classmethod
    def of(cls, settings: Settings, render: Render, as_read: AsRead) -> Self:
        """Return the house that the settings describe."""
        return cls(
            site_name=settings.site_name,
            site_url=settings.site_url,
            zone=settings.timezone,
            language=settings.languages[0],
            sender=settings.mail_sender,
            render=render,
            post=Post(settings.smtp_url) if settings.smtp_url else None,
            as_read=as_read,
        )

    def absolute(self, path: str) -> str:
        """Return the whole address of a path, in letters every mail program links."""
        return self.site_url + "/" + quote(path.lstrip("/"), safe="/-._~?=&#@:")
