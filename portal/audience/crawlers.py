"""Machines that say what they are: crawlers, fetchers of link previews, headless browsers.

The list, https://github.com/monperrus/crawler-user-agents, is kept by many; a few words of ours
stand beside it. A machine that means to be honest is on it, and one that does not uses a browser's
name; against those stand the window and the network's budget. `navigator.webdriver` is not
consulted. A missing User-Agent proves nothing and is let through.
"""

import re
from functools import lru_cache

from crawleruseragents import is_crawler

SAMPLE_READER = "Portal sample reader"
"""The User-Agent of `portal demo --readers N`: counted in the demo only."""
AGENTS_KEPT = 16_384
"""Different User-Agents whose answer is kept: asking the list takes about 0.1 ms."""

_ALSO = re.compile(r"(?<!cu)bot/|^java/|guzzle|crawler|spider", re.IGNORECASE)
"""Not on the list. "CUBOT" is a make of telephone."""


@lru_cache(maxsize=AGENTS_KEPT)
def is_machine(browser: str, *, demo: bool = False) -> bool:
    """Tell whether a User-Agent names itself as no person's browser.

    The first call takes 25 ms: the list's patterns are compiled.

    Args:
        browser: the header, as it came.
        demo: whether sample readers pass for people.
    """
    if browser.startswith(SAMPLE_READER):
        return not demo
    return is_crawler(browser) or _ALSO.search(browser) is not None
