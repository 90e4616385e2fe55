"""What stands around every page, as it was read: the same for all pages of one language.

It changes with the newsroom's version and not with the page, so a process reads it once a version
(`Household`); only the most read are asked for anew, as readers decide about those.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.article import Listed
from portal.news.slugs import article_path
from portal.news.store import categories, listing, translations
from portal.news.store.categories import Tree
from portal.screens.contexts import PageLink


@dataclass(frozen=True)
class Surroundings:
    """What the frame shows.

    Attributes:
        tree: the categories this language has articles in; all of them in the site's first.
        whole: all categories.
        spread: which categories each language has articles in; empty where there is one language.
    """

    tree: Tree
    pages: tuple[PageLink, ...]
    most_read: tuple[Listed, ...]
    whole: Tree = field(default_factory=lambda: Tree([]))
    spread: Mapping[str, Collection[int]] = field(default_factory=dict)

    def with_most_read(self, most_read: tuple[Listed, ...]) -> "Surroundings":
        """Return the same with these articles."""
        return replace(self, most_read=most_read)


class Household:
    """The surroundings of one version of the newsroom, by language."""

    def __init__(self, version: Callable[[], int | None] = lambda: None) -> None:
        """Make an empty one.

        Args:
            version: the newsroom's, as far as it is known; None: nothing is kept, nor believed.
        """
        self._version = version
        self._kept: dict[str, tuple[int, Surroundings]] = {}

    async def around(
        self, connection: AsyncConnection, spoken: str, languages: tuple[str, ...]
    ) -> Surroundings:
        """Return what is kept, or read it, in three statements at most; the most read are none.

        Args:
            spoken: the page's language; "" for the first of `languages`.
        """
        # Taken before it is read: what is published meanwhile makes it old at once.
        version = self._version()
        kept = self._kept.get(spoken)
        if kept is not None and kept[0] == version:
            return kept[1]
        found = await _read(connection, spoken, languages)
        if version is not None:
            self._kept[spoken] = (version, found)
        return found


async def _read(
    connection: AsyncConnection, spoken: str, languages: tuple[str, ...]
) -> Surroundings:
    whole = await categories.tree(connection, spoken)
    spread = await translations.spread(connection) if len(languages) > 1 else {}
    return Surroundings(
        tree=whole.only(spread.get(spoken, ())) if spoken else whole,
        pages=await _pages(connection, spoken, languages[0]),
        most_read=(),
        whole=whole,
        spread=spread,
    )


async def _pages(connection: AsyncConnection, spoken: str, first: str) -> tuple[PageLink, ...]:
    """Return the pages without a category; the first language's where this one has none."""
    own = await listing.pages(connection, language=spoken)
    if own or not spoken:
        return tuple(PageLink(title, article_path(path)) for title, path in own)
    pages = await listing.pages(connection)
    return tuple(PageLink(title, article_path(path), first) for title, path in pages)


NOTHING_AROUND = Surroundings(Tree([]), (), ())
"""For a page shown while the database is away."""
