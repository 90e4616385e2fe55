"""Duty: which members of staff are there for visitors.

Who has a console open is there; whether he is `available` or `away` is what he said last, on
whichever of his screens, and `available` until he says so. Each process holds a lease for each of
its own; of several leases of one person the youngest word counts. A console that is reloaded
comes back within the grace; one that was killed is noticed by its socket or by the end of its
lease, 45 seconds at most.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec
from msgspec import Struct

from portal.chat.absence import Absence
from portal.chat.told import DeskState, Person
from portal.clock import Clock
from portal.identity import Agent, StaffId
from portal.live.connection import Connection
from portal.memory.presence import Presence

GRACE_SECONDS: Final = 4.0
"""A page that is reloaded is back by then; a visitor who watches sees no flicker."""

Readiness = Literal["available", "away"]


class Lease(Struct, frozen=True):
    """What a lease says of a person."""

    id: int
    name: str
    state: Readiness
    at: int
    """When he said so."""


@dataclass
class _Here:
    """Somebody with a console open on this process."""

    lease: Lease
    consoles: set[Connection] = field(default_factory=set)
    leaving: asyncio.TimerHandle | None = None
    """Ends the grace in which he may come back."""

    def stay(self) -> None:
        """He is here, whatever was lost before."""
        if self.leaving is not None:
            self.leaving.cancel()
            self.leaving = None


class Duty:
    """Staff on duty, on all processes as far as is known here.

    Attributes:
        absence: how long whoever is not has been away; it is told at every beat who is there.
        grace_seconds: within this whoever lost his last console may come back.
    """

    def __init__(
        self,
        presence: Presence,
        now: Clock,
        *,
        node: str,
        changed: Callable[[], None],
        tell: Callable[[str, str | None], None],
        grace_seconds: float = GRACE_SECONDS,
        absence: Absence | None = None,
    ) -> None:
        """Begin with nobody there.

        Args:
            absence: is told at every beat who is there.
            changed: called when the people or their states are others than before.
            tell: tells other processes of a lease of ours, or of its end (None).
        """
        self._presence = presence
        self._now = now
        self._node = node
        self._changed = changed
        self._tell = tell
        self.grace_seconds = grace_seconds
        self.absence = absence or Absence()
        self._here: dict[StaffId, _Here] = {}
        self._known: dict[int, Lease] = {}
        self.certain = True
        """Whether the last beat told who is there elsewhere."""

    @property
    def people(self) -> list[Lease]:
        """Everybody on duty, by name."""
        return sorted(self._known.values(), key=lambda each: (each.name.casefold(), each.id))

    @property
    def state(self) -> DeskState:
        """What visitors are told."""
        agents = sum(each.state == "available" for each in self._known.values())
        return DeskState(open=agents > 0, agents=agents)

    def persons(self, loads: dict[int, int]) -> list[Person]:
        """Return what consoles are told."""
        return [
            Person(id=each.id, name=each.name, state=each.state, load=loads.get(each.id, 0))
            for each in self.people
        ]

    def come(self, connection: Connection, agent: Agent) -> None:
        """A console was opened."""
        here = self._here.get(agent.id)
        if here is None:
            before = self._known.get(agent.id)
            # Known elsewhere, or gone a moment ago: he is what he was. Otherwise what he is by
            # default is older than anything he ever said.
            state, at = (before.state, before.at) if before else ("available", 0)
            lease = Lease(id=agent.id, name=agent.name, state=state, at=at)
            here = self._here[agent.id] = _Here(lease)
            self._hold(lease)
        here.stay()
        here.consoles.add(connection)
        self._look()

    def say(self, agent: Agent, state: Readiness) -> None:
        """He is there for visitors from now on, or is not."""
        here = self._here.get(agent.id)
        if here is not None:
            at = max(self._now(), here.lease.at + 1)
            here.lease = Lease(id=agent.id, name=agent.name, state=state, at=at)
            self._hold(here.lease)
            self._look()

    def go(self, connection: Connection, agent: Agent) -> None:
        """A console is gone; its agent is, too, unless he comes back within the grace."""
        here = self._here.get(agent.id)
        if here is None:
            return
        here.consoles.discard(connection)
        if not here.consoles:
            here.stay()
            loop = asyncio.get_running_loop()
            here.leaving = loop.call_later(self.grace_seconds, self._leave, agent.id)

    def hear(self, member: str, value: str | None) -> None:
        """Take another process' word about one of its own."""
        self._presence.hear(member, value)
        self._look()

    async def beat(self) -> None:
        """Renew the leases of those who are here and learn who else is there."""
        certain = self.certain = await self._presence.beat()
        for here in self._here.values():
            # He may have spoken on another process while no bell rang.
            said = self._youngest().get(here.lease.id)
            if said is not None and said.at > here.lease.at:
                here.lease = said
                self._presence.hold(self._member(StaffId(said.id)), _text(said))
        self._look()
        self.absence.look(self._known.keys() if certain else None)

    def _leave(self, id: StaffId) -> None:
        here = self._here.get(id)
        if here is None or here.consoles:
            return
        del self._here[id]
        self._presence.let_go(self._member(id))
        self._tell(self._member(id), None)
        self._look()

    def _hold(self, lease: Lease) -> None:
        member, value = self._member(StaffId(lease.id)), _text(lease)
        self._presence.hold(member, value)
        self._tell(member, value)

    def _look(self) -> None:
        now = self._youngest()
        for id, here in self._here.items():
            if id in now and now[id].at > here.lease.at:
                here.lease = now[id]
                self._presence.hold(self._member(id), _text(here.lease))
        if now != self._known:
            # Whichever process lost him let the grace pass before it said so.
            self.absence.lost(self._known.keys() - now.keys(), self.grace_seconds)
            self._known = now
            self._changed()

    def _youngest(self) -> dict[int, Lease]:
        found: dict[int, Lease] = {}
        for value in self._presence.there.values():
            try:
                lease = msgspec.json.decode(value, type=Lease)
            except msgspec.MsgspecError:
                continue  # of another version
            if lease.id not in found or lease.at > found[lease.id].at:
                found[lease.id] = lease
        return found

    def _member(self, id: StaffId) -> str:
        return f"{id}@{self._node}"


def _text(lease: Lease) -> str:
    return msgspec.json.encode(lease).decode()
