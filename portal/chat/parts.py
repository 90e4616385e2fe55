"""The parts: everything of this room, built once for a process and wired to each other.

`app.py` builds one `Chat`, hands `socket.table(door)` and the hooks of `socket` to the endpoints,
calls `start` and `stop`, and takes the periodic work from `periodic`.
"""

from collections.abc import Callable, Iterable, Sequence

from portal.chat import bell
from portal.chat.along import Along
from portal.chat.bell import Bell, Came, Rows
from portal.chat.conditions import Conditions
from portal.chat.conversation import Status
from portal.chat.desk import Desk
from portal.chat.duty import Duty
from portal.chat.files.parts import Files, Terms
from portal.chat.finding import index
from portal.chat.finding.socket import FindingSocket
from portal.chat.floor import Floor
from portal.chat.handling.blocks import Networks
from portal.chat.handling.guard import Answers, Guard
from portal.chat.handling.parts import Handling
from portal.chat.handling.socket import HandlingSocket
from portal.chat.lists import Lists, Titles, no_titles
from portal.chat.online import Online
from portal.chat.outcome import Outcome
from portal.chat.outreach.house import House
from portal.chat.outreach.parts import Outreach
from portal.chat.outreach.way_back import WayBack
from portal.chat.pace import Pace
from portal.chat.queue.capacity import Capacity
from portal.chat.queue.capacity import loads as busy
from portal.chat.queue.desks import SETTINGS, CategoryOf, no_category
from portal.chat.queue.parts import Queue
from portal.chat.rounds import Rounds
from portal.chat.socket import ChatSocket
from portal.chat.staff_socket import StaffSocket
from portal.chat.standing import Held, by_account
from portal.chat.threads import Threads
from portal.chat.told import Person
from portal.chat.where import Where
from portal.clock import Clock
from portal.errands import Errands
from portal.identity import Agent, StaffId
from portal.live.hub import Hub
from portal.memory.attempts import Attempts
from portal.memory.bus import Bus
from portal.memory.presence import Presence
from portal.memory.redis import Memory
from portal.meter import Meter
from portal.storage.database import Database


class Chat:
    """This room, for the life of the process.

    Attributes:
        desk: who may do what; also for commands and pages.
        socket: hooks for the endpoints.
        sockets: everything of this room that answers requests.
        periodic: what is to be run every so often.
    """

    def __init__(
        self,
        *,
        db: Database,
        bus: Bus,
        memory: Memory,
        hub: Hub,
        now: Clock,
        node: str,
        titles: Titles = no_titles,
        may: Callable[[Agent], bool] = lambda agent: True,
        meter: Meter | None = None,
        held: Held = by_account,
        files: Terms | None = None,
        house: House | None = None,
        keys: Sequence[str] = (),
        automatic: bool = False,
        capacity: int | None = None,
        category_of: CategoryOf = no_category,
        conditions: Conditions | None = None,
        preview: bool = True,
    ) -> None:
        """Build the parts; nothing runs before `start`.

        Args:
            node: this process' own name, unlike any other's.
            titles: title and address of our published articles, by id.
            may: whether an agent is still one of ours, as far as this process knows.
            meter: counts entries, and what a sweep had to find.
            held: whether he is, and who he is now, as SQL knows.
            files: where they lie and how large they may be; None: none are taken.
            keys: the ring of secret keys, the newest first.
            automatic: whether who waits is given to whoever has room.
            capacity: how many conversations an agent answers at once; None: no limit.
            category_of: path of the category of an article, within a transaction.
            house: whose letters go out; None: none are written.
            conditions: what is asked of a visitor before he may speak; None: nothing.
            preview: whether staff see what a visitor types before he sends it.
        """
        self._db = db
        self._bus = bus
        self._meter = meter or Meter()
        self.errands = Errands()
        self.bell = Bell(bus, self.errands, node=node)
        self.desk = Desk(
            db, now, may=may, held=held, announce=self._announce, capacity=Capacity(capacity)
        )
        self.desk.conditions = conditions or Conditions()
        self.duty = Duty(
            Presence(memory, "duty"),
            now,
            node=node,
            changed=self._duty_changed,
            tell=lambda member, value: self._came("duty", member, value),
        )
        self.online = Online(
            Presence(memory, "online"),
            node=node,
            changed=self._online_changed,
            tell=lambda member, value: self._came("online", member, value),
        )
        self.lists = Lists(db, titles, self.online.is_online)
        self.threads = Threads(db, bus, self.bell, self.errands, titles, meter=self._meter)
        self.floor = Floor(hub, self.lists, self.bell, self.errands, self._persons)
        self.queue = Queue(
            acts=self.desk.acts,
            hub=hub,
            duty=self.duty,
            floor=self.floor,
            threads=self.threads,
            errands=self.errands,
            category_of=category_of,
            automatic=automatic,
            ring=lambda: self._came("seats", "", None),
        )
        self.desk.desk_of = self.queue.desks.begun_at
        self.way_back = WayBack(db, now)
        pace, networks = Pace(), Networks(keys)
        along = Along(db, self.desk, self.threads)
        self.socket = ChatSocket(
            desk=self.desk,
            threads=self.threads,
            along=along,
            lists=self.lists,
            duty=self.duty,
            online=self.online,
            where=Where(db, self._announce, now),
            pace=pace,
            errands=self.errands,
            way_back=self.way_back,
            queue=self.queue,
            network=networks.name,
            preview=preview,
        )
        self.handling = Handling(
            acts=self.desk.acts,
            hub=hub,
            threads=self.threads,
            floor=self.floor,
            online=self.online,
            bell_=self.bell,
            errands=self.errands,
            presence=Presence(memory, "look"),
            networks=networks,
        )
        self.desk.bars = self.handling.blocks.bars
        self.handling.erasure.erasers.append(index.erase)
        self.handling.erasure.forget_files = self.forget_files
        self.handling.passing.on_duty = self._on_duty
        self.handling.passing.full = self.desk.acts.capacity.full
        staff = StaffSocket(
            desk=self.desk,
            threads=self.threads,
            along=along,
            lists=self.lists,
            floor=self.floor,
            duty=self.duty,
            pace=pace,
        )
        handling = HandlingSocket(self.handling, self.threads, titles, pace)
        finding = FindingSocket(db, self.desk, titles, held, now)
        self.sockets: tuple[Answers, ...] = (
            Guard(self.socket, self.handling.blocks),
            staff,
            Guard(handling, self.handling.blocks),
            finding,
            self.queue.socket,
        )
        tries = Attempts(memory.redis)
        self.files = None if files is None else Files(files, db, self.desk, now, held, tries)
        self.outreach: Outreach | None = None
        if house is not None:
            self.outreach = Outreach(
                house,
                db=db,
                now=now,
                desk=self.desk,
                held=held,
                titles=titles,
                announce=self._announce,
                is_online=self.online.is_online,
                bars=self.handling.blocks.bars,
                named=networks.name,
            )
            letters = Guard(self.outreach.socket, self.handling.blocks)
            self.sockets = (*self.sockets, letters)
        self._rounds = Rounds(
            db=db,
            bus=bus,
            now=now,
            announce=self._announce,
            duty=self.duty,
            online=self.online,
            threads=self.threads,
            floor=self.floor,
            queue=self.queue,
            handling=self.handling,
            way_back=self.way_back,
            files=self.files,
            outreach=self.outreach,
        )
        self.periodic = self._rounds.table()

    async def start(self) -> None:
        """Listen."""
        self._bus.want(bell.DESK, self._heard)
        self._bus.want(SETTINGS, self._set)
        self._bus.on_resumed(self._resumed)
        await self.queue.start()
        await self.beat()

    async def stop(self) -> None:
        """Stop listening and give up what is under way."""
        self._bus.drop(bell.DESK, self._heard)
        self._bus.drop(SETTINGS, self._set)
        await self.errands.close()

    async def sweep(self) -> None:
        """Find what the bus lost; one of the rounds, as `beat` is."""
        await self._rounds.sweep()

    async def beat(self) -> None:
        """Renew who is here and learn who else is there."""
        await self._rounds.beat()

    async def forget_files(self, ids: Iterable[str]) -> None:
        """Remove what lies here of files whose rows were erased."""
        if self.files is not None:
            await self.files.upkeep.forget(ids)

    def _on_duty(self, agent: int) -> bool:
        return any(each.id == agent and each.state == "available" for each in self.duty.people)

    def _resumed(self) -> None:
        self.errands.send(self._rounds.compare())
        self.errands.send(self.beat())

    def _announce(self, outcome: Outcome) -> None:
        self._meter.count("entries", by=len(outcome.entries))
        self.threads.happened(outcome)
        self.handling.announced(outcome)
        self.queue.announced(outcome)
        row = outcome.conversation
        happened = not outcome.entries or any(each.kind == "event" for each in outcome.entries)
        soon = happened or row.status is not Status.OPEN or row.last_seq == len(outcome.entries)
        self.floor.change(row.id, soon=soon)
        if outcome.before is not None:
            self.floor.change(outcome.before.id)

    def _heard(self, payload: bytes) -> None:
        news = bell.read(payload)
        if news is None or news.origin == self.bell.node:
            return
        match news:
            case Rows():
                self.floor.hear(news)
            case Came(kind="duty"):
                self.duty.hear(news.member, news.value)
            case Came(kind="online"):
                self.online.hear(news.member, news.value)
            case Came(kind="seats"):
                self.queue.hear()
            case _:
                self.handling.hear(news)

    def _came(self, kind: str, member: str, value: str | None) -> None:
        news = Came(origin=self.bell.node, kind=kind, member=member, value=value)
        self.bell.ring(bell.DESK, news)

    def _online_changed(self, conversation: str) -> None:
        self.floor.change(conversation)

    async def _persons(self) -> list[Person]:
        people = [StaffId(each.id) for each in self.duty.people]
        async with self._db.read() as c:
            loads = await busy(c, people) if people else {}
        return self.queue.known(self.duty.persons(loads))

    def _set(self, _payload: bytes) -> None:
        self.queue.hear()

    def _duty_changed(self) -> None:
        self.floor.change_staff()
        self.queue.look()
