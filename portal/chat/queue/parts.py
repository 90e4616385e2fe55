"""The parts of the queue, built once for a process and wired to each other."""

from collections.abc import Callable

from msgspec import UNSET
from sqlalchemy import and_, func, select

from portal.chat.acts import Acts
from portal.chat.conversation import Status
from portal.chat.duty import Duty
from portal.chat.floor import TOPIC, Floor
from portal.chat.outcome import Outcome
from portal.chat.queue import tempo
from portal.chat.queue.assigning import Assigning
from portal.chat.queue.desks import CategoryOf, Desks
from portal.chat.queue.line import Line
from portal.chat.queue.messages import Desk
from portal.chat.queue.messages import Desks as DesksTold
from portal.chat.queue.sign import Sign
from portal.chat.queue.socket import QueueSocket
from portal.chat.threads import Threads
from portal.chat.told import Owner, Person
from portal.errands import Errands
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.storage.tables.chat import conversation


class Queue:
    """Who waits, who answers and when, for the life of the process.

    Attributes:
        desks: groups of agents, their hours, seats and faces.
        sign: what visitors are told of them.
        socket: answers requests.
    """

    def __init__(
        self,
        *,
        acts: Acts,
        hub: Hub,
        duty: Duty,
        floor: Floor,
        threads: Threads,
        errands: Errands,
        category_of: CategoryOf,
        automatic: bool,
        ring: Callable[[], None],
    ) -> None:
        """Build the parts.

        Args:
            category_of: the category of an article.
            automatic: whether conversations are given out by themselves.
            ring: tells other processes that desks or seats are others now.
        """
        self._acts = acts
        self._hub = hub
        self._duty = duty
        self._floor = floor
        self._threads = threads
        self._errands = errands
        self._automatic = automatic
        self._ring = ring
        self._soon = False
        self._told: DesksTold | None = None
        self.desks = Desks(acts.db, category_of)
        self.desks.changed = self._changed
        self.sign = Sign(hub, self.desks, lambda: duty.people, acts.now)
        self.line = Line(acts.db, self.sign)
        self.assigning = Assigning(acts, self._available)
        self.socket = QueueSocket(acts, self.assigning, self.desks)
        floor.greets.append(self._greet)
        threads.owner = self.owner
        threads.passed = self.sign.stand

    # The life of a process

    async def start(self) -> None:
        """Know how things stand before the first visitor comes."""
        await self.beat()
        await self.measure()

    async def beat(self) -> None:
        """Read desks, hours and seats again."""
        if await self.desks.refresh():
            self._floor.change_staff()
            self.look()

    async def measure(self) -> None:
        """Read how long visitors waited lately."""
        self.sign.tempo = await tempo.read(self._acts.db, self._acts.now())

    def look(self) -> None:
        """Tell who stands before a door how things stand, if they do otherwise than before."""
        self.sign.look()
        self._threads.faces_changed()

    async def each_second(self) -> None:
        """Do what no bell rings for: hours begin, somebody's turn has come."""
        self.look()
        if self._automatic:
            await self.assigning.round()
        await self._tell_desks()

    async def stand_in_line(self) -> None:
        """Tell those who wait where they stand."""
        if len(self._threads):
            self._threads.stand_in_line(await self.line.places())

    def hear(self) -> None:
        """Take that another process changed desks or seats."""
        self._errands.send(self.beat())

    def announced(self, outcome: Outcome) -> None:
        """Take what was done: somebody may wait, or have room, who did not before."""
        status = outcome.conversation.status
        if self._automatic and not self._soon and status is not Status.OPEN:
            self._soon = True
            self._errands.send(self._round())

    def known(self, people: list[Person]) -> list[Person]:
        """Add to people on duty what is known of their seats."""
        plan, default = self.desks.plan, self._acts.capacity.default
        for each in people:
            most = plan.capacities.get(each.id, default)
            each.capacity = UNSET if most is None else most
            if picture := self.picture(each.id):
                each.picture = picture
        return people

    def picture(self, agent: int) -> str:
        """Return the address of an agent's picture; "" if he has none."""
        found = self.desks.plan.pictures.get(agent)
        return f"/media/{found}" if found else ""

    def owner(self, agent: int, name: str) -> Owner:
        """Return what visitors are told of who answers them."""
        # While Redis is away nobody knows who is there elsewhere: then nothing is said of it.
        told = Owner(name=name, state="gone" if self._duty.certain else UNSET)
        if picture := self.picture(agent):
            told.picture = picture
        for each in self._duty.people:
            if each.id == agent:
                told.state = each.state
        return told

    # How it is done

    def _available(self) -> dict[int, str]:
        return {each.id: each.name for each in self._duty.people if each.state == "available"}

    def _changed(self) -> None:
        self._ring()
        self._errands.send(self.beat())

    async def _round(self) -> None:
        self._soon = False
        await self.assigning.round()

    async def _greet(self, connection: Connection) -> None:
        connection.tell_state("desk.desks", await self._desks_now())

    async def _tell_desks(self) -> None:
        if not self._hub.count(TOPIC):
            self._told = None
            return
        told = await self._desks_now()
        if told != self._told:
            self._told = told
            self._hub.publish(TOPIC, told, slot="desk.desks")

    async def _desks_now(self) -> DesksTold:
        groups = self.desks.plan.groups
        row = conversation.c
        waits = and_(row.status == Status.WAITING.value, row.waiting_since.is_not(None))
        query = select(row.desk_id, func.count().label("waiting")).where(waits)
        waiting: dict[int, int] = {}
        if groups:
            async with self._acts.db.read() as c:
                found = (await c.execute(query.group_by(row.desk_id))).all()
            waiting = {each.desk_id: each.waiting for each in found}
        desks = [
            Desk(
                id=each.id,
                name=each.name,
                open=self.sign.state(each.id).open,
                members=sorted(each.members),
                waiting=waiting.get(each.id, 0),
            )
            for each in groups.values()
        ]
        return DesksTold(desks=desks, automatic=self._automatic)
