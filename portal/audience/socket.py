"""What sockets ask the audience room: the table of `audience.*`, and who comes and goes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.audience.counting import Counting
from portal.audience.messages import Attention, Counts, View, Viewed, Watch
from portal.audience.reading import Reading
from portal.audience.watchers import Watchers
from portal.live.connection import Connection, Door
from portal.live.protocol import Table, Told

Attended = Callable[[Connection, Attention], None]


@dataclass
class AudienceSocket:
    """The handlers of `audience.*` on both doors.

    Attributes:
        attended: told of every `audience.attention`; the chat room shows an agent where his
            visitor reads. Wired in `app.py`.
    """

    counting: Counting
    watchers: Watchers
    reading: Reading
    attended: list[Attended] = field(default_factory=list)

    def table(self, door: Door) -> Table:
        """Return the handlers of one door. Staff watch numbers; they are no readers."""
        if door == "staff":
            return {Watch: self._watch}
        return {View: self._view, Watch: self._watch, Attention: self._attention}

    def opened(self, connection: Connection) -> None:
        """Seat a reader at the article his page names."""
        article = connection.hello.article
        if connection.door == "live" and isinstance(article, int):
            self.reading.sit(connection, article)

    def closed(self, connection: Connection) -> None:
        """Forget a socket that is gone."""
        self.reading.gone(connection)
        self.watchers.gone(connection)

    async def _view(self, connection: Connection, asked: View) -> Told | None:
        def answer(counted: bool) -> None:
            connection.tell(Viewed(ref=asked.ref, article=asked.article, counted=counted))

        self.reading.sit(connection, asked.article)
        counted = await self.counting.view(connection, asked.article, answer)
        return None if counted is None else Viewed(article=asked.article, counted=counted)

    async def _watch(self, connection: Connection, asked: Watch) -> Counts:
        return await self.watchers.watch(connection, asked.articles)

    async def _attention(self, connection: Connection, asked: Attention) -> None:
        self.reading.attend(connection, asked.state, asked.depth)
        if asked.state == "hidden":
            self.watchers.hide(connection)
        else:
            self.watchers.show(connection)
        for call in self.attended:
            call(connection, asked)
