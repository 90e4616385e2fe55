"""Who asks: his network, and on the staff's pages the member of staff.

An address behind a proxy is believed only from a proxy that was named in PORTAL_TRUSTED_PROXIES.
Limits and counts go by network, not by address: an IPv6 household has 2^64 addresses.
"""

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.errors import Unavailable
from portal.identity import Agent

Identify = Callable[[HTTPConnection], Awaitable[Agent | None]]


def network_of(scope: Scope, trusted: Sequence[IPv4Network | IPv6Network] = ()) -> str:
    """Return the network a request comes from: an IPv4 address, or an IPv6 /64."""
    address = address_of(scope, trusted)
    if address is None:
        return "local"
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> 64 << 64, 64)))
    return str(address)


def address_of(
    scope: Scope, trusted: Sequence[IPv4Network | IPv6Network] = ()
) -> IPv4Address | IPv6Address | None:
    """Return the address a request comes from; None where there is none, on a local socket.

    `X-Forwarded-For` is read from its end, past every proxy we trust.
    """
    client = scope.get("client")
    address = _address(client[0] if client else "")
    if trusted and address is not None and any(address in network for network in trusted):
        # Some proxies add a line of their own below the one a client brought.
        hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        for hop in reversed(hops):
            found = _address(_without_port(hop.strip()))
            if found is None:
                break
            address = found
            if not any(found in network for network in trusted):
                break
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 address in IPv6 dress (a socket bound to `::`) is itself."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _without_port(hop: str) -> str:
    """Take off the port that some proxies write: `198.51.100.7:4711`, `[2001:db8::5]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


class Person:
    """ASGI middleware: fills `scope["network"]`, and below /staff `scope["actor"]`."""

    def __init__(
        self, app: ASGIApp, *, trusted: Sequence[IPv4Network | IPv6Network], identify: Identify
    ) -> None:
        self.app = app
        self.trusted = trusted
        self.identify = identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["network"] = network_of(scope, self.trusted)
        if scope["path"].startswith("/staff"):
            try:
                scope["actor"] = await self.identify(HTTPConnection(scope))
            except Unavailable:
                refusal = PlainTextResponse("The database does not answer.\n", 503)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
