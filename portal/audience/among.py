"""Among: which articles a sum is of: one, those below an address, or all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, true

from portal.storage.tables.news import article


@dataclass(frozen=True, slots=True)
class Among:
    """Some articles; as it stands, all of them.

    Attributes:
        id: the only one.
        within: the address below which they stand, "/" at both ends.
    """

    id: int | None = None
    within: str = "/"

    def are(self, column: Any) -> ColumnElement[bool]:
        """Return the condition that a column names one of them."""
        if self.id is not None:
            return column == self.id  # type: ignore[no-any-return]
        if self.within == "/":
            return true()
        below = article.c.path.startswith(self.within.lstrip("/"), autoescape=True)
        return column.in_(select(article.c.id).where(below))  # type: ignore[no-any-return]


ALL = Among()
