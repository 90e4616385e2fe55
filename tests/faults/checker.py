"""The checker: does a record keep the promises of the contract (4.4, 1 to 7)?

After Jepsen: it knows nothing of the portal but what a client saw and what the tables hold in the
end. A call whose outcome nobody knows (info) may have happened or not, once, at any time since.

| condition | promise |
|---|---|
| C1 acked is stored, the same; C4 numbers are dense; C7 real-time order | 1 |
| C2 an id is stored once, all acks agree; C3 nothing else is stored | 1, 2 |
| C5 a socket's stream has no gap, repeat or disorder | 3 |
| C6 after a fault everybody has everything within 5 s | 4, 8 |
| C8 nobody is told what he may not see; C10 nothing after access ended | 5 |
| C11 one owner, one winner | 6 |
| C12 counts between acked and attempted, never down, right in the end | 7 |
| C9 times, inside faults and outside | told, not judged |

    python -m tests.faults.checker RECORD.jsonl TABLES.json [BEFORE.json]
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.faults import counted, delivered, hidden, owned, stored, timed
from tests.faults.history import History, Violation
from tests.faults.record import Record
from tests.faults.tables import Tables

SHOWN_A_CONDITION = 5


@dataclass(frozen=True)
class Verdict:
    """What a run has proven.

    Attributes:
        violations: promises that were not kept.
        invalid: why the run proves nothing even without violations.
        numbers: how much happened: sends, acked, unknown, entries, links, received, faults, fired,
            races, views, counted, revoked, claims.
    """

    seed: int
    violations: tuple[Violation, ...]
    invalid: tuple[str, ...]
    times: timed.Times
    numbers: dict[str, int]

    @property
    def says(self) -> Literal["kept", "broken", "invalid"]:
        """`broken` whenever a promise was; a run without that may still be `invalid`."""
        if self.violations:
            return "broken"
        return "invalid" if self.invalid else "kept"

    @property
    def conditions(self) -> set[str]:
        """Which conditions were violated."""
        return {violation.condition for violation in self.violations}

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {self.says}"]
        lines += [f"  {why}" for why in self.invalid]
        found = Counter(violation.condition for violation in self.violations)
        shown: Counter[str] = Counter()
        for violation in self.violations:
            shown[violation.condition] += 1
            if shown[violation.condition] <= SHOWN_A_CONDITION:
                lines.append(f"  {violation}")
        lines += [
            f"  {condition}: {count - SHOWN_A_CONDITION} more"
            for condition, count in sorted(found.items())
            if count > SHOWN_A_CONDITION
        ]
        lines.append("  " + ", ".join(f"{name} {count}" for name, count in self.numbers.items()))
        times = self.times
        lines.append(f"  acks: calm {times.ack_calm}; in faults {times.ack_fault}")
        lines.append(f"  delivery: calm {times.delivery_calm}; in faults {times.delivery_fault}")
        return "\n".join(lines)


def check(record: Record, tables: Tables, before: Tables | None = None) -> Verdict:
    """Judge a run.

    Args:
        record: of its clients and faults.
        tables: dumped at its end, when all was quiet.
        before: dumped at its beginning; None: nothing was there.
    """
    history = History(record, tables, before)
    streams = delivered.Streams(history).follow()
    violations = [
        *stored.acked_is_stored(history),
        *stored.stored_once(history),
        *stored.nothing_else_stored(history),
        *stored.dense(history),
        *delivered.in_order(streams),
        *delivered.everybody_has_everything(streams),
        *stored.in_real_time_order(history),
        *hidden.only_what_he_may_see(history),
        *hidden.nothing_after_the_end(history),
        *owned.one_owner(history),
        *counted.counts_are_right(history),
    ]
    return Verdict(
        seed=record.seed,
        violations=tuple(violations),
        invalid=tuple(timed.why_invalid(history)),
        times=timed.times(history),
        numbers=_numbers(history),
    )


def _numbers(history: History) -> dict[str, int]:
    views = [call for call in history.calls.values() if call.op == "audience.view"]
    return {
        "sends": len(history.sends),
        "acked": sum(call.ok for call in history.sends),
        "unknown": sum(not call.ok and not call.refused for call in history.sends),
        "entries": len(history.tables.entries),
        "links": len(history.links),
        "received": sum(event.kind == "received" for event in history.record),
        "faults": sum(not fault.race for fault in history.faults.values()),
        "fired": sum(fault.fired for fault in history.faults.values() if not fault.race),
        "races": sum(fault.fired for fault in history.faults.values() if fault.race),
        "views": len(views),
        "counted": sum(bool(call.ok and call.answer["counted"]) for call in views),
        "revoked": len(history.revoked),
        "claims": sum(call.op == "chat.claim" for call in history.calls.values()),
    }


def main(arguments: Sequence[str]) -> int:
    """Judge a record that was kept; return 0 if its promises were, 1 if not, 2 if it is invalid."""
    first, *rest = map(Path, arguments)
    verdict = check(Record.load(first), *map(Tables.load, rest))
    print(verdict)
    return {"kept": 0, "broken": 1, "invalid": 2}[verdict.says]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
