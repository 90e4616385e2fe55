"""What people type: addresses that could be one, and those that break what is made of them."""

from email.headerregistry import Address
from email.policy import SMTP, SMTPUTF8

import pytest

from portal.chat import words
from portal.chat.outreach.message import mailable, message
from portal.chat.outreach.outbox import Letter
from portal.errors import Refused


def letter(recipient: str) -> Letter:
    """A letter to somebody."""
    return Letter(
        id=1, key="k", kind="transcript", conversation=None, first_seq=None, last_seq=None,
        recipient=recipient, subject="s\r\nBcc: eve@example.com", text="words\n", html="",
        status="waiting", attempts=1, begun_at=1, doubts=0, error="", created_at=1, due_at=1,
        sent_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        "ada@",
        "@example.com",
        "ada@example.com,eve@example.com",
        "ada;eve@example.com",
        "ada(a friend)@example.com",
        "group:ada@example.com",
        "ada@[192.0.2.1]",
        "'\ufeff@[\u200b%`",
        "1" * 70 + "xn--@-()",
        "a" * 65 + "@example.com",
        "ada\u200b@example.com",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    """Lists, comments, groups, hosts of numbers, letters nobody sees: at the edge, not in a mail
    that breaks at every try."""
    with pytest.raises(Refused) as refused:
        words.email(given)

    assert refused.value.code == "bad_field"


@pytest.mark.parametrize(
    "given", ["ada@example.com", "o'neill+news@example.co.uk", "用户@例子.中国", "a=b!c@localhost"]
)
def test_what_is_taken_can_be_written_to(given: str) -> None:
    """It makes one header of one line, and nothing beside it."""
    address = words.email(given)
    assert address is not None
    made = message(letter(address), Address("Portal", "chat", "news.example"), "")
    content = made.as_bytes(policy=SMTP if mailable(address).isascii() else SMTPUTF8)

    assert b"\r\nBcc:" not in content
    assert content.count(b"\r\nTo: ") == 1
