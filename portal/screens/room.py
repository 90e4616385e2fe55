"""The screens, put together: `app.py` calls `furnish` once and wires what it returns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from portal.audience.account import Accounts
from portal.audience.decisions import Decisions
from portal.audience.kinds import Kinds
from portal.audience.room import Audience
from portal.audience.usual import Usual
from portal.chat.by_article import begun_by_article
from portal.chat.outreach.form import Form
from portal.chat.standing import Held
from portal.clock import Clock
from portal.news.breaking import BreakingNews
from portal.news.store.articles import Articles
from portal.screens.board.account import AccountPages
from portal.screens.board.page import BoardPages
from portal.screens.console import Console
from portal.screens.letterbox import Letterbox
from portal.screens.machines.pages import Machines
from portal.screens.pane import Pane
from portal.screens.reading import Pages
from portal.screens.search import Search
from portal.screens.setup.furnishing import furnish as furnish_setup
from portal.screens.setup.pages import SetupPages
from portal.settings import Settings
from portal.storage.database import Database
from portal.web.forms import FormTokens
from portal.web.templates import Templates


@dataclass(frozen=True)
class Screens:
    """The pages that are made of more than one room.

    Attributes:
        pages: what readers open.
        machines: what programs ask for: feeds, sitemaps and their like.
        search: what they look for.
        letterbox: the form of whoever has no JavaScript.
        console: the staff's console.
        pane: an article's revisions beside a thread.
        setup: what managers set up.
        accounts: why an article's number is what it is.
        board: what is being read now.
    """

    pages: Pages
    machines: Machines
    search: Search
    letterbox: Letterbox
    console: Console
    pane: Pane
    setup: SetupPages
    accounts: AccountPages
    board: BoardPages


def furnish(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    templates: Templates,
    tokens: FormTokens,
    articles: Articles,
    audience: Audience,
    breaking: BreakingNews,
    form: Form,
    held: Held,
    ring: Callable[[], Awaitable[object]],
) -> Screens:
    """Build the pages.

    Args:
        form: takes what the letterbox is given.
        held: who an agent is now, as SQL knows.
        ring: tells every node that what managers set up has changed.
    """
    clicks = audience.clicks
    pages = Pages(
        db=database,
        articles=articles,
        clicks=clicks,
        templates=templates,
        settings=settings,
        clock=clock,
        breaking=breaking,
    )
    return Screens(
        pages=pages,
        machines=Machines(
            db=database,
            templates=templates,
            settings=settings,
            clock=clock,
            refusal=pages.refusal,
        ),
        search=Search(
            db=database,
            templates=templates,
            settings=settings,
            clicks=clicks,
            clock=clock,
            breaking=breaking,
            refuse=pages.refusal,
            otherwise=pages.page,
        ),
        letterbox=Letterbox(
            db=database,
            form=form,
            tokens=tokens,
            templates=templates,
            settings=settings,
            clicks=clicks,
            clock=clock,
            breaking=breaking,
        ),
        console=Console(
            settings=settings, templates=templates, db=database, clicks=clicks, tokens=tokens
        ),
        pane=Pane(database, templates),
        setup=furnish_setup(
            settings,
            templates=templates,
            tokens=tokens,
            db=database,
            held=held,
            now=clock,
            titles=articles.titles,
            ring=ring,
        ),
        accounts=AccountPages(
            settings=settings,
            templates=templates,
            tokens=tokens,
            accounts=Accounts(database),
            kinds=Kinds(database),
            usual=Usual(database, settings.timezone),
            clock=clock,
            decisions=Decisions(database, clock, held),
            tell=clicks.tell_released,
        ),
        board=BoardPages(
            settings=settings,
            templates=templates,
            board=audience.board,
            usual=Usual(database, settings.timezone),
            accounts=Accounts(database),
            kinds=Kinds(database),
            tally=audience.tally,
            clock=clock,
            titles=articles.titles,
            chats=lambda since: begun_by_article(database, since),
        ),
    )
