"""The sign at the door: whether anybody is there, and whoever stands before it is told.

It is compared every second with what was told before, since hours begin and end without a bell.
Who speaks at a desk, or works at one, is told every change; a reader only that it opens or closes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import UNSET

from portal.chat.duty import Lease
from portal.chat.queue.desks import Desks, Schedule
from portal.chat.queue.tempo import Tempo
from portal.chat.told import DeskState
from portal.clock import Clock
from portal.identity import Visitor
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import encode


@dataclass
class Before:
    """Before which desk's door a socket's page is. Kept with the socket, but for None."""

    desk: int | None = None


class Sign:
    """What every desk's visitors are told, for the life of the process.

    Attributes:
        tempo: how long visitors waited lately.
    """

    def __init__(
        self, hub: Hub, desks: Desks, people: Callable[[], list[Lease]], now: Clock
    ) -> None:
        """Begin. `people` tells who is on duty."""
        self._hub = hub
        self._desks = desks
        self._people = people
        self._now = now
        self._told: dict[int | None, DeskState] = {}
        self._openings: dict[int | None, tuple[Schedule, int | None]] = {}
        self.tempo = Tempo()

    def agents(self, desk: int | None) -> int:
        """Return how many are there now who may answer for a desk."""
        may = self._desks.plan.may_answer
        return sum(each.state == "available" and may(each.id, desk) for each in self._people())

    def state(self, desk: int | None) -> DeskState:
        """Return what visitors of a desk (None: of all) are told."""
        now, agents = self._now(), self.agents(desk)
        told = DeskState(open=agents > 0, agents=agents)
        told.reply_seconds = self.tempo.reply_seconds.get(desk, UNSET)
        schedule = self._desks.plan.schedule(desk)
        if schedule is None:
            return told
        if not schedule.hours.is_open(now):
            told.open = False
            opens_at = self._opens_at(schedule, desk, now)
            told.opens_at = UNSET if opens_at is None else opens_at
        if not told.open:
            told.when_closed = schedule.when_closed
        return told

    def state_for(self, connection: Connection) -> DeskState:
        """Return what this socket is told."""
        return self.state(_desk_of(connection))

    def stand(self, connection: Connection, desk: int | None) -> None:
        """Note whose door this socket's page is before."""
        if desk is not None or connection.kept(Before) is not None:
            connection.keep(Before, Before).desk = desk

    def look(self) -> None:
        """Tell whoever was told something else before."""
        now = {desk: self.state(desk) for desk in (None, *self._desks.plan.groups)}
        changed = {desk for desk, state in now.items() if state != self._told.get(desk)}
        turned = {desk for desk in changed if now[desk].open is not self._was_open(desk)}
        self._told = now
        if not changed:
            return
        frames = {desk: encode(now[desk]) for desk in changed}
        for connection in self._hub.connections():
            desk = _desk_of(connection)
            if desk not in now:
                desk = None
            if desk in turned or (desk in changed and _concerned(connection)):
                connection.tell_state("desk.state", frames[desk])

    def _was_open(self, desk: int | None) -> bool:
        before = self._told.get(desk)
        return before is not None and before.open

    def _opens_at(self, schedule: Schedule, desk: int | None, now: int) -> int | None:
        # Looked for a year ahead at worst; until it has come, it is the same.
        known = self._openings.get(desk)
        if known is None or known[0] != schedule or known[1] is None or known[1] <= now:
            known = self._openings[desk] = (schedule, schedule.hours.opens_at(now))
        return known[1]


def _desk_of(connection: Connection) -> int | None:
    before = connection.kept(Before)
    return None if before is None else before.desk


def _concerned(connection: Connection) -> bool:
    return connection.door == "staff" or isinstance(connection.actor, Visitor)
