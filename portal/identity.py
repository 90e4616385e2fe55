"""Who acts: the names every room may use without knowing the rooms of the others.

`chat` needs an author and not the staff package, `live` needs an actor and not the
chat package; so both find these few values at the bottom of the house.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ArticleId = NewType("ArticleId", int)
ConversationId = NewType("ConversationId", str)
"""22 characters base64url, 128 random bits: unguessable, safe to show to outsiders."""
VisitorId = NewType("VisitorId", str)
"""SHA-256 of the visitor's secret, hex. The secret itself is never kept, sent or logged."""
StaffId = NewType("StaffId", int)


class Role(StrEnum):
    """What a member of staff may do. Each role may do all that those after it may."""

    ADMIN = "admin"
    EDITOR = "editor"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads and has not asked for chat. Nothing is known or kept about him."""

    colleague: bool = False
    """In his browser a member of staff is signed in: he reads as anybody, and is not counted."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who opened chat; proven by the secret his browser keeps."""

    id: VisitorId


@dataclass(frozen=True, slots=True)
class Agent:
    """A signed-in member of staff, of whatever role, as known when he was last checked."""

    id: StaffId
    name: str
    role: Role
    session: str
    """SHA-256 of the session token, hex: names the session without being able to open it."""
    version: int
    """The account's session version when this was read; a newer one in SQL ends it."""


Actor = Reader | Visitor | Agent
