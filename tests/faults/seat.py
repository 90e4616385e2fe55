"""The seat: one client in the theatre, its socket and how far it has read."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(eq=False)
class Seat:
    """One client.

    Attributes:
        link: its socket; 0 while it has none.
        cursors: how far it has read, by conversation.
        watches: it wants to know the article's clicks.
    """

    client: str
    door: Literal["live", "staff"]
    person: str
    link: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    attached: set[str] = field(default_factory=set)
    watches: bool = False

    @property
    def author(self) -> str:
        return "visitor" if self.door == "live" else self.person
