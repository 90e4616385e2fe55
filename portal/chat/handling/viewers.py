"""The viewers: which members of staff have which conversation in front of them.

As with visitors online: a lease for each conversation, colleague and process, so that whoever is
killed with his process is gone when his lease has run out.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

from portal.chat.handling.messages import Viewer, Viewers
from portal.identity import Agent
from portal.live.connection import Connection
from portal.memory.presence import Presence

NOBODY: Final[tuple[Viewer, ...]] = ()


class Front:
    """What is in front on a socket's screen. Kept with the socket."""

    def __init__(self) -> None:
        self.conversation: str | None = None
        self.agent: Agent | None = None


class Lookers:
    """Who looks at what, on all processes as far as is known here."""

    def __init__(
        self,
        presence: Presence,
        *,
        node: str,
        changed: Callable[[Viewers], None],
        tell: Callable[[str, str | None], None],
    ) -> None:
        """Begin with nobody.

        Args:
            changed: called with those who look at a conversation when they are others now.
            tell: tells other processes of a lease of ours, or of its end (None).
        """
        self._presence = presence
        self._node = node
        self._changed = changed
        self._tell = tell
        self._screens: Counter[str] = Counter()
        self._there: dict[str, tuple[Viewer, ...]] = {}

    def look(self, connection: Connection, agent: Agent, conversation: str | None) -> None:
        """A socket's screen shows another conversation now, or none."""
        front = connection.keep(Front, Front)
        if front.conversation == conversation:
            return
        self.gone(connection)
        if conversation is None or connection.ended:
            return
        front.conversation, front.agent = conversation, agent
        member = self._member(conversation, agent)
        self._screens[member] += 1
        if self._screens[member] == 1:
            self._presence.hold(member, agent.name)
            self._tell(member, agent.name)
            self._see()

    def gone(self, connection: Connection) -> None:
        """A socket looks at nothing any more."""
        front = connection.kept(Front)
        if front is None or front.conversation is None or front.agent is None:
            return
        member = self._member(front.conversation, front.agent)
        front.conversation = front.agent = None
        self._screens[member] -= 1
        if not self._screens[member]:
            del self._screens[member]
            self._presence.let_go(member)
            self._tell(member, None)
            self._see()

    def hear(self, member: str, value: str | None) -> None:
        """Take another process' word about one of its screens."""
        self._presence.hear(member, value)
        self._see()

    async def beat(self) -> None:
        """Renew the leases of this process and learn of the others."""
        await self._presence.beat()
        self._see()

    def of(self, conversation: str) -> Viewers:
        """Return who looks at a conversation now."""
        return Viewers(
            conversation=conversation, people=list(self._there.get(conversation, NOBODY))
        )

    def _see(self) -> None:
        before, self._there = self._there, self._read()
        for conversation in before.keys() | self._there.keys():
            if before.get(conversation) != self._there.get(conversation):
                self._changed(self.of(conversation))

    def _read(self) -> dict[str, tuple[Viewer, ...]]:
        found: defaultdict[str, dict[int, Viewer]] = defaultdict(dict)
        for member, name in self._presence.there.items():
            conversation, _, place = member.partition("@")
            number = place.rpartition(":")[2]
            if number.isdigit():
                found[conversation][int(number)] = Viewer(id=int(number), name=name)
        return {
            conversation: tuple(people[id] for id in sorted(people))
            for conversation, people in found.items()
        }

    def _member(self, conversation: str, agent: Agent) -> str:
        return f"{conversation}@{self._node}:{agent.id}"
