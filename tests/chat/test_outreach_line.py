"""The line to the mail server: what is said on it, and who may hear it."""

import ssl
import subprocess
from collections.abc import AsyncIterator
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.chat.outreach.message import message
from portal.chat.outreach.outbox import Letter
from portal.chat.outreach.post import Later, Post
from tests.support.mail import MailServer, mail_server

# aiosmtpd warns of what it does to itself when somebody signs in.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

HOST = "127.0.0.2"
"""This machine, by a name that is not known to be: a line to it is one over the network."""


def made() -> EmailMessage:
    """A letter."""
    letter = Letter(
        id=1, key="k", kind="transcript", conversation=None, first_seq=None, last_seq=None,
        recipient="ada@example.com", subject="s", text="words\n", html="", status="waiting",
        attempts=1, begun_at=1, doubts=0, error="", created_at=1, due_at=1, sent_at=None,
    )  # fmt: skip
    return message(letter, Address("Portal", "chat", "news.example"), "")


async def send(post: Post) -> None:
    """Hand it over."""
    async with post.line() as line:
        await line.send(made(), "chat@news.example", "ada@example.com")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the mail server, signed by itself, with its key."""
    folder = tmp_path_factory.mktemp("certificate")
    try:
        where = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
        whose = ("-subj", "/CN=mail", "-addext", f"subjectAltName=IP:{HOST}")
        kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        command = ("openssl", "req", "-x509", *kind, *whose, *where)
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl here to make a certificate")
    return folder


@pytest.fixture
async def secured(certificate: Path) -> AsyncIterator[MailServer]:
    """A mail server that offers STARTTLS and takes one user."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    async with mail_server(host=HOST, tls=context) as server:
        server.users = {"portal": "p@ss word"}
        yield server


def trusted(certificate: Path) -> ssl.SSLContext:
    """Belief in that certificate."""
    return ssl.create_default_context(cafile=str(certificate / "cert.pem"))


async def test_a_password_is_said_to_whom_it_is_for(secured: MailServer, certificate: Path) -> None:
    """On an encrypted line, after the certificate was found right."""
    post = Post(f"smtp://portal:p%40ss%20word@{HOST}:{secured.port}", trust=trusted(certificate))
    await send(post)

    assert len(secured.messages) == 1
    assert secured.heard == [("portal", "p@ss word", True)]


async def test_a_password_is_said_to_nobody_else(secured: MailServer) -> None:
    """A certificate that does not hold ends it; the letter may be sent another time."""
    with pytest.raises(Later, match="cannot be reached"):
        await send(Post(f"smtp://portal:p%40ss%20word@{HOST}:{secured.port}"))

    assert (secured.heard, secured.messages) == ([], [])


async def test_a_password_is_never_said_in_the_open() -> None:
    """A server, or whoever stands before it, that offers no encryption gets none."""
    async with mail_server(host=HOST, users={"portal": "secret"}) as server:
        with pytest.raises(Later, match="cannot be reached"):
            await send(Post(f"smtp://portal:secret@{HOST}:{server.port}"))

    assert (server.heard, server.messages) == ([], [])


async def test_a_wrong_password_is_said_in_words(secured: MailServer, certificate: Path) -> None:
    """It is the setting's fault and no letter's: all of them wait until it is mended."""
    url = f"smtp://portal:wrong@{HOST}:{secured.port}"
    post = Post(url, trust=trusted(certificate), command_seconds=0.5)
    with pytest.raises(Later) as refused:
        await send(post)

    assert "wrong" not in str(refused.value)
    assert secured.messages == []


async def test_without_a_password_any_encryption_is_better_than_none(secured: MailServer) -> None:
    """A relay with a certificate of its own making is spoken to, encrypted."""
    secured.users = {}
    await send(Post(f"smtp://{HOST}:{secured.port}"))

    assert len(secured.messages) == 1
    assert secured.encrypted == [True]


async def test_without_any_it_goes_as_it_can() -> None:
    """A relay that knows no encryption still takes letters."""
    async with mail_server(host=HOST) as server:
        await send(Post(f"smtp://{HOST}:{server.port}"))

    assert (len(server.messages), server.encrypted) == (1, [False])


async def test_who_is_a_stranger_there_tries_again(secured: MailServer) -> None:
    """A relay that wants a name refuses all letters alike: none of them is failed for it."""
    with pytest.raises(Later, match="530"):
        await send(Post(f"smtp://{HOST}:{secured.port}"))

    assert secured.messages == []
