"""The watch: open staff sockets are closed with their session, whoever ended it and wherever."""

from collections.abc import Callable

import pytest

from portal.clock import HOUR, MINUTE
from portal.identity import Actor, Agent, Reader, Role
from portal.live.connection import Connection, Door
from portal.live.hello import Hello
from portal.live.hub import Hub
from portal.live.wire import Frames
from portal.staff.sessions import Roster, Sessions
from portal.staff.store import Accounts
from portal.staff.watch import SIGNED_OUT, Watch
from tests.conftest import HeldClock
from tests.staff.test_sessions import asking


class Line:
    """A wire to nobody."""

    behind = False
    buffered = 0

    def write(self, frames: Frames) -> None:
        """Nobody reads it."""

    def on_drained(self, call: Callable[[], None]) -> None:
        """It never fills."""

    def close(self, code: int, reason: str = "") -> None:
        """The connection notes the code itself."""

    def abort(self) -> None:
        """Nothing to cut."""

    def settle(self) -> None:
        """Nothing to let go of."""


class Room:
    """A hub with sockets, and the watch over it."""

    def __init__(self, accounts: Accounts, sessions: Sessions, clock: HeldClock) -> None:
        self.accounts, self.sessions, self.clock = accounts, sessions, clock
        self.hub = Hub()
        self.roster = Roster()
        self.watch = Watch(self.hub, sessions, self.roster, clock)

    async def sit_down(self, email: str, role: Role = Role.AGENT) -> Connection:
        """Return the socket of a newly hired, signed-in member of staff."""
        account = await self.accounts.add(email, "Ada", role)
        token = await self.sessions.begin(account, "browser")
        return self.open(await self.identify(token))

    async def identify(self, token: str) -> Agent:
        agent = await self.sessions.identify(asking(self.sessions, token))
        assert agent is not None
        return agent

    def open(self, actor: Actor, door: Door = "staff") -> Connection:
        connection = Connection(
            Line(),
            self.hub.turn,
            door=door,
            actor=actor,
            hello=Hello(protocol=1),
            network="",
            browser="",
        )
        self.hub.open(connection)
        return connection


@pytest.fixture
def room(accounts: Accounts, sessions: Sessions, clock: HeldClock) -> Room:
    return Room(accounts, sessions, clock)


async def test_only_ended_sessions_are_closed(room: Room) -> None:
    """The disabled account's sockets get 4502; a colleague's and a reader's stay."""
    boss = await room.sit_down("boss@example.com", Role.ADMIN)
    ada = await room.sit_down("ada@example.com")
    assert isinstance(ada.actor, Agent)
    second = room.open(ada.actor)
    reader = room.open(Reader(), "live")
    await room.watch.look()
    before = [each.ended for each in (boss, ada, second, reader)]
    await room.accounts.set_disabled("ada@example.com", True)
    await room.watch.look()

    assert before == [False] * 4
    assert [each.code for each in (boss, ada, second, reader)] == [
        None,
        SIGNED_OUT,
        SIGNED_OUT,
        None,
    ]
    assert not room.roster.may(ada.actor)


async def test_a_new_password_closes_the_old_sockets(room: Room) -> None:
    """Whoever came in by the old one is out; signed in anew one stays."""
    ada = await room.sit_down("ada@example.com")
    assert isinstance(ada.actor, Agent)
    link = await room.accounts.make_link(ada.actor.id)
    await room.accounts.accept(link, "hash", "", "")
    account = await room.accounts.by_email("ada@example.com")
    assert account is not None
    again = room.open(await room.identify(await room.sessions.begin(account, "browser")))
    await room.watch.look()

    assert (ada.ended, again.ended) == (True, False)


async def test_waiting_on_an_open_socket_is_not_idle(room: Room) -> None:
    """An agent on duty may wait hours for a question; twelve hours are the end all the same."""
    ada = await room.sit_down("ada@example.com")
    ended = []
    for _ in range(24):
        room.clock.forward(30 * MINUTE + 1)
        await room.watch.look()
        ended.append(ada.ended)

    assert ended == [False] * 23 + [True]


async def test_without_an_open_socket_an_hour_is_the_end(room: Room) -> None:
    """The watch keeps nobody signed in who has gone."""
    ada = await room.sit_down("ada@example.com")
    room.hub.close(ada)
    room.clock.forward(HOUR)
    await room.watch.look()

    assert isinstance(ada.actor, Agent)
    assert await room.sessions.alive([ada.actor]) == {}


async def test_with_nobody_there_nothing_is_asked(room: Room) -> None:
    """A look at an empty desk costs no query."""
    room.open(Reader(), "live")
    await room.sessions._db.close()
    await room.watch.look()

    assert [type(each.actor) for each in room.hub.connections()] == [Reader]
