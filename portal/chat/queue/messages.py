"""What is asked and told about the queue, as types."""

from typing import Annotated

from msgspec import Meta, Struct

from portal.chat.queue.capacity import CAPACITY_MOST
from portal.live.protocol import Key, Request, Told


class Next(Request, tag="desk.next", kw_only=True):
    """Give me the one who waits longest of those I may answer; answered by `chat.claimed`."""


class SetCapacity(Request, tag="desk.capacity", kw_only=True):
    """So many at once; None: as the setting says. For a colleague: administrators only."""

    capacity: Annotated[int, Meta(ge=0, le=CAPACITY_MOST)] | None
    agent: Key | None = None


class Desk(Struct, frozen=True, kw_only=True):
    """A desk as staff see it: a group of agents with a queue."""

    id: int
    name: str
    open: bool
    members: list[int]
    waiting: int


class Desks(Told, tag="desk.desks", kw_only=True):
    """All desks there are, and how assignment is done; after `desk.watch`, and when they change."""

    desks: list[Desk]
    automatic: bool
