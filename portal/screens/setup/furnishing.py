"""The set-up, built: its pages and the parts of the chat behind them."""

from collections.abc import Awaitable, Callable

from portal.chat.finding.replies import Replies
from portal.chat.lists import Titles
from portal.chat.setup.desks import Desks
from portal.chat.setup.hours import Schedules
from portal.chat.setup.ledger import Ledger
from portal.chat.setup.lists import Lists
from portal.chat.standing import Held
from portal.clock import Clock
from portal.screens.setup.pages import SetupPages
from portal.screens.setup.sections import Sections
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.forms import FormTokens
from portal.web.templates import Templates


def furnish(
    settings: Settings,
    *,
    templates: Templates,
    tokens: FormTokens,
    db: Database,
    held: Held,
    now: Clock,
    titles: Titles,
    ring: Callable[[], Awaitable[object]],
) -> SetupPages:
    """Return the pages.

    Args:
        held: who an agent is now, as SQL knows.
        titles: title and address of our articles.
        ring: tells every node that something has changed.
    """
    ledger = Ledger(db, held, now, ring)
    sections = Sections(
        Schedules(ledger),
        Desks(ledger),
        Lists(ledger),
        Replies(db, titles, held, now),
        settings.timezone.key,
    )
    return SetupPages(settings=settings, templates=templates, tokens=tokens, sections=sections)
