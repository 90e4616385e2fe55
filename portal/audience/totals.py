"""The totals as one process knows them: what pages show, without asking anybody.

A pure model, without clock, loop or socket. It only ever grows: every number it is told is
absolute and the larger one stays, so a message lost, doubled or out of order does no harm.

What is shown is what was counted and what was held and released later. The two never mix: Valkey
knows of the first only, SQL alone of the second.

It also knows whose numbers they are. When Valkey was flushed it begins another *life*; all that was
known until then is owed to that life and is added beside what was counted in it meanwhile.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Mapping

from portal.clock import MINUTE

REMEMBERED_MINUTES = 61
"""How far back `change` can look."""
REMEMBERED_LIVES = 100


class Totals:
    """Clicks by article, their growth in the last hour, and what is owed to whom.

    Attributes:
        life: the life of Valkey these numbers belong to; None: Valkey was never reached.
        moves: the last move of that life known here.
        owed: totals of former lives that this one has not been told of.
    """

    def __init__(self) -> None:
        self.life: str | None = None
        self.moves = 0
        self.owed: dict[int, int] = {}
        self._counted: dict[int, int] = {}
        """What Valkey said, in this life and in former ones; the only numbers ever owed."""
        self._floor: dict[int, int] = {}
        """What SQL said. It may hold clicks of a life not yet known here, so it is never owed."""
        self._released: dict[int, int] = {}
        """What SQL said of clicks that were held first."""
        self._former: deque[str] = deque(maxlen=REMEMBERED_LIVES)
        self._minutes: deque[tuple[int, dict[int, int]]] = deque(maxlen=REMEMBERED_MINUTES)
        self._ranked: list[tuple[int, int]] | None = None

    def total(self, article: int) -> int:
        """Return an article's counted clicks; 0 for one nobody has opened."""
        return max(self._counted.get(article, 0), self._floor.get(article, 0))

    def shown(self, article: int) -> int:
        """Return the number that readers see: counted and released."""
        return self.total(article) + self._released.get(article, 0)

    def release(self, released: Mapping[int, int]) -> set[int]:
        """Take how many clicks were ever released by article; return the articles that changed."""
        changed = {a for a, n in released.items() if n > self._released.get(a, 0)}
        self._released.update((article, released[article]) for article in changed)
        if changed:
            self._ranked = None
        return changed

    def counted(self) -> Mapping[int, int]:
        """Return every total that Valkey ever told, by article."""
        return self._counted

    def articles(self) -> Iterable[int]:
        """Return every article that has a total."""
        return self._counted.keys() | self._floor.keys() | self._released.keys()

    def ranking(self, n: int) -> list[tuple[int, int]]:
        """Return the `n` articles with the most clicks, the most first."""
        if self._ranked is None or len(self._ranked) < n:
            pairs = ((article, self.shown(article)) for article in self.articles())
            self._ranked = heapq.nlargest(max(n, 50), pairs, key=lambda pair: (pair[1], pair[0]))
        return self._ranked[:n]

    def change(self, article: int, since: int) -> int:
        """Return by how much an article has grown since a moment, in ms, to the minute."""
        for minute, before in self._minutes:
            if minute + MINUTE > since and article in before:
                return self.total(article) - before[article]
        return 0

    def minutes(self, now: int, n: int) -> dict[int, list[int]]:
        """Return the clicks of the last `n` minutes, the oldest first, of articles that got any.

        Args:
            now: the moment, ms; its minute is the last one and still fills.
            n: at most `REMEMBERED_MINUTES`.
        """
        first = now - now % MINUTE - (n - 1) * MINUTE
        after: dict[int, int] = {}
        found: dict[int, list[int]] = {}
        for minute, befores in reversed(self._minutes):
            if minute < first:
                break
            at = min((minute - first) // MINUTE, n - 1)
            for article, before in befores.items():
                grown = after.get(article, self.total(article)) - before
                found.setdefault(article, [0] * n)[at] += grown
                after[article] = before
        return found

    def begin(self, life: str) -> None:
        """Belong to a life from now on without owing it anything: a process' first."""
        self.life = life
        self.moves = 0

    def hear(self, life: str, totals: Mapping[int, int], at: int | None) -> set[int]:
        """Take what Valkey answered; return the articles whose number changed.

        Args:
            life: which life of Valkey answered.
            totals: absolute totals by article.
            at: the moment, for `change`; None: nothing grew, it only became known.
        """
        if self.life is not None and life != self.life:
            if life in self._former:
                # An answer that was overtaken by the flush: its clicks are owed to the new life.
                for article, total in totals.items():
                    self.owed[article] = max(total, self.owed.get(article, 0))
            else:
                self._former.append(self.life)
                self.owed = dict(self._counted)
                self.begin(life)
        return self._raise(self._counted, totals, at)

    def rest(self, totals: Mapping[int, int], at: int | None = None) -> set[int]:
        """Take what SQL holds as the least that is true; return the articles that changed."""
        return self._raise(self._floor, totals, at)

    def _raise(self, held: dict[int, int], totals: Mapping[int, int], at: int | None) -> set[int]:
        changed = set()
        for article, total in totals.items():
            before = self.total(article)
            if total > held.get(article, 0):
                held[article] = total
            if total > before:
                changed.add(article)
                if at is not None:
                    self._minute(at).setdefault(article, before)
        if changed:
            self._ranked = None
        return changed

    def _minute(self, at: int) -> dict[int, int]:
        minute = at - at % MINUTE
        if not self._minutes or self._minutes[-1][0] < minute:
            self._minutes.append((minute, {}))
        return self._minutes[-1][1]
