"""What is hidden: condition C8 on what anybody was told, C10 on those whose access has ended."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from portal.chat.visible import OPEN_EVENTS
from tests.faults.history import History, Link, Violation, entries_told
from tests.faults.record import Event

VOID_FIELDS: Final = {"type", "conversation", "seq", "kind"}
SILENT_SECONDS: Final = 1.0
SILENT_WITHOUT_REDIS_SECONDS: Final = 5.0
AT_ONCE: Final = frozenset({"disabled", "password"})
"""Ways to end access that the transaction itself looks at: nothing is written after them."""
UNRUNG: Final = frozenset({"role"})
"""No command changes a role yet; whoever writes it into SQL rings no bell."""
WRITES: Final = frozenset({"chat.say", "chat.note", "chat.claim", "chat.release", "chat.close"})
STAFF_ONLY: Final = frozenset(
    {"desk.list", "desk.changed", "desk.staff", "chat.where", "chat.claimed", "board.state"}
)


def only_what_he_may_see(history: History) -> Iterator[Violation]:
    """C8: nobody outside the staff is told of another's conversation, or of a note."""
    notes = {call.asked["text"]: call for call in history.sends if call.op == "chat.note"} | {
        entry.text: None for entry in history.tables.entries if entry.kind == "note"
    }
    for link in history.links.values():
        if link.door != "live":
            continue
        for event in link.events:
            if event.kind != "received":
                continue
            wrong = _told_wrongly(history, link, event) or _note_within(event, list(notes))
            if wrong:
                yield Violation(
                    "C8", f"{link.client} ({link.person or 'reader'}) {wrong}", (event,)
                )


def _told_wrongly(history: History, link: Link, event: Event) -> str | None:
    frame = event.fields
    if event.op in STAFF_ONLY:
        return f"was told {event.op}"
    for conversation in _named(frame):
        row = history.conversations.get(conversation)
        if row is None or row.visitor != link.person:
            return f"was told of {conversation}, which is not his"
    if event.op == "chat.typing" and (frame.get("text") or frame.get("note")):
        return "was told what somebody types"
    for told in entries_told(event):
        wrong = _entry_wrongly(history, told)
        if wrong:
            return wrong
    return None


def _named(frame: dict[str, Any]) -> list[str]:
    named = list(frame.get("heads", {}))
    which = frame.get("conversation")
    if isinstance(which, dict):  # of a welcome
        which = which.get("conversation")
    named += [which] if which else []
    return named + [message["conversation"] for message in frame.get("messages", [])]


def _entry_wrongly(history: History, told: dict[str, Any]) -> str | None:
    place = f"{told['conversation']} #{told['seq']}"
    entry = history.at.get((told["conversation"], told["seq"]))
    if told["kind"] == "void":
        more = set(told) - VOID_FIELDS
        return f"was told {sorted(more)} of {place}, which is void" if more else None
    if told["kind"] not in ("text", "file", "event"):
        return f"was told a {told['kind']}, {place}"
    if told["kind"] == "event" and told.get("event") not in OPEN_EVENTS:
        return f"was told the event {told.get('event')!r}, {place}"
    if entry is not None and entry.kind == "note":
        return f"was told a note, {place}"
    if "id" in told.get("author", {}) or "article" in told:
        return f"was told what only staff may know of {place}"
    return None


def _note_within(event: Event, notes: list[str]) -> str | None:
    said = msgspec.json.encode(event.fields).decode()
    for text in notes:
        if msgspec.json.encode(text).decode()[1:-1] in said:
            return f"was told words of a note, in {event.op}"
    return None


def nothing_after_the_end(history: History) -> Iterator[Violation]:
    """C10: a second after his access has ended (five without Redis) he gets and does nothing."""
    for ended in history.revoked:
        person, session = ended.fields["person"], ended.fields.get("session", "")
        without = history.active(ended.at - SILENT_WITHOUT_REDIS_SECONDS, ended.at + 1, redis=True)
        unheard = without or ended.op in UNRUNG
        within = SILENT_WITHOUT_REDIS_SECONDS if unheard else SILENT_SECONDS
        silent = ended.at + within
        for link in history.links.values():
            if link.person != person or (session and link.session != session):
                continue
            later = link.opened.at > ended.at
            if later and not (session or ended.op == "disabled"):
                continue  # he has signed in anew
            if link.opened.at > silent:
                yield Violation("C10", f"{link.client} was let in again", (ended, link.opened))
            yield from _heard(ended, link, silent)
            yield from _did(history, ended, link, silent)


def _heard(ended: Event, link: Link, silent: float) -> Iterator[Violation]:
    for event in link.events:
        ours = event.kind == "received" and event.op.partition(".")[0] in ("chat", "desk", "board")
        if ours and event.at > silent:
            after = event.at - ended.at
            sentence = f"{link.client} was told {event.op} {after:.1f} s after his access ended"
            yield Violation("C10", sentence, (ended, event))


def _did(history: History, ended: Event, link: Link, silent: float) -> Iterator[Violation]:
    for call in history.calls.values():
        if call.link is not link or not call.ok:
            continue
        since = ended.at if ended.op in AT_ONCE and call.op in WRITES else silent
        if call.invoked.at > since and call.op.partition(".")[0] in ("chat", "desk"):
            after = call.invoked.at - ended.at
            sentence = f"{link.client} did {call.op} {after:.1f} s after his access ended"
            yield Violation("C10", sentence, (ended, *call.events))
