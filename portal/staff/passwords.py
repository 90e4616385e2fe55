"""Passwords: what may be one, and its hash.

Argon2id with OWASP's parameters (58 ms measured), two at a time so that a flood of sign-ins costs
bounded memory, and in a thread so that nobody else waits. An unknown account costs the same time.
"""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Refused

SHORTEST = 15
"""Characters, without a second factor. Source: ASVS 5.0 6.2, NIST 800-63B."""
LONGEST_BYTES = 1_024
"""Hashing is slow on purpose; a megabyte of password would be an attack."""
AT_ONCE = 2

_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)


class Passwords:
    """Hashes and verifies, a bounded number at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Return the hash that is kept of an acceptable password."""
        async with self._turn:
            return await asyncio.to_thread(_hasher.hash, _normal(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether `password` is the one whose hash was kept.

        `kept` is None for an unknown account or one without a password: that takes as long and
        is never true.
        """
        if len(password.encode()) > LONGEST_BYTES:
            return False
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody has this password")
        async with self._turn:
            right = await asyncio.to_thread(_verify, kept or self._nobodys, _normal(password))
        return right and kept is not None

    @staticmethod
    def outdated(kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return _hasher.check_needs_rehash(kept)


def check_acceptable(password: str, *words: str) -> None:
    """Accept a password as a new one.

    Args:
        words: what everybody would try first: the person's name and address, the site's name.

    Raises:
        Refused: it is too short, too long, or made of what everybody would try.
    """
    text = _normal(password)
    if len(text) < SHORTEST:
        raise Refused("bad_field", f"A password has at least {SHORTEST} characters.")
    if len(text.encode()) > LONGEST_BYTES:
        raise Refused("too_long", f"A password has at most {LONGEST_BYTES} bytes.")
    folded = text.casefold()
    if len(set(folded)) < 5:
        raise Refused("bad_field", "This password repeats too few characters.")
    rest = folded
    for word in words:
        for part in (word, *word.replace("@", " ").split()):
            if len(part) >= 4:
                rest = rest.replace(part.casefold(), "")
    if len(rest) < 8:
        raise Refused("bad_field", "This password is made of your name or the site's.")


def _normal(password: str) -> str:
    """The same keys give the same text on every keyboard. Source: NIST 800-63B, 5.1.1.2."""
    return unicodedata.normalize("NFKC", password)


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
