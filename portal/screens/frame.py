"""What stands around every public page, and the teasers all of them show.

Each builder first asks for its own lists, then once for the authors and pictures of everything that
will be shown: the number of statements does not grow with the number of articles.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import Clock, moment
from portal.news.article import Listed, PublishedArticle, minutes
from portal.news.breaking import Story
from portal.news.picture import CARD_SIZES
from portal.news.slugs import article_path, category_path
from portal.news.store import listing
from portal.news.store.categories import Category, Tree
from portal.news.store.details import Details, details
from portal.packed import build
from portal.screens.contexts import (
    CategoryLink,
    Crumb,
    Frame,
    Headline,
    Teaser,
)
from portal.screens.household import Household, Surroundings
from portal.screens.spoken import alternates, links
from portal.settings import Settings
from portal.web.languages import Language, language

MOST_READ = 6
MOST_READ_ASKED = 24
"""Some of the most read may be withdrawn by now."""
MOST_READ_ELSEWHERE = 480
"""Of all languages together: the site's first is read most, and leaves few places to others."""


class Clicks(Protocol):
    """The read side of the audience's ticker."""

    def total(self, article_id: int) -> int:
        """Return an article's clicks."""

    def most_read(self, n: int) -> list[tuple[int, int]]:
        """Return (article, clicks) of the `n` most read."""


class Breaking(Protocol):
    """What is breaking."""

    @property
    def now(self) -> Story | None:
        """The story that stands on every page."""


@dataclass(frozen=True)
class Calm:
    """Nothing is breaking."""

    now: Story | None = None


class Asked:
    """Clicks that remember what they were asked: the counts a page shows."""

    def __init__(self, clicks: Clicks) -> None:
        self._clicks = clicks
        self.answered: dict[int, int] = {}

    def total(self, article_id: int) -> int:
        """Return an article's clicks, the same for the whole page."""
        if article_id not in self.answered:
            self.answered[article_id] = self._clicks.total(article_id)
        return self.answered[article_id]

    def most_read(self, n: int) -> list[tuple[int, int]]:
        """Return (article, clicks) of the `n` most read."""
        return self._clicks.most_read(n)


@dataclass(frozen=True)
class Site:
    """What every builder needs besides a connection."""

    settings: Settings
    clicks: Clicks
    clock: Clock
    spoken: str = ""
    """The tag of the page's language; "": the site's first."""
    breaking: Breaking = Calm()
    household: Household = field(default_factory=Household)

    @property
    def language(self) -> str:
        """The tag of the page's language."""
        return self.spoken or self.settings.languages[0]

    @property
    def words(self) -> Language:
        """What the page's language says, and how it writes."""
        return language(self.language, self.settings.timezone)

    @property
    def home(self) -> str:
        """The path of this language's front page; all its listings stand below."""
        return f"/{self.words.segment}/" if self.spoken else "/"


def ranked(site: Site) -> list[int]:
    """Return the ids of the most read, more than are shown: some are withdrawn by now."""
    asked = MOST_READ_ELSEWHERE if site.spoken else MOST_READ_ASKED
    return [article_id for article_id, _ in site.clicks.most_read(asked)]


async def surroundings(connection: AsyncConnection, site: Site) -> Surroundings:
    """Read what the frame shows: the most read, and whatever is not known yet."""
    shown = await listing.by_ids(connection, ranked(site), language=site.spoken)
    return await among(connection, site, shown)


async def among(
    connection: AsyncConnection, site: Site, shown: Mapping[int, Listed]
) -> Surroundings:
    """Read the same where those of the most read that readers may see are known."""
    around = await site.household.around(connection, site.spoken, site.settings.languages)
    most = (shown[each] for each in ranked(site) if each in shown)
    return around.with_most_read(tuple(most)[:MOST_READ])


@dataclass(frozen=True)
class Dressed:
    """Teasers by article id, and everything that was asked for with them."""

    teasers: Mapping[int, Teaser]
    details: Details

    def of(self, listed: Iterable[Listed | None]) -> tuple[Teaser, ...]:
        """Return the teasers of a list, in its order."""
        return tuple(self.teasers[each.id] for each in listed if each is not None)

    def one(self, listed: Listed | None) -> Teaser | None:
        """Return the teaser of an article that may not be there."""
        return self.teasers[listed.id] if listed else None


async def dress(
    connection: AsyncConnection,
    site: Site,
    listed: Iterable[Listed | None],
    more_pictures: Collection[int | None] = (),
    about: PublishedArticle | None = None,
) -> Dressed:
    """Make teasers of listed articles, in one statement.

    Args:
        about: the article a page is about; its details are found with theirs.
    """
    rows = {each.id: each for each in listed if each is not None}
    found = await details(
        connection,
        rows,
        [*(each.lead_media_id for each in rows.values()), *more_pictures],
        about,
        translated=len(site.settings.languages) > 1,
    )
    return Dressed({int(each.id): _teaser(each, found, site) for each in rows.values()}, found)


def _teaser(row: Listed, found: Details, site: Site) -> Teaser:
    lead = found.pictures.get(row.lead_media_id) if row.lead_media_id else None
    return Teaser(
        id=row.id,
        title=row.title,
        summary=row.summary,
        path=article_path(row.path),
        category_name=row.category_name,
        category_path=category_path(row.category_path, site.home),
        published_at=row.published_at,
        clicks=site.clicks.total(row.id),
        picture=lead.picture(alt=row.lead_alt, sizes=CARD_SIZES, focus=row.lead_focus)
        if lead
        else None,
        authors=tuple(found.names.get(row.id, ())),
        minutes=minutes(row.words),
    )


def frame(
    site: Site,
    around: Surroundings,
    dressed: Dressed | None,
    *,
    title: str,
    description: str = "",
    canonical: str = "",
    here: Collection[int] = (),
    crumbs: tuple[Crumb, ...] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> Frame:
    """Build the frame of one page.

    Args:
        title: the page's own; the site's name is added.
        canonical: its path; empty for a page that is no address.
        here: ids of the categories the page lies in.
        elsewhere: the paths of the very page by language, its own may be among them.
    """
    settings = site.settings
    name = settings.site_name
    words = site.words
    welcome = settings.welcome or words.gettext("Welcome to %(site)s!") % {"site": name}
    return Frame(
        site_name=name,
        welcome=welcome,
        language=site.language,
        build=build(),
        title=f"{title} – {name}" if title else name,
        description=description or welcome,
        canonical=canonical,
        categories=category_links(around.tree, here=here, home=site.home),
        crumbs=crumbs,
        most_read=dressed.of(around.most_read) if dressed else (),
        pages=around.pages,
        year=moment(site.clock()).astimezone(settings.timezone).year,
        direction=words.direction,
        home=site.home,
        locale=words.territory,
        languages=links(site, around.spread, elsewhere or {}),
        alternates=alternates(site, canonical, elsewhere or {}),
        contact=_page(around, "contact"),
        letterbox=f"/chat/?language={site.spoken}" if site.spoken else "/chat/",
        chat_fields=",".join(settings.chat_fields),
        chat_consent=settings.chat_consent,
        chat_preview=settings.chat_preview,
        counts_networks=settings.count_identity == "network",
        embeds=" ".join(settings.embeds),
        breaking=_headline(site, canonical),
    )


def _headline(site: Site, canonical: str) -> Headline | None:
    story = site.breaking.now
    if story is None or story.path == canonical:
        return None
    return Headline(story.article_id, story.title, story.path)


def _page(around: Surroundings, slug: str) -> str:
    """Return where a page stands that templates lead to."""
    paths = (each.path for each in around.pages)
    return next((path for path in paths if path.endswith(f"/{slug}")), f"/{slug}")


def category_links(
    tree: Tree,
    parent_id: int | None = None,
    depth: int = 0,
    here: Collection[int] = (),
    home: str = "/",
) -> tuple[CategoryLink, ...]:
    """Return the categories below `parent_id` with all that lie below them."""
    return tuple(
        CategoryLink(
            name=each.name,
            path=category_path(each.path, home),
            depth=depth,
            current=each.id in here,
            children=category_links(tree, each.id, depth + 1, here, home),
        )
        for each in tree.children(parent_id)
    )


def home(site: Site) -> Crumb:
    """Return the first step to every page."""
    return Crumb(site.words.gettext("Home"), site.home)


def crumbs(site: Site, trail: Iterable[Category], last: str) -> tuple[Crumb, ...]:
    """Return the way from Home through `trail` to the page called `last`."""
    steps = (Crumb(step.name, category_path(step.path, site.home)) for step in trail)
    return (home(site), *steps, Crumb(last, None))
