"""The articles a conversation was about, as they were then. The newsroom knows them, not we."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Final

from portal.chat.transcript import VISITOR, Entry

Page = tuple[str, str, int, str]
"""Title, path, number of the revision, SHA-256 of its text."""
AsRead = Callable[[Collection[tuple[int, int]]], Awaitable[Mapping[tuple[int, int], Page]]]
"""What readers saw of an article at a moment, by (article, moment)."""
NO_PAGE: Final[Page] = ("", "", 0, "")


async def no_articles(asked: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Page]:
    """Know no article."""
    return {}


def asked_about(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """Return which articles were read when the visitor spoke, and when."""
    return [
        (entry.article, entry.at)
        for entry in entries
        if entry.article is not None and entry.author == VISITOR
    ]
