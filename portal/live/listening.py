"""The listening socket: made by us, because its options decide whether a worker can ever stop.

With the system's defaults one reader who stops reading keeps four megabytes in the kernel, his
socket open and the process alive, for ever (measured with all of uvicorn's socket classes). What
is set here is inherited by every accepted socket.
"""

import errno
import socket

from portal.errors import Stopped

USER_TIMEOUT_MS = 10_000
"""Bytes that a peer has not acknowledged for so long end the connection (RFC 5482)."""
SEND_BUFFER_BYTES = 128 * 1024
"""The kernel doubles it. Small, so that a peer that is behind is seen to be behind."""
BACKLOG = 4096
"""Handshakes waiting to be accepted: all readers of a restarted server come back at once."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket for `Server.serve(sockets=[…])`. Port 0 takes any free one.

    Raises:
        Stopped: the address is taken, unknown or not allowed.
    """
    try:
        found = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, OverflowError, UnicodeError) as error:
        raise Stopped(f"cannot listen on {host}: no such address") from error
    family, address = found[0][0], str(found[0][4][0])
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, address != "::")
        limit_unread(listener)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Stopped(_why(error, host, port)) from error
    listener.set_inheritable(True)
    return listener


def limit_unread(listener: socket.socket) -> None:
    """Bound what an accepted socket keeps for a peer that does not read, and for how long."""
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; elsewhere `live.wire` cuts off alone
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed; choose one above 1023 with --port"
    return f"cannot listen on {host} port {port}: {error.strerror}"
