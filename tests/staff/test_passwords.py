"""Passwords: what may be one, and how it is kept."""

import asyncio

import pytest

from portal.errors import Refused
from portal.staff.passwords import Passwords, check_acceptable


async def test_a_password_verifies_against_its_hash_only() -> None:
    """The right one passes, another does not, and composed letters are the same letters."""
    passwords = Passwords()
    kept = await passwords.hash("cafe\u0301 au lait, bitte")

    assert await passwords.verify(kept, "caf\u00e9 au lait, bitte")
    assert not await passwords.verify(kept, "cafe au lait, bitte")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not passwords.outdated(kept)


async def test_nobody_s_password_is_never_right() -> None:
    """An unknown account, and one without a password, are refused like a wrong password."""
    passwords = Passwords()

    assert not await passwords.verify(None, "nobody has this password")
    assert not await passwords.verify("not a hash", "anything at all")


async def test_a_megabyte_is_not_hashed() -> None:
    """A huge password is refused before it costs anything."""
    assert not await asyncio.wait_for(Passwords().verify(None, "x" * 1_000_000), 0.05)


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 14, "aaaaaaaaaaaaaaaaaaaa", "x" * 2000, "ada@example.com ada"],
)
def test_weak_passwords_are_refused(password: str) -> None:
    """Too short, too long, one letter, or the person's own name."""
    with pytest.raises(Refused):
        check_acceptable(password, "ada@example.com", "Ada Lovelace", "Portal")


def test_a_sentence_is_a_good_password() -> None:
    """Length is what counts; no rule asks for digits or signs."""
    refused = None
    try:
        check_acceptable("the harbour reopens at dawn", "ada@example.com", "Ada", "Portal")
    except Refused as error:
        refused = error

    assert refused is None
