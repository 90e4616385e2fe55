"""Who asks: his network, believed from those who may say so."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from starlette.types import Scope

from portal.web.person import network_of

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("::ffff:192.0.2.1/128")]


def asked(peer: str | None, *forwarded: str) -> Scope:
    return {
        "type": "http",
        "client": (peer, 5000) if peer is not None else None,
        "headers": [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded],
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["1.1.1.1, 198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.1.2.3", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["10.4.4.4"], "10.4.4.4"),
        ("10.1.2.3", ["198.51.100.7, nonsense"], "10.1.2.3"),
        ("10.1.2.3", [""], "10.1.2.3"),
        ("10.1.2.3", [" , ,"], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.1.2.3", ["[2001:db8::5]:4711"], "2001:db8::/64"),
        ("10.1.2.3", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("::ffff:10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("fd00::1", ["::ffff:198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["198.51.100.7, ::ffff:10.9.9.9"], "198.51.100.7"),
    ],
)
def test_forwarded_is_believed_from_trusted_proxies_only(
    peer: str, forwarded: Sequence[str], expected: str
) -> None:
    """It is read from its end, past every proxy that is trusted, and no further."""
    assert network_of(asked(peer, *forwarded), PROXIES) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", "127.0.0.1"),
        ("", "local"),
        (None, "local"),
        ("/run/portal.sock", "local"),
    ],
)
def test_a_household_is_one_network(peer: str | None, expected: str) -> None:
    """All addresses of an IPv6 /64 are one; an IPv4 address in IPv6 dress is itself."""
    assert network_of(asked(peer)) == expected


def test_without_trusted_proxies_nobody_is_believed() -> None:
    """Not even this machine."""
    assert network_of(asked("127.0.0.1", "198.51.100.7")) == "127.0.0.1"
