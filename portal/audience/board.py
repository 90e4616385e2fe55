"""The board: what is being read now, over all nodes, for every console that watches.

Made of what this process has in memory: totals as they were told, readers as the nodes say. Nothing
is asked of SQL but the titles of stories it has not named yet. It is made and encoded once for all
who watch, twice a second at most, and not at all while nobody does.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Final

import msgspec

from portal.audience.alarms import Titles
from portal.audience.messages import Alarm, BoardState, Mover, Row, WatchBoard
from portal.audience.reading import Reading
from portal.audience.ticker import Ticker
from portal.clock import Clock
from portal.live.connection import Connection, Door
from portal.live.hub import Hub
from portal.live.protocol import Table, encode

TOPIC: Final = "board"
SLOT: Final = "board.state"
FRAME_SECONDS: Final = 0.5
MINUTES: Final = 60
QUARTER: Final = 15
MOST_ROWS: Final = 25
MOST_MOVERS: Final = 5
PAGES: Final = "Pages"
"""What stands in no category."""
TITLES_SECONDS: Final = 30.0
"""A story's title may change while it is on the board."""

Sections = Callable[[], Awaitable[Mapping[str, str]]]


class Board:
    """Makes the board's state and tells it to consoles."""

    def __init__(
        self,
        *,
        hub: Hub,
        ticker: Ticker,
        reading: Reading,
        alarms: Callable[[], tuple[Alarm, ...]],
        titles: Titles,
        sections: Sections,
        clock: Clock,
        elapsed: Callable[[], float],
    ) -> None:
        """Make a board nobody watches yet.

        Args:
            alarms: what lasts.
            titles: title and path, "/" in front, of those articles that readers may see.
            sections: what categories are called, by path, "/" in front.
            elapsed: the loop's clock, s.
        """
        self._hub = hub
        self._ticker = ticker
        self._reading = reading
        self._alarms = alarms
        self._titles = titles
        self._sections = sections
        self._called: Mapping[str, str] = {}
        self._clock = clock
        self._elapsed = elapsed
        self._named: dict[int, tuple[str, str]] = {}
        self._named_at = -TITLES_SECONDS
        self._told: dict[str, bytes] = {}
        self._watching: dict[Connection, str] = {}
        """Each console and the address below which it looks."""
        self._making = asyncio.Lock()

    def table(self, door: Door) -> Table:
        """Return the handlers of one door: who works here may look."""
        return {WatchBoard: self._watch} if door == "staff" else {}

    def closed(self, connection: Connection) -> None:
        """Forget a socket that is gone."""
        self._watching.pop(connection, None)

    async def deliver(self) -> None:
        """Tell those who watch what has changed."""
        told, self._told = self._told, {}
        for within in set(self._watching.values()):
            state = await self.state(within)
            # That it is later is no news.
            frame = self._told[within] = encode(msgspec.structs.replace(state, at=0))
            if frame != told.get(within):
                self._hub.publish(_topic(within), encode(state), slot=SLOT)

    async def state(self, within: str = "/") -> BoardState:
        """Return what is being read now.

        Args:
            within: the address below which it stands, "/" at both ends.

        Raises:
            Unavailable: the database does not answer.
        """
        minutes = self._ticker.minutes(MINUTES)
        readers = self._reading.everywhere()
        ids = minutes.keys() | readers.keys()
        named = await self._names(ids)
        rows = [
            self._row(id_, named, minutes, readers)
            for id_ in ids
            if id_ in named and named[id_][1].startswith(within)
        ]
        rows.sort(key=lambda row: (-sum(row.minutes), -row.reading, -row.open, row.id))
        return BoardState(
            at=self._clock(),
            site=_sum("", "The whole site" if within == "/" else self._name(within), within, rows),
            articles=tuple(rows[:MOST_ROWS]),
            categories=_categories(rows, self._name),
            movers=_movers(rows),
            alarms=self._alarms(),
        )

    async def _watch(self, connection: Connection, asked: WatchBoard) -> BoardState:
        state = await self.state(asked.within)
        if not connection.ended:
            self._hub.leave(_topic(self._watching.get(connection, "")), connection)
            self._watching[connection] = asked.within
            self._hub.join(_topic(asked.within), connection)
        return state

    async def _names(self, ids: Collection[int]) -> dict[int, tuple[str, str]]:
        async with self._making:
            if self._elapsed() - self._named_at >= TITLES_SECONDS:
                self._called = await self._sections()
                self._named, self._named_at = {}, self._elapsed()
            missing = [id_ for id_ in ids if id_ not in self._named]
            if missing:
                found = await self._titles(missing)
                # What readers may not see has no title, and is not asked for again at once.
                self._named.update({id_: found.get(id_, ("", "")) for id_ in missing})
        return {id_: self._named[id_] for id_ in ids if self._named[id_][1]}

    def _name(self, path: str) -> str:
        """Return what a category is called; one of another language with its tag in front."""
        path = path.rstrip("/")
        if not path:
            return PAGES
        tag, _, below = path.lstrip("/").partition("/")
        return self._called.get(path) or f"{tag}: {self._called.get(f'/{below}', below or PAGES)}"

    def _row(
        self,
        article: int,
        named: dict[int, tuple[str, str]],
        minutes: dict[int, list[int]],
        readers: dict[int, tuple[int, int]],
    ) -> Row:
        title, url = named[article]
        open_, reading = readers.get(article, (0, 0))
        clicked = tuple(minutes.get(article, [0] * MINUTES))
        total = self._ticker.total(article)
        return Row(article, title, url, total, open_, reading, clicked)


def _topic(within: str) -> str:
    return f"{TOPIC}:{within}"


def _sum(id_: str, title: str, url: str, rows: Iterable[Row]) -> Row:
    some = list(rows)
    columns = zip(*(row.minutes for row in some), strict=True) if some else [(0,)] * MINUTES
    return Row(
        id=id_,
        title=title,
        url=url,
        clicks=sum(row.clicks for row in some),
        open=sum(row.open for row in some),
        reading=sum(row.reading for row in some),
        minutes=tuple(sum(column) for column in columns),
    )


def _categories(rows: Iterable[Row], name: Callable[[str], str]) -> tuple[Row, ...]:
    """Add up by the first part of the address: where a story stands on the site."""
    inside: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        inside[row.url.rpartition("/")[0]].append(row)
    sums = [_sum(path, name(path), f"{path}/", some) for path, some in inside.items()]
    return tuple(sorted(sums, key=lambda row: (-sum(row.minutes), -row.open, row.title)))


def _movers(rows: Iterable[Row]) -> tuple[Mover, ...]:
    """Find what grows: more clicks in the last quarter of an hour than in the one before."""
    found = []
    for row in rows:
        now, before = sum(row.minutes[-QUARTER:]), sum(row.minutes[-2 * QUARTER : -QUARTER])
        if now > before and isinstance(row.id, int):
            found.append(Mover(row.id, row.title, row.url, now, before))
    found.sort(key=lambda each: (each.before - each.now, each.id))
    return tuple(found[:MOST_MOVERS])
