"""A deliberate bug: replacements in the text of the product, and who has to notice them."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Change:
    """One replacement. `old` stands exactly once in the file."""

    path: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Change a copy of the product.

        Raises:
            ValueError: the product does not read so any more.
        """
        place = root / self.path
        text = place.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            found = text.count(self.old)
            raise ValueError(f"{self.path} holds {found} times, expected once:\n{self.old}")
        place.write_text(text.replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True)
class Bug:
    """One deliberate bug.

    Attributes:
        name: what the command line calls it.
        sentence: what it does, and to whom it would hurt.
        changes: how it is made.
        plays: scenarios of the fault suite, and how much of each, until one catches it.
        database: on which.
    """

    name: str
    sentence: str
    changes: tuple[Change, ...]
    plays: tuple[str, ...]
    database: str = "sqlite"
