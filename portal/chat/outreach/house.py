"""The house a letter comes from: its name, its address, its clock on the wall, its paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from portal.chat.outreach.articles import AsRead, no_articles
from portal.chat.outreach.post import Post

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


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
    render: Callable[[str, "DataclassInstance"], str]
    post: Post | None = None
    as_read: AsRead = field(default=no_articles)

    def absolute(self, path: str) -> str:
        """Return the whole address of a path, in letters every mail program links."""
        return self.site_url + "/" + quote(path.lstrip("/"), safe="/-._~?=&#@:")
