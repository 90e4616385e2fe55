"""An account: one person who works here, as a value, and what an address may look like."""

import re
from dataclasses import dataclass

from portal.errors import Refused
from portal.identity import Role, StaffId

LONGEST_EMAIL = 254
LONGEST_NAME = 80
_EMAIL = re.compile(
    r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@.<>\"(),:;\\\[\]]+(\.[^\s@.<>\"(),:;\\\[\]]+)*"
)


@dataclass(frozen=True, slots=True)
class Account:
    """A row of `staff`, without its password."""

    id: StaffId
    email: str
    name: str
    title: str
    role: Role
    version: int
    disabled: bool
    has_password: bool


def email_address(text: str) -> str:
    """Return an e-mail address as accounts keep it.

    Raises:
        Refused: it is none.
    """
    folded = text.strip().casefold()
    if len(folded) > LONGEST_EMAIL or not folded.isprintable() or not _EMAIL.fullmatch(folded):
        raise Refused("bad_field", f"{text.strip()[:80]!r} is not an e-mail address.")
    return folded


def person_name(text: str) -> str:
    """Return a name as accounts keep it.

    Raises:
        Refused: it is empty, too long, or holds what nobody can see.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refused("bad_field", f"A name has 1 to {LONGEST_NAME} visible characters.")
    return name
