"""The listening socket: its options, and what is said when it cannot be had."""

import socket

import pytest

from portal.errors import Stopped
from portal.live.listening import SEND_BUFFER_BYTES, USER_TIMEOUT_MS, listening_socket


def test_an_accepted_socket_has_the_bounds_of_the_listening_one() -> None:
    """The kernel hands them on: nobody sets them per connection."""
    with listening_socket("127.0.0.1", 0) as listener, socket.socket() as peer:
        peer.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            timeout = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            buffer = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    assert timeout == USER_TIMEOUT_MS
    assert buffer == 2 * SEND_BUFFER_BYTES  # the kernel doubles what it is told


def test_names_and_the_sixth_version_are_addresses_too() -> None:
    """What a person would type."""
    families = set()
    for host in ("localhost", "127.0.0.1", "::1", "[::1]"):
        with listening_socket(host, 0) as listener:
            families.add(listener.family)

    assert families <= {socket.AF_INET, socket.AF_INET6}


def test_a_taken_port_is_one_line() -> None:
    """It names the port and what to do."""
    with listening_socket("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Stopped) as stopped:
            listening_socket("127.0.0.1", port)

    assert str(stopped.value) == f"port {port} on 127.0.0.1 is taken; choose another with --port"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "300.1.1.1", "192.0.2.1", "a" * 300])
def test_an_address_that_is_not_ours_is_one_line(host: str) -> None:
    """Unknown, impossible, or another machine's."""
    with pytest.raises(Stopped) as stopped:
        listening_socket(host, 0)

    assert "cannot listen on" in str(stopped.value)
