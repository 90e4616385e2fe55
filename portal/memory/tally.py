"""The tally: clicks as all server processes count them together. One call counts one view.

It is the one place where "seen before?" and "+1" happen at once, for all nodes. It is not where
totals are kept for good: that is SQL, to which `portal.audience.ledger` carries them. Totals
travel, never "+1": whoever repeats a step, in whatever order, changes nothing.

Keys, all in one cluster slot:

| key                      | kind       | lives                   | holds                        |
|--------------------------|------------|-------------------------|------------------------------|
| `{tally}:life`           | hash       | for good                | `id`, `run` and `moves`      |
| `{tally}:total`          | hash       | for good                | article → clicks             |
| `{tally}:base`           | hash       | for good                | of these, counted elsewhere  |
| `{tally}:moved`          | sorted set | for good                | articles, by their last move |
| `{tally}:seen:{a}:{mark}` | string    | the window, or a minute | which view was counted       |
| `{tally}:budget:{network}[:{a}]` | string | an hour from its first | clicks of one network    |
| `{tally}:held:{network}`  | string     | an hour from its first  | of these, beyond its budget  |
| `{tally}:readers:{day}`   | HyperLogLog | two months             | about how many readers       |

After a flush, a restart or a failover the memory has another *life*: it may hold nothing, or an
older copy. What was counted in a former life is owed to it and added beside what it has counted
since (`raise_owed`), so none of them loses anything that any living node has heard of, whichever
node speaks first. On which server it lives the scripts ask Valkey itself (`run_id`); where they may
not, only a flush is noticed at once.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from portal.memory.redis import Argument, Memory, reaching

LIFE, TOTAL, BASE, MOVED = "{tally}:life", "{tally}:total", "{tally}:base", "{tally}:moved"

BUDGET_MS = 3_600_000
"""A network's budget is by the hour."""
RETRY_MS = 60_000
"""With a window of 0 a view is still remembered so long, to be asked about again after a fault."""
READERS_MS = 62 * 24 * 3_600_000
"""A day's readers are known for as long as the month they belong to can be asked about."""
CHUNK = 500
"""Articles raised in one call: Valkey serves nobody else meanwhile (about 1 ms)."""


@dataclass(frozen=True, slots=True)
class View:
    """One view as the tally is told of it.

    Attributes:
        article: its id.
        mark: by which a second view of the same reader is known; says nothing about him.
        mark_before: the same by yesterday's salt.
        name: random; asking twice with one name counts once and is answered alike.
        network: hash of the reader's network; "" has no budget.
        day: "2026-01-31", UTC.
    """

    article: int
    mark: str
    mark_before: str
    name: str
    network: str
    day: str


Outcome = Literal["counted", "seen", "held", "flood"]


@dataclass(frozen=True, slots=True)
class Budgets:
    """What one network may do in an hour.

    Attributes:
        article: clicks on one article; 0: no budget at all.
        site: clicks on all of them.
        held: clicks beyond that which are kept for somebody to decide about.
    """

    article: int
    site: int
    held: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of a view. Only `counted` is a click; `held` may become one."""

    outcome: Outcome
    total: int
    life: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Totals that changed. `moves` is what to ask after the next time."""

    life: str
    moves: int
    totals: dict[int, int]


_OUTCOMES: dict[int, Outcome] = {1: "counted", 0: "seen", -1: "held", -2: "flood"}


class Tally:
    """The clicks in Valkey. Keeps nothing itself."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._count = memory.script("tally")
        self._since = memory.script("tally_since")
        self._raise_totals = memory.script("tally_raise")

    async def count(self, view: View, *, window_ms: int, budgets: Budgets) -> Counted:
        """Count `view` unless its reader was there within the window or its network has enough.

        Raises:
            Unavailable: Valkey does not answer. Whether it counted is open; ask again with the
                same view.
        """
        keys = [
            LIFE,
            TOTAL,
            MOVED,
            f"{{tally}}:seen:{view.article}:{view.mark}",
            f"{{tally}}:seen:{view.article}:{view.mark_before}",
            f"{{tally}}:budget:{view.network}:{view.article}",
            f"{{tally}}:budget:{view.network}",
            BASE,
            f"{{tally}}:held:{view.network}",
            _readers(view.day),
        ]
        article, site = (budgets.article, budgets.site) if view.network else (0, 0)
        lives_ms = window_ms or RETRY_MS
        args: list[Argument] = [_new_life(), view.article, view.name, window_ms, lives_ms]
        args += [article, site, BUDGET_MS, budgets.held, view.mark, READERS_MS]
        outcome, total, life = await self._count(keys, args)
        return Counted(_OUTCOMES[outcome], total, _text(life))

    async def readers(self, days: Sequence[str]) -> int:
        """Return about how many readers there were on these days together (±0.8 %).

        Raises:
            Unavailable: Valkey does not answer.
        """
        with reaching(self._memory.meter):
            return int(await self._memory.redis.pfcount(*map(_readers, days)))

    async def since(self, moves: int) -> Moved:
        """Return the totals that changed after `moves`; after 0 all of them.

        Raises:
            Unavailable: Valkey does not answer.
        """
        answer = await self._since([LIFE, TOTAL, MOVED, BASE], [_new_life(), moves])
        life, now, *pairs = answer
        return Moved(_text(life), now, dict(zip(pairs[::2], pairs[1::2], strict=True)))

    async def raise_owed(self, life: str, totals: Mapping[int, int]) -> bool:
        """Add what was counted in former lives. False: this life is over too.

        Args:
            life: the life that is owed.
            totals: as they stood before it; never a number that holds clicks of it.

        Raises:
            Unavailable: Valkey does not answer. Doing it again is harmless.
        """
        return await self._raise(life, "owed", totals)

    async def raise_to(self, life: str, totals: Mapping[int, int]) -> bool:
        """Raise each total to at least the given number. False: this life is over.

        Raises:
            Unavailable: Valkey does not answer. Doing it again is harmless.
        """
        return await self._raise(life, "least", totals)

    async def _raise(self, life: str, how: str, totals: Mapping[int, int]) -> bool:
        for chunk in _chunks(totals):
            args: list[Argument] = [life, how, *(value for pair in chunk for value in pair)]
            if not await self._raise_totals([LIFE, TOTAL, BASE, MOVED], args):
                return False
        return True


def _readers(day: str) -> str:
    return f"{{tally}}:readers:{day}"


def _new_life() -> str:
    return secrets.token_hex(8)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _chunks(totals: Mapping[int, int]) -> Iterator[list[tuple[int, int]]]:
    pairs = iter(totals.items())
    while chunk := list(islice(pairs, CHUNK)):
        yield chunk
