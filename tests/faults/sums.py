"""The sums: what the report needs of one record beside its verdict."""

from dataclasses import dataclass

from tests.faults.history import CALM_SECONDS, History


@dataclass(frozen=True)
class Sums:
    """What the table needs of one record beside its verdict."""

    calm: int
    calm_ok: int
    calm_seconds: list[float]
    fault_seconds: list[float]


def sums(history: History) -> Sums:
    """Sum up the sends of a run: those outside faults, and how long acks took."""
    ended = {event.fields["person"] for event in history.revoked}
    calm = [
        call
        for call in history.sends
        if call.link.person not in ended
        and not history.active(
            call.invoked.at - CALM_SECONDS, min(call.ended_at, call.invoked.at + CALM_SECONDS)
        )
    ]
    took: dict[bool, list[float]] = {True: [], False: []}
    for call in history.sends:
        if call.ok:
            faulty = history.active(call.invoked.at - CALM_SECONDS, call.ended_at)
            took[faulty].append(call.ended_at - call.invoked.at)
    return Sums(len(calm), sum(call.ok for call in calm), took[False], took[True])
