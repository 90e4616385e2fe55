"""The values: how the text of a setting is read into what is meant by it.

Each function takes the text and returns the value, or raises ValueError with what was expected.
"""

import re
from collections.abc import Callable
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
Network = IPv4Network | IPv6Network


def folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def redis_url(text: str) -> str:
    if urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("expected redis://, rediss:// or unix://")
    return text


def database_url(text: str) -> str:
    if urlsplit(text).scheme.partition("+")[0] not in ("postgresql", "postgres", "sqlite"):
        raise ValueError("expected postgresql://user:password@host/name, or sqlite:///file")
    return text


def base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected https://host, with a port if it is not the usual one")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError("expected scheme and host only, without path, user or query")
    return f"{parts.scheme}://{parts.netloc}".lower()


def hosts(text: str) -> tuple[str, ...]:
    """Read hosts, comma-separated; what else would stand in a page's policy is refused."""
    named = tuple(each.strip().lower() for each in text.split(","))
    wrong = next((each for each in named if not _HOST.fullmatch(each)), None)
    if wrong is not None:
        raise ValueError("expected hosts like player.vimeo.com, with commas between")
    return named


def smtp_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("expected smtp:// or smtps:// and a host")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("expected smtp://user:password@host:port and nothing behind it")
    _ = parts.port  # raises ValueError for what is no port
    return text


def sender(text: str) -> Address:
    """Read `Name <address>` or an address alone; no sign may break out of a mail's header."""
    found = getaddresses([text])
    if not text.isprintable() or len(found) != 1:
        raise ValueError("expected Name <address>, in one line")
    try:
        mailbox = Address(found[0][0], addr_spec=found[0][1])
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError("expected Name <address>") from None
    if not mailbox.username or not mailbox.domain:
        raise ValueError("expected Name <address>")
    return mailbox


def names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def keys(text: str) -> tuple[str, ...]:
    keys = names(text)
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("expected one or more keys of at least 32 characters, comma-separated")
    return keys


def languages(text: str) -> tuple[str, ...]:
    tags = names(text)
    if not tags or any(not all(p.isalnum() for p in tag.split("-")) for tag in tags):
        raise ValueError("expected language tags like en,zh-CN")
    return tags


def zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected an IANA zone like Europe/Berlin") from None


def networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(name, strict=False) for name in names(text))
    except ValueError:
        raise ValueError(
            "expected addresses or networks like 10.0.0.0/8, comma-separated"
        ) from None


def token(text: str) -> str:
    if len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("expected a token of at least 16 letters, digits and signs")
    return text


def identity(text: str) -> str:
    if text not in ("tab", "network"):
        raise ValueError("expected tab or network")
    return text


def switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("expected on or off")
    return text == "on"


def assignment(text: str) -> str:
    if text not in ("hand", "automatic"):
        raise ValueError("expected hand or automatic")
    return text


def chat_fields(text: str) -> tuple[str, ...]:
    fields = names(text)
    asked = [field.removesuffix("*") for field in fields]
    if len(set(asked)) < len(asked) or not {*asked} <= {"name", "email", "topic"}:
        raise ValueError("expected name, email and topic, comma-separated, each at most once")
    return fields


def between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"expected a whole number from {least} to {most}")
        return int(text)

    return read


def line(text: str, most: int = 200) -> str:
    if not text.strip() or len(text) > most or not text.isprintable():
        raise ValueError(f"expected one line of 1 to {most} characters")
    return text.strip()


def paragraph(text: str) -> str:
    return line(text, 1_000)
