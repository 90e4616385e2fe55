"""The message: a letter as mail programs read it.

The same letter is the same message however often it is sent: its Message-ID comes from its key,
so a program that gets it twice shows it once. What people typed reaches a header only through
`EmailMessage`, which encodes it and refuses the end of a line.
"""

from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from portal.chat.outreach.outbox import Letter

MARK: Final = "comes-with-the-letter"
"""Where the token of the way back will stand: the outbox keeps none."""
SUBJECT_LONGEST: Final = 200


class Unwritable(ValueError):
    """The letter cannot be made into a message; trying again is in vain."""


def message(letter: Letter, sender: Address, token: str) -> EmailMessage:
    """Return the message of a letter.

    Args:
        token: of the way back, "" for none.

    Raises:
        Unwritable: its address is none.
    """
    made = EmailMessage()
    try:
        made["From"] = sender
        made["To"] = _mailbox(mailable(letter.recipient))
        made["Reply-To"] = Address(addr_spec=sender.addr_spec)
        made["Subject"] = " ".join(letter.subject.split())[:SUBJECT_LONGEST]
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Unwritable(f"no address: {error}") from error
    made["Date"] = format_datetime(datetime.fromtimestamp(letter.created_at / 1000, UTC))
    made["Message-ID"] = f"<{_mark(letter.key)}@{sender.domain}>"
    if letter.conversation is not None:
        made["References"] = f"<{_mark(letter.conversation)}@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes to it
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(letter.text.replace(MARK, token))
    if letter.html:
        made.add_alternative(letter.html.replace(MARK, token), subtype="html")
    return made


def mailable(address: str) -> str:
    """Return an address as it goes over the wire: its host in the letters of the DNS.

    Raises:
        ValueError: it has none.
    """
    local, _, host = address.rpartition("@")
    return f"{local}@{host}" if host.isascii() else f"{local}@{host.encode('idna').decode()}"


def _mailbox(address: str) -> Address:
    # Address knows no letters beyond ASCII (RFC 6532 does); what it judges is how it is built.
    Address(addr_spec="".join(letter if letter.isascii() else "x" for letter in address))
    local, _, host = address.rpartition("@")
    return Address(username=local, domain=host)


def _mark(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:40]
