"""Admission: who gets a socket of this process, and who is asked to come back a little later.

Kept in the process: no Redis is asked, so it is never open and never closed because of one. What
is bounded, and why:

* Handshakes. All readers of a restarted server come back at once. So many a second as the portal
  promises are let in; the others are told to come back, spread over the time they need.
* Places. A socket is an open file and 25 KiB; the last open files belong to the house
  (`live.open_files`), and a fifth of the rest to pages, which say why there is no socket.
* Places of one network. Behind one address there may be one attacker, an office of two hundred
  with five tabs each, or a carrier's customers. While the house is more than half empty they are
  not told apart; in a full one a network keeps an office's share and the rest is for others. A
  loopback address is a proxy that was not named, or the demo's readers: everybody comes from
  there, so it stands for nobody and only the number of places bounds it.
* Sockets of one visitor or one staff session, once it is known who it is: far more than anybody's
  tabs. The newest is turned away: those already open may hold what is being typed.
"""

import random
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_network
from time import monotonic
from typing import Final

import structlog

from portal.identity import Actor, Agent, Visitor
from portal.live.bucket import Bucket
from portal.live.open_files import most_connections
from portal.live.refusal import Refusal

HANDSHAKES_AT_ONCE, HANDSHAKES_A_SECOND = 1_000, 600
PLACES_MOST: Final = 50_000
"""More than a gigabyte of sockets in one process is for another process."""
NETWORK_MOST: Final = 4_000
"""Whatever room there is: 100 MB behind one address."""
NETWORK_SHARE: Final = 1_000
"""What a network keeps when half of the places are taken: two hundred people, five tabs each."""
NETWORK_LEAST: Final = 16
"""However small the house is."""
VISITOR_MOST, SESSION_MOST = 100, 50
SOONEST_MS, LONGEST_MS = 1_000, 30_000
FULL_MS = 10_000
SAY_SECONDS: Final = 60.0
"""The log is told of refusals at most this often."""

log = structlog.get_logger("portal.live")


class Guest:
    """One socket's places, from before its handshake is answered until it is gone."""

    __slots__ = ("network", "person")

    def __init__(self, network: str) -> None:
        self.network = network
        self.person: str | None = None


class Admission:
    """The places of one process, for both doors.

    Attributes:
        places: how many sockets there may be.
        taken: how many there are, those included that have not said hello.
        refused: how many were turned away, by reason.
    """

    def __init__(self, places: int | None = None, elapsed: Callable[[], float] = monotonic) -> None:
        """Open, with every place free.

        Args:
            places: None: as many as open files allow.
            elapsed: seconds on a clock that never jumps.
        """
        self.places = places or min(PLACES_MOST, most_connections() * 4 // 5)
        self.taken = 0
        self.refused: Counter[str] = Counter()
        self._elapsed = elapsed
        self._handshakes = Bucket(HANDSHAKES_AT_ONCE, HANDSHAKES_A_SECOND, elapsed)
        self._networks: Counter[str] = Counter()
        self._persons: Counter[str] = Counter()
        self._crowd = 0.0
        self._crowd_at = elapsed()
        self._said_at = elapsed() - SAY_SECONDS

    def look(self, network: str) -> Refusal | None:
        """Tell why a handshake from `network` would be refused now; takes nothing."""
        if self._handshakes.wait():
            return Refusal("crowd", self._crowd_ms())
        return self._no_place(network)

    def enter(self, network: str) -> Guest | Refusal:
        """Take a place for a handshake; whoever gets one gives it back with `leave`."""
        refusal = self._no_place(network)
        if refusal is None and self._handshakes.take():
            self._crowd = self._crowd_now() + 1
            self._crowd_at = self._elapsed()
            refusal = Refusal("crowd", self._crowd_ms())
        if refusal is not None:
            self._note(refusal.reason, network)
            return refusal
        self.taken += 1
        self._networks[network] += 1
        return Guest(network)

    def recognise(self, guest: Guest, actor: Actor) -> bool:
        """Note who a guest turned out to be; tell whether he may have one more socket."""
        person, most = _person(actor)
        if person == guest.person:
            return True
        if person is not None and self._persons[person] >= most:
            self._note("person", guest.network)
            return False
        self._forget(guest)
        guest.person = person
        if person is not None:
            self._persons[person] += 1
        return True

    def leave(self, guest: Guest) -> None:
        """Give back a place."""
        self.taken -= 1
        _less(self._networks, guest.network)
        self._forget(guest)

    def _forget(self, guest: Guest) -> None:
        if guest.person is not None:
            _less(self._persons, guest.person)
            guest.person = None

    def _no_place(self, network: str) -> Refusal | None:
        if self.taken >= self.places:
            return Refusal("full", _about(FULL_MS))
        if stands_for_nobody(network):
            return None
        if self.taken * 2 < self.places:
            most = min(NETWORK_MOST, self.places // 2)
        else:
            most = min(NETWORK_SHARE, self.places // 4)
        crowded = self._networks[network] >= max(NETWORK_LEAST, most)
        return Refusal("network", _about(FULL_MS)) if crowded else None

    def _crowd_now(self) -> float:
        gone = (self._elapsed() - self._crowd_at) * HANDSHAKES_A_SECOND
        return max(0.0, self._crowd - gone)

    def _crowd_ms(self) -> int:
        # Spread over the time that greeting all who were turned away takes.
        spread = round(self._crowd_now() * 1000 / HANDSHAKES_A_SECOND)
        return SOONEST_MS + random.randrange(max(SOONEST_MS, min(LONGEST_MS, spread)))

    def _note(self, reason: str, network: str) -> None:
        self.refused[reason] += 1
        if self._elapsed() - self._said_at >= SAY_SECONDS:
            self._said_at = self._elapsed()
            # No address in the log: who it is can be seen where connections are listed.
            log.warning(
                "sockets refused",
                reason=reason,
                taken=self.taken,
                places=self.places,
                of_this_network=self._networks[network],
                hint="a proxy must be named in PORTAL_TRUSTED_PROXIES"
                if reason == "network"
                else None,
            )


def stands_for_nobody(network: str) -> bool:
    """Tell whether a network is this machine itself: a proxy not named, a socket file, the demo."""
    try:
        return ip_network(network).network_address.is_loopback or network == "::/64"
    except ValueError:
        return True


def _person(actor: Actor) -> tuple[str | None, int]:
    match actor:
        case Visitor():
            return f"visitor:{actor.id}", VISITOR_MOST
        case Agent():
            return f"session:{actor.session}", SESSION_MOST
        case _:
            return None, 0


def _about(milliseconds: int) -> int:
    return milliseconds + random.randrange(milliseconds)


def _less(counter: Counter[str], key: str) -> None:
    if counter[key] > 1:
        counter[key] -= 1
    else:
        counter.pop(key, None)
