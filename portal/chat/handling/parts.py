"""The parts of handling, built once for a process and wired to each other and to the bell."""

import msgspec

from portal.chat import bell
from portal.chat.acts import Acts
from portal.chat.bell import Bell, Came, Erases, Named
from portal.chat.floor import TOPIC, Floor
from portal.chat.handling import guard, mentions, messages
from portal.chat.handling.blocks import Blocks, Networks
from portal.chat.handling.erasure import Erasure, Gone
from portal.chat.handling.group_answer import GroupAnswer
from portal.chat.handling.labels import Labels
from portal.chat.handling.messages import Mentioned, Viewers
from portal.chat.handling.passing import Passing
from portal.chat.handling.rating import Rating
from portal.chat.handling.viewers import Lookers
from portal.chat.online import Online
from portal.chat.outcome import Outcome
from portal.chat.speaker import Speaker
from portal.chat.threads import Threads
from portal.chat.transcript import Entry
from portal.errands import Errands
from portal.identity import Agent, Reader, Visitor
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import encode
from portal.memory.presence import Presence


class Handling:
    """What is done about conversations, for the life of the process.

    Attributes:
        blocks: whom nobody listens to; `bars` may be asked by every door.
        passing: transfer, reopening, snoozing.
        erasure: removes a visitor.
    """

    def __init__(
        self,
        *,
        acts: Acts,
        hub: Hub,
        threads: Threads,
        floor: Floor,
        online: Online,
        bell_: Bell,
        errands: Errands,
        presence: Presence,
        networks: Networks,
    ) -> None:
        """Build the parts. `networks` names those that are blocked."""
        self._hub = hub
        self._threads = threads
        self._online = online
        self._bell = bell_
        self._errands = errands
        self._labels_told: list[messages.Label] = []
        self._colleagues_told: list[messages.Colleague] = []
        self.acts = acts
        self.passing = Passing(acts)
        self.labels = Labels(acts)
        self.blocks = Blocks(acts, networks)
        self.group = GroupAnswer(acts)
        self.rating = Rating(acts)
        self.erasure = Erasure(acts)
        self.lookers = Lookers(
            presence,
            node=bell_.node,
            changed=self._viewers_changed,
            tell=lambda member, value: self._ring("look", member, value),
        )
        floor.greets.append(self._greet)
        floor.missing = self._removed
        threads.missing = self._missing
        threads.greet = self._introduce

    # The life of a process

    async def beat(self) -> None:
        """Renew who looks at what, and learn from SQL what a lost bell kept from here."""
        await self.lookers.beat()
        await self._read_blocks()
        if self._hub.count(TOPIC):
            await self._tell_labels()
            await self._tell_colleagues()

    def closed(self, connection: Connection) -> None:
        """A socket is gone."""
        self.lookers.gone(connection)

    def hear(self, news: bell.Rung) -> None:
        """Take what another process rang for all."""
        match news:
            case Came(kind="look"):
                self.lookers.hear(news.member, news.value)
            case Came(kind="blocks"):
                self._errands.send(self._read_blocks())
            case Came(kind="labels"):
                self._errands.send(self._tell_labels())
            case Named():
                self._tell_named(news)
            case Erases():
                self._tell_erased(news)

    def is_online(self, conversation: str) -> bool:
        """Say whether its visitor has a page open, on whichever node."""
        return self._online.is_online(conversation)

    # Mentions

    def announced(self, outcome: Outcome) -> None:
        """Tell those whom a note names."""
        for entry in outcome.entries:
            if entry.mentions:
                self._name(entry)

    def _name(self, entry: Entry) -> None:
        author = entry.author.partition(":")[2]
        told = Mentioned(
            conversation=entry.conversation,
            seq=entry.seq,
            by=entry.who,
            text=entry.text,
            at=entry.at,
        )
        others = [id for id in entry.mentions if str(id) != author]
        news = Named(origin=self._bell.node, staff=others, told=msgspec.Raw(encode(told)))
        self._tell_named(news)
        self._bell.ring(bell.DESK, news)

    def _tell_named(self, news: Named) -> None:
        for connection in self._hub.connections():
            actor = connection.actor
            if isinstance(actor, Agent) and actor.id in news.staff:
                connection.tell(bytes(news.told))

    # Labels

    async def labels_changed(self) -> None:
        """Tell every console the labels there are now."""
        self._ring("labels")
        await self._tell_labels()

    async def _tell_labels(self) -> None:
        labels = await self.labels.all()
        if labels != self._labels_told:
            self._labels_told = labels
            self._hub.publish(TOPIC, messages.Labels(labels=labels), slot="desk.labels")

    async def _greet(self, connection: Connection) -> None:
        connection.tell_state("desk.labels", messages.Labels(labels=await self.labels.all()))
        people = messages.Colleagues(people=await self._colleagues())
        connection.tell_state("desk.colleagues", people)

    # Colleagues

    async def _colleagues(self) -> list[messages.Colleague]:
        async with self.acts.db.read() as c:
            return await mentions.colleagues(c)

    async def _tell_colleagues(self) -> None:
        people = await self._colleagues()
        if people != self._colleagues_told:
            self._colleagues_told = people
            told = messages.Colleagues(people=people)
            self._hub.publish(TOPIC, told, slot="desk.colleagues")

    # Blocks

    async def blocks_changed(self) -> None:
        """Let every process know whom nobody listens to now."""
        self._ring("blocks")
        await self._read_blocks()

    async def _read_blocks(self) -> None:
        before = self.blocks.live
        await self.blocks.read()
        if self.blocks.live != before:
            for connection in self._hub.connections():
                guard.tell(connection, self.blocks)

    # Viewers

    def _viewers_changed(self, viewers: Viewers) -> None:
        self._threads.show_here(viewers.conversation, "chat.viewers", viewers, staff=True)

    def _introduce(self, connection: Connection, conversation: str) -> None:
        viewers = self.lookers.of(conversation)
        if viewers.people:
            connection.tell_state(f"chat.viewers:{conversation}", viewers)

    # Erasure

    async def forget(self, visitor: Visitor) -> None:
        """Remove everything about a visitor, and tell everybody who saw any of it.

        Raises:
            Refused: `not_found`.
        """
        gone: Gone = await self.erasure.forget(visitor)
        news = Erases(
            origin=self._bell.node,
            visitor=gone.visitor,
            conversations=list(gone.conversations),
        )
        self._bell.ring(bell.DESK, news)
        self._tell_erased(news)

    def _missing(self, conversations: list[str]) -> None:
        """Take that rows are gone and no bell has said why."""
        if conversations:
            self._tell_erased(Erases(origin="", visitor="", conversations=conversations))

    def _removed(self, conversations: list[str]) -> None:
        """Take rows off the lists; nobody may ever have spoken there, so it ends nothing else."""
        for id in conversations:
            self._hub.publish(TOPIC, messages.Erased(conversation=id, seqs=[]))

    def _tell_erased(self, news: Erases) -> None:
        frames = {
            id: encode(messages.Erased(conversation=id, seqs=[])) for id in news.conversations
        }
        for connection in self._hub.connections():
            attached = self._threads.heads(connection)
            watches = TOPIC in connection.topics
            speaker = connection.kept(Speaker)
            for id, frame in frames.items():
                his = speaker is not None and speaker.conversation == id
                if his or watches or id in attached:
                    connection.tell(frame)
                    self._threads.detach(connection, id)
                if his:
                    self._reads_again(connection, id)

    def _reads_again(self, connection: Connection, conversation: str) -> None:
        """A visitor who was erased is a reader like any other."""
        speaker = connection.keep(Speaker, Speaker)
        speaker.conversation = None
        connection.actor = Reader()
        self._online.go(conversation)

    def _ring(self, kind: str, member: str = "", value: str | None = None) -> None:
        news = Came(origin=self._bell.node, kind=kind, member=member, value=value)
        self._bell.ring(bell.DESK, news)
