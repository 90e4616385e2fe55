"""How long it took (C9), which is told and not judged, and whether the run says anything at all."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.history import CALM_SECONDS, History, entries_told

LEAST_OK: float = 0.95
"""Of the sends outside faults. A portal that refuses everything breaks no promise either."""

LEAST_AFTERWARDS = 5
"""Of the sends once the last fault is over: before the first one everything is easy."""


@dataclass(frozen=True)
class Latency:
    """A distribution, in seconds."""

    count: int
    median: float
    p95: float
    longest: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "Latency":
        """Sum up durations."""
        found = sorted(seconds)
        if not found:
            return cls(0, 0.0, 0.0, 0.0)
        return cls(len(found), found[len(found) // 2], found[int(len(found) * 0.95)], found[-1])

    def __str__(self) -> str:
        if not self.count:
            return "none"
        shown = [f"{s * 1000:.0f}" for s in (self.median, self.p95, self.longest)]
        return f"{self.count} (ms: median {shown[0]}, p95 {shown[1]}, longest {shown[2]})"


@dataclass(frozen=True)
class Times:
    """Sends to their acks, and to every other screen, while a fault was at work and while not."""

    ack_calm: Latency
    ack_fault: Latency
    delivery_calm: Latency
    delivery_fault: Latency


def times(history: History) -> Times:
    """Return C9. A send belongs to a fault if one was at work between its invoke and its end."""
    acks: dict[bool, list[float]] = {True: [], False: []}
    deliveries: dict[bool, list[float]] = {True: [], False: []}
    first: dict[tuple[str, int], tuple[str, float]] = {}
    for call in history.sends:
        if call.ok:
            faulty = history.active(call.invoked.at - CALM_SECONDS, call.ended_at)
            acks[faulty].append(call.ended_at - call.invoked.at)
            place = (call.answer["conversation"], call.answer["seq"])
            first.setdefault(place, (call.link.client, call.invoked.at))
    seen: set[tuple[str, str, int]] = set()
    for event in history.record:
        if event.op != "chat.said":
            continue
        for told in entries_told(event):
            place = (told["conversation"], told["seq"])
            sent = first.get(place)
            if sent is None or sent[0] == event.client or (event.client, *place) in seen:
                continue
            seen.add((event.client, *place))
            faulty = history.active(sent[1] - CALM_SECONDS, event.at)
            deliveries[faulty].append(event.at - sent[1])
    return Times(
        Latency.of(acks[False]),
        Latency.of(acks[True]),
        Latency.of(deliveries[False]),
        Latency.of(deliveries[True]),
    )


def why_invalid(history: History) -> list[str]:
    """Return why the run proves nothing; empty if it does."""
    reasons = []
    fired = sum(fault.fired for fault in history.faults.values())
    if not fired:
        reasons.append(f"{len(history.faults)} faults were made and none touched anything")
    # Whoever ended his access is refused and is right to be.
    ended = {event.fields["person"] for event in history.revoked}
    calm = [
        call
        for call in history.sends
        if call.link.person not in ended
        and not history.active(
            call.invoked.at - CALM_SECONDS, min(call.ended_at, call.invoked.at + CALM_SECONDS)
        )
    ]
    ok = sum(call.ok for call in calm)
    if not calm:
        reasons.append("nobody sent anything while no fault was at work")
    elif ok < LEAST_OK * len(calm):
        reasons.append(f"only {ok} of {len(calm)} sends outside faults succeeded")
    over = max((fault.healed_at for fault in history.faults.values()), default=0.0) + CALM_SECONDS
    afterwards = sum(call.ok for call in calm if call.invoked.at >= over)
    if calm and afterwards < LEAST_AFTERWARDS:
        reasons.append(f"only {afterwards} sends succeeded after the last fault had healed")
    return reasons
