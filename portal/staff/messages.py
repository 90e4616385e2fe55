"""What is asked and told about signing in again in place, as types."""

from typing import Annotated

from msgspec import Meta

from portal.live.protocol import Request, Told


class Renew(Request, tag="staff.renew", kw_only=True):
    """This socket goes on under the session of this ticket; the same person's only."""

    ticket: Annotated[str, Meta(min_length=1, max_length=400)]


class Ending(Told, tag="staff.ending", kw_only=True):
    """The session behind this socket ends then, however busy one is."""

    ends_at: int


class Renewed(Told, tag="staff.renewed", kw_only=True):
    """The socket goes on under another session, which ends then."""

    ends_at: int
