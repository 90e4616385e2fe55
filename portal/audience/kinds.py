"""How readers came and read, in a time: the sums of the facts, for the board."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select

from portal.audience.among import ALL, Among
from portal.storage.database import Database
from portal.storage.tables.audience import reading_fact


@dataclass(frozen=True, slots=True)
class Came:
    """Sums of a time.

    Attributes:
        by: how many of each value, by kind: referrer, device, language, place.
        depth: of those whose page said how far they read, by the furthest quarter, in percent.
        readings: how many readings have ended.
        seconds: how long they were together, with pauses taken out.
    """

    by: dict[str, Counter[str]] = field(default_factory=dict)
    depth: Counter[int] = field(default_factory=Counter)
    readings: int = 0
    seconds: int = 0

    @property
    def mean_seconds(self) -> int | None:
        """Return how long one reads an article; None: nobody has yet."""
        return round(self.seconds / self.readings) if self.readings else None

    def reached(self, percent: int) -> int | None:
        """Return which share of them, in percent, got so far; None: nobody has said."""
        whole = self.depth.total()
        far = sum(n for quarter, n in self.depth.items() if quarter >= percent)
        return round(100 * far / whole) if whole else None


class Kinds:
    """Reads the facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, hour: int, among: Among = ALL) -> Came:
        """Return the sums since an hour, of some articles or of all.

        Raises:
            Unavailable: the database does not answer.
        """
        n = func.sum(reading_fact.c.n)
        query = select(reading_fact.c.kind, reading_fact.c.value, n)
        query = query.where(reading_fact.c.hour >= hour, among.are(reading_fact.c.article_id))
        by: dict[str, Counter[str]] = defaultdict(Counter)
        async with self._database.read() as connection:
            found = await connection.execute(
                query.group_by(reading_fact.c.kind, reading_fact.c.value)
            )
            for kind, value, sum_ in found:
                by[kind][value] = int(sum_)
        read = by.pop("seconds", Counter[str]())
        depth = Counter({int(value): n for value, n in by.pop("depth", Counter()).items()})
        return Came(dict(by), depth, read["readings"], read["sum"])
