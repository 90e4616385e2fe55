"""A mail server of one's own: a real one (aiosmtpd) that can be slow, refuse, and hang up."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class MailServer:
    """Keeps what it is given.

    Attributes:
        messages: everything it said it took, and what it took without a word.
        recipient, data: the answer to RCPT, and to the end of DATA; "" for a line that breaks.
        slow_seconds: how long it thinks before it answers DATA.
        host: where it listens.
        tls: what it encrypts with, if asked to.
        users: who may send, by name; with none, everybody.
        heard: who named himself with which password, and whether others could hear it not.
        encrypted: of each message, whether it came encrypted.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.recipient = "250 OK"
        self.data = "250 OK"
        self.slow_seconds = 0.0
        self.port = 0
        self.calls = 0
        self.host = "127.0.0.1"
        self.tls: ssl.SSLContext | None = None
        self.users: dict[str, str] = {}
        self.heard: list[tuple[str, str, bool]] = []
        self.encrypted: list[bool] = []
        self._talks: set[SMTP] = set()

    @property
    def url(self) -> str:
        """Its address, as the setting takes it."""
        return f"smtp://{self.host}:{self.port}"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT."""
        self.calls += 1
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a message, or not."""
        if not self.data or self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            found = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(found, EmailMessage)
            self.messages.append(found)
            self.encrypted.append(session.ssl is not None)
            self.recipients += envelope.rcpt_tos
        if not self.data:
            _break(server)
            return "451 gone"
        await asyncio.sleep(self.slow_seconds)
        return self.data

    def talk(self) -> SMTP:
        """Answer one that connects."""
        talk = SMTP(
            self,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
            tls_context=self.tls,
            authenticator=self._knows if self.users else None,
            auth_required=bool(self.users),
            auth_require_tls=False,
        )
        self._talks.add(talk)
        return talk

    def _knows(
        self, talk: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any
    ) -> AuthResult:
        name, password = told.login.decode(), told.password.decode()
        self.heard.append((name, password, session.ssl is not None))
        return AuthResult(success=self.users.get(name) == password)

    def hang_up(self) -> None:
        """Break every line."""
        for each in self._talks:
            _break(each)


def _break(talk: SMTP) -> None:
    if isinstance(talk.transport, asyncio.Transport):
        talk.transport.abort()


@asynccontextmanager
async def mail_server(
    *, kind: type[MailServer] = MailServer, **answers: Any
) -> AsyncIterator[MailServer]:
    """Run one for a while, on a free port."""
    server = kind()
    for name, value in answers.items():
        setattr(server, name, value)
    listening = await asyncio.get_running_loop().create_server(server.talk, server.host, 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.hang_up()
        for _ in range(5):  # a transport closes its socket in a later turn
            await asyncio.sleep(0)
        listening.close()
        await listening.wait_closed()


def plain(message: EmailMessage) -> str:
    """Return its plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html(message: EmailMessage) -> str:
    """Return its HTML."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
