"""Counting: what becomes of one view. Published? A machine? Seen within the window? In budget?

A click is a published article that a person's page showed: the page says so over its socket once it
is visible; a GET never counts, nor does a prerender, a member of staff, or a machine that says so.

While Valkey is away views wait here, at most one for a reader and an article, and are answered when
they are counted. They are lost with the process, but then nobody was told that they counted.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from portal.audience.crawlers import SAMPLE_READER, is_machine
from portal.audience.marks import Identity, Salts
from portal.audience.ticker import Ticker
from portal.audience.watchers import IsPublished
from portal.clock import SECOND, Clock
from portal.errors import Unavailable
from portal.identity import Agent
from portal.live.connection import Connection
from portal.memory.tally import Tally, View

ARTICLE_BUDGET = 1_000
"""Clicks a network may give one article in an hour. An office of hundreds, or a mobile carrier
behind one address, reads a story within it; a script that makes up readers does not get far."""
NETWORK_BUDGET = 10_000
"""Clicks a network may give the whole site in an hour."""
MOST_WAITING = 10_000
"""Views kept while Valkey is away, about 3 MB. What comes then is answered `counted: false`."""
AT_ONCE = 200
"""Waiting views counted in one turn, so that a long queue does not hold up the fresh ones."""

Answer = Callable[[bool], None]


@dataclass(slots=True)
class _Waiting:
    view: View
    at: int
    answer: Answer


@dataclass
class Counting:
    """Decides about views, and keeps those that cannot be counted yet.

    Attributes:
        tally: where they are counted.
        ticker: told what came of it.
        salts: makes the readers' marks.
        is_published: whether readers may know of an article.
        identity: what tells one reader from another.
        window_seconds: in which one reader's further visits to an article are one click.
        demo: whether sample readers count; they have no budget.
        outcomes: how many views came out how, since the start.
    """

    tally: Tally
    ticker: Ticker
    salts: Salts
    is_published: IsPublished
    clock: Clock
    identity: Identity = "tab"
    window_seconds: int = 1800
    demo: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    _waiting: dict[tuple[int, str], _Waiting] = field(default_factory=dict)
    _catching_up: bool = False

    @property
    def waiting(self) -> int:
        """How many views wait for Valkey."""
        return len(self._waiting)

    async def view(self, connection: Connection, article: int, answer: Answer) -> bool | None:
        """Count a view, or say why not.

        Args:
            connection: the socket it came by.
            article: which article its page shows.
            answer: called later, and only then, if the answer must wait.

        Returns:
            Whether it is a new click; None: that will be told by `answer`.
        """
        if connection.door == "staff" or isinstance(connection.actor, Agent):
            return self._not("staff")
        if is_machine(connection.browser, demo=self.demo):
            return self._not("machine")
        if not await self.is_published(article):
            return self._not("unpublished")
        view = await self._view(connection, article)
        if (article, view.mark) in self._waiting and self._same_visit(article, view.mark):
            return self._not("seen")
        if not self._waiting:
            try:
                return await self._count(view)
            except Unavailable:
                pass
        if len(self._waiting) >= MOST_WAITING:
            return self._not("too many waiting")
        self._waiting[article, view.mark] = _Waiting(view, self.clock(), answer)
        return None

    async def catch_up(self) -> None:
        """Count what waits, the oldest first, as far as Valkey allows."""
        if self._catching_up:
            return
        self._catching_up = True
        try:
            for key, waiting in list(islice(self._waiting.items(), AT_ONCE)):
                try:
                    counted = await self._count(waiting.view)
                except Unavailable:
                    return
                if self._waiting.get(key) is waiting:
                    del self._waiting[key]
                waiting.answer(counted)
        finally:
            self._catching_up = False

    async def _count(self, view: View) -> bool:
        counted = await self.tally.count(
            view,
            window_ms=self.window_seconds * SECOND,
            article_budget=ARTICLE_BUDGET,
            network_budget=NETWORK_BUDGET,
        )
        self.outcomes[counted.outcome] += 1
        if counted.outcome != "counted":
            return False
        self.ticker.counted(view.article, counted.total, counted.life)
        return True

    async def _view(self, connection: Connection, article: int) -> View:
        tab = connection.hello.tab
        mark = await self.salts.mark(
            self.identity,
            tab if isinstance(tab, str) else "",
            connection.network,
            connection.browser,
        )
        sample = connection.browser.startswith(SAMPLE_READER)
        return View(
            article=article,
            mark=mark.today,
            mark_before=mark.yesterday,
            name=secrets.token_hex(8),
            network="" if sample else mark.network,
        )

    def _same_visit(self, article: int, mark: str) -> bool:
        age_ms = self.clock() - self._waiting[article, mark].at
        return age_ms < self.window_seconds * SECOND

    def _not(self, why: str) -> bool:
        self.outcomes[why] += 1
        return False
