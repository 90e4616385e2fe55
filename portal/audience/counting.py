"""Counting: what becomes of one view. Published? A machine? Seen within the window? In budget?

A click is a published article that a person's page showed: the page says so over its socket once it
is visible; a GET never counts, nor does a prerender, a member of staff, or a machine that says so.
What is beyond a network's budget is held, and may be let count later. Whatever was no click goes
into the record with its reason.

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
from portal.audience.reasons import Reason
from portal.audience.record import Record
from portal.audience.ticker import Ticker
from portal.audience.watchers import IsPublished
from portal.clock import SECOND, Clock, moment
from portal.errors import Unavailable
from portal.identity import Agent
from portal.live.connection import Connection
from portal.memory.tally import Budgets, Counted, Tally, View

BUDGETS = Budgets(article=1_000, site=10_000, held=10_000)
"""Of a network (/24, /56) in an hour. An office of hundreds, or a mobile carrier behind a few
addresses, reads a story within it; a script that makes up readers does not get far."""
MOST_WAITING = 10_000
"""Views kept while Valkey is away, about 3 MB. What comes then is answered `counted: false`."""
AT_ONCE = 200
"""Waiting views counted in one turn, so that a long queue does not hold up the fresh ones."""

Answer = Callable[[bool], None]
Clicked = Callable[[Connection, int], None]


@dataclass(slots=True)
class _Waiting:
    view: View
    at: int
    connection: Connection
    answer: Answer


@dataclass
class Counting:
    """Decides about views, and keeps those that cannot be counted yet.

    Attributes:
        tally: where they are counted.
        ticker: told what came of it.
        record: told of what was no click.
        salts: makes the readers' marks.
        is_published: whether readers may know of an article.
        identity: what tells one reader from another.
        window_seconds: in which one reader's further visits to an article are one click.
        demo: whether sample readers count; they have no budget.
        outcomes: how many views came out how, since the start.
        clicked: told of every click, by which socket and of which article.
    """

    tally: Tally
    ticker: Ticker
    record: Record
    salts: Salts
    is_published: IsPublished
    clock: Clock
    identity: Identity = "tab"
    window_seconds: int = 1800
    demo: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    clicked: list[Clicked] = field(default_factory=list)
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
        if connection.colleague or isinstance(connection.actor, Agent):
            return self._not(article, "staff")
        if is_machine(connection.browser, demo=self.demo):
            return self._not(article, "machine")
        if connection.fetched_ahead:
            return self._not(article, "prefetch")
        if not await self.is_published(article):
            return self._not(article, "unpublished")
        view = await self._view(connection, article)
        if (article, view.mark) in self._waiting and self._same_visit(article, view.mark):
            return self._not(article, "seen")
        if not self._waiting:
            try:
                return await self._count(view, connection)
            except Unavailable:
                pass
        if len(self._waiting) >= MOST_WAITING:
            return self._not(article, "waiting")
        self._waiting[article, view.mark] = _Waiting(view, self.clock(), connection, answer)
        return None

    async def catch_up(self) -> None:
        """Count what waits, the oldest first, as far as Valkey allows."""
        if self._catching_up:
            return
        self._catching_up = True
        try:
            for key, waiting in list(islice(self._waiting.items(), AT_ONCE)):
                try:
                    counted = await self._count(waiting.view, waiting.connection)
                except Unavailable:
                    return
                if self._waiting.get(key) is waiting:
                    del self._waiting[key]
                waiting.answer(counted)
        finally:
            self._catching_up = False

    async def _count(self, view: View, connection: Connection) -> bool:
        counted = await self.tally.count(
            view, window_ms=self.window_seconds * SECOND, budgets=BUDGETS
        )
        if counted.outcome == "counted":
            self._take(view.article, counted, connection)
            return True
        if counted.outcome == "held":
            self.outcomes["held"] += 1
            self.record.add_held(view.article, view.network)
            return False
        return self._not(view.article, counted.outcome)

    def _take(self, article: int, counted: Counted, connection: Connection) -> None:
        self.outcomes["counted"] += 1
        self.ticker.counted(article, counted.total, counted.life)
        for tell in self.clicked:
            tell(connection, article)

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
            day=moment(self.clock()).date().isoformat(),
        )

    def _same_visit(self, article: int, mark: str) -> bool:
        age_ms = self.clock() - self._waiting[article, mark].at
        return age_ms < self.window_seconds * SECOND

    def _not(self, article: int, why: Reason) -> bool:
        self.outcomes[why] += 1
        self.record.add_refused(article, why)
        return False
