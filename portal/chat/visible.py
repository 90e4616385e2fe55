"""Who may see what: one function, asked by every door through which an entry can leave.

A note and an event that is staff's own business are void to a visitor: he learns that the number
is taken, because his sequence has no holes, and nothing else. Neither author nor time nor length
of it, nor its client's id.
"""

from typing import Final

from portal.chat.told import Author, Said, Void
from portal.chat.transcript import Entry
from portal.identity import Actor, Agent

OPEN_EVENTS: Final = frozenset({"joined", "left", "transferred", "closed", "reopened"})
"""Events a visitor reads; every other one, also of a later version, is staff's own."""


def visible(entry: Entry, actor: Actor) -> Said | Void:
    """Return `entry` as `actor` may see it.

    Whether he may see the conversation at all is decided before; this is about the entry.
    """
    staff = isinstance(actor, Agent)
    if not staff and not _open(entry):
        return Void(conversation=entry.conversation, seq=entry.seq)
    return _said(entry, staff=staff)


def _open(entry: Entry) -> bool:
    if entry.kind == "event":
        return entry.event in OPEN_EVENTS
    # By name, not "anything but a note": a kind of tomorrow is hidden until somebody decides.
    return entry.kind in ("text", "file")


def _said(entry: Entry, *, staff: bool) -> Said:
    author = entry.who
    kind, _, number = entry.author.partition(":")
    told = Author(kind=kind, name=author)
    if staff and number:
        told.id = int(number)
    said = Said(
        conversation=entry.conversation,
        seq=entry.seq,
        id=entry.id,
        kind=entry.kind,
        author=told,
        text=entry.text,
        at=entry.at,
    )
    if entry.event:
        said.event = entry.event
        said.data = {"event": entry.event}
        if entry.about:
            said.data["about"] = entry.about
    if entry.quote is not None:
        said.quote = entry.quote
    if entry.files:
        said.files = entry.files
    if staff and entry.mentions:
        said.mentions = entry.mentions
    if staff and entry.article is not None:
        said.article = entry.article
    return said
