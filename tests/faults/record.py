"""The record: everything a run's clients asked, were answered and were told, on one clock.

The driver's clients write it while the run goes; `dump` reads the tables when all is quiet; the
checker is given both and nothing else. So a failing run is kept by keeping two files.

Vocabulary. A *client* is one screen of one person: a visitor's tab, a console, a reader's page.
It opens one socket after the other; each is a *link*. A *call* is one request on one link, ended
once: *ok* (it happened), *fail* (it did not, and never will), or *info*: nobody knows. What is
sent again after an info is another call with the same `id`.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, field

Kind = Literal[
    "opened",
    "closed",
    "left",
    "invoke",
    "ok",
    "fail",
    "info",
    "received",
    "fault",
    "healed",
    "revoked",
    "ended",
]

UNKNOWN_CODES: Final = frozenset({"busy"})
"""Errors that do not say whether it happened: the database may have committed and the answer of
it been lost."""


class Event(Struct, frozen=True, omit_defaults=True):
    """One thing that happened.

    | kind | op | link | call | fields |
    |---|---|---|---|---|
    | opened | door: `live`, `staff` | its number | | `person`, `session`, `tab`, `node` |
    | closed | | its number | | `code`, `reason` |
    | left | | | | the client is done on purpose and will not come back |
    | invoke | the request's type | on which | its number | the frame as sent |
    | ok, fail | the request's type | on which | which | the frame that answered |
    | info | the request's type | on which | which | `why`, or the frame that answered |
    | received | the frame's type | on which | | the frame as it came, answers included |
    | fault | its name | | its number | `redis`, `forgets`, whatever describes it |
    | healed | its name | | which | `fired`: how often it touched anything |
    | revoked | `disabled`, `signed_out`, `password`, … | | | `person`, `session` |
    | ended | | | | the clients were still there and listened until now |
    """

    at: float
    """Seconds of one monotonic clock."""
    client: str
    kind: Kind
    op: str = ""
    link: int = 0
    call: int = 0
    fields: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f" link {self.link}" if self.link else ""
        which = f" call {self.call}" if self.call else ""
        said = msgspec.json.encode(self.fields).decode() if self.fields else ""
        said = said if len(said) <= 300 else said[:297] + "…"
        return f"{self.at:10.3f} {self.client}{where}{which} {self.kind} {self.op} {said}".rstrip()


class Record:
    """What happened, in the order in which it was written down.

    Written by one event loop (or one thread); the clock is read by the record itself, so `invoke`
    is to be called just before a frame is sent and `ok`, `fail`, `received` as soon as one came.
    """

    def __init__(self, *, seed: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing."""
        self.seed = seed
        self.events: list[Event] = []
        self._clock = clock
        self._numbers = itertools.count(1)
        self._open: dict[int, Event] = {}
        """Links that were opened, calls invoked and faults made, until each has ended."""

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    # Sockets

    def opened(
        self,
        client: str,
        door: Literal["live", "staff"],
        *,
        person: str = "",
        session: str = "",
        tab: str = "",
        **fields: Any,
    ) -> int:
        """Note that a socket was welcomed; return the link's number.

        Args:
            client: the screen, the same over all its links: "visitor-3.1", "agent-2".
            person: `visitor:` and the SHA-256 of his secret in hex (see `visitor_person`), or
                `agent:` and his id; "" for a reader who never asks for chat.
            session: names the staff session, where one is ended and others are not.
            tab: the `tab` of its hello; what clicks are counted by.
        """
        number = next(self._numbers)
        said = {"person": person, "session": session, "tab": tab} | fields
        kept = {key: value for key, value in said.items() if value != ""}
        self._open[number] = self._note(client, "opened", door, link=number, fields=kept)
        return number

    def closed(self, link: int, code: int = 1006, reason: str = "") -> None:
        """Note that a link is gone, from whichever side. A second time is nothing.

        Calls still under way on it are ended as info.
        """
        opened = self._open.pop(link, None)
        if opened is None:
            return
        for call in [e.call for e in self._open.values() if e.kind == "invoke" and e.link == link]:
            self.info(call, f"closed {code}")
        self._note(opened.client, "closed", link=link, fields={"code": code, "reason": reason})

    def received(self, link: int, frame: dict[str, Any]) -> None:
        """Note a frame that came, every one, answers too (before `ok` or `fail` for these)."""
        client = self._open[link].client
        self._note(client, "received", frame["type"], link=link, fields=frame)

    def left(self, client: str) -> None:
        """Note that a screen is closed on purpose; nobody expects it to come back."""
        self._note(client, "left")

    # Calls

    def invoke(self, link: int, frame: dict[str, Any]) -> int:
        """Note that a request is about to be sent; return the call's number."""
        number = next(self._numbers)
        opened = self._open[link]
        self._open[number] = self._note(
            opened.client, "invoke", frame["type"], link=link, call=number, fields=frame
        )
        return number

    def ok(self, call: int, answer: dict[str, Any] | None = None) -> None:
        """Note that it happened, and what was answered. A call that has ended stays ended."""
        self._end(call, "ok", answer or {})

    def fail(self, call: int, answer: dict[str, Any]) -> None:
        """Note that it was refused by an `error`; `busy` is written as info."""
        kind: Kind = "info" if answer.get("code") in UNKNOWN_CODES else "fail"
        self._end(call, kind, answer)

    def info(self, call: int, why: str) -> None:
        """Note that nobody will ever say whether it happened: closed, timed out."""
        self._end(call, "info", {"why": why})

    # What is done to the portal

    def fault(
        self,
        name: str,
        *,
        redis: bool = False,
        forgets: bool = False,
        race: bool = False,
        **fields: Any,
    ) -> int:
        """Note that a fault begins; return its number.

        Args:
            redis: while it lasts, a node may not hear the others (5 s instead of 1 s to be silent).
            forgets: Redis loses what it holds, so a reader of a moment ago is a new one.
            race: nothing is broken, people only do the same thing at once.
            fields: whatever helps who reads it: `node`, `bytes`, `seconds`.
        """
        number = next(self._numbers)
        marks = {"redis": redis, "forgets": forgets, "race": race}
        said = fields | {mark: True for mark, on in marks.items() if on}
        self._open[number] = self._note("nemesis", "fault", name, call=number, fields=said)
        return number

    def healed(self, fault: int, *, fired: int) -> None:
        """Note that a fault is over, and how often it touched a link, a frame or a process."""
        begun = self._open.pop(fault)
        self._note("nemesis", "healed", begun.op, call=fault, fields={"fired": fired})

    def revoked(self, person: str, how: str, *, session: str = "") -> None:
        """Note, once it is committed, that somebody's access has ended.

        Args:
            how: `disabled`, `password`, `signed_out`, `role`.
            session: the only one that ended; "" for all.
        """
        fields = {"person": person} | ({"session": session} if session else {})
        self._note("nemesis", "revoked", how, fields=fields)

    # Keeping it

    def end(self) -> None:
        """Close the record, before the clients hang up: calls under way are info, open links stay
        open, and what was to be told is to have been told by now."""
        for each in [e for e in self._open.values() if e.kind == "invoke"]:
            self.info(each.call, "the run ended")
        self._note("nemesis", "ended")

    def save(self, path: Path) -> None:
        """Write JSON lines: the seed, then one event a line."""
        lines = [msgspec.json.encode({"seed": self.seed})]
        lines += [msgspec.json.encode(event) for event in self.events]
        path.write_bytes(b"\n".join(lines) + b"\n")

    @classmethod
    def load(cls, path: Path) -> "Record":
        """Read what `save` wrote."""
        first, *rest = path.read_bytes().splitlines()
        record = cls(seed=msgspec.json.decode(first)["seed"])
        record.events = [msgspec.json.decode(line, type=Event) for line in rest]
        return record

    def _end(self, call: int, kind: Kind, fields: dict[str, Any]) -> None:
        invoked = self._open.pop(call, None)
        if invoked is not None:
            self._note(
                invoked.client, kind, invoked.op, link=invoked.link, call=call, fields=fields
            )

    def _note(
        self,
        client: str,
        kind: Kind,
        op: str = "",
        *,
        link: int = 0,
        call: int = 0,
        fields: dict[str, Any] | None = None,
    ) -> Event:
        event = Event(self._clock(), client, kind, op, link, call, dict(fields or {}))
        self.events.append(event)
        return event
