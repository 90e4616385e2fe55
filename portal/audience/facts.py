"""Facts: how those who clicked came, on what they read, how long and how far. Sums, no readers.

A fact is noted with the click it belongs to, so that each kind's values come to the clicks of that
hour. All of it is derived here from what the handshake said; nothing that a page sends is kept as
it came.
"""

from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlsplit

from portal.audience.crawlers import is_machine
from portal.audience.record import Record
from portal.live.connection import Connection
from portal.storage.tables.audience import VALUE_LONGEST

SEARCH: Final = (
    "google", "bing", "duckduckgo", "yahoo", "yandex", "baidu", "sogou", "ecosia", "qwant",
    "startpage", "brave", "naver", "seznam", "kagi", "mojeek", "so", "sm",
)  # fmt: skip
"""Names before the country's or other ending: google.de, search.brave.com, www.so.com."""
SOCIAL: Final = (
    "facebook", "fb", "instagram", "twitter", "x", "t", "linkedin", "lnkd", "reddit", "pinterest",
    "youtube", "tiktok", "threads", "bsky", "mastodon", "weibo", "zhihu", "douban", "qq", "weixin",
    "telegram", "vk", "whatsapp", "tumblr", "ycombinator", "xing",
)  # fmt: skip
MAIL: Final = ("mail", "outlook", "gmail", "webmail", "deref-gmx", "deref-web", "proton")
"""First or second names of a host: mail.google.com, outlook.live.com, deref-gmx.net."""
UNKNOWN: Final = "unknown"
OTHER: Final = "other"
QUARTER: Final = 25
"""Percent: a text is read in quarters."""
LONGEST_SECONDS: Final = 4 * 3600
"""A reading longer than this is a window somebody keeps moving; it counts as so long."""


class Facts:
    """Notes facts about clicks and readings."""

    def __init__(self, record: Record, *, host: str, fronts: Collection[str], demo: bool) -> None:
        """Begin to note.

        Args:
            host: the site's own, without port.
            fronts: paths of the site's front pages.
            demo: whether sample readers are people.
        """
        self._record = record
        self._host = host
        self._fronts = frozenset(fronts)
        self._demo = demo
        self.place: Callable[[int], str | None] = lambda _: None
        """Where on the front page an article stands now; wired in `app.py`."""

    def clicked(self, connection: Connection, article: int) -> None:
        """Note how a click came."""
        referrer = connection.hello.referrer
        kind = referrer_kind(referrer if isinstance(referrer, str) else "", self._host)
        self._record.add_fact(article, "referrer", kind)
        if kind == "internal" and urlsplit(str(referrer)).path in self._fronts:
            self._record.add_fact(article, "place", (self.place(article) or OTHER)[:VALUE_LONGEST])
        self._record.add_fact(article, "device", device(connection.browser))
        self._record.add_fact(article, "language", language(connection.languages))

    def read(
        self, connection: Connection, article: int, seconds: float, depth: float | None
    ) -> None:
        """Note that somebody has read an article for so long, with all his pauses taken out.

        Args:
            depth: how much of the text was on his screen, in percent; None: nobody knows.
        """
        if connection.colleague or is_machine(connection.browser, demo=self._demo):
            return
        whole = min(round(seconds), LONGEST_SECONDS)
        if whole > 0:
            self._record.add_fact(article, "seconds", "sum", whole)
            self._record.add_fact(article, "seconds", "readings")
            if depth is not None:
                quarter = round(depth // QUARTER) * QUARTER
                self._record.add_fact(article, "depth", str(quarter))


def referrer_kind(referrer: str, host: str) -> str:
    """Return where a page's reader came from: internal, search, social, mail, other or direct.

    Args:
        referrer: the address the page was told, whole or only its origin; "" is direct.
        host: the site's own.
    """
    try:
        there = (urlsplit(referrer).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return "other"
    if not there:
        # An app says android-app://…; what has no host at all is no address.
        return "other" if referrer.strip() else "direct"
    if there == host.lower().removeprefix("www."):
        return "internal"
    names = there.split(".")[:-1] or [there]
    if any(name in MAIL for name in names[:2]):
        return "mail"
    # The name that was registered stands last, but for endings such as co.uk.
    named = names[-2:] if names[-1] in ("co", "com", "net", "org") and names[1:] else names[-1:]
    if any(name in SEARCH for name in named):
        return "search"
    return "social" if any(name in SOCIAL for name in named) else "other"


def device(browser: str) -> str:
    """Return what a User-Agent says it runs on: phone, tablet or desktop."""
    if "iPad" in browser or "Tablet" in browser:
        return "tablet"
    if "Mobi" in browser or "iPhone" in browser:
        return "phone"
    return "tablet" if "Android" in browser else "desktop"


def language(languages: str) -> str:
    """Return the first language of an Accept-Language header, without its region."""
    first = languages.partition(",")[0].partition(";")[0].partition("-")[0].strip().lower()
    return first if 2 <= len(first) <= 3 and first.isascii() and first.isalpha() else UNKNOWN
