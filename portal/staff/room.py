"""The staff room, put together: `app.py` calls `furnish` once and wires what it returns."""

from dataclasses import dataclass

from portal.clock import Clock
from portal.errands import Errands
from portal.live.hub import Hub
from portal.memory.attempts import Attempts
from portal.memory.bus import Bus
from portal.memory.redis import Memory
from portal.settings import Settings, key_ring
from portal.staff.pages import StaffDoor
from portal.staff.passwords import Passwords
from portal.staff.profile import Profile
from portal.staff.renewal import Renewal, Tickets
from portal.staff.sessions import Roster, Sessions
from portal.staff.socket import StaffSocket
from portal.staff.store import Accounts
from portal.staff.watch import Watch
from portal.storage.database import Database
from portal.storage.media import Media
from portal.web.forms import FormTokens
from portal.web.templates import Templates


@dataclass(frozen=True)
class Staff:
    """What other parts need of the room.

    Attributes:
        sessions: who is behind a request or a socket.
        roster: who may do what now.
        watch: `look()` and `woken` end what open sockets may no longer do.
        socket: `table(door)` for the endpoints, `look()` for the periodic table.
        door: the pages of signing in and out.
        profile: the page of one's own name and picture.
        renewal: signing in again in place.
    """

    sessions: Sessions
    roster: Roster
    watch: Watch
    socket: StaffSocket
    door: StaffDoor
    profile: Profile
    renewal: Renewal


def furnish(
    settings: Settings,
    *,
    database: Database,
    memory: Memory,
    bus: Bus,
    hub: Hub,
    clock: Clock,
    templates: Templates,
    tokens: FormTokens,
    media: Media,
    errands: Errands,
) -> Staff:
    """Build the room's parts and introduce them to each other."""
    sessions = Sessions(database, clock, secure=settings.secure)
    roster = Roster()
    watch = Watch(hub, sessions, roster, clock)
    bus.want("staff", lambda _bell: errands.send(watch.look()))
    bus.on_resumed(lambda: errands.send(watch.look()))
    attempts = Attempts(memory.redis)
    tickets = Tickets(key_ring(settings), clock, attempts)
    return Staff(
        sessions=sessions,
        roster=roster,
        watch=watch,
        socket=StaffSocket(hub, sessions, tickets, clock),
        door=StaffDoor(
            settings=settings,
            templates=templates,
            accounts=Accounts(database, clock),
            sessions=sessions,
            passwords=Passwords(),
            attempts=attempts,
            tokens=tokens,
            tickets=tickets,
        ),
        profile=Profile(
            settings=settings, templates=templates, db=database, media=media, tokens=tokens
        ),
        renewal=Renewal(tickets),
    )
