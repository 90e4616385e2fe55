"""The floor: the consoles of this process that watch lists, and what they are told.

A change marks a conversation; marked ones are read together and told together, so that a burst of
fifty changes is one query. Rows are state: absolute, the newest of each conversation matters. A row
that a lost bell kept from here is found by comparing revisions with SQL, every two seconds while
anybody watches.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from portal.chat import bell
from portal.chat.bell import Bell, Rows
from portal.chat.lists import Lists
from portal.chat.told import Person, Row, Staff
from portal.errands import Errands
from portal.live.connection import Connection
from portal.live.hub import Hub

TOPIC: Final = "desk"
"""The hub's topic of consoles that watch a list."""
TOGETHER_SECONDS: Final = 0.05
"""Changes that follow each other within this are read and told together."""
LINGER_SECONDS: Final = 0.5
"""Words in a conversation that somebody answers ring nobody: they are told together, twice a second
at most. So every console is written to so often, however many messages there are."""
ROWS_A_TURN: Final = 100


class Floor:
    """All consoles of this process."""

    def __init__(
        self,
        hub: Hub,
        lists: Lists,
        bell_: Bell,
        errands: Errands,
        persons: Callable[[], Awaitable[list[Person]]],
    ) -> None:
        """Begin with an empty floor. `persons` tells who is on duty, and with how much to do."""
        self._hub = hub
        self._lists = lists
        self._bell = bell_
        self._errands = errands
        self._persons = persons
        self._staff: list[Person] = []
        self._asking = False
        self._changed: dict[str, None] = {}
        self._telling = False
        self._later: dict[str, None] = {}
        self._lingering = False
        self._beginning = asyncio.Lock()
        self.greets: list[Callable[[Connection], Awaitable[None]]] = []
        """What else a console is told that begins to watch."""
        self.missing: Callable[[list[str]], None] = lambda ids: None
        """Called with conversations that were in a list and are no more."""
        self._known: dict[str, int] = {}
        """Revision of every row that was told here; kept while somebody watches."""

    @property
    def watched(self) -> bool:
        """Whether anybody of this process watches a list."""
        return self._hub.count(TOPIC) > 0

    async def watch(self, connection: Connection) -> None:
        """Tell this console of every change from now on."""
        if TOPIC in connection.topics:
            return
        async with self._beginning:
            # What stands before the first list is read need not be told; what comes after, must.
            if not self.watched:
                self._known = await self._lists.revisions()
            self._hub.join(TOPIC, connection)
        self._errands.send(self._greet(connection))

    def change_staff(self) -> None:
        """Note that people on duty, or what they have to do, may be others now."""
        if self.watched and not self._asking:
            self._asking = True
            self._errands.send(self._tell_staff())

    def change(self, conversation: str, *, soon: bool = True) -> None:
        """Note that a row is another one now; every console of every process will be told.

        Args:
            soon: somebody waits for it; otherwise it is told with others.
        """
        if not soon:
            self._later[conversation] = None
            if not self._lingering:
                self._lingering = True
                self._errands.send(self._linger())
            return
        self._changed[conversation] = None
        if not self._telling:
            self._telling = True
            self._errands.send(self._tell_changes())

    def hear(self, news: Rows) -> None:
        """Take rows another process read."""
        self._tell(news.rows)

    async def sweep(self) -> None:
        """Find rows that changed without a bell, if anybody here watches."""
        if not self.watched:
            self._known.clear()
            return
        now = await self._lists.revisions()
        # What was known and is no longer among them was closed; its row says so.
        gone = [id for id in self._known if id not in now]
        other = [id for id, revision in now.items() if revision > self._known.get(id, -1)]
        stale = gone + other
        for at in range(0, len(stale), ROWS_A_TURN):
            self._tell(await self._lists.rows(stale[at : at + ROWS_A_TURN]))
        # Removed altogether: there is no row to tell.
        removed = [id for id in gone if self._known.pop(id, None) is not None]
        self.missing(removed)

    async def _greet(self, connection: Connection) -> None:
        # Not kept as what everybody was told: the others have yet to hear of the newcomer.
        connection.tell_state("desk.staff", Staff(people=await self._persons()))
        for greet in self.greets:
            await greet(connection)

    async def _tell_staff(self) -> None:
        await asyncio.sleep(TOGETHER_SECONDS)
        self._asking = False
        people = await self._persons()
        if people != self._staff:
            self._staff = people
            self._hub.publish(TOPIC, Staff(people=people), slot="desk.staff")

    async def _linger(self) -> None:
        await asyncio.sleep(LINGER_SECONDS)
        later, self._later, self._lingering = self._later, {}, False
        for conversation in later:
            self.change(conversation)

    async def _tell_changes(self) -> None:
        try:
            while self._changed:
                await asyncio.sleep(TOGETHER_SECONDS)
                some = list(self._changed)[:ROWS_A_TURN]
                for conversation in some:
                    del self._changed[conversation]
                rows = await self._lists.rows(some)
                self._tell(rows)
                self._bell.ring(bell.DESK, Rows(origin=self._bell.node, rows=rows))
        finally:
            self._telling = False

    def _tell(self, rows: list[Row]) -> None:
        if not self.watched:
            return
        for row in rows:
            if row.revision < self._known.get(row.conversation, -1):
                continue
            self._known[row.conversation] = row.revision
            if row.status == "closed":
                del self._known[row.conversation]
            self._hub.publish(TOPIC, row, slot=f"desk.changed:{row.conversation}")
        self.change_staff()
