"""The page `/counting`: what each number means, with this site's own settings, for its readers."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.screens.contexts import Frame
from portal.screens.frame import Site, crumbs, dress, frame, surroundings
from portal.screens.spoken import everywhere
from portal.screens.turned import Shown

ROOM: Final = "counting"
TEMPLATE: Final = "screens/counting.html"


@dataclass(frozen=True, slots=True)
class CountingPage:
    """What is counted, and what is not; `screens/counting.html`, which stands in `page.html`."""

    frame: Frame
    title: str
    minutes: float
    """In which one reader's further visits to an article are one click; 0: each is one."""
    by_network: bool
    """Whether a reader is told by a hash of his network; else by a tab's random name."""


async def build(
    connection: AsyncConnection, site: Site, steps: tuple[str, ...], page: int
) -> Shown | None:
    """Assemble the page; None where there is none."""
    if steps or page != 1:
        return None
    path = f"{site.home}{ROOM}"
    words = site.words
    title = words.gettext("How we count")
    around = await surroundings(connection, site)
    dressed = await dress(connection, site, around.most_read)
    framed = frame(
        site,
        around,
        dressed,
        title=title,
        description=words.gettext("What the numbers on these pages mean, and what is kept."),
        canonical=path,
        crumbs=crumbs(site, (), title),
        elsewhere=everywhere(site, around.spread, ROOM),
    )
    settings = site.settings
    minutes = round(settings.click_window / 60, 1)
    by_network = settings.count_identity == "network"
    return Shown(TEMPLATE, CountingPage(framed, title, minutes, by_network), path)
