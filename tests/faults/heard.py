"""What was heard, and when: the times of a part of a record, for scenarios that promise some."""

from collections.abc import Callable, Iterable, Sequence
from math import inf

from tests.faults.history import SENDS, entries_told
from tests.faults.record import Event


def deliveries(events: Iterable[Event]) -> list[float]:
    """Return how long what was said in a part of a record took to each screen that heard of it.

    From its first invoke; a screen's first hearing counts, and the author's own does not. What was
    not heard in that part is not in it: that everybody heard is for the checker to say.
    """
    said: dict[str, tuple[str, float]] = {}
    heard: dict[tuple[str, str], float] = {}
    for event in events:
        if event.kind == "invoke" and event.op in SENDS:
            said.setdefault(event.fields["id"], (event.client, event.at))
        for entry in entries_told(event):
            sent = said.get(entry.get("id", ""))
            if sent is not None and sent[0] != event.client:
                heard.setdefault((event.client, entry["id"]), event.at - sent[1])
    return sorted(heard.values())


def percentile(seconds: list[float], share: float) -> float:
    """Return a percentile; 0 of nothing."""
    found = sorted(seconds)
    return found[min(len(found) - 1, int(len(found) * share))] if found else 0.0


Listeners = Callable[[str, str], set[str]]
"""Which screens are to hear what is said in a conversation by a `chat.say` or a `chat.note`."""


def unheard(events: Sequence[Event], listeners: Listeners, seconds: float) -> list[str]:
    """Return what was acked in a part of a record and not heard everywhere in time, in words.

    What was acked too late in that part for anybody to be late is left out.
    """
    invoked = {e.call: e for e in events if e.kind == "invoke" and e.op in SENDS}
    heard: dict[tuple[str, str], float] = {}
    for event in events:
        for entry in entries_told(event):
            heard.setdefault((event.client, entry.get("id", "")), event.at)
    missed = []
    for ack in events:
        if ack.kind != "ok" or ack.call not in invoked or events[-1].at < ack.at + seconds:
            continue
        sent = invoked[ack.call]
        for client in listeners(ack.fields["conversation"], sent.op) - {ack.client}:
            at = heard.get((client, sent.fields["id"]), inf)
            if at > ack.at + seconds:
                missed.append(f"{client} heard #{ack.fields['seq']} {at - ack.at:.1f} s later")
    return missed
