"""The ticker: carries totals to every node and screen, and answers pages from memory.

What this node counts is touched; twice a second the touched articles' totals go over the bus in
one message, and every node keeps the larger. The bus may lose what it carries, so once a second
each node also asks Valkey what has moved since it asked last; a node that dies right after
counting is made good by that too. A thousand clicks on one article are one entry either way.
"""

from collections.abc import Callable, Collection, Mapping

import msgspec

from portal.audience.totals import Totals
from portal.clock import MINUTE, Clock
from portal.memory.bus import Bus
from portal.memory.tally import Tally

TOPIC = "counts"

Changed = Callable[[Collection[int]], None]


class _Heard(msgspec.Struct, frozen=True):
    """What a node says on the bus. Integer keys travel as JSON's strings."""

    life: str
    totals: dict[int, int]
    released: dict[int, int] = msgspec.field(default_factory=dict)


_decoder = msgspec.json.Decoder(_Heard)


class Ticker:
    """Clicks as this process knows them: the read side of pages, lists and frames."""

    def __init__(self, *, tally: Tally, bus: Bus, clock: Clock, changed: Changed) -> None:
        """Make a ticker that knows nothing yet.

        Args:
            changed: told which articles have another number now.
        """
        self._tally = tally
        self._bus = bus
        self._clock = clock
        self._changed = changed
        self._totals = Totals()
        self._touched: set[int] = set()
        self._unbooked: set[int] = set()
        self._bus.want(TOPIC, self._merge)

    def total(self, article_id: int) -> int:
        """Return an article's clicks as they are shown: counted and released."""
        return self._totals.shown(article_id)

    def most_read(self, n: int) -> list[tuple[int, int]]:
        """Return (article, clicks) of the `n` most read; some may be withdrawn by now."""
        return self._totals.ranking(n)

    def change(self, article_id: int, minutes: int = 5) -> int:
        """Return how many clicks an article got in the last minutes, as far as this node knows."""
        return self._totals.change(article_id, self._clock() - minutes * MINUTE)

    def minutes(self, n: int) -> dict[int, list[int]]:
        """Return the clicks of the last `n` minutes by article, as far as this node knows."""
        return self._totals.minutes(self._clock(), n)

    def counted(self, article_id: int, total: int, life: str) -> None:
        """Take what the tally said about a click of this node."""
        self._hear(life, {article_id: total})
        self._touched.add(article_id)
        self._unbooked.add(article_id)

    def rest(self, booked: Mapping[int, int]) -> None:
        """Take what SQL holds: no number on a screen is less."""
        changed = self._totals.rest(booked)
        if changed:
            self._changed(changed)

    def release(self, released: Mapping[int, int]) -> None:
        """Take what SQL holds of released clicks, by article, absolute."""
        changed = self._totals.release(released)
        if changed:
            self._changed(changed)

    async def tell_released(self, released: Mapping[int, int]) -> None:
        """Let every node know at once what was released here.

        Args:
            released: how many clicks of an article were ever released.
        """
        self.release(released)
        heard = _Heard(self._totals.life or "", {}, dict(released))
        await self._bus.publish(TOPIC, msgspec.json.encode(heard))

    async def flush(self) -> None:
        """Tell every node the totals of what was touched here."""
        if not self._touched or self._totals.life is None:
            return
        touched, self._touched = self._touched, set()
        totals = {article: self._totals.total(article) for article in touched}
        await self._bus.publish(TOPIC, msgspec.json.encode(_Heard(self._totals.life, totals)))

    async def sweep(self) -> None:
        """Ask Valkey what moved, and give it back what it lost.

        Raises:
            Unavailable: Valkey does not answer; nothing is lost by trying again.
        """
        known = self._totals
        asked = known.moves
        moved = await self._tally.since(asked)
        first = known.life is None
        if first:
            known.begin(moved.life)
        went_back = moved.life == known.life and moved.moves < asked <= known.moves
        anew = moved.life != known.life
        self._hear(moved.life, moved.totals, grew=not first)
        if moved.life == known.life and not anew:
            # After a flush everything is asked once more: this answer began in the middle.
            known.moves = moved.moves
        if first or went_back:
            await self._tally.raise_to(
                moved.life, {article: known.total(article) for article in known.articles()}
            )
        if known.owed and known.life is not None:
            owed = dict(known.owed)
            if await self._tally.raise_owed(known.life, owed):
                known.owed = {a: n for a, n in known.owed.items() if n > owed.get(a, 0)}

    def unbooked(self) -> dict[int, int]:
        """Return the totals that this node's clicks have moved and nobody has booked for it."""
        return {article: self._totals.total(article) for article in self._unbooked}

    def booked(self, totals: Mapping[int, int]) -> None:
        """Note that SQL has these totals."""
        known = self._totals
        self._unbooked -= {a for a, total in totals.items() if known.total(a) <= total}

    async def reconcile(self, booked: Mapping[int, int]) -> dict[int, int]:
        """Set Valkey right where SQL knows more; return the totals where SQL knows less.

        Args:
            booked: every total in SQL.

        Raises:
            Unavailable: Valkey does not answer.
        """
        self.rest(booked)
        counted = self._totals.counted()
        ahead = {a: total for a, total in booked.items() if total > counted.get(a, 0)}
        if ahead and self._totals.life is not None:
            await self._tally.raise_to(self._totals.life, ahead)
        return {a: total for a, total in counted.items() if total > booked.get(a, 0)}

    def _merge(self, payload: bytes) -> None:
        try:
            heard = _decoder.decode(payload)
        except msgspec.DecodeError:
            return
        self.release(heard.released)
        # Only a direct answer of Valkey tells that a life is over; a message may be late.
        if heard.life == self._totals.life:
            self._hear(heard.life, heard.totals)

    def _hear(self, life: str, totals: Mapping[int, int], *, grew: bool = True) -> None:
        changed = self._totals.hear(life, totals, self._clock() if grew else None)
        if changed:
            self._changed(changed)
