"""The watchers: which sockets of this process want which articles' numbers, and telling them.

Sockets that watch the same articles are one group: its frame is encoded once and written to all.
A frame holds every number of the group, absolute, so a peer that is behind needs only the newest.
A group is told at most once a second, a crowd once in two, a hidden page nothing until it is seen
again.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field

from portal.audience.messages import Counts, Numbers
from portal.live.connection import Connection
from portal.live.hub import Hub
from portal.live.protocol import encode

FRAME_SECONDS = 1.0
"""A number that changes oftener is not read but seen to flicker."""
CROWD = 1_000
"""Where so many read an article, on all nodes, its numbers are told half as often: nobody misses
the second between, and a crowd is what telling costs."""
CROWD_SECONDS = 2.0
SLOT = "audience.counts"

IsPublished = Callable[[int], Awaitable[bool]]


@dataclass(eq=False, slots=True)
class Group:
    """Sockets with one set of watched articles.

    Attributes:
        shown: those of the articles that are published.
        version: grows with each frame; a returning page has missed some if it saw another.
        told_at: when the last frame went out, on the loop's clock, s.
        returned: sockets that were told while a frame was due, and what; it may say the same.
    """

    topic: str
    articles: frozenset[int]
    shown: tuple[int, ...]
    told_at: float
    version: int = 0
    dirty: bool = False
    sockets: int = 0
    returned: dict[Connection, Counts] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Watching:
    """One socket's part: its group, and the version it saw before it was hidden."""

    group: Group | None = None
    hidden: bool = False
    seen: int = 0


@dataclass
class Watchers:
    """The groups of this process.

    Attributes:
        hub: where frames go out.
        numbers: the present numbers of an article.
        is_published: whether readers may know of an article.
        elapsed: the loop's clock, s.
    """

    hub: Hub
    numbers: Callable[[int], Numbers]
    is_published: IsPublished
    elapsed: Callable[[], float]
    _groups: dict[frozenset[int], Group] = field(default_factory=dict)
    _watching: dict[int, set[Group]] = field(default_factory=dict)
    """Groups by article."""
    _dirty: set[Group] = field(default_factory=set)
    _made: int = 0

    async def watch(self, connection: Connection, articles: Collection[int]) -> Counts:
        """Let a socket watch these articles and no others; return their numbers."""
        wanted = frozenset(articles)
        shown = await self._published(wanted)
        self._leave(connection)
        watching = connection.keep(Watching, Watching)
        group = self._groups.get(wanted) or self._make(wanted, shown)
        group.shown = shown
        group.sockets += 1
        watching.group = group
        watching.seen = group.version
        if connection.ended:  # while it was asked what is published
            self._leave(connection)
        elif not watching.hidden:
            self.hub.join(group.topic, connection)
        return self._counts(group)

    def hide(self, connection: Connection) -> None:
        """Tell a socket nothing until its page is seen again."""
        watching = connection.keep(Watching, Watching)
        if watching.hidden:
            return
        watching.hidden = True
        if watching.group is not None:
            watching.seen = watching.group.version
            watching.group.returned.pop(connection, None)
            self.hub.leave(watching.group.topic, connection)

    def show(self, connection: Connection) -> None:
        """Tell a socket again, and at once what it missed."""
        watching = connection.kept(Watching)
        if watching is None or not watching.hidden:
            return
        watching.hidden = False
        group = watching.group
        if group is None:
            return
        counts = self._counts(group)
        if group.dirty or group.version != watching.seen:
            connection.tell_state(SLOT, counts)
        if group.dirty:  # coming back is itself a change: somebody more reads
            group.returned[connection] = counts
        else:
            self.hub.join(group.topic, connection)

    def gone(self, connection: Connection) -> None:
        """Forget a socket."""
        self._leave(connection)

    def touch(self, articles: Iterable[int]) -> None:
        """Note that these articles have other numbers."""
        for article in articles:
            for group in self._watching.get(article, ()):
                group.dirty = True
                self._dirty.add(group)

    def deliver(self) -> None:
        """Write one frame to each group that has something new and was not told just now."""
        now = self.elapsed()
        for group in [g for g in self._dirty if self._is_due(g, now)]:
            self._dirty.discard(group)
            group.dirty = False
            group.told_at = now
            group.version += 1
            counts = self._counts(group)
            if group.shown:
                self.hub.publish(group.topic, encode(counts), slot=SLOT)
            self._rejoin(group, counts)

    def _rejoin(self, group: Group, counts: Counts) -> None:
        """Tell those who came back only what they were not told on their return."""
        for connection, told in group.returned.items():
            if told != counts:
                connection.tell_state(SLOT, counts)
            self.hub.join(group.topic, connection)
        group.returned.clear()

    def _is_due(self, group: Group, now: float) -> bool:
        since = now - group.told_at
        if FRAME_SECONDS <= since < CROWD_SECONDS:
            return not any(self.numbers(article).open >= CROWD for article in group.shown)
        return since >= CROWD_SECONDS

    async def refresh(self) -> None:
        """Look again which of the watched articles are published."""
        for group in list(self._groups.values()):
            shown = await self._published(group.articles)
            if shown != group.shown:
                group.shown = shown
                if group.sockets:
                    group.dirty = True
                    self._dirty.add(group)

    async def _published(self, articles: frozenset[int]) -> tuple[int, ...]:
        return tuple([article for article in sorted(articles) if await self.is_published(article)])

    def _counts(self, group: Group) -> Counts:
        return Counts(counts={str(article): self.numbers(article) for article in group.shown})

    def _make(self, wanted: frozenset[int], shown: tuple[int, ...]) -> Group:
        self._made += 1
        group = Group(f"audience:{self._made}", wanted, shown, told_at=self.elapsed())
        self._groups[wanted] = group
        for article in wanted:
            self._watching.setdefault(article, set()).add(group)
        return group

    def _leave(self, connection: Connection) -> None:
        watching = connection.kept(Watching)
        if watching is None or watching.group is None:
            return
        group, watching.group = watching.group, None
        self.hub.leave(group.topic, connection)
        group.returned.pop(connection, None)
        group.sockets -= 1
        if group.sockets:
            return
        del self._groups[group.articles]
        self._dirty.discard(group)
        for article in group.articles:
            groups = self._watching[article]
            groups.discard(group)
            if not groups:
                del self._watching[article]
