"""Sessions: judged anew each time, ended by age, idleness, sign-out and the account's version."""

from starlette.requests import HTTPConnection

from portal.clock import HOUR, MINUTE
from portal.identity import Agent, Role
from portal.staff.account import Account
from portal.staff.sessions import MOST, Roster, Sessions
from portal.staff.store import Accounts
from tests.conftest import HeldClock


def asking(sessions: Sessions, token: str) -> HTTPConnection:
    cookie = f"{sessions.cookie}={token}".encode()
    return HTTPConnection({"type": "http", "headers": [(b"cookie", cookie)]})


async def begin(accounts: Accounts, sessions: Sessions) -> tuple[Account, str]:
    account = await accounts.add("ada@example.com", "Ada", Role.AGENT)
    return account, await sessions.begin(account, "browser")


async def test_a_token_names_its_agent(accounts: Accounts, sessions: Sessions) -> None:
    """The browser's token leads to the account; no other does."""
    account, token = await begin(accounts, sessions)

    agent = await sessions.identify(asking(sessions, token))
    assert isinstance(agent, Agent)
    assert (agent.id, agent.name, agent.role) == (account.id, "Ada", Role.AGENT)
    assert await sessions.identify(asking(sessions, token + "x")) is None
    assert await sessions.identify(asking(sessions, "")) is None


async def test_an_idle_session_ends_after_an_hour(
    accounts: Accounts, sessions: Sessions, clock: HeldClock
) -> None:
    """Used every fifty minutes it lives, unused for sixty it ends."""
    _, token = await begin(accounts, sessions)
    clock.forward(50 * MINUTE)
    first = await sessions.identify(asking(sessions, token))
    clock.forward(50 * MINUTE)
    second = await sessions.identify(asking(sessions, token))
    clock.forward(61 * MINUTE)
    third = await sessions.identify(asking(sessions, token))

    assert (first is None, second is None, third is None) == (False, False, True)


async def test_a_session_ends_after_twelve_hours(
    accounts: Accounts, sessions: Sessions, clock: HeldClock
) -> None:
    """However much it is used."""
    _, token = await begin(accounts, sessions)
    for _ in range(12):
        clock.forward(HOUR - MINUTE)
        await sessions.identify(asking(sessions, token))
    clock.forward(13 * MINUTE)

    assert await sessions.identify(asking(sessions, token)) is None


async def test_disabling_ends_every_session(accounts: Accounts, sessions: Sessions) -> None:
    """The next question of a disabled account is answered with nobody; enabling revives none."""
    _, token = await begin(accounts, sessions)
    await accounts.set_disabled("ada@example.com", True)
    disabled = await sessions.identify(asking(sessions, token))
    await accounts.set_disabled("ada@example.com", False)

    assert disabled is None
    assert await sessions.identify(asking(sessions, token)) is None


async def test_signing_out_ends_one_session(accounts: Accounts, sessions: Sessions) -> None:
    """The other browser stays signed in."""
    account, first = await begin(accounts, sessions)
    second = await sessions.begin(account, "other browser")
    agent = await sessions.identify(asking(sessions, first))
    assert agent is not None
    await sessions.end(agent.session)

    assert await sessions.identify(asking(sessions, first)) is None
    assert await sessions.identify(asking(sessions, second)) is not None


async def test_an_account_has_ten_sessions_at_most(
    accounts: Accounts, sessions: Sessions, clock: HeldClock
) -> None:
    """The eleventh ends the oldest."""
    account, oldest = await begin(accounts, sessions)
    for _ in range(MOST):
        clock.forward(1000)
        newest = await sessions.begin(account, "browser")

    assert await sessions.identify(asking(sessions, oldest)) is None
    assert await sessions.identify(asking(sessions, newest)) is not None


async def test_the_roster_notes_who_has_ended(accounts: Accounts, sessions: Sessions) -> None:
    """One query tells which open sockets' sessions no longer hold."""
    _, token = await begin(accounts, sessions)
    agent = await sessions.identify(asking(sessions, token))
    assert agent is not None
    roster = Roster()
    before = roster.compare([agent], await sessions.alive([agent]))
    await accounts.set_disabled("ada@example.com", True)
    after = roster.compare([agent], await sessions.alive([agent]))

    assert (before, after) == ([], [agent])
    assert not roster.may(agent)
