"""The rounds: what this room does by itself every so often, and how often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from portal.chat import sweeping
from portal.chat.duty import Duty
from portal.chat.files.parts import Files
from portal.chat.floor import Floor
from portal.chat.handling.parts import Handling
from portal.chat.online import Online
from portal.chat.outcome import Outcome
from portal.chat.outreach.parts import MAIL_SECONDS, Outreach
from portal.chat.outreach.way_back import WayBack
from portal.chat.queue.parts import Queue
from portal.chat.threads import Threads
from portal.clock import Clock
from portal.memory.bus import Bus
from portal.storage.database import Database

SWEEP_SECONDS = 1.0
BEAT_SECONDS = 5.0
PUT_BACK_SECONDS = 2.0
EMPTY_SECONDS = 3600.0
TURN_SECONDS = 1.0
MEASURE_SECONDS = 60.0


@dataclass(frozen=True)
class Work:
    """Periodic work of this room, for the portal's one table of it."""

    description: str
    run: Callable[[], Awaitable[object]]
    seconds: float
    one_node: bool = False


@dataclass
class Rounds:
    """Calls the parts when it is time. Keeps nothing but whether the last second was an even one.

    Attributes:
        announce: tells the world what was committed; does not wait.
        files, outreach: None where none are taken, none are written.
    """

    db: Database
    bus: Bus
    now: Clock
    announce: Callable[[Outcome], None]
    duty: Duty
    online: Online
    threads: Threads
    floor: Floor
    queue: Queue
    handling: Handling
    way_back: WayBack
    files: Files | None
    outreach: Outreach | None
    _even: bool = False

    def table(self) -> tuple[Work, ...]:
        """Return all of it."""
        wake, seats, put_back = self.handling.passing.wake, self.queue, self._put_back
        return (
            Work("chat: find what the bus lost", self.sweep, SWEEP_SECONDS),
            Work("chat: who is there", self.beat, BEAT_SECONDS),
            Work("chat: put back what the gone held", put_back, PUT_BACK_SECONDS, one_node=True),
            Work("chat: whose turn it is", seats.each_second, TURN_SECONDS),
            Work("chat: how long one waits", seats.measure, MEASURE_SECONDS),
            Work("chat: wake", wake, PUT_BACK_SECONDS, one_node=True),
            Work("chat: letters", self._mail, MAIL_SECONDS, one_node=True),
            Work("chat: old ways back", self.way_back.sweep, EMPTY_SECONDS, one_node=True),
            Work("chat: remove what nobody said", self._sweep_empty, EMPTY_SECONDS, one_node=True),
            # Each node's own: it looks through its own folder.
            Work("chat: remove files nobody said", self._sweep_files, EMPTY_SECONDS),
        )

    async def sweep(self) -> None:
        """Compare with SQL what is followed here: every two seconds, every one without the bus."""
        self._even = not self._even
        if self._even and not self.bus.doubtful:
            return
        await self.compare()

    async def beat(self) -> None:
        """Renew who is here and learn who else is there."""
        await self.duty.beat()
        await self.online.beat()
        await self.handling.beat()
        await self.queue.beat()

    async def compare(self) -> None:
        """Compare with SQL what is followed here, now."""
        await self.threads.sweep()
        await self.floor.sweep()
        await self.queue.stand_in_line()

    async def _mail(self) -> None:
        if self.outreach is not None:
            await self.outreach.mailing.run()

    async def _sweep_empty(self) -> None:
        await sweeping.sweep_empty(self.db, self.now)

    async def _sweep_files(self) -> None:
        if self.files is not None:
            await self.files.upkeep.sweep()

    async def _put_back(self) -> None:
        is_gone = self.duty.absence.is_gone
        await sweeping.put_back(self.db, self.now, self.announce, is_gone)
