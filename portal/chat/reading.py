"""Reading: how far the visitor has got in the page he reads, as far as this process heard.

It is written down nowhere. What a page tells may arrive before the row that names the page, so it
is kept until then; what another page of his tells is not taken for this one.
"""

from portal.chat.bell import Reads
from portal.chat.conversation import Conversation


class Reading:
    """Of one conversation."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.now: Reads | None = None
        """Of the page the row names."""
        self._early: Reads | None = None

    @property
    def is_unknown(self) -> bool:
        """Say whether nothing was heard, be it of another page."""
        return self.now is None and self._early is None

    def hear(self, news: Reads, row: Conversation) -> bool:
        """Take what a page told; return whether that is news of the one the row names."""
        if not _is_of(news, row):
            self._early = news
            return False
        before, self.now = self.now, news
        return before is None or (before.paragraph, before.depth) != (news.paragraph, news.depth)

    def turn(self, row: Conversation) -> None:
        """Take that the row names another page, or another revision of it."""
        heard = (self.now, self._early)
        self.now = next((each for each in heard if each and _is_of(each, row)), None)
        self._early = None


def _is_of(news: Reads, row: Conversation) -> bool:
    if news.article is not None or row.article is not None:
        return (news.article, news.revision) == (row.article, row.article_revision)
    return news.url == row.url
