"""Signing in again in place: the ticket by which an open socket goes on under a new session.

A socket keeps the session of its handshake, and no cookie reaches it afterwards. So whoever has
signed in again (or whose other tab has) is given a ticket by a page, which knows the new cookie,
and sends it over the socket. It is good for a minute, for one socket, and for the same person.

What it is not: a way in. It opens nothing without an open socket of that person's.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.clock import Clock
from portal.errors import Refused
from portal.identity import Agent, StaffId
from portal.memory.attempts import Attempts

GOOD_SECONDS = 60
"""A tab that was just told of it asks at once; a minute allows for a slow line."""
_REFUSAL = "This ticket is not good any more. Please sign in again."


class Tickets:
    """Makes and takes tickets, each taken once by all processes together."""

    def __init__(self, keys: Sequence[str], now: Clock, attempts: Attempts) -> None:
        self._keys = [key.encode() for key in keys]
        self._now = now
        self._attempts = attempts

    def make(self, agent: Agent) -> str:
        """Return a ticket to this session of this person."""
        until = self._now() + GOOD_SECONDS * 1000
        words = f"{agent.id}|{agent.session}|{until}|{secrets.token_urlsafe(12)}"
        return f"{_armoured(words.encode())}.{_sign(self._keys[0], words)}"

    async def take(self, ticket: str, staff: StaffId) -> str:
        """Return the key of the session a ticket of this person's leads to.

        Raises:
            Refused: `not_allowed`; it was not made here, is too old, another's, or taken already.
        """
        words = self._words(ticket)
        owner, session, until, _ = words.split("|")
        if int(owner) != staff or int(until) < self._now():
            raise Refused("not_allowed", _REFUSAL)
        once = hashlib.sha256(words.encode()).hexdigest()
        if await self._attempts.take(f"renewal:{once}", 1, GOOD_SECONDS * 2) is not None:
            raise Refused("not_allowed", _REFUSAL)
        return session

    def _words(self, ticket: str) -> str:
        armoured, _, signature = ticket.partition(".")
        try:
            words = base64.urlsafe_b64decode(armoured + "=" * (-len(armoured) % 4)).decode()
        except (binascii.Error, ValueError):
            raise Refused("not_allowed", _REFUSAL) from None
        right = [_sign(key, words) for key in self._keys]
        if not any(hmac.compare_digest(signature.encode(), each.encode()) for each in right):
            raise Refused("not_allowed", _REFUSAL)
        return words


class Renewal:
    """The page `POST /staff/renewal`: a ticket for another tab of a browser that signed in."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def page(self, request: Request) -> Response:
        """Give whoever is signed in a ticket to his own session; nobody else gets anything."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return answer({"code": "not_allowed", "message": "Nobody is signed in here."}, 401)
        return answer(ticket_of(self._tickets, actor))


def ticket_of(tickets: Tickets, agent: Agent) -> dict[str, object]:
    """Return what a console is told once its person is signed in again."""
    return {"staff": agent.id, "ticket": tickets.make(agent)}


def answer(content: dict[str, object], status: int = 200) -> Response:
    """Return an answer to a script of ours, kept by nobody."""
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


def wants_json(request: Request) -> bool:
    """Tell whether a script of ours asks, not somebody with a form."""
    return request.headers.get("accept", "") == "application/json"


def _sign(key: bytes, words: str) -> str:
    return hmac.new(key, f"renewal|{words}".encode(), hashlib.sha256).hexdigest()


def _armoured(words: bytes) -> str:
    return base64.urlsafe_b64encode(words).decode().rstrip("=")
