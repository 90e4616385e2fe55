"""Signing in again in place: tickets, the socket that goes on, and the announced end."""

from collections.abc import AsyncIterator, Callable

import pytest

from portal.clock import HOUR, MINUTE, SECOND, system_clock
from portal.errors import Refused
from portal.identity import Agent, Role
from portal.live.connection import Connection
from portal.live.protocol import Told
from portal.memory.attempts import Attempts
from portal.memory.redis import Memory, connect
from portal.staff.messages import Ending, Renew, Renewed
from portal.staff.renewal import GOOD_SECONDS, Tickets
from portal.staff.sessions import OVERLAP, Sessions
from portal.staff.socket import ANNOUNCED, StaffSocket
from portal.staff.store import Accounts, token_hash
from tests.conftest import HeldClock
from tests.staff.test_pages import EMAIL, PASSWORD, hire, is_in
from tests.staff.test_watch import Room
from tests.support.inside import Inside

KEYS = ("n" * 32, "o" * 32)
JSON = {"Accept": "application/json"}


@pytest.fixture
async def attempts(valkey_url: str) -> AsyncIterator[Attempts]:
    memory = Memory(connect(valkey_url))
    await memory.redis.flushall()
    yield Attempts(memory.redis)
    await memory.close()


@pytest.fixture
def tickets(clock: HeldClock, attempts: Attempts) -> Tickets:
    return Tickets(KEYS, clock, attempts)


@pytest.fixture
def room(accounts: Accounts, sessions: Sessions, clock: HeldClock) -> Room:
    return Room(accounts, sessions, clock)


@pytest.fixture
def socket(room: Room, sessions: Sessions, tickets: Tickets, clock: HeldClock) -> StaffSocket:
    return StaffSocket(room.hub, sessions, tickets, clock)


async def again(room: Room, email: str) -> Agent:
    """Sign somebody in once more."""
    account = await room.accounts.by_email(email)
    assert account is not None
    return await room.identify(await room.sessions.begin(account, "browser"))


def agent_of(connection: Connection) -> Agent:
    assert isinstance(connection.actor, Agent)
    return connection.actor


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Connection, Told | bytes]]:
    """Everything any socket is told as state."""
    found: list[tuple[Connection, Told | bytes]] = []

    def tell(self: Connection, slot: str, told: Told | bytes) -> None:
        found.append((self, told))

    monkeypatch.setattr(Connection, "tell_state", tell)
    return found


async def refusal(call: Callable[[], object]) -> str:
    """Return the code with which something awaited is refused."""
    with pytest.raises(Refused) as caught:
        await call()  # type: ignore[misc]
    return caught.value.code


async def test_an_open_socket_goes_on_under_the_new_session(
    room: Room, socket: StaffSocket, tickets: Tickets
) -> None:
    """After the old session's end the socket is still there, and is the new one's."""
    ada = await room.sit_down("ada@example.com")
    old = agent_of(ada)
    new = await again(room, "ada@example.com")
    answer = await socket.renew(ada, Renew(ticket=tickets.make(new)))
    room.clock.at += OVERLAP + SECOND
    await room.watch.look()

    assert isinstance(answer, Renewed)
    assert (ada.ended, agent_of(ada).session) == (False, new.session)
    assert not await room.sessions.alive([old])


async def test_a_ticket_is_taken_once(room: Room, socket: StaffSocket, tickets: Tickets) -> None:
    """Whoever hears it on the line cannot use it again, in this process or another."""
    ada = await room.sit_down("ada@example.com")
    ticket = tickets.make(await again(room, "ada@example.com"))
    await socket.renew(ada, Renew(ticket=ticket))

    assert await refusal(lambda: socket.renew(ada, Renew(ticket=ticket))) == "not_allowed"


async def test_a_ticket_of_somebody_else_opens_nothing(
    room: Room, socket: StaffSocket, tickets: Tickets
) -> None:
    """An agent cannot become an administrator by his ticket; and it is not used up by that."""
    ada = await room.sit_down("ada@example.com")
    boss = await room.sit_down("boss@example.com", Role.ADMIN)
    before = agent_of(ada)
    ticket = tickets.make(agent_of(boss))

    assert await refusal(lambda: socket.renew(ada, Renew(ticket=ticket))) == "not_allowed"
    assert ada.actor == before
    assert isinstance(await socket.renew(boss, Renew(ticket=ticket)), Renewed)


async def test_a_ticket_grows_old(room: Room, socket: StaffSocket, tickets: Tickets) -> None:
    """After a minute it is good for nothing."""
    ada = await room.sit_down("ada@example.com")
    ticket = tickets.make(await again(room, "ada@example.com"))
    room.clock.at += GOOD_SECONDS * SECOND + 1

    assert await refusal(lambda: socket.renew(ada, Renew(ticket=ticket))) == "not_allowed"


@pytest.mark.parametrize("ticket", ["x", "eA.eA", "..", "\u00e9.\u00e9", "fHx8.00"])
async def test_what_is_no_ticket_of_ours_is_refused(
    room: Room, socket: StaffSocket, ticket: str
) -> None:
    """Whatever is sent, the answer is the same."""
    ada = await room.sit_down("ada@example.com")

    assert await refusal(lambda: socket.renew(ada, Renew(ticket=ticket))) == "not_allowed"


async def test_a_ticket_of_an_older_key_is_good_and_of_a_foreign_one_is_not(
    room: Room, socket: StaffSocket, clock: HeldClock, attempts: Attempts
) -> None:
    """The ring of keys may be turned while somebody signs in."""
    ada = await room.sit_down("ada@example.com")
    older = Tickets(KEYS[1:], clock, attempts).make(agent_of(ada))
    foreign = Tickets(("f" * 32,), clock, attempts).make(agent_of(ada))

    assert isinstance(await socket.renew(ada, Renew(ticket=older)), Renewed)
    assert await refusal(lambda: socket.renew(ada, Renew(ticket=foreign))) == "not_allowed"


async def test_a_session_that_has_ended_takes_no_socket_over(
    room: Room, socket: StaffSocket, tickets: Tickets
) -> None:
    """Signed out in the moment between ticket and socket: nothing is renewed."""
    ada = await room.sit_down("ada@example.com")
    new = await again(room, "ada@example.com")
    ticket = tickets.make(new)
    await room.sessions.end(new.session)

    assert await refusal(lambda: socket.renew(ada, Renew(ticket=ticket))) == "not_allowed"


async def test_the_end_is_announced_once_a_quarter_of_an_hour_before(
    room: Room, socket: StaffSocket, heard: list[tuple[Connection, Told | bytes]]
) -> None:
    """To every socket of that session, to no other, and not again."""
    ada = await room.sit_down("ada@example.com")
    tab = room.open(agent_of(ada))
    begun = room.clock.at
    for _ in range(23):  # somebody who is there is not idle
        room.clock.at += 30 * MINUTE
        await room.watch.look()
    late = await room.sit_down("late@example.com")
    await socket.look()
    early = list(heard)
    room.clock.at = begun + 12 * HOUR - ANNOUNCED + 1
    await socket.look()
    await socket.look()

    assert early == []
    assert late not in [connection for connection, _ in heard]
    assert heard == [(each, Ending(ends_at=begun + 12 * HOUR)) for each in (ada, tab)]


async def test_a_console_signs_in_again_in_place(site: Inside) -> None:
    """It asks for the form's token, sends the form, and is answered a ticket and a new cookie."""
    account = await hire(site)
    async with site.client() as browser:
        token = (await browser.get("/staff/sign-in", headers=JSON)).json()["token"]
        form = {"email": EMAIL, "password": PASSWORD, "token": token}
        first = await browser.post("/staff/sign-in", data=form, headers=JSON)
        cookie = browser.cookies["portal-session"]
        second = await browser.post("/staff/sign-in", data=form, headers=JSON)
        other_tab = await browser.post("/staff/renewal", headers=JSON)
        inside = await is_in(browser)
        renewed = browser.cookies["portal-session"]

    for answer in (first, second, other_tab):
        assert (answer.status_code, answer.json()["staff"]) == (200, account.id)
        assert answer.headers["cache-control"] == "no-store"
        assert cookie not in answer.text
    assert inside
    assert renewed != cookie


async def test_the_session_that_was_taken_over_ends_within_a_minute(
    site: Inside,
) -> None:
    """Not at once, for the other tabs must move over; and never later."""
    await hire(site)
    async with site.client() as browser:
        token = (await browser.get("/staff/sign-in", headers=JSON)).json()["token"]
        form = {"email": EMAIL, "password": PASSWORD, "token": token}
        await browser.post("/staff/sign-in", data=form, headers=JSON)
        old = token_hash(browser.cookies["portal-session"])
        await browser.post("/staff/sign-in", data=form, headers=JSON)
        new = token_hash(browser.cookies["portal-session"])
    sessions: Sessions = site.state["sessions"]
    now = system_clock()
    ends = await sessions.ends({old, new}, before=now + 24 * HOUR)

    assert now < ends[old] <= now + OVERLAP
    assert ends[new] > now + 11 * HOUR


async def test_a_wrong_password_in_place_is_told_and_nothing_else(site: Inside) -> None:
    """No cookie, no ticket, a sentence; the same for an address nobody has."""
    await hire(site)
    async with site.client() as browser:
        token = (await browser.get("/staff/sign-in", headers=JSON)).json()["token"]
        answers = [
            await browser.post(
                "/staff/sign-in",
                data={"email": email, "password": "not this one", "token": token},
                headers=JSON,
            )
            for email in (EMAIL, "nobody@example.com")
        ]

    for answer in answers:
        assert answer.status_code == 400
        assert answer.json() == {
            "code": "bad_field",
            "message": "E-mail address and password do not match.",
        }
        assert "set-cookie" not in answer.headers


async def test_who_is_not_signed_in_gets_no_ticket(site: Inside) -> None:
    """401, and nothing that could be sent."""
    async with site.client() as browser:
        answer = await browser.post("/staff/renewal", headers=JSON)

    assert answer.status_code == 401
    assert "ticket" not in answer.json()
