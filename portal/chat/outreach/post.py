"""The post: one connection to the mail server, and letters handed over on it.

What matters about a failure is what may be done next: try again (`Later`), never again
(`Declined`), or ask oneself whether it went out (`Doubtful`), because the line broke after the
server had all of it and before it said so.

Source: RFC 5321 (4.2.1: 4yz may be tried again, 5yz may not), RFC 8314 (smtps), RFC 7435 (a line
that is encrypted without knowing to whom is better than a plain one, and no place for a password).
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import SMTPUTF8 as WIRE_UTF8
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPResponseException

from portal.errors import PortalError

COMMAND_SECONDS: Final = 10.0
"""How long the server may take for one answer."""
LETTER_SECONDS: Final = 60.0
"""And for one letter in all."""
STRANGERS: Final = frozenset({530, 534, 535, 538})
"""The server does not know us (RFC 4954): that is the setting's fault, and no letter's."""
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Later(PortalError):
    """It was not sent; another time it may be."""


class Declined(PortalError):
    """The server will not take this letter, now or ever."""


class Doubtful(PortalError):
    """Nobody knows whether the server took it."""


class Post:
    """The way to the mail server. Keeps no connection between two rounds."""

    def __init__(
        self,
        url: str,
        *,
        command_seconds: float = COMMAND_SECONDS,
        letter_seconds: float = LETTER_SECONDS,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Read the address; reads certificates, so it is made before anybody is served.

        Args:
            url: `smtp://` or `smtps://`, with user and password if the server wants them.
            trust: whose certificates are believed; the system's when left out.
        """
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._command_seconds = command_seconds
        self._letter_seconds = letter_seconds
        self._direct = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._direct else 587 if self._user else 25)
        known = bool(self._user) or self._direct
        # A line to this very machine is read by nobody else.
        self._upgrade: bool | None = False if self._host in LOCAL else (True if known else None)
        self._trust = trust or ssl.create_default_context()
        if not known:
            self._trust.check_hostname = False
            self._trust.verify_mode = ssl.CERT_NONE

    @asynccontextmanager
    async def line(self) -> AsyncIterator["Line"]:
        """Connect, and hang up at the end.

        Raises:
            Later: there is no such server, or it does not let us in.
        """
        server = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user or None,
            password=self._password or None,
            timeout=self._command_seconds,
            use_tls=self._direct,
            start_tls=False if self._direct else self._upgrade,
            tls_context=self._trust,
        )
        try:
            try:
                async with asyncio.timeout(self._letter_seconds):
                    await server.connect()
            except (SMTPException, OSError, TimeoutError, ValueError) as error:
                raise Later(f"the mail server cannot be reached: {_said(error)}") from error
            yield Line(server, self._letter_seconds)
            try:
                await server.quit()
            except (SMTPException, OSError):
                pass  # it has what it was given
        finally:
            server.close()


class Line:
    """A connection on which letters are handed over, one after another."""

    def __init__(self, server: aiosmtplib.SMTP, letter_seconds: float) -> None:
        self._server = server
        self._letter_seconds = letter_seconds
        self.well = True
        """Whether another letter can be handed over on it."""

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over one letter; returns once the server has taken it.

        Raises:
            Later, Declined, Doubtful: it has not.
        """
        wide = not (sender + recipient).isascii()
        content = message.as_bytes(policy=WIRE_UTF8 if wide else WIRE)
        handed_over = False
        try:
            async with asyncio.timeout(self._letter_seconds):
                options = ["SMTPUTF8", "BODY=8BITMIME"] if wide else []
                encoding = "utf-8" if wide else "ascii"
                if wide and not await self._knows_wide():
                    raise Declined("the mail server knows no addresses with such letters")
                await self._server.mail(sender, options=options, encoding=encoding)
                await self._server.rcpt(recipient, encoding=encoding)
                handed_over = True
                await self._server.data(content)
        except SMTPResponseException as refused:
            await self._start_over()
            words = f"{refused.code} {_said(refused)}"
            final = refused.code >= 500 and refused.code not in STRANGERS
            raise (Declined if final else Later)(words) from refused
        except (SMTPException, OSError, TimeoutError) as error:
            self.well = False
            raise (Doubtful if handed_over else Later)(_said(error)) from error

    async def _knows_wide(self) -> bool:
        await self._server.ehlo()
        return self._server.supports_extension("smtputf8")

    async def _start_over(self) -> None:
        try:
            await self._server.rset()
        except (SMTPException, OSError, TimeoutError):
            self.well = False


def _said(error: BaseException) -> str:
    """Return what went wrong, in one line."""
    words = error.message if isinstance(error, SMTPException) else str(error)
    return " ".join(str(words).split())[:200] or type(error).__name__
