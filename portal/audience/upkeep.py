"""What the audience room does by the clock, and how it begins and ends.

`rounds()` are the room's lines in the portal's table of periodic work. Every step may fail
while a part is away and is simply done again the next time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from portal.audience.alarms import TELL_SECONDS, Alarms
from portal.audience.alerts import LOOK_SECONDS, Alerts
from portal.audience.board import FRAME_SECONDS, Board
from portal.audience.counting import Counting
from portal.audience.crawlers import is_machine
from portal.audience.ledger import Ledger
from portal.audience.marks import Salts
from portal.audience.reading import Reading
from portal.audience.record import Record
from portal.audience.rollup import Rollup
from portal.audience.stall import Stall
from portal.audience.ticker import Ticker
from portal.audience.watchers import Watchers
from portal.errors import Unavailable

log = structlog.get_logger("portal.audience")

CARRYING: Final = ("sweeping", "booking", "recording")
"""The steps without which a number stands still."""


@dataclass(frozen=True)
class Round:
    """One line of the table: what it is for, the function, its period in seconds."""

    description: str
    call: Callable[[], Awaitable[None]]
    seconds: float


@dataclass
class Upkeep:
    """The parts of the room, and their common clockwork."""

    alarms: Alarms
    alerts: Alerts
    board: Board
    counting: Counting
    ledger: Ledger
    reading: Reading
    record: Record
    rollup: Rollup
    salts: Salts
    stall: Stall
    ticker: Ticker
    watchers: Watchers
    _away: set[str] = field(default_factory=set)

    def rounds(self) -> tuple[Round, ...]:
        """Return what is to be done how often, on every node."""
        return (
            Round("numbers to screens", self.deliver, 0.1),
            Round("what is being read to consoles", self.show_board, FRAME_SECONDS),
            Round("touched totals to all nodes", self.flush, 0.4),
            Round("views that waited for Valkey", self.counting.catch_up, 0.5),
            Round("what moved in Valkey", self.sweep, 1.0),
            Round("clicks into SQL", self.book, 1.0),
            Round("what was no click into SQL", self.write_record, 1.0),
            Round("readers to all nodes", self.reading.tell, 0.5),
            Round("readers of this node renewed", self.beat, 5.0),
            Round("which watched articles are published", self.refresh, 5.0),
            Round("Valkey and SQL compared", self.reconcile, 5.0),
            Round("what is far from the usual", self.look_out, LOOK_SECONDS),
            Round("what is unusual to consoles", self.tell_alarms, TELL_SECONDS),
            Round("old salts and tokens deleted", self.forget, 3600.0),
            Round("old hours made into days", self.roll_up, 3600.0),
        )

    async def start(self) -> None:
        """Learn the totals from SQL, then from Valkey; serve from then on.

        Raises:
            Unavailable: the database does not answer.
        """
        await asyncio.to_thread(is_machine, "")  # its list is compiled
        self.ticker.rest(await self.ledger.totals())
        self.ticker.release(await self.ledger.released())
        await self.sweep()
        await self.beat()
        self.stall.watch(*CARRYING)

    async def stop(self) -> None:
        """Book what is counted and take this node's readers away."""
        await self.counting.catch_up()
        await self.flush()
        await self.book()
        await self.write_record()
        await self._try(self.reading.leave(), "leaving")

    async def deliver(self) -> None:
        """Write what changed to the screens of this process."""
        self.watchers.deliver()

    async def show_board(self) -> None:
        """Tell the consoles that watch what is being read."""
        await self._try(self.board.deliver(), "showing the board")

    async def flush(self) -> None:
        """Tell all nodes what was counted here."""
        await self.ticker.flush()

    async def sweep(self) -> None:
        """Ask Valkey what moved."""
        await self._try(self.ticker.sweep(), "sweeping")

    async def beat(self) -> None:
        """Renew this node's readers and read the others'."""
        await self._try(self.reading.beat(), "beating")

    async def book(self) -> None:
        """Carry this node's clicks into SQL."""
        await self._try(self._book(), "booking")

    async def write_record(self) -> None:
        """Carry into SQL what was no click."""
        await self._try(self.record.book(), "recording")

    async def reconcile(self) -> None:
        """Compare all totals of Valkey and SQL and raise whichever is behind."""
        await self._try(self._reconcile(), "reconciling")

    async def refresh(self) -> None:
        """Look again which of the watched articles are published."""
        await self._try(self.watchers.refresh(), "looking what is published")

    async def forget(self) -> None:
        """Delete salts of more than 48 hours, tokens of more than 24, and what is too old."""
        await self._try(self.salts.forget(), "forgetting salts")
        await self._try(self.record.forget(), "forgetting tokens")
        await self._try(self.rollup.forget(), "forgetting reasons and facts")

    async def look_out(self) -> None:
        """Look for what is read far more, or far less, than is usual."""
        await self._try(self.alerts.look(), "looking for the unusual")

    async def tell_alarms(self) -> None:
        """Tell the consoles what lasts, and whether numbers stand still."""
        await self._try(self.alarms.look(), "naming what is unusual")

    async def roll_up(self) -> None:
        """Make days of hours that are long over."""
        await self._try(self.rollup.roll(), "rolling up")

    async def _book(self) -> None:
        totals = self.ticker.unbooked()
        if totals:
            await self.ledger.book(totals)
            self.ticker.booked(totals)

    async def _reconcile(self) -> None:
        self.ticker.release(await self.ledger.released())
        behind = await self.ticker.reconcile(await self.ledger.totals())
        if behind:
            await self.ledger.book(behind)

    async def _try(self, step: Awaitable[object], doing: str) -> None:
        """Do a step; say once when its part is away, and once when it is back."""
        try:
            await step
        except Unavailable as error:
            if doing not in self._away:
                self._away.add(doing)
                log.warning("a part is away; tried again and again", doing=doing, reason=str(error))
        else:
            self.stall.through(doing)
            if doing in self._away:
                self._away.discard(doing)
                log.info("a part is back", doing=doing)
