"""Accounts and one-time links."""

import asyncio

import pytest

from portal.clock import DAY, MINUTE
from portal.errors import Refused
from portal.identity import Role
from portal.staff.store import Accounts
from tests.conftest import HeldClock


async def test_an_address_has_one_account(accounts: Accounts) -> None:
    """A second account with the same address, however written, is refused."""
    await accounts.add("ada@example.com", "Ada", Role.AGENT)

    with pytest.raises(Refused) as refused:
        await accounts.add(" ADA@Example.com ", "Other", Role.ADMIN)

    assert refused.value.code == "conflict"
    assert [a.name for a in await accounts.everybody()] == ["Ada"]


@pytest.mark.parametrize("email", ["", "no", "a@b@c", "a b@c", "a@\n.com", "x" * 250 + "@a.b"])
async def test_what_is_no_address_is_refused(accounts: Accounts, email: str) -> None:
    """An account needs an address that can be one."""
    with pytest.raises(Refused) as refused:
        await accounts.add(email, "Ada", Role.AGENT)

    assert refused.value.code == "bad_field"


async def test_the_last_administrator_stays(accounts: Accounts) -> None:
    """A house never loses its last administrator."""
    await accounts.add("ada@example.com", "Ada", Role.ADMIN)

    with pytest.raises(Refused):
        await accounts.set_disabled("ada@example.com", True)

    found = await accounts.by_email("ada@example.com")
    assert found is not None
    assert not found.disabled


async def test_disabling_raises_the_version(accounts: Accounts) -> None:
    """Whatever ends a right raises the version, which ends all sessions."""
    before = await accounts.add("ada@example.com", "Ada", Role.AGENT)
    after = await accounts.set_disabled("Ada@example.com", True)

    assert after.disabled
    assert after.version == before.version + 1


async def test_the_first_link_is_made_once_in_a_database_s_life(accounts: Accounts) -> None:
    """Ten nodes that start together print one link."""
    links = await asyncio.gather(*(accounts.first_link() for _ in range(10)))
    again = await accounts.first_link()

    assert len([link for link in links if link]) == 1
    assert again is None


async def test_the_first_link_makes_an_administrator_once(accounts: Accounts) -> None:
    """Used twice at once, the link makes one account."""
    token = await accounts.first_link()
    assert token is not None

    results = await asyncio.gather(
        accounts.accept(token, "hash", "ada@example.com", "Ada"),
        accounts.accept(token, "hash", "eve@example.com", "Eve"),
        return_exceptions=True,
    )

    assert sorted(type(r).__name__ for r in results) == ["Account", "Refused"]
    assert [a.role for a in await accounts.everybody()] == [Role.ADMIN]


async def test_a_link_is_good_for_a_day(accounts: Accounts, clock: HeldClock) -> None:
    """After 24 hours a link opens nothing."""
    account = await accounts.add("ada@example.com", "Ada", Role.AGENT)
    token = await accounts.make_link(account.id)
    clock.forward(DAY - MINUTE)
    early = await accounts.invitation(token)
    clock.forward(2 * MINUTE)
    late = await accounts.invitation(token)

    assert early is not None
    assert early.account == account
    assert late is None


async def test_a_disabled_account_s_link_opens_nothing(accounts: Accounts) -> None:
    """Disabling ends links as well."""
    await accounts.add("root@example.com", "Root", Role.ADMIN)
    account = await accounts.add("ada@example.com", "Ada", Role.AGENT)
    token = await accounts.make_link(account.id)
    await accounts.set_disabled("ada@example.com", True)

    assert await accounts.invitation(token) is None
